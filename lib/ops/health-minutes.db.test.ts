import { afterAll, beforeAll, expect, test } from "vitest";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { readHealthMinutes } from "#lib/storage/operations/health-minutes.ts";
import { readSweptWork, readTaskWork } from "#lib/storage/operations/work-under-way.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createMinuteKeeper } from "./health-minutes.ts";
import { createMetrics } from "./metrics.ts";

// Goal: each minute is written down once, with what happened in it, whoever is at work.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);

test("a minute that is over is kept with its payments, its rejections and what each process has counted", async () => {
  const { database, clock } = fixture;
  const { pool } = database;
  const metrics = createMetrics({ hub: { watching: 3, connected: true }, pool });
  const worker = { pool, clock, ofDatabase: true } as const;
  const keepers = [
    createMinuteKeeper({ ...worker, metrics, source: "worker:a:1" }),
    createMinuteKeeper({ ...worker, metrics: createMetrics({ pool }), source: "worker:a:2" }),
    createMinuteKeeper({ pool, clock, metrics: createMetrics({ pool }), source: "web:a:3", ofDatabase: false }),
  ];
  const minute = minuteOf(clock.now());
  await Promise.all(keepers.map((keep) => keep()));
  expect(await readHealthMinutes(pool, minute)).toEqual([]);

  const order = await fixture.order();
  await fixture.payAndNotify(await fixture.open(order.id));
  await pool.query("insert into notify_rejections values ($1, 'v3', 'bad_signature', 4)", [minute]);
  metrics.observeGatewayCall({ operation: "open_trade", outcome: "done", seconds: 0.5 });
  metrics.observeGatewayCall({ operation: "find_trade", outcome: "unknown", seconds: 1.5 });
  metrics.observeGatewayCall({ operation: "open_trade", outcome: "refused", seconds: 0.5 });
  metrics.observeNotice("payment", 2);
  clock.advance(MINUTE_MS);
  await Promise.all(keepers.map((keep) => keep()));
  await Promise.all(keepers.map((keep) => keep()));

  const [kept, ...more] = await readHealthMinutes(pool, minute);
  expect(more).toEqual([]);
  expect(kept?.minute).toEqual(minute);
  expect(kept?.database).toMatchObject({ paid: 1, odd: 0, rejections: { bad_signature: 4 }, backupAgeH: null });
  expect(kept?.processes).toHaveLength(3);
  expect(kept?.processes).toContainEqual(
    expect.objectContaining({
      ...{ calls: 3, callS: 2.5, callMaxS: 1.5, callsUnknown: 1, callsRefused: 1, notices: 1, noticeS: 2, streams: 3 },
    }),
  );

  // The next minute begins at nothing.
  clock.advance(MINUTE_MS);
  await Promise.all(keepers.map((keep) => keep()));
  const next = (await readHealthMinutes(pool, addMs(minute, MINUTE_MS)))[0];
  expect(next?.database).toMatchObject({ paid: 0, rejections: {} });
  expect(next?.processes.map(({ calls }) => calls)).toEqual([0, 0, 0]);
});

test("an overdue row is what the minute says of unfinished work, and where the table of work shows it", async () => {
  const { database, clock } = fixture;
  const { pool } = database;
  const order = await fixture.order();
  await fixture.open(order.id);
  await pool.query("update payment_attempts set check_at = $1 where check_at is not null", [
    addMs(clock.now(), -200 * SECOND_MS),
  ]);
  const minute = minuteOf(clock.now());
  const keep = createMinuteKeeper({
    ...{ pool, clock, metrics: createMetrics({ pool }), source: "worker:a:9", ofDatabase: true },
  });
  clock.advance(MINUTE_MS);
  await keep();
  const kept = (await readHealthMinutes(pool, minute)).find(({ database: known }) => known !== null);
  expect(kept?.database?.oldestS).toBeGreaterThanOrEqual(200);
  expect(kept?.database?.sweepLagS).toBe(kept?.database?.oldestS);
  const work = await readSweptWork(pool, clock.now());
  expect(work.find(({ kind }) => kind === "payments")).toMatchObject({ waiting: 1, due: 1 });
  expect(work.find(({ kind }) => kind === "payments")?.lagS).toBeCloseTo(260, 0);
  expect(work.find(({ kind }) => kind === "prints")).toEqual({ kind: "prints", waiting: 0, due: 0, lagS: 0 });
});

test("jobs are shown by task, with those that failed and are tried again", async () => {
  const { pool } = fixture.database;
  const now = new Date();
  await pool.query("select graphile_worker.add_job('check-attempt', '{}'::json, run_at => $1)", [addMs(now, -HOUR_MS)]);
  await pool.query("select graphile_worker.add_job('print', '{}'::json, run_at => $1)", [addMs(now, HOUR_MS)]);
  await pool.query("update graphile_worker._private_jobs set attempts = 2, last_error = 'refused' where run_at > $1", [
    now,
  ]);
  const tasks = await readTaskWork(pool, now);
  const late = tasks.find(({ task }) => task === "check-attempt");
  expect(late?.due).toBeGreaterThanOrEqual(1);
  expect(late?.lagS).toBeGreaterThanOrEqual(3_600);
  expect(tasks.find(({ task }) => task === "print")).toMatchObject({ due: 0, failing: 1, lastError: "refused" });
});

test("Postgres takes whole minutes and small figures alone", async () => {
  const insert = (minute: string, figures: string) =>
    fixture.database.pool.query("insert into health_minutes values ($1, 'x', $2)", [minute, figures]);
  await expect(insert("2026-11-30T00:00:01Z", "{}")).rejects.toMatchObject({ code: "23514" });
  await expect(insert("2026-11-30T00:00:00Z", "[]")).rejects.toMatchObject({ code: "23514" });
  await expect(insert("2026-11-30T00:00:00Z", `{"a":"${"x".repeat(2_100)}"}`)).rejects.toMatchObject({ code: "23514" });
});
