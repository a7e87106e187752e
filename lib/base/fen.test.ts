import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addFen,
  fen,
  fenFromTyped,
  fenFromYuan,
  fenFromYuanNumber,
  formatYuan,
  partOf,
  shareOut,
  subtractFen,
  timesFen,
} from "./fen.ts";

describe("yuan to fen", () => {
  test.each([
    ["19.99", 1999],
    ["0.1", 10],
    ["0.01", 1],
    ["100", 10_000],
    ["007.50", 750],
    ["0", 0],
  ])("the text %s is %d fen", (text, amount) => {
    expect(fenFromYuan(text)).toBe(amount);
  });

  test.each([
    "",
    "-1",
    "+1",
    "1.",
    ".5",
    "0.001",
    "1e2",
    " 1",
    "1 ",
    "１",
    "NaN",
    "Infinity",
    "0x10",
    "1,000",
    "99999999999999999",
  ])("the text %j is refused", (text) => {
    expect(fenFromYuan(text)).toBeNull();
  });

  test.each([
    [19.99, 1999],
    [1e2, 10_000],
    [0.1, 10],
    [0.29, 29],
    [1.15, 115],
    [4.35, 435],
  ])("the number %d is %d fen", (yuan, amount) => {
    expect(fenFromYuanNumber(yuan)).toBe(amount);
  });

  test.each([0.001, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e-7, 0.1 + 0.2, 1e21, 19.999])(
    "the number %d is refused",
    (yuan) => {
      expect(fenFromYuanNumber(yuan)).toBeNull();
    },
  );

  test("what is written is what is read, for every amount, as text and as number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (amount) => {
        const text = formatYuan(fen(amount));
        expect(fenFromYuan(text)).toBe(amount);
        expect(fenFromYuanNumber(Number(text))).toBe(amount);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("shareOut", () => {
  test("the missing fen go to the largest remainders, ties to the lower index", () => {
    expect(shareOut(fen(100), [333, 333, 334])).toEqual([33, 33, 34]);
    expect(shareOut(fen(2000), [100, 2000])).toEqual([95, 1905]);
    expect(shareOut(fen(1), [1, 1])).toEqual([1, 0]);
    expect(shareOut(fen(2), [1, 1, 1, 0])).toEqual([1, 1, 0, 0]);
    expect(shareOut(fen(3), [2, 9, 2])).toEqual([1, 2, 0]);
  });

  test("shares sum to the total and are within a fen of their exact part", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), weights, (total, parts) => {
        fc.pre(parts.some((part) => part > 0));
        const whole = parts.reduce((sum, part) => sum + part, 0);
        const shares = shareOut(fen(total), parts);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total);
        for (const [index, share] of shares.entries()) {
          expect(Math.abs(share - (total * (parts[index] ?? 0)) / whole)).toBeLessThan(1.000001);
        }
      }),
    );
  });

  test("nothing is shared over nothing", () => {
    expect(shareOut(fen(0), [0, 0])).toEqual([0, 0]);
    expect(() => shareOut(fen(1), [0, 0])).toThrow("internal: nothing to share an amount over");
  });
});

test("sums, differences, multiples and parts are exact, or refused", () => {
  expect([addFen(), addFen(fen(1), fen(2), fen(3)), subtractFen(fen(5), fen(7)), timesFen(fen(9), 3)]).toEqual([
    0, 6, -2, 27,
  ]);
  expect(() => addFen(fen(Number.MAX_SAFE_INTEGER), fen(1))).toThrow("whole number");
  expect([partOf(fen(1_000), 1, 3), partOf(fen(1_000), 3, 3), partOf(fen(1_000), 0, 3)]).toEqual([333, 1_000, 0]);
  // More than a float could hold on the way.
  expect(partOf(fen(9_007_199_254_740_991), 999_999, 1_000_000)).toBe(9_007_190_247_541_736);
});

test("only whole numbers of fen are money", () => {
  for (const amount of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
    expect(() => fen(amount)).toThrow(/^invalid_request: .* is not a whole number of fen$/);
  expect(formatYuan(fen(5))).toBe("0.05");
  expect(formatYuan(fen(-1234))).toBe("-12.34");
});

test.each([
  ["23.80", 2_380],
  ["23.8", 2_380],
  ["¥23.80", 2_380],
  ["￥ 23.8", 2_380],
  ["23元", 2_300],
  ["1,234.50", 123_450],
  ["1，234", 123_400],
  [" 23.8 ", 2_380],
  ["23 元", 2_300],
  ["1,234,567", 123_456_700],
  ["12,345.6", 1_234_560],
  ["1,2345", null],
  ["1,234.567", null],
  ["x1,234", null],
  ["1,234x", null],
  ["5¥", null],
  ["元5", null],
  ["12,34", null],
  ["1234,567", null],
  ["23.805", null],
  ["-5", null],
  ["茶", null],
  ["", null],
  ["99999999999999999999", null],
])("an amount as people type it: %s", (text, amount) => {
  expect(fenFromTyped(text)).toBe(amount);
});
