import { fen, shareOut } from "#lib/base/fen.ts";

/** What a spreading works on, kept between calls so that the search makes no garbage. */
export interface ShareBuffer {
  readonly remainders: Float64Array;
}

export const shareBuffer = (size: number): ShareBuffer => ({ remainders: new Float64Array(size) });

/**
 * The same as `shareOut` of `lib/base/fen.ts`, over `weights[lines[…]]` and into `shares[lines[…]]`, in plain numbers as long
 * as every product is exact. @param size how many of `lines` count
 */
export function shareInto(input: {
  readonly total: number;
  readonly lines: ArrayLike<number>;
  readonly size: number;
  readonly weights: Float64Array;
  readonly shares: Float64Array;
  readonly buffer: ShareBuffer;
}): void {
  const { total, lines, size, weights } = input;
  let whole = 0;
  for (let i = 0; i < size; i += 1) whole += weights[lines[i] ?? 0] ?? 0;
  if (total * whole > Number.MAX_SAFE_INTEGER) shareExactly(input);
  else shareQuickly(whole, input);
}

function shareQuickly(whole: number, input: Parameters<typeof shareInto>[0]): void {
  const { total, lines, size, weights, shares, buffer } = input;
  let missing = total;
  for (let i = 0; i < size; i += 1) {
    const product = total * (weights[lines[i] ?? 0] ?? 0);
    const remainder = product % whole;
    const floor = (product - remainder) / whole;
    buffer.remainders[i] = remainder;
    shares[lines[i] ?? 0] = floor;
    missing -= floor;
  }
  giveMissing(missing, input);
}

// The missing fen are fewer than the lines, and mostly few: picking the largest again and again beats sorting.
function giveMissing(missing: number, input: Parameters<typeof shareInto>[0]): void {
  const { lines, size, shares, buffer } = input;
  for (let left = missing; left > 0; left -= 1) {
    let luckiest = 0;
    for (let i = 1; i < size; i += 1) {
      if ((buffer.remainders[i] ?? 0) > (buffer.remainders[luckiest] ?? 0)) luckiest = i;
    }
    const line = lines[luckiest] ?? 0;
    shares[line] = (shares[line] ?? 0) + 1;
    buffer.remainders[luckiest] = -1;
  }
}

function shareExactly({ total, lines, size, weights, shares }: Parameters<typeof shareInto>[0]): void {
  const chosen = Array.from({ length: size }, (_, i) => lines[i] ?? 0);
  const exact = shareOut(
    fen(total),
    chosen.map((line) => weights[line] ?? 0),
  );
  chosen.forEach((line, i) => {
    shares[line] = exact[i] ?? 0;
  });
}

/** `floor(value × times / by)`, exact for all safe integers. */
export function mulDivFloor(value: number, times: number, by: number): number {
  const product = value * times;
  if (product <= Number.MAX_SAFE_INTEGER) return (product - (product % by)) / by;
  return Number((BigInt(value) * BigInt(times)) / BigInt(by));
}
