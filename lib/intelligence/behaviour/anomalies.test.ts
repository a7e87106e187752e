import { describe, expect, test } from "vitest";
import { HOUR_MS } from "#lib/base/time.ts";
import { anomalies, type HourPoint } from "./anomalies.ts";
import { simulatedYear, type Trouble, YEAR_BEGINS } from "./testing/simulated-year.ts";

// Goal: alarms mean something. Years with a known truth, on seeds that nothing was tuned on (tuning used "tune…").

const WEEK = 168;
const hour = (count: number) => new Date(YEAR_BEGINS.getTime() + count * HOUR_MS);
const AFTER_EIGHT_WEEKS = hour(8 * WEEK);
const MONTHS = (365 - 56) / 30.4;

describe("a simulated year", () => {
  test.each(["quiet-1", "quiet-2"])("has at most two false alarms a month: %s", (seed) => {
    expect(anomalies(simulatedYear(seed), { from: AFTER_EIGHT_WEEKS }).length).toBeLessThanOrEqual(2 * MONTHS);
  });

  test("a halved conversion is found in the first or second of its hours", () => {
    const delays = Array.from({ length: 6 }, (_, at) => {
      const from = (75 + 31 * at) * 24 + [10, 11, 12, 17, 18, 19][at % 6]!;
      const trouble: Trouble = { measure: "conversion", key: "all", from, hours: 4, times: 0.5 };
      const points = simulatedYear(`halved-${at}`, trouble).filter((point) => point.at < hour(from + 4));
      const [found] = anomalies(points, { from: hour(from) });
      expect(found?.cause.kind).toBe("conversion");
      return found === undefined ? 99 : (found.at.getTime() - hour(from).getTime()) / HOUR_MS + 1;
    });
    for (const hours of delays) expect(hours).toBeLessThanOrEqual(2);
  });
});

/** Ten weeks that are all alike, and what the last hours had instead. */
function alike(changed: (point: HourPoint, hoursLeft: number) => Partial<HourPoint> | null): HourPoint[] {
  const hours = 10 * WEEK;
  return Array.from({ length: hours }, (_, at) => {
    const usual: HourPoint[] = [
      { measure: "conversion", key: "jsapi", at: hour(at), hits: 60 + (at % 3), total: 100 },
      { measure: "conversion", key: "native", at: hour(at), hits: 40 + (at % 2), total: 80 },
      { measure: "conversion", key: "all", at: hour(at), hits: 100, total: 180 },
      { measure: "dead_end", key: "", at: hour(at), hits: 8, total: 180 },
      { measure: "wechat_error", key: "SYSTEM_ERROR", at: hour(at), hits: 1, total: 180 },
      { measure: "refund_count", key: "", at: hour(at), hits: 2, total: 100 },
      { measure: "paid_unnoticed", key: "", at: hour(at), hits: 0, total: 100 },
      { measure: "notice_delay", key: "", at: hour(at), hits: 2_000, total: 100 },
    ];
    return usual.map((point) => ({ ...point, ...changed(point, hours - 1 - at) }));
  }).flat();
}
const causesOf = (points: HourPoint[], hours = 10) =>
  anomalies(points, { from: hour(10 * WEEK - hours) }).map(({ cause }) => `${cause.kind}:${cause.key}`);

describe("the likely cause", () => {
  test("nothing unusual, no alarm", () => {
    expect(causesOf(alike(() => null))).toEqual([]);
  });

  test.each<[string, (point: HourPoint) => Partial<HourPoint> | null]>([
    ["conversion:jsapi", ({ key }) => (key === "jsapi" ? { hits: 30 } : null)],
    ["conversion:all", ({ measure, total }) => (measure === "conversion" ? { hits: total / 4 } : null)],
    [
      "wechat_error:SYSTEM_ERROR",
      ({ measure, total }) =>
        measure === "conversion" ? { hits: total / 4 } : measure === "wechat_error" ? { hits: 60 } : null,
    ],
    [
      "dead_end:",
      ({ measure, total }) =>
        measure === "conversion" ? { hits: total / 4 } : measure === "dead_end" ? { hits: 80 } : null,
    ],
    ["refunds:", ({ measure }) => (measure === "refund_count" ? { hits: 25 } : null)],
    ["notices:", ({ measure }) => (measure === "notice_delay" ? { hits: 61_000 } : null)],
    ["notices:", ({ measure }) => (measure === "paid_unnoticed" ? { hits: 30 } : null)],
  ])("%s", (cause, change) => {
    expect(causesOf(alike((point, left) => (left === 0 ? change(point) : null)))).toEqual([cause]);
  });

  test("one alarm per cause in six hours, then again", () => {
    const late = alike((point, left) => (left < 8 && point.measure === "notice_delay" ? { hits: 90_000 } : null));
    const moments = anomalies(late, { from: hour(0) }).map(
      ({ at }) => (at.getTime() - hour(10 * WEEK).getTime()) / HOUR_MS,
    );
    expect(moments).toEqual([-8, -2]);
  });

  test("what gets better, changes little, or was seen by few raises nothing", () => {
    const last = (change: Partial<HourPoint>) =>
      causesOf(alike((point, left) => (left === 0 && point.key === "jsapi" ? change : null)));
    expect(last({ hits: 95 })).toEqual([]);
    expect(last({ hits: 5_100, total: 10_000 })).toEqual([]);
    expect(last({ hits: 0, total: 29 })).toEqual([]);
    expect(last({ hits: 0, total: 30 })).toEqual(["conversion:jsapi"]);
  });
});
