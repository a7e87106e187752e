import { AppError } from "./app-error.ts";

declare const fenBrand: unique symbol;
/** An amount of money in fen (1 yuan = 100 fen): a safe integer, never a fraction. */
export type Fen = number & { readonly [fenBrand]: true };

/** @throws AppError `invalid_request` when `amount` is not a safe integer */
export function fen(amount: number): Fen {
  if (!Number.isSafeInteger(amount)) throw new AppError("invalid_request", `${amount} is not a whole number of fen`);
  return amount as Fen;
}

export const ZERO_FEN = 0 as Fen;

const YUAN_TEXT = /^([0-9]+)(?:\.([0-9]{1,2}))?$/;

/**
 * Fen from a decimal text of yuan, exactly: no floating point is involved.
 * @returns null unless the text is digits with at most two decimals, of an amount that is a safe integer of fen
 */
export function fenFromYuan(text: string): Fen | null {
  const match = YUAN_TEXT.exec(text);
  if (match === null) return null;
  const [, yuan = "", decimals = ""] = match;
  const amount = Number(yuan + decimals.padEnd(2, "0"));
  return Number.isSafeInteger(amount) ? (amount as Fen) : null;
}

/**
 * Fen from a JSON number of yuan, by its shortest decimal form: 19.99 and 1e2 are exact, 0.30000000000000004 and 0.001 are refused.
 * @returns null when the number is negative, not finite or has more than two decimals
 */
export function fenFromYuanNumber(yuan: number): Fen | null {
  // Below 1e21 a number prints without an exponent unless it is smaller than 1e-6, and those are refused anyway.
  return fenFromYuan(String(yuan));
}

/**
 * Fen from what people type for an amount: `23.8`, `¥23.80`, `1,234.50 元`.
 * @returns null when it is no amount of yuan
 */
export function fenFromTyped(text: string): Fen | null {
  const digits = text
    .trim()
    .replace(/^[¥￥]\s*/, "")
    .replace(/\s*元$/, "");
  const grouped = /^[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]{1,2})?$/.test(digits);
  return fenFromYuan(grouped ? digits.replace(/[,，]/g, "") : digits);
}

/** `1234` → `12.34`: digits and a point only, for machines and for amounts that get their own currency sign. */
export function formatYuan(amount: Fen): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

export const addFen = (...amounts: readonly Fen[]): Fen => fen(amounts.reduce((sum: number, next) => sum + next, 0));
export const subtractFen = (from: Fen, taken: Fen): Fen => fen(from - taken);
/** @param times a whole number of pieces */
export const timesFen = (each: Fen, times: number): Fen => fen(each * times);

/** The part of `total` that `share` of `whole` pieces come to, rounded down. @param whole at least 1, and at least `share` */
export const partOf = (total: Fen, share: number, whole: number): Fen =>
  fen(Number((BigInt(total) * BigInt(share)) / BigInt(whole)));

/**
 * Splits `total` over the weights by the largest remainder: every share is within one fen of its exact part, the shares sum
 * to the total, and a tie goes to the lower index.
 * @param weights whole numbers ≥ 0, not all zero unless `total` is 0
 */
export function shareOut(total: Fen, weights: readonly number[]): Fen[] {
  const whole = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  if (total === 0) return weights.map(() => ZERO_FEN);
  if (whole === 0n) throw new AppError("internal", "nothing to share an amount over");
  const exact = weights.map((weight) => BigInt(total) * BigInt(weight));
  const shares = exact.map((part) => part / whole);
  const missing = BigInt(total) - shares.reduce((sum, share) => sum + share, 0n);
  // Sorting keeps equal ones in their order, so a tie goes to the lower index.
  const byRemainder = exact
    .map((part, index) => ({ index, remainder: part % whole }))
    .sort((a, b) => Number(b.remainder - a.remainder));
  const luckier = new Set(byRemainder.slice(0, Number(missing)).map((part) => part.index));
  return shares.map((share, index) => fen(Number(share) + (luckier.has(index) ? 1 : 0)));
}
