import fc from "fast-check";
import { expect, test } from "vitest";
import { fen, formatYuan } from "#lib/base/fen.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import { readAmount } from "./read-amount.ts";

// Goal: what a shopper types is that amount to the fen, or is asked for again.

const BOUNDS = { min: 100, max: 5_000_000 };

test.each([
  ["12", 1_200],
  ["12.5", 1_250],
  ["12.50", 1_250],
  ["0012.05", 1_205],
  [" 12.34 ", 1_234],
  ["¥12.34", 1_234],
  ["￥ 12.34", 1_234],
  ["１２．３４", 1_234],
  ["12。34", 1_234],
  ["1", 100],
  ["50000.00", 5_000_000],
])("%j is %d fen", (typed, amount) => {
  expect(readAmount(typed, BOUNDS)).toEqual({ kind: "amount", fen: amount });
});

test.each([
  ["", "empty"],
  ["  ", "empty"],
  ["¥", "empty"],
  ["12.345", "decimals"],
  ["0.001", "decimals"],
  ["12.", "malformed"],
  [".5", "malformed"],
  ["1,5", "malformed"],
  ["1,234.00", "malformed"],
  ["1e2", "malformed"],
  ["-5", "malformed"],
  ["+5", "malformed"],
  ["1.2.3", "malformed"],
  ["0x10", "malformed"],
  ["十二", "malformed"],
  ["12元", "malformed"],
  ["NaN", "malformed"],
  ["0", "below"],
  ["0.99", "below"],
  ["50000.01", "above"],
  ["99999999999999999999", "above"],
])("%j is %s", (typed, kind) => {
  expect(readAmount(typed, BOUNDS)).toEqual({ kind });
});

test("every amount there is comes back as it was written", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: AMOUNT_FEN_MAX }), (amount) => {
      const typed = formatYuan(fen(amount));
      expect(readAmount(typed, { min: 1, max: AMOUNT_FEN_MAX })).toEqual({ kind: "amount", fen: amount });
    }),
  );
});

test("no text is taken for more or less than the bounds allow", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), (typed) => {
      const read = readAmount(typed, BOUNDS);
      if (read.kind === "amount") expect(read.fen >= BOUNDS.min && read.fen <= BOUNDS.max).toBe(true);
    }),
  );
});
