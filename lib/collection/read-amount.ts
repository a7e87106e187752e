import { type Fen, fenFromYuan } from "#lib/base/fen.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";

export type AmountTrouble = "empty" | "malformed" | "decimals" | "below" | "above";
export type ReadAmount = { readonly kind: "amount"; readonly fen: Fen } | { readonly kind: AmountTrouble };

interface AmountBounds {
  readonly min: number;
  readonly max: number;
}

/** What Chinese keyboards write where others write a point. */
const POINTS = /[。·]/g;

/**
 * Yuan as a shopper types it. Full-width digits and a yuan sign in front are understood; what could be read in two ways
 * (a comma, an exponent, a second point) is not.
 */
export function readAmount(typed: string, { min, max }: AmountBounds): ReadAmount {
  const text = typed.normalize("NFKC").replace(POINTS, ".").trim().replace(/^¥\s*/, "");
  if (text === "") return { kind: "empty" };
  if (/^[0-9]+\.[0-9]{3,}$/.test(text)) return { kind: "decimals" };
  if (!/^[0-9]+(?:\.[0-9]{1,2})?$/.test(text)) return { kind: "malformed" };
  const fen = fenFromYuan(text);
  if (fen === null || fen > Math.min(max, AMOUNT_FEN_MAX)) return { kind: "above" };
  return fen < min ? { kind: "below" } : { kind: "amount", fen };
}
