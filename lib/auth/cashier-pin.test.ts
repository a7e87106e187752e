import { expect, test } from "vitest";
import { pinTrouble } from "./cashier-pin.ts";

// Goal: a PIN is short, so the few that everyone tries first are not taken.

test.each(["4827", "48271", "19730512", "0274"])("%s will do", (pin) => {
  expect(pinTrouble(pin)).toBeNull();
});

test.each([
  ["482", "form"],
  ["482719350", "form"],
  ["48a7", "form"],
  ["４８２７", "form"],
  ["", "form"],
  ["0000", "weak"],
  ["77777777", "weak"],
  ["1234", "weak"],
  ["6543", "weak"],
  ["7890", "weak"],
  ["1212", "weak"],
  ["123123", "weak"],
])("%s will not: %s", (pin, trouble) => {
  expect(pinTrouble(pin)).toBe(trouble);
});
