import { describe, expect, test } from "vitest";
import { callFigures, type Sample, slopeOf, trendOf } from "./soak-figures.ts";

const MINUTES = 10;
/** Every six seconds. */
const sampled = (valueAt: (minute: number) => number): Sample[] =>
  Array.from({ length: MINUTES * 10 }, (_, n) => ({ minute: n / 10, value: valueAt(n / 10) }));

describe("memory", () => {
  test("that grows by a hundredth and a half of its level each minute is not flat", () => {
    const { slope, slopeShare, isFlat } = trendOf(
      sampled((minute) => 200 + 3 * (minute - 6.45)),
      MINUTES,
    );
    expect(slope).toBeCloseTo(3);
    expect(slopeShare).toBeCloseTo(0.015);
    expect(isFlat).toBe(false);
  });

  test("that grows by half a hundredth is flat", () => {
    expect(
      trendOf(
        sampled((minute) => 200 + minute),
        MINUTES,
      ).isFlat,
    ).toBe(true);
  });

  test("that grows only while it warms up is flat, and its first minute shows it", () => {
    const trend = trendOf(
      sampled((minute) => (minute < 2.9 ? 50 + 50 * minute : 195)),
      MINUTES,
    );
    expect(trend).toMatchObject({ isFlat: true, middle: 195, last: 195 });
    expect(trend.first).toBeCloseTo(72.5);
  });

  test("that goes up and down by what is collected is flat", () => {
    expect(
      trendOf(
        sampled((minute) => 200 + 40 * (minute % 1)),
        MINUTES,
      ).isFlat,
    ).toBe(true);
  });

  test("that falls is flat", () => {
    expect(
      trendOf(
        sampled((minute) => 300 - 20 * minute),
        MINUTES,
      ).isFlat,
    ).toBe(true);
  });
});

test("one sample has no slope", () => {
  expect(slopeOf([{ minute: 1, value: 5 }])).toBe(0);
});

test("calls are told apart by kind and minute", () => {
  const calls = [
    ...Array.from({ length: 100 }, (_, n) => ({ kind: "create", minute: 3 + n / 100, ms: n + 1 })),
    { kind: "create", minute: 4, ms: 9_000 },
    { kind: "status", minute: 3.5, ms: 9_000 },
  ];
  expect(callFigures(calls, "create", 3)).toEqual({ perSecond: 100 / 60, p50Ms: 51, p95Ms: 96, p99Ms: 100 });
});
