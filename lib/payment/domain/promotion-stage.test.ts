import { expect, test } from "vitest";
import { paceOf, promotionStage, STAGES, type StoredPromotion } from "./promotion-stage.ts";

const DAY = 86_400_000;
const day = (n: number): Date => new Date(Date.parse("2026-11-01T00:00:00Z") + n * DAY);

const promotion = (
  given: Partial<StoredPromotion> & { window?: { start?: string; end?: string } },
): StoredPromotion => ({
  rule: { id: "p", version: 1, priority: 0, type: "amount_off", phase: "order", off: 100, window: given.window },
  ...{ status: "active", budget: null, spent: 0, reserved: 0, limitTotal: null, uses: 0 },
  ...{ createdAt: day(0), updatedAt: day(0), archivedAt: null, pausedAt: null },
  ...given,
});
const until = (n: number) => ({ window: { end: day(n).toISOString() } });

test.each([
  [{}, { stage: "running" }],
  [{ window: { start: day(11).toISOString() } }, { stage: "scheduled" }],
  [{ window: { start: day(10).toISOString() } }, { stage: "running" }],
  [until(10), { stage: "ended", because: "window" }],
  [{ status: "paused" as const, window: { start: day(11).toISOString() } }, { stage: "paused" }],
  [
    { status: "paused" as const, ...until(9) },
    { stage: "ended", because: "window" },
  ],
  [{ status: "archived" as const }, { stage: "ended", because: "archived" }],
  [
    { budget: 500, spent: 300, reserved: 200 },
    { stage: "ended", because: "budget" },
  ],
  [{ budget: 500, spent: 300, reserved: 199 }, { stage: "running" }],
  [
    { limitTotal: 2, uses: 2 },
    { stage: "ended", because: "limit" },
  ],
  [{ limitTotal: 2, uses: 1 }, { stage: "running" }],
  [{ uses: 1_000, spent: 1_000 }, { stage: "running" }],
  [{ status: "paused" as const }, { stage: "paused" }],
  [until(11), { stage: "running" }],
])("%o is %o on day 10", (given, stage) => {
  expect(promotionStage(promotion(given), day(10))).toEqual(stage);
});

test("a budget that goes faster than time ends before it, at the day that its pace gives", () => {
  // 600 of 1,000 in 10 of 20 days: 60 a day, so 400 more last 6 days and 16 hours.
  const pace = paceOf(promotion({ budget: 1_000, spent: 500, reserved: 100, ...until(20) }), day(10));
  expect(pace).toMatchObject({ budgetUsed: 0.6, timeUsed: 0.5, leftAtEndFen: null });
  expect(pace.budgetEndsAt?.toISOString()).toBe("2026-11-17T16:00:00.000Z");
});

test("a budget that goes slower leaves something at the end", () => {
  const pace = paceOf(promotion({ budget: 1_000, spent: 200, ...until(20) }), day(10));
  expect(pace).toEqual({ budgetUsed: 0.2, timeUsed: 0.5, budgetEndsAt: null, leftAtEndFen: 600 });
});

test("without an end only the day of the budget's end is known, and without a budget nothing", () => {
  expect(paceOf(promotion({ budget: 1_000, spent: 500 }), day(10)).budgetEndsAt).toEqual(day(20));
  expect(paceOf(promotion({ spent: 500, ...until(20) }), day(10))).toEqual({
    budgetUsed: null,
    timeUsed: 0.5,
    budgetEndsAt: null,
    leftAtEndFen: null,
  });
  expect(paceOf(promotion({ budget: 1_000 }), day(10)).budgetEndsAt).toBeNull();
});

test("the stages, in the order in which they are shown", () => {
  expect(STAGES).toEqual(["running", "scheduled", "paused", "ended"]);
});

test("nothing is told of a pace before an hour, before something was taken, or once all was", () => {
  const unknown = { budgetEndsAt: null, leftAtEndFen: null };
  const hour = (n: number) => new Date(day(0).getTime() + (n * DAY) / 24);
  const some = promotion({ budget: 1_000, spent: 500 });
  expect(paceOf(some, new Date(hour(1).getTime() - 1))).toEqual({ budgetUsed: 0.5, timeUsed: null, ...unknown });
  // Half of it went in an hour, so the rest goes in the next.
  expect(paceOf(some, hour(1))).toEqual({ budgetUsed: 0.5, timeUsed: null, ...unknown, budgetEndsAt: hour(2) });
  expect(paceOf(promotion({ budget: 1_000, ...until(20) }), day(10))).toEqual({
    ...{ budgetUsed: 0, timeUsed: 0.5, ...unknown },
  });
  expect(paceOf(promotion({ budget: 1_000, spent: 900, reserved: 100, ...until(20) }), day(10))).toEqual({
    ...{ budgetUsed: 1, timeUsed: 0.5, ...unknown },
  });
  expect(paceOf(promotion({ budget: 0, ...until(20) }), day(10))).toMatchObject({ budgetUsed: 1, ...unknown });
});

test("time counts from the later of its making and its start, and neither before nor beyond its window", () => {
  const window = { start: day(5).toISOString(), end: day(15).toISOString() };
  const used = (at: Date, change: Partial<StoredPromotion> = {}) =>
    paceOf(promotion({ window, ...change }), at).timeUsed;
  expect([used(day(4)), used(day(5)), used(day(10)), used(day(15)), used(day(16))]).toEqual([0, 0, 0.5, 1, 1]);
  expect(used(day(11), { createdAt: day(7) })).toBe(0.5);
  expect(used(day(15), { createdAt: day(15) })).toBeNull();
  // 500 of 1,000 in 5 of 10 days: the budget and the time end together, so nothing is left and nothing ends early.
  const pace = paceOf(promotion({ window, budget: 1_000, spent: 500 }), day(10));
  expect(pace).toEqual({ budgetUsed: 0.5, timeUsed: 0.5, budgetEndsAt: null, leftAtEndFen: 0 });
});
