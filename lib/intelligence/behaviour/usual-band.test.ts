import { describe, expect, test } from "vitest";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { usualBand } from "./usual-band.ts";

// Goal: the band is what this time of the week usually is, honest where little is known.

const START = new Date("2026-11-02T00:00:00Z");
const day = (at: number) => addMs(START, at * DAY_MS);
const DAYS = Array.from({ length: 7 * 8 }, (_, at) => at);
/** Mondays 90 of 100, other days 80 of 100. */
const steady = DAYS.map((at) => ({ at: day(at), hits: at % 7 === 0 ? 90 : 80, total: 100 }));

describe("the usual band", () => {
  test("is about the same day of the weeks before, not about yesterday", () => {
    const band = usualBand(steady, day(49));
    const [monday, tuesday] = band;
    expect(monday).toMatchObject({ at: day(49), share: 0.9 });
    expect([monday?.low, monday?.high]).toEqual([expect.closeTo(0.84, 2), expect.closeTo(0.96, 2)]);
    expect([tuesday?.low, tuesday?.high]).toEqual([expect.closeTo(0.72, 2), expect.closeTo(0.88, 2)]);
    expect(band).toHaveLength(7);
  });

  test("one wild week does not move it", () => {
    const wild = steady.map((point, at) => (at === 28 ? { ...point, hits: 5 } : point));
    expect(usualBand(wild, day(49))[0]).toEqual(usualBand(steady, day(49))[0]);
  });

  test("fewer people make it wider, and too few weeks make none", () => {
    const few = steady.map((point, at) => (at === 49 ? { ...point, hits: 4, total: 5 } : point));
    const [narrow] = usualBand(steady, day(49));
    const [wide] = usualBand(few, day(49));
    const width = (point?: { low: number | null; high: number | null }) => (point?.high ?? 0) - (point?.low ?? 0);
    expect(width(wide)).toBeGreaterThan(2 * width(narrow));
    expect(
      usualBand(steady, START)
        .slice(0, 28)
        .every(({ low }) => low === null),
    ).toBe(true);
    expect(usualBand(steady, START)[28]?.low).not.toBeNull();
  });

  test("nobody there is no share", () => {
    expect(usualBand([{ at: START, hits: 0, total: 0 }], START)).toEqual([
      { at: START, hits: 0, total: 0, share: null, low: null, high: null },
    ]);
  });
});
