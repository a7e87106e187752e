import { expect, test } from "vitest";
import { ROLES } from "./admin-roles.ts";
import { COUNTER_RIGHTS, type CounterPerson, mayAtCounter, refundLimitFen } from "./counter-rights.ts";

// Goal: nobody does at a counter what they may not. The table is written a second time here, pair by pair.
const EXPECTED = `
             owner finance clerk viewer cashier refunder
  charge     y     y       y     -      y       y
  history    y     y       y     y      y       y
  refund     y     y       -     -      -       y
  hand_over  -     -       -     -      y       y
`;

const personOf = (name: string): CounterPerson => {
  if (name === "cashier") return { kind: "cashier", refundUpToFen: null };
  if (name === "refunder") return { kind: "cashier", refundUpToFen: 5_000 };
  return { kind: "user", role: name as (typeof ROLES)[number] };
};

const [names = [], ...rows] = EXPECTED.trim()
  .split("\n")
  .map((line) => line.trim().split(/\s+/));
const pairs = rows.flatMap(([right = "", ...marks]) =>
  names.map((name, at) => ({ name, right, allowed: marks[at] === "y" })),
);

test("every pair is in the table", () => {
  expect(names).toEqual([...ROLES, "cashier", "refunder"]);
  expect(rows.map(([right]) => right)).toEqual([...COUNTER_RIGHTS]);
});

test.each(pairs)("$name, $right: $allowed", ({ name, right, allowed }) => {
  expect(mayAtCounter(personOf(name), right as (typeof COUNTER_RIGHTS)[number])).toBe(allowed);
});

test("a cashier gives back up to what the owner allowed, and who may not give back nothing", () => {
  expect(names.map((name) => refundLimitFen(personOf(name)))).toEqual([1_000_000_000, 1_000_000_000, 0, 0, 0, 5_000]);
});
