import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: Postgres keeps what the code promises of channels and deliveries, and knows what each alert is about.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  await database.pool.query(
    `insert into notification_channels (id, kind, name, settings_sealed, target, events, created_at, created_by)
     values ('nch_1', 'wecom', 'a', '\\x00', 't', '{disk,other}', now(), 'test')`,
  );
});
afterAll(() => database.close());

const change = (set: string) => database.pool.query(`update notification_channels set ${set} where id = 'nch_1'`);

test.each([
  ["an event that does not exist", "events = '{weather}'", "notification_channels_events_check"],
  ["no event at all", "events = '{}'", "notification_channels_events_check"],
  ["half of the quiet hours", "quiet_from = 60", "channel_quiet"],
  ["quiet hours without an end", "quiet_from = 60, quiet_to = 60", "channel_quiet"],
  ["a device of nobody", "kind = 'web_push'", "channel_device"],
  ["a failure since never", "failures = 2", "channel_failing"],
  ["disabled without a reason", "disabled_at = now()", "channel_disabled"],
])("%s is refused", async (_, set, constraint) => {
  await expect(change(set)).rejects.toMatchObject({ constraint });
});

test("a delivery that waits says when it is looked at; what was told is never changed", async () => {
  const { pool } = database;
  const raise = (cause: string) =>
    pool.query("insert into alerts (kind, cause, created_at) values ('health_disk', $1, now())", [cause]);
  await raise("one");
  await expect(pool.query("update notification_deliveries set check_at = null")).rejects.toMatchObject({
    constraint: "notification_to_do",
  });
  await expect(pool.query("update notifications set amount = 1")).rejects.toThrow();
  // Paused: what waited is not sent later, and nothing new is written.
  await change("paused_at = now()");
  await raise("two");
  const { rows } = await pool.query("select status from notification_deliveries");
  expect(rows).toEqual([{ status: "skipped" }]);
});

test.each([
  ["late_payment", "payment_trouble", false],
  ["notice_unconfirmed", "payment_trouble", true],
  ["refund_abnormal", "refund_trouble", false],
  ["bill_missing", "differences", false],
  ["webhook_disabled", "webhook", false],
  ["configuration_refused", "credentials", true],
  ["health_backups", "backup", false],
  ["health_ledger", "other", true],
  ["health_worker", "worker", true],
  ["database_recovered", "disk", true],
  ["no_payments", "silence", true],
  ["silent_notices", "silence", false],
  ["silent_pages", "silence", true],
  ["failing_openings", "silence", true],
  ["falling_success", "silence", true],
  ["unreachable_pages", "silence", true],
  ["channel_failing", "channel", false],
  ["learner_stopped", "other", false],
])("%s is told as %s", async (kind, event, critical) => {
  const { rows } = await database.pool.query("select event_of_alert($1) as event, is_critical_alert($1) as critical", [
    kind,
  ]);
  expect(rows).toEqual([{ event, critical }]);
});
