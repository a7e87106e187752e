import { expect, test } from "vitest";
import { NO_WEDGE, strike, type Wedge } from "./wedge.ts";

// Goal: a scanner gun is understood wherever the focus is, and nobody's typing is taken for one.

interface Typed {
  readonly keys: readonly string[];
  readonly gapMs: number;
}

function scans(...bursts: Typed[]): string[] {
  let wedge: Wedge = NO_WEDGE;
  let at = 1_000;
  const found: string[] = [];
  for (const { keys, gapMs } of bursts) {
    for (const key of keys) {
      at += gapMs;
      const struck = strike(wedge, key, at);
      wedge = struck.wedge;
      if (struck.scanned !== null) found.push(struck.scanned);
    }
    at += 1_000;
  }
  return found;
}

const CODE = "134567890123456789";

test.each([
  ["a scanner", { keys: [...CODE, "Enter"], gapMs: 8 }, [CODE]],
  ["a slow scanner", { keys: [...CODE, "Enter"], gapMs: 50 }, [CODE]],
  ["one that ends with a tab", { keys: [...CODE, "Tab"], gapMs: 8 }, [CODE]],
  [
    "one that presses Shift between",
    { keys: [...CODE.slice(0, 9), "Shift", ...CODE.slice(9), "Enter"], gapMs: 8 },
    [CODE],
  ],
  ["a person who types fast", { keys: [...CODE, "Enter"], gapMs: 90 }, []],
  ["a few digits and Enter", { keys: [..."38", "Enter"], gapMs: 8 }, []],
  ["digits without an end", { keys: [...CODE], gapMs: 8 }, []],
  ["digits that something else ends", { keys: [...CODE, "a", "Enter"], gapMs: 8 }, []],
])("%s", (_name, typed, found) => expect(scans(typed)).toEqual(found));

test("two scans after each other are two codes", () => {
  const burst = (code: string) => ({ keys: [...code, "Enter"], gapMs: 10 });
  expect(scans(burst(CODE), burst("120000000000000000"))).toEqual([CODE, "120000000000000000"]);
});

test("a digit that was typed before the scanner is no part of the code", () => {
  expect(scans({ keys: ["5"], gapMs: 10 }, { keys: [...CODE, "Enter"], gapMs: 10 })).toEqual([CODE]);
});

test("the first digit is the keypad's until a second follows at a scanner's pace", () => {
  const first = strike(NO_WEDGE, "1", 0);
  expect(first.isOurs).toBe(false);
  expect(strike(first.wedge, "3", 10).isOurs).toBe(true);
  expect(strike(first.wedge, "3", 400).isOurs).toBe(false);
});
