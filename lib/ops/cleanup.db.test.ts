import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { keepRetention } from "#lib/storage/operations/retention.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { cleanUp } from "./cleanup.ts";
import { silentLog } from "./log.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const NOW = new Date();
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const insert = (sql: string, rows: readonly unknown[][]) =>
  Promise.all(rows.map((row) => database.pool.query(sql, row)));
const left = async (table: string, column: string): Promise<string[]> =>
  (await database.pool.query(`select ${column} as name from ${table} order by 1`)).rows.map(({ name }) => name);

test("what has outlived its use goes, in batches; all else stays", async () => {
  await database.pool.query(
    "insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_1', 'k', $1, '')",
    [Buffer.alloc(32)],
  );
  await insert(
    "insert into idempotency (api_key_id, key, digest, status, body, lease_ends, created_at) values ('key_1', $1, $2, $3, $4, $5, $6)",
    [
      ["new", Buffer.alloc(32), 201, "{}", null, ago(71 * HOUR_MS)],
      ["under way", Buffer.alloc(32), null, null, ago(-HOUR_MS), ago(73 * HOUR_MS)],
      ["old", Buffer.alloc(32), 201, "{}", null, ago(73 * HOUR_MS)],
      ["old, never answered", Buffer.alloc(32), null, null, ago(72 * HOUR_MS), ago(73 * HOUR_MS)],
    ],
  );
  await insert("insert into nonces (api_key_id, nonce, expires_at) values ('key_1', $1, $2)", [
    ["kept", ago(-1_000)],
    ...Array.from({ length: 7 }, (_, index) => [`n${index}`, ago(1_000)]),
  ]);
  await insert("insert into notify_rejections (minute, protocol, reason) values ($1, 'v3', $2)", [
    [ago(91 * DAY_MS), "old"],
    [ago(89 * DAY_MS), "new"],
  ]);
  await database.pool.query(
    "insert into webhook_endpoints (id, url, events, secret_sealed) values ('whe_1', 'https://x', '{order.paid}', '')",
  );
  await insert("insert into webhook_events (id, type, payload, created_at) values ($1, 'order.paid', '{}', $2)", [
    ["new", ago(89 * DAY_MS)],
    ["old", ago(91 * DAY_MS)],
    ["old, under way", ago(91 * DAY_MS)],
    ["paused and forgotten", ago(181 * DAY_MS)],
  ]);
  await insert(
    "insert into webhook_deliveries (event_id, event_seq, endpoint_id, status, check_at, ended_at) select $1, seq, 'whe_1', $2, $3, $4 from webhook_events where id = $1",
    [
      ["old", "delivered", null, NOW],
      ["old, under way", "pending", NOW, null],
      ["paused and forgotten", "pending", NOW, null],
    ],
  );
  await insert("insert into heartbeats (process, seen_at) values ($1, $2)", [
    ["worker:new", ago(HOUR_MS)],
    ["worker:old", ago(25 * HOUR_MS)],
  ]);
  await insert("insert into admin_lockouts (key, failures, last_at, locked_until) values ($1, 5, $2, $3)", [
    ["address:new", ago(23 * HOUR_MS), null],
    ["address:old", ago(26 * HOUR_MS), ago(25 * HOUR_MS)],
  ]);
  await database.pool.query(
    `with o as (insert into orders (id, out_trade_no, description, amount_total, amount_discount, amount_due, created_at, expires_at, check_at)
                values ('ord_1', 'LF000001', 'x', 1, 0, 1, $1, $1::timestamptz + interval '2 hours', $1) returning id)
     insert into order_items (id, order_id, position, name, unit_amount, quantity) select 'itm_1', id, 0, 'x', 1, 1 from o`,
    [ago(400 * DAY_MS)],
  );
  await insert("insert into page_plans (order_id, digest, plan, created_at) values ('ord_1', $1, $2, $3)", [
    [Buffer.alloc(32, 1), { name: "new" }, ago(179 * DAY_MS)],
    [Buffer.alloc(32, 2), { name: "old" }, ago(181 * DAY_MS)],
  ]);
  await insert(
    `insert into gateway_messages (about, number, direction, operation, account_id, protocol, method, target, at, duration_ms, result,
       request_head, request_body, request_bytes, answer_head, answer_body, answer_bytes, masked)
     values ('trade', $1, 'out', 'find_trade', 'acc', 'v3', 'GET', '/x', $2, 1, 'time-out', '', '', 0, '', '', 0, false)`,
    [
      ["new", ago(179 * DAY_MS)],
      ["old", ago(181 * DAY_MS)],
    ],
  );

  const deleted = await cleanUp({ pool: database.pool, clock: { now: () => NOW }, log: silentLog, batchRows: 3 });

  expect(deleted).toMatchObject({
    idempotency: 2,
    nonces: 7,
    rejections: 1,
    webhooksWaiting: 1,
    webhookEvents: 2,
    heartbeats: 1,
  });
  expect(await left("idempotency", "key")).toEqual(["new", "under way"]);
  expect(await left("nonces", "nonce")).toEqual(["kept"]);
  expect(await left("notify_rejections", "reason")).toEqual(["new"]);
  expect(await left("webhook_events", "id")).toEqual(["new", "old, under way"]);
  expect(await left("webhook_deliveries", "event_id")).toEqual(["old, under way"]);
  expect(deleted.pagePlans).toBe(1);
  expect(await left("page_plans", "plan ->> 'name'")).toEqual(["new"]);
  expect(deleted.gatewayMessages).toBe(1);
  expect(await left("gateway_messages", "number")).toEqual(["new"]);
  expect(await left("heartbeats", "process")).toEqual(["worker:new"]);
  expect(await left("admin_lockouts", "key")).toEqual(["address:new"]);
});

test("a shop that set another time has that one kept", async () => {
  const { pool } = database;
  const clock = { now: () => NOW };
  await insert("insert into webhook_events (id, type, payload, created_at) values ($1, 'order.paid', '{}', $2)", [
    ["sixty days old", ago(60 * DAY_MS)],
  ]);
  await keepRetention(pool, { what: "webhook_events", days: 30, by: "owner@example.com", at: NOW });
  await cleanUp({ pool, clock, log: silentLog });
  expect(await left("webhook_events", "id")).not.toContain("sixty days old");
  const { rows } = await pool.query("select subject, detail from audit_log where action = 'retention.set'");
  expect(rows).toEqual([{ subject: "webhook_events", detail: { from: 90, to: 30 } }]);
  // The same again is no change.
  await keepRetention(pool, { what: "webhook_events", days: 30, by: "owner@example.com", at: NOW });
  expect((await pool.query("select from audit_log where action = 'retention.set'")).rowCount).toBe(1);
});
