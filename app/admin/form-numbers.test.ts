import { expect, test } from "vitest";
import { readWholeNumber, wholeNumber } from "./form-numbers.ts";

test.each(["1e2", "0x64", "0b11", "1.0", "+7", "-7", " 7", "7 ", "", "07", "٧", "1_000", "Infinity", "99999999999"])(
  "%j is no whole number of a form",
  (text) => {
    expect(readWholeNumber(text)).toBeNull();
    expect(wholeNumber({ min: 0, max: 1_000_000_000 }).safeParse(text).success).toBe(false);
  },
);

test("digits are one, within its bounds", () => {
  expect(readWholeNumber("0")).toBe(0);
  expect(wholeNumber({ min: 1, max: 100 }).parse("100")).toBe(100);
  expect(wholeNumber({ min: 1, max: 100 }).safeParse("101").success).toBe(false);
  expect(wholeNumber({ min: 1, max: 100 }).safeParse("0").success).toBe(false);
  expect(wholeNumber({ min: 1, max: 100 }).safeParse(7).success).toBe(false);
});
