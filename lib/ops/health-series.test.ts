import { expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { DatabaseMinute, HealthMinute, ProcessMinute } from "#lib/storage/operations/health-minutes.ts";
import { type HealthCurve, healthSeries, rejectionReasons } from "./health-series.ts";

const FROM = new Date("2026-11-30T04:00:00Z");
const DATABASE: DatabaseMinute = {
  ...{ paid: 0, odd: 0, closed: 0, refunds: 0, rejections: {}, unknown: 0, oldestS: 0, sweepLagS: 0 },
  ...{ webhooks: 0, pushes: 0, prints: 0, jobs: 0, alerts: 0, backupAgeH: null },
};
const PROCESS: ProcessMinute = {
  ...{ notices: 0, noticeS: 0, noticeMaxS: 0, calls: 0, callS: 0, callMaxS: 0, callsUnknown: 0, callsRefused: 0 },
  ...{ streams: 0, poolUsed: 0, poolWaiting: 0, poolMax: 10 },
};
const minute = (
  at: number,
  database: Partial<DatabaseMinute> | null,
  ...processes: Partial<ProcessMinute>[]
): HealthMinute => ({
  minute: new Date(FROM.getTime() + at * MINUTE_MS),
  database: database === null ? null : { ...DATABASE, ...database },
  processes: processes.map((each) => ({ ...PROCESS, ...each })),
});
const curve = (name: HealthCurve, minutes: readonly HealthMinute[], minutesEach = 2, steps = 3) =>
  healthSeries(minutes, {
    from: FROM,
    to: new Date(FROM.getTime() + steps * minutesEach * MINUTE_MS),
    stepMs: minutesEach * MINUTE_MS,
  }).find((series) => series.name === name);

test("what happened is added up, and a step of which nothing is known is a gap, not a zero", () => {
  const minutes = [minute(0, { paid: 2 }), minute(1, { paid: 3 }), minute(4, { paid: 0 })];
  expect(curve("paid", minutes)).toMatchObject({ values: [5, null, 0], last: 0, peak: 5, total: 5, stands: false });
});

test("what was is shown at its worst, and stands out from its bound on", () => {
  const minutes = [minute(0, { sweepLagS: 5 }), minute(1, { sweepLagS: 119 })];
  expect(curve("sweepLag", minutes)).toMatchObject({ values: [119, null, null], total: null, stands: false });
  expect(curve("sweepLag", [...minutes, minute(2, { sweepLagS: 120 })])).toMatchObject({ stands: true });
});

test("a mean is weighed by what happened, over minutes and processes", () => {
  const minutes = [
    minute(0, null, { calls: 9, callS: 0.9 }, { calls: 1, callS: 3.1 }),
    minute(1, null, { calls: 10, callS: 4 }),
    minute(2, null, { calls: 0, callS: 0 }),
  ];
  expect(curve("callTime", minutes)?.values).toEqual([0.4, null, null]);
});

test("streams are those of all processes, the pool is that of the busiest", () => {
  const minutes = [minute(0, null, { streams: 3, poolUsed: 1 }, { streams: 4, poolUsed: 9 })];
  expect(curve("streams", minutes)?.values[0]).toBe(7);
  expect(curve("pool", minutes)).toMatchObject({ last: 0.9, stands: true });
});

test("the age of the backup is the newest; without one there is nothing to draw", () => {
  expect(curve("backupAge", [minute(0, { backupAgeH: 30 }), minute(1, { backupAgeH: 1 })])?.values[0]).toBe(1);
  expect(curve("backupAge", [minute(0, {})])).toMatchObject({ last: null, peak: null, stands: false });
});

test("minutes outside of the span are not drawn", () => {
  expect(curve("paid", [minute(-1, { paid: 1 }), minute(6, { paid: 1 })])?.values).toEqual([null, null, null]);
});

test("reasons of rejections are added up, the most frequent first", () => {
  const minutes = [minute(0, { rejections: { bad_signature: 1, stale: 2 } }), minute(1, { rejections: { stale: 3 } })];
  expect(rejectionReasons(minutes)).toEqual([
    { reason: "stale", count: 5 },
    { reason: "bad_signature", count: 1 },
  ]);
});
