import { expect, test } from "vitest";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { type DueNotification, planTurn, quietUntil } from "./plan-turn.ts";

// Goal: a person is told soon, is not told a thousand things one by one, and sleeps at night.

const NOON = new Date("2026-07-01T12:00:00+08:00");
const CHANNEL = {
  ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
  ...{ minuteFrom: null, minuteSent: 0, stormUntil: null },
};
const NIGHT = { ...CHANNEL, quietFrom: 22 * 60, quietTo: 8 * 60 };

const due = (count: number, more: Partial<DueNotification> = {}): DueNotification[] =>
  Array.from({ length: count }, (_, id) => ({
    ...{ id: String(id + 1), critical: false, createdAt: NOON, event: "payment_received" },
    ...more,
  }));
const plan = (channel: typeof NIGHT | typeof CHANNEL, rows: readonly DueNotification[], now = NOON) =>
  planTurn({ channel, due: rows, now, perMinute: 18 });
const ids = (rows: readonly DueNotification[] | undefined) => rows?.map(({ id }) => id);

test.each([
  // From, to and now in Beijing; the end of the quiet time.
  ["22:00", "08:00", "2026-07-01T23:30:00+08:00", "2026-07-02T08:00:00+08:00"],
  ["22:00", "08:00", "2026-07-02T07:59:59+08:00", "2026-07-02T08:00:00+08:00"],
  ["22:00", "08:00", "2026-07-02T08:00:00+08:00", null],
  ["22:00", "08:00", "2026-07-01T21:59:59+08:00", null],
  ["12:00", "14:00", "2026-07-01T12:00:00+08:00", "2026-07-01T14:00:00+08:00"],
  ["12:00", "14:00", "2026-07-01T14:00:00+08:00", null],
  ["22:00", "00:00", "2026-07-01T23:59:00+08:00", "2026-07-02T00:00:00+08:00"],
])("quiet from %s to %s: at %s until %s", (from, to, now, end) => {
  const minuteOf = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const until = quietUntil({ quietFrom: minuteOf(from), quietTo: minuteOf(to) }, new Date(now));
  expect(until).toEqual(end === null ? null : new Date(end));
});

test("one by one while there are few, and the receiver's minute is kept", () => {
  expect(ids(plan(CHANNEL, due(3)).send)).toEqual(["1"]);
  const busy = { ...CHANNEL, minuteFrom: addMs(NOON, -20 * SECOND_MS), minuteSent: 18 };
  const waiting = plan(busy as never, due(2));
  expect(waiting.send).toEqual([]);
  expect(waiting.held?.until).toEqual(addMs(NOON, 40 * SECOND_MS));
  const fresh = { ...busy, minuteFrom: addMs(NOON, -MINUTE_MS) };
  expect(plan(fresh as never, due(1))).toMatchObject({ minuteSent: 1, minuteFrom: NOON });
});

test("the eleventh message within a minute begins a storm: one digest, then a minute's silence but for what is critical", () => {
  const digest = plan(CHANNEL, due(11));
  expect(digest).toMatchObject({ why: "storm", stormUntil: addMs(NOON, MINUTE_MS), minuteSent: 1 });
  expect(digest.send).toHaveLength(11);
  const storm = { ...CHANNEL, minuteFrom: NOON, minuteSent: 1, stormUntil: digest.stormUntil };
  const later = addMs(NOON, 30 * SECOND_MS);
  expect(plan(storm as never, due(5), later)).toMatchObject({ send: [], held: { until: digest.stormUntil } });
  const [urgent] = due(1, { critical: true });
  const sent = plan(storm as never, [...due(4), { ...urgent, id: "urgent" } as DueNotification], later);
  expect(ids(sent.send)).toEqual(["urgent"]);
  expect(sent.stormUntil).toEqual(digest.stormUntil);
});

test("quiet hours hold back what can wait, or drop it; critical things pass where the channel says so", () => {
  const midnight = new Date("2026-07-02T00:30:00+08:00");
  const rows = [...due(2, { createdAt: midnight }), ...due(1, { createdAt: midnight, critical: true })];
  expect(plan(NIGHT, rows, midnight)).toMatchObject({
    send: [{ critical: true }],
    held: { until: new Date("2026-07-02T08:00:00+08:00"), rows: [{ id: "1" }, { id: "2" }] },
  });
  expect(plan({ ...NIGHT, criticalPasses: false }, rows, midnight)).toMatchObject({ send: [], held: { rows } });
  expect(plan({ ...NIGHT, quietDrops: true }, rows, midnight)).toMatchObject({
    dropped: [{ id: "1" }, { id: "2" }],
    held: null,
  });
  const test = due(1, { createdAt: midnight, event: "test" });
  expect(plan(NIGHT, test, midnight).send).toEqual(test);
});

test("what has waited is told in one message afterwards; what is a day old is not told at all", () => {
  const morning = new Date("2026-07-02T08:00:00+08:00");
  const rows = due(3, { createdAt: addMs(morning, -3 * HOUR_MS) });
  expect(plan(NIGHT, rows, morning)).toMatchObject({ send: rows, why: "quiet" });
  const old = due(1, { createdAt: addMs(morning, -24 * HOUR_MS - 1) });
  expect(plan(NIGHT, old, morning)).toMatchObject({ send: [], tooOld: old });
});
