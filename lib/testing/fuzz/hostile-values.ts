import fc from "fast-check";
import type { DescribedSchema } from "./schema-values.ts";

// What no honest caller sends, and what breaks parsers, databases and careless code.

export const ODD_TEXTS = [
  ...["", " ", "\u0000", "a\u0000b", "\ud800", "\udc00x", "\ufeff", "\u202e支付", "\u2028", "\r\nx-injected: 1"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "../../etc/passwd", "%00", "%ff", "$(id)", "{{7*7}}"],
  ...["' or 1=1 --", "<script>alert(1)</script>", "javascript:alert(1)", "👨‍👩‍👧‍👦".repeat(40), "é".normalize("NFD")],
  ...["null", "undefined", "NaN", "true", "0", "-1", "1e309", "0x10", "１２", "2026-13-45T99:99:99Z", "9".repeat(40)],
] as const;
const ODD_NUMBERS = [0, -0, -1, 1.5, 0.1 + 0.2, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, -(2 ** 53), 1e21, 1e308, 5e-324];
const ODD_THINGS: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { a: {} },
  { toString: 1 },
  { length: 3 },
];
/** Beside these the length of each text and the size of each number that the schema names, and one less and one more. */
const LENGTHS = [33, 65, 129, 257, 513, 1_025, 5_000];

/** A value to put in the place of any other. */
export function hostileValues(schema: DescribedSchema): fc.Arbitrary<unknown> {
  const limits = limitsIn(schema).flatMap((limit) => [limit - 1, limit, limit + 1]);
  const lengths = [...LENGTHS, ...limits.filter((limit) => limit >= 0 && limit <= 5_000)];
  return fc.oneof(
    fc.constantFrom<unknown>(...ODD_TEXTS),
    fc.constantFrom<unknown>(...ODD_NUMBERS, ...limits),
    fc.constantFrom<unknown>(...ODD_THINGS),
    fc.constantFrom(...lengths).map((length) => "a".repeat(length)),
    fc.constantFrom(...lengths).map((length) => "茶".repeat(length)),
    fc.string({ unit: "binary", maxLength: 30 }),
  );
}

const LIMIT_WORDS = new Set(["maxLength", "minLength", "maximum", "minimum", "maxItems", "maxProperties"]);

function limitsIn(schema: unknown): number[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([word, value]) =>
    LIMIT_WORDS.has(word) && typeof value === "number" ? [value] : limitsIn(value),
  );
}

/** One thing done to a value that was good. */
export interface Damage {
  readonly how: "replace" | "add" | "drop" | "repeat";
  /** Which of the value's places, counted from its root. */
  readonly where: number;
  readonly name: string;
  readonly value: unknown;
}

const FIELD_NAMES = [
  "unknown",
  "id",
  "status",
  "amountPaid",
  "paid",
  "__proto__",
  "constructor",
  "isAdmin",
  "é",
  "",
  "a.b",
];

export const damages = (schema: DescribedSchema): fc.Arbitrary<Damage> =>
  fc.record({
    how: fc.constantFrom("replace", "replace", "add", "add", "drop", "repeat"),
    where: fc.nat({ max: 60 }),
    name: fc.constantFrom(...FIELD_NAMES),
    value: hostileValues(schema),
  });

const REPEATED = 120;

/** A copy with the damage done at its place. */
export function damaged(value: unknown, damage: Damage): unknown {
  const places = placesIn(value);
  return changedAt(value, places[damage.where % places.length] ?? [], damage);
}

function placesIn(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [at];
  return [at, ...Object.entries(value).flatMap(([name, each]) => placesIn(each, [...at, name]))];
}

function changedAt(value: unknown, [name, ...rest]: readonly string[], damage: Damage): unknown {
  if (name === undefined) return changed(value, damage);
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === name ? changedAt(each, rest, damage) : each));
  const fields = Object.entries(value as object);
  const kept = fields.filter(([each]) => rest.length > 0 || damage.how !== "drop" || each !== name);
  return objectOf(kept.map(([each, inner]) => [each, each === name ? changedAt(inner, rest, damage) : inner]));
}

function changed(value: unknown, { how, name, value: other }: Damage): unknown {
  if (how === "repeat" && Array.isArray(value)) return Array.from({ length: REPEATED }, () => value[0] ?? other);
  if (how === "add" && typeof value === "object" && value !== null && !Array.isArray(value)) {
    return objectOf([...Object.entries(value), [name, other]]);
  }
  return other;
}

/** `__proto__` is a field like any other. */
function objectOf(fields: readonly (readonly [string, unknown])[]): object {
  const made = {};
  for (const [name, value] of fields) {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return made;
}
