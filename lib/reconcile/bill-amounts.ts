import { type Fen, fen } from "#lib/base/fen.ts";

// Bills are in yuan, fees to the 100,000th: both are read by their digits, never by way of floating point.

/** A fee: so many 1/100000 yuan, which is 1/1000 fen; below zero where it is given back. */
export type FeeUnits = number;
export const FEE_UNITS_PER_FEN = 1_000;

const DECIMAL = /^(-?)([0-9]{1,13})(?:\.([0-9]{1,5}))?$/;

/** @returns null unless the text is a decimal with at most `places` places that count, of a safe size */
function unitsOf(text: string, places: number): number | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = "", whole = "", decimals = ""] = match;
  const kept = decimals.slice(0, places).padEnd(places, "0");
  if (/[1-9]/.test(decimals.slice(places))) return null;
  const units = Number(whole + kept);
  if (!Number.isSafeInteger(units)) return null;
  return sign === "-" && units !== 0 ? -units : units;
}

export function billFen(text: string): Fen | null {
  const amount = unitsOf(text, 2);
  return amount === null ? null : fen(amount);
}

export const feeUnits = (text: string): FeeUnits | null => unitsOf(text, 5);

/** Counts may read `45.0`. */
export const billCount = (text: string): number | null => unitsOf(text, 0);

/** A whole amount as a fee is written. */
export const feeOfFen = (amount: Fen): FeeUnits => amount * FEE_UNITS_PER_FEN;

/** Whole fen, half a fen away from zero. */
export function fenOfFee(units: FeeUnits): Fen {
  const size = Math.round(Math.abs(units) / FEE_UNITS_PER_FEN);
  return fen(units < 0 && size > 0 ? -size : size);
}

/** What a rate such as `0.60%` comes to. @returns null when it is no rate */
export function feeByRate(amount: Fen, rate: string): FeeUnits | null {
  const match = /^([0-9]{1,2})(?:\.([0-9]{1,4}))?%$/.exec(rate);
  if (match === null) return null;
  const [, whole = "", decimals = ""] = match;
  const tenThousandths = BigInt(whole + decimals.padEnd(4, "0"));
  // 1000 units to the fen; 100 for the percent, 10,000 for its places. Half a unit goes away from zero.
  const scaled = BigInt(amount) * 1_000n * tenThousandths;
  const half = scaled < 0n ? -500_000n : 500_000n;
  return Number((scaled + half) / 1_000_000n);
}

/** Whether a fee is what the rate gives: to the last place, or to the fen as it is settled. */
export function isFeeByRate(fee: FeeUnits, expected: FeeUnits): boolean {
  const apart = Math.abs(fee - expected);
  return apart <= 1 || (fee % FEE_UNITS_PER_FEN === 0 && apart < FEE_UNITS_PER_FEN);
}

/** `18` → `0.00018`. */
export function feeText(units: FeeUnits): string {
  const digits = String(Math.abs(units)).padStart(6, "0");
  return `${units < 0 ? "-" : ""}${digits.slice(0, -5)}.${digits.slice(-5)}`;
}
