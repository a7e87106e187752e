import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: every check of these tables is there for something: each is violated once, by name. A check that is dropped, or a new one
// without its case, makes this red.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  await pool.query(
    `insert into notification_channels (id, kind, name, settings_sealed, target, events, created_at, created_by)
     values ('nch_1', 'wecom', 'a', '\\x00', 't', '{disk,other}', now(), 'test')`,
  );
  await pool.query("insert into alerts (kind, cause, created_at) values ('health_disk', 'one', now())");
  await pool.query(
    `insert into printers (id, kind, name, settings_sealed, target, width, created_at, created_by)
     values ('prn_1', 'network', 'a', '\\x00', 't', 58, now(), 'test')`,
  );
  await pool.query(
    `insert into print_jobs (printer_id, kind, check_at, created_at, created_by) values ('prn_1', 'test', now(), now(), 'test')`,
  );
});
afterAll(() => database.close());

const LONG = (chars: number) => `repeat('x', ${chars})`;

/** Of each table: the check, and a change that nothing but it refuses. */
const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  notification_channels: {
    channel_device: "admin_user_id = 'usr_1'",
    channel_device_hash: `device_hash = decode(repeat('00', 32), 'hex')`,
    channel_disabled: "disabled_at = now()",
    channel_failing: "failures = 1",
    channel_quiet: "quiet_from = 60",
    notification_channels_amount_min_check: "amount_min = -1",
    notification_channels_created_by_check: `created_by = ${LONG(255)}`,
    notification_channels_device_hash_check: `kind = 'web_push', admin_user_id = 'usr_1', device_hash = '\\x00'`,
    notification_channels_disabled_why_check: `disabled_at = now(), disabled_why = ${LONG(301)}`,
    notification_channels_events_check: "events = '{weather}'",
    notification_channels_failures_check: "failing_since = now(), failures = -1",
    notification_channels_kind_check: "kind = 'fax'",
    notification_channels_language_check: "language = 'Chinese'",
    notification_channels_last_answer_check: `last_answer = ${LONG(301)}`,
    notification_channels_minute_sent_check: "minute_sent = -1",
    notification_channels_name_check: "name = ''",
    notification_channels_quiet_from_check: "quiet_from = 1440, quiet_to = 0",
    notification_channels_quiet_to_check: "quiet_from = 0, quiet_to = -1",
    notification_channels_roles_check: "roles = '{boss}'",
    notification_channels_target_check: "target = ''",
  },
  notification_deliveries: {
    notification_deliveries_last_answer_check: `last_answer = ${LONG(301)}`,
    notification_deliveries_status_check: "status = 'lost', check_at = null, ended_at = now()",
    notification_deliveries_tries_check: "tries = -1",
    notification_to_do: "ended_at = now()",
  },
  printers: {
    printer_failing: "failures = 1",
    printer_place: "till_id = 'til_1'",
    printers_copies_check: "copies = 6",
    printers_created_by_check: "created_by = ''",
    printers_failures_check: "failing_since = now(), trouble = 'offline', failures = -1",
    printers_kind_check: "kind = 'laser'",
    printers_language_check: "language = 'xx-x'",
    printers_last_answer_check: `last_answer = ${LONG(301)}`,
    printers_name_check: `name = ${LONG(61)}`,
    printers_target_check: `target = ${LONG(201)}`,
    printers_trouble_check: "failing_since = now(), trouble = 'fire', failures = 1",
    printers_width_check: "width = 70",
  },
  print_jobs: {
    print_job_by: "automatic = true",
    print_job_of: "shift_id = 'shf_1'",
    print_job_sent: "status = 'sending'",
    print_job_to_do: "ended_at = now()",
    print_jobs_created_by_check: "created_by = ''",
    print_jobs_kind_check: "kind = 'poster'",
    print_jobs_last_answer_check: `last_answer = ${LONG(301)}`,
    print_jobs_status_check: "status = 'torn', check_at = null, ended_at = now()",
    print_jobs_tries_check: "tries = -1",
  },
  counter_settings: {
    counter_items: `items = '{}'`,
    counter_presets: "presets = '{0}'",
    counter_settings_id_check: "id = 2",
  },
  upkeep_settings: {
    upkeep_settings_backup_hour_check: "backup_hour = 24",
    upkeep_settings_backups_kept_check: "backups_kept = 2",
    upkeep_settings_drill_days_check: "drill_days = 0",
    upkeep_settings_id_check: "id = 2",
  },
};

test.each(Object.entries(CASES))("%s has these checks and no others", async (table, cases) => {
  const { rows } = await database.pool.query<{ name: string }>(
    "select conname as name from pg_constraint where contype = 'c' and conrelid = $1::regclass",
    [table],
  );
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(cases).toSorted());
});

const all = Object.entries(CASES).flatMap(([table, cases]) =>
  Object.entries(cases).map(([constraint, set]) => ({ table, constraint, set })),
);

test.each(all)("$constraint refuses: $set", async ({ table, constraint, set }) => {
  await expect(database.pool.query(`update ${table} set ${set}`)).rejects.toMatchObject({ code: "23514", constraint });
});

test.each([
  ["more presets than there may be", "presets = array_fill(100, array[9])", "counter_presets"],
  ["a preset beyond what an order may come to", "presets = '{1000000001}'", "counter_presets"],
  ["more items than there may be", "items = (select jsonb_agg(n) from generate_series(1, 61) n)", "counter_items"],
])("%s is refused", async (_, set, constraint) => {
  await expect(database.pool.query(`update counter_settings set ${set}`)).rejects.toMatchObject({ constraint });
});

test("a print job that has ended, or was sent, does not become pending again", async () => {
  const { pool } = database;
  const move = (set: string) => pool.query(`update print_jobs set ${set}`);
  await move("status = 'sending', sent_at = now()");
  await expect(move("status = 'pending'")).rejects.toMatchObject({ code: "23514" });
  await move("status = 'printed', check_at = null, ended_at = now()");
  await expect(move("status = 'pending', check_at = now(), ended_at = null")).rejects.toMatchObject({ code: "23514" });
});

test("a printer that is paused drops what waits for it", async () => {
  const { pool } = database;
  await pool.query(
    `insert into print_jobs (printer_id, kind, check_at, created_at, created_by) values ('prn_1', 'test', now(), now(), 'test')`,
  );
  await pool.query("update printers set paused_at = now()");
  const { rows } = await pool.query("select status from print_jobs order by id");
  expect(rows.map(({ status }) => status)).toEqual(["printed", "cancelled"]);
});
