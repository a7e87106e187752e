import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { absentDatabase, type TestDatabase } from "#lib/testing/template-database.ts";
import { migrate } from "./migrate.ts";

// Goal: a shop that sold before there were vouchers keeps its books: what was paid was settled in full, as it was booked.
// Method: a database as it was, with a paid and partly refunded order in it, brought to the newest schema.

const MIGRATIONS = "prisma/migrations";
const BEFORE = "0050";

let folder: string;
let database: TestDatabase;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "lingfu-upgrade-"));
  for (const name of await readdir(MIGRATIONS)) {
    if (name < BEFORE) await cp(path.join(MIGRATIONS, name), path.join(folder, name), { recursive: true });
  }
  database = absentDatabase();
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const OLD = [
  `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
   values ('acc_1', 'v3', 'wx1', '1900000001', true, ''::bytea, sha256('1'))`,
  `with made as (
     insert into orders (id, out_trade_no, amount_total, amount_due, description, created_at, expires_at, check_at)
     values ('ord_1', 'OLD-0001', 1000, 1000, 'x', now(), now() + interval '2 hours', now()) returning id)
   insert into order_items (id, order_id, position, name, unit_amount, quantity) select 'itm_1', id, 0, 'x', 1000, 1 from made`,
  `insert into payment_attempts (id, order_id, sequence, account_id, number, channel, amount_due, created_at, check_at)
   values ('att_1', 'ord_1', 1, 'acc_1', 'OLD-0001', 'native', 1000, now(), now())`,
  `with paid as (
     update payment_attempts set status = 'succeeded', verdict = 'settles', transaction_id = '4200001', amount_paid = 1000,
            paid_at = now(), check_at = null where id = 'att_1' returning order_id)
   update orders set status = 'paid', paid_at = now(), check_at = null, version = 2 where id = (select order_id from paid)`,
  `with made as (
     insert into refunds (id, order_id, attempt_id, number, origin, amount, created_at, send_at, check_at)
     values ('ref_1', 'ord_1', 'att_1', 'OLD-0001-R1', 'request', 300, now(), now(), now()) returning attempt_id)
   update payment_attempts set refund_held = 300 where id = (select attempt_id from made)`,
];

test("what was paid before counts as settled in full", async () => {
  await migrate(database.url, { folder });
  for (const sql of OLD) await database.pool.query(sql);
  await migrate(database.url);
  const { rows } = await database.pool.query(
    "select amount_paid, amount_settled, vouchers, refund_held from payment_attempts",
  );
  expect(rows).toEqual([{ amount_paid: 1000, amount_settled: 1000, vouchers: [], refund_held: 300 }]);
});
