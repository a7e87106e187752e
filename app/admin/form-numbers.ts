import { z } from "zod";

// Numbers that come from a form: digits alone. `Number` would read `1e2`, `0x64`, ` 7` and an empty field as well.

const DIGITS = /^(0|[1-9]\d{0,9})$/;

/** @returns null when the text is not a whole number in digits */
export const readWholeNumber = (text: string): number | null => (DIGITS.test(text) ? Number(text) : null);

/** A field of a form that holds a whole number. */
export const wholeNumber = ({ min, max }: { readonly min: number; readonly max: number }) =>
  z.string().regex(DIGITS).transform(Number).pipe(z.int().min(min).max(max));
