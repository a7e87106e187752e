// A scanner gun is a keyboard that types very fast and ends with Enter. It types wherever the page happens to be.

/** Between two keys of a scanner; a person needs longer for each. */
const KEY_GAP_MS = 60;
const DIGITS_MIN = 10;
const DIGITS_MAX = 64;

export interface Wedge {
  readonly digits: string;
  readonly lastAt: number;
}

export const NO_WEDGE: Wedge = { digits: "", lastAt: Number.NEGATIVE_INFINITY };

export interface Struck {
  readonly wedge: Wedge;
  /** What was scanned, at its Enter. */
  readonly scanned: string | null;
  /** The key belongs to a scan and means nothing else. */
  readonly isOurs: boolean;
}

/** @param at of the key, in milliseconds that only rise */
export function strike(wedge: Wedge, key: string, at: number): Struck {
  const isFast = at - wedge.lastAt <= KEY_GAP_MS;
  const held = isFast ? wedge.digits : "";
  if (/^[0-9]$/.test(key)) {
    const digits = (held + key).slice(-DIGITS_MAX);
    return { wedge: { digits, lastAt: at }, scanned: null, isOurs: digits.length > 1 };
  }
  // Scanners press Shift, or wait a line, for some codes.
  if (key === "Shift" || key === "NumLock") return { wedge, scanned: null, isOurs: false };
  if (key === "Enter" || key === "Tab") {
    const isScan = held.length >= DIGITS_MIN;
    return { wedge: NO_WEDGE, scanned: isScan ? held : null, isOurs: isScan };
  }
  return { wedge: NO_WEDGE, scanned: null, isOurs: false };
}
