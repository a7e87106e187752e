import { COUNTER_TERMS_MAX } from "#lib/base/counter-limits.ts";
import { fenFromYuan } from "#lib/base/fen.ts";

// What the keypad holds: amounts that were added up, and the one that is being typed. Digits only, no arithmetic with fractions.

export interface KeypadEntry {
  /** In fen, closed by a plus. */
  readonly terms: readonly number[];
  /** As it stands on the display: "", "0.", "38.5". */
  readonly typing: string;
  /** Why the last key did nothing. */
  readonly refused: "decimals" | "limit" | "terms" | null;
}

export const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "00", "point", "back", "clear", "plus"] as const;
export type KeypadKey = (typeof KEYS)[number];

export const NOTHING: KeypadEntry = { terms: [], typing: "", refused: null };

/** In fen; a point at the end is as good as none. */
const typedFen = ({ typing }: Pick<KeypadEntry, "typing">): number => fenFromYuan(typing.replace(/\.$/, "")) ?? 0;
export const entryFen = (entry: Pick<KeypadEntry, "terms" | "typing">): number =>
  entry.terms.reduce((sum, term) => sum + term, 0) + typedFen(entry);
/** The amounts of the order, without empty ones. */
export const amountsOf = (entry: Pick<KeypadEntry, "terms" | "typing">): number[] =>
  [...entry.terms, typedFen(entry)].filter((amount) => amount > 0);

/** @param room what may still be added to the order, in fen */
export function press(entry: KeypadEntry, key: KeypadKey, room: number): KeypadEntry {
  const { terms, typing } = entry;
  switch (key) {
    case "clear":
      return NOTHING;
    case "back":
      return backspace(entry);
    case "plus": {
      if (typedFen(entry) === 0) return { terms, typing: "", refused: null };
      if (terms.length + 1 >= COUNTER_TERMS_MAX) return { ...entry, refused: "terms" };
      return { terms: [...terms, typedFen(entry)], typing: "", refused: null };
    }
    case "point":
      return typing.includes(".") ? entry : { terms, typing: `${typing === "" ? "0" : typing}.`, refused: null };
    default:
      return typeDigits(entry, key, room);
  }
}

/** Takes back the last key; behind a plus, the plus. */
function backspace({ terms, typing }: KeypadEntry): KeypadEntry {
  if (typing !== "") return { terms, typing: typing.slice(0, -1), refused: null };
  const last = terms.at(-1);
  return last === undefined ? NOTHING : { terms: terms.slice(0, -1), typing: plain(last), refused: null };
}

function typeDigits(entry: KeypadEntry, digits: string, room: number): KeypadEntry {
  const { terms, typing } = entry;
  const [, decimals] = typing.split(".");
  if (decimals !== undefined && decimals.length + digits.length > 2) {
    // The second of two zeros is one too many: the first still counts.
    return decimals.length === 1 && digits === "00" ? typeDigits(entry, "0", room) : { ...entry, refused: "decimals" };
  }
  const next = decimals === undefined ? (typing + digits).replace(/^0+(?=[0-9])/, "") : typing + digits;
  const typed = { terms, typing: next, refused: null };
  return entryFen(typed) > room ? { ...entry, refused: "limit" } : typed;
}

/** An amount as one would have typed it: 2600 → 26, 2650 → 26.5. */
function plain(amount: number): string {
  const [yuan, rest] = [Math.floor(amount / 100), amount % 100];
  if (rest === 0) return String(yuan);
  return `${yuan}.${String(rest).padStart(2, "0").replace(/0$/, "")}`;
}

/** A preset takes the place of what is being typed. */
export function preset(entry: KeypadEntry, fen: number, room: number): KeypadEntry {
  const next = { terms: entry.terms, typing: plain(fen), refused: null };
  return entryFen(next) > room ? { ...entry, refused: "limit" } : next;
}
