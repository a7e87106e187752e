import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { amountsOf, entryFen, KEYS, type KeypadEntry, type KeypadKey, NOTHING, preset, press } from "./keypad-entry.ts";

// Goal: what the display shows is what is charged, to the fen, whatever keys are hit.

const ROOM = 1_000_000_000;
const NAMES: Readonly<Record<string, KeypadKey>> = { ".": "point", "<": "back", C: "clear", "+": "plus", Z: "00" };
const typed = (keys: string, room = ROOM): KeypadEntry =>
  [...keys].reduce((entry, each) => press(entry, NAMES[each] ?? (each as KeypadKey), room), NOTHING);

describe("typing", () => {
  test.each([
    ["", "", 0],
    ["38.5", "38.5", 3_850],
    ["38.", "38.", 3_800],
    [".01", "0.01", 1],
    ["0.10", "0.10", 10],
    ["007", "7", 700],
    ["000", "0", 0],
    ["1Z", "100", 10_000],
    ["1.Z", "1.00", 100],
    ["1.5Z", "1.50", 150],
    ["1..5", "1.5", 150],
    ["123<", "12", 1_200],
    ["12.3<<", "12", 1_200],
    ["9C5", "5", 500],
    ["10000000", "10000000", ROOM],
  ])("%s shows %j and is %i fen", (keys, shown, fen) => {
    const entry = typed(keys);
    expect([entry.typing, entryFen(entry)]).toEqual([shown, fen]);
  });

  test("amounts are added up, and taken back one after the other", () => {
    const entry = typed("12+5.5+.8");
    expect(amountsOf(entry)).toEqual([1_200, 550, 80]);
    expect(entryFen(entry)).toBe(1_830);
    expect(typed("12+5.5<<<<")).toMatchObject({ terms: [], typing: "12" });
    expect(typed("12++0+")).toMatchObject({ terms: [1_200], typing: "" });
  });

  test("a third decimal and what is beyond the limit change nothing, and say why", () => {
    expect(typed("1.234")).toEqual({ terms: [], typing: "1.23", refused: "decimals" });
    expect(typed("100000001")).toEqual({ terms: [], typing: "10000000", refused: "limit" });
    expect(typed("99", 5_000)).toEqual({ terms: [], typing: "9", refused: "limit" });
    expect(typed("1.2341").refused).toBe("decimals");
    expect(press(typed("1.234"), "back", ROOM).refused).toBeNull();
    expect(typed("1+".repeat(30)).terms).toHaveLength(19);
    expect(typed("1+".repeat(30)).refused).toBe("terms");
  });

  test("a preset stands for what was typed, and can be corrected like it", () => {
    expect(preset(typed("12+7"), 2_650, ROOM)).toEqual({ terms: [1_200], typing: "26.5", refused: null });
    expect(preset(NOTHING, 2_600, ROOM).typing).toBe("26");
    expect(preset(NOTHING, 5, ROOM).typing).toBe("0.05");
    expect(preset(typed("1"), 9_000, 5_000)).toMatchObject({ typing: "1", refused: "limit" });
  });
});

test("no keys lead to a fraction of a fen, a negative amount, or beyond the room", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...KEYS), { maxLength: 40 }),
      fc.integer({ min: 0, max: ROOM }),
      (keys, room) => {
        const entry = keys.reduce((before, key) => press(before, key, room), NOTHING);
        expect(Number.isSafeInteger(entryFen(entry))).toBe(true);
        expect(entryFen(entry)).toBeGreaterThanOrEqual(0);
        expect(entryFen(entry)).toBeLessThanOrEqual(room);
        expect(amountsOf(entry).reduce((sum, each) => sum + each, 0)).toBe(entryFen(entry));
        expect(entry.typing).toMatch(/^(?:|0|[1-9][0-9]*)(?:\.[0-9]{0,2})?$/);
      },
    ),
  );
});
