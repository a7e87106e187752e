import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Finding, failed, ok, unknown, warn } from "#lib/base/finding.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { beat } from "#lib/storage/operations/heartbeats.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { plain, say } from "#lib/texts/sentence.ts";
import { standInForWorker } from "./stand-in-for-worker.ts";
import { createHealthWatch } from "./watch-health.ts";

// Goal: what is wrong is an alert without anybody asking, once, and it ends by itself; a worker that is gone is told of by others.

let database: TestDatabase;
let pool: TestDatabase["pool"];
const clock = new FakeClock();

beforeAll(async () => {
  database = await testDatabase();
  pool = database.pool;
});
afterEach(async () => {
  await pool.query("delete from alerts");
  await pool.query("delete from heartbeats");
});
afterAll(() => database.close());

const NEXT = say("startDatabase");
const alerts = async () =>
  (
    await pool.query(
      `select kind, detail ->> 'next' as next, recovered_at is not null as over, acknowledged_at is not null as done
         from alerts order by id`,
    )
  ).rows;

test("each failing check is one alert, which ends when the check is well; what could not be looked at changes nothing", async () => {
  let findings: Finding[] = [failed("disk", plain("0.1 GiB"), NEXT), ok("worker", plain("at work"))];
  const report = async () => ({ findings });
  const nothing = async () => ({ findings: [] });
  const watch = createHealthWatch({ pool, clock, checkInstallation: report, doctor: nothing });
  await Promise.all([watch.look(), watch.look()]);
  const open = { kind: "health_disk", next: JSON.stringify(NEXT), over: false, done: false };
  expect(await alerts()).toEqual([open]);
  findings = [unknown("disk", plain("timed out"))];
  await watch.look();
  expect(await alerts()).toEqual([open]);
  findings = [ok("disk", plain("9 GiB"))];
  await watch.look();
  expect(await alerts()).toEqual([{ ...open, over: true, done: true }]);
  // A new trouble is a new alert.
  clock.advance(MINUTE_MS);
  findings = [warn("disk", plain("0.9 GiB"), NEXT)];
  await watch.look();
  expect(await alerts()).toHaveLength(2);
});

test("the credentials are looked at every six hours, and any of them that fails is told", async () => {
  let visits = 0;
  const doctor = async () => {
    visits++;
    return { findings: [ok("private_key", plain("fits")), warn("certificate_expiry", plain("2026-07-04"), NEXT)] };
  };
  const watch = createHealthWatch({ pool, clock, checkInstallation: async () => ({ findings: [] }), doctor });
  await watch.look();
  clock.advance(HOUR_MS);
  await watch.look();
  expect(visits).toBe(1);
  clock.advance(5 * HOUR_MS);
  await watch.look();
  expect(visits).toBe(2);
  expect(await alerts()).toMatchObject([{ kind: "health_credentials", over: false }]);
});

test("while a worker is seen nobody stands in; without one the alert is raised and what waits is sent", async () => {
  const turned: string[] = [];
  const notifier = {
    dueChannels: async () => ["nch_1"],
    turn: async (id: string) => {
      turned.push(id);
      return "idle" as const;
    },
    test: async () => ({ kind: "sent" as const, answer: "" }),
  };
  const log = { info() {}, warn() {}, error() {} };
  let rounds = 0;
  const counted = {
    now() {
      rounds++;
      return clock.now();
    },
  };
  const parts = { database: { pool }, notifier, clock: counted, log, everyMs: 20, graceMs: 30 * SECOND_MS };
  await beat(pool, "worker:here:1");
  const standIn = standInForWorker(parts);
  clock.advance(31 * SECOND_MS);
  const seen = rounds;
  await expect.poll(() => rounds).toBeGreaterThan(seen + 2);
  expect(await alerts()).toEqual([]);
  await pool.query("delete from heartbeats");
  await expect.poll(alerts).toMatchObject([{ kind: "health_worker", over: false }]);
  await expect.poll(() => turned.length).toBeGreaterThan(0);
  await standIn.stop();
});
