import { PIN_DIGITS_MAX, PIN_DIGITS_MIN } from "#lib/base/till-limits.ts";

const FORM = new RegExp(`^[0-9]{${PIN_DIGITS_MIN},${PIN_DIGITS_MAX}}$`);
const ROWS = "01234567890";

/** Why a PIN will not do: not four to eight digits, or one that everyone tries first. Null: it will. */
export function pinTrouble(pin: string): "form" | "weak" | null {
  if (!FORM.test(pin)) return "form";
  const backwards = [...pin].reverse().join("");
  const isRow = ROWS.includes(pin) || ROWS.includes(backwards);
  return isRow || isRepeated(pin) ? "weak" : null;
}

/** One digit, or one pair or triple, over and over. */
const isRepeated = (pin: string): boolean =>
  [1, 2, 3].some((length) => pin.length > length && pin === pin.slice(0, length).repeat(pin.length / length));
