// The few statistics that the figures need, in plain numbers.

export const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
export const meanOf = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : sumOf(numbers) / numbers.length;

/** The middle, or the mean of the two in the middle. NaN of nothing. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const half = sorted.length >> 1;
  const [low, high] = [sorted[half - 1], sorted[half]];
  if (high === undefined) return Number.NaN;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

/** Deviation that a few wild values do not move; of normal numbers it is their standard deviation. */
export function spreadOf(numbers: readonly number[]): number {
  const middle = medianOf(numbers);
  return 1.4826 * medianOf(numbers.map((each) => Math.abs(each - middle)));
}

/** Linear between the two nearest. NaN of nothing. @param part 0 to 1 */
export function quantileOf(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const at = part * (sorted.length - 1);
  const [low = Number.NaN, high = low] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low + (high - low) * (at - Math.floor(at));
}

export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const Z95 = 1.959963984540054;

/** A part of a whole with its 95 % interval (Wilson 1927): honest for small numbers and near 0 and 1. Null of nothing. */
export function wilson(hits: number, total: number): Share | null {
  if (total <= 0) return null;
  const share = hits / total;
  const square = Z95 * Z95;
  const centre = (share + square / (2 * total)) / (1 + square / total);
  const half = (Z95 / (1 + square / total)) * Math.sqrt((share * (1 - share)) / total + square / (4 * total * total));
  // Rounding must not carry the ends past the share itself.
  return { share, low: Math.max(0, Math.min(share, centre - half)), high: Math.min(1, Math.max(share, centre + half)) };
}

/** Weights of a straight line through `rows` (the first column is usually 1), by least squares with a little ridge. */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] {
  const size = rows[0]?.length ?? 0;
  const system = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (_, j) => (i === j ? 1e-9 * Math.max(1, rows.length) : 0)),
    0,
  ]);
  rows.forEach((row, index) => {
    row.forEach((left, i) => {
      const into = system[i] ?? [];
      row.forEach((right, j) => {
        into[j] = (into[j] ?? 0) + left * right;
      });
      into[size] = (into[size] ?? 0) + left * (values[index] ?? 0);
    });
  });
  return solve(system);
}

/** Gaussian elimination with pivots; the last column is the right side. */
function solve(system: number[][]): number[] {
  const size = system.length;
  for (let pivot = 0; pivot < size; pivot++) {
    const best = system.slice(pivot).reduce((most, row, at) => {
      return Math.abs(row[pivot] ?? 0) > Math.abs(system[most]?.[pivot] ?? 0) ? pivot + at : most;
    }, pivot);
    [system[pivot], system[best]] = [system[best] ?? [], system[pivot] ?? []];
    const row = system[pivot] ?? [];
    const head = row[pivot] ?? 0;
    if (head === 0) continue;
    for (const other of system) {
      if (other === row) continue;
      const factor = (other[pivot] ?? 0) / head;
      for (let column = pivot; column <= size; column++)
        other[column] = (other[column] ?? 0) - factor * (row[column] ?? 0);
    }
  }
  return system.map((row, at) => (row[at] ? (row[size] ?? 0) / (row[at] ?? 1) : 0));
}

/** Things by a key, in the order in which keys were first seen. */
export function groupBy<Thing>(things: Iterable<Thing>, keyOf: (thing: Thing) => string): Map<string, Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const key = keyOf(thing);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [thing]);
    else group.push(thing);
  }
  return groups;
}
