import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createChainKeeper } from "./keep-chains.ts";

// Goal: however transactions overlap, each committed row gets one link, in the order of the ids, and none is stepped over.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const newKeeper = () => createChainKeeper({ pool: fixture.database.pool, clock: fixture.clock });
async function chainAll(keeper = newKeeper()): Promise<void> {
  while ((await keeper.turn()) === "again");
}
const insert = async (on: pg.Pool | pg.PoolClient, subject: string): Promise<number> => {
  await recordAudit(on, { actor: "test", action: "test.row", subject, at: fixture.clock.now() });
  const { rows } = await on.query<{ id: string }>("select max(id) as id from audit_log where subject = $1", [subject]);
  return Number(rows[0]?.id);
};
const linked = async (): Promise<number[]> =>
  (
    await fixture.rows<{ id: string }>("select row_id as id from chain_links where chain = 'audit' order by row_id")
  ).map(({ id }) => Number(id));

/** A transaction that ends when the test says so. */
async function openTransaction() {
  const client = await fixture.database.pool.connect();
  await client.query("begin");
  const end = async (how: "commit" | "rollback") => {
    await client.query(how);
    client.release();
  };
  return { client, end };
}

test("a smaller id that is committed later is waited for, and then both are linked", async () => {
  const keeper = newKeeper();
  await chainAll(keeper);
  const slow = await openTransaction();
  const early = await insert(slow.client, "slow");
  const late = await insert(fixture.database.pool, "quick");
  expect(early).toBeLessThan(late);
  await chainAll(keeper);
  await chainAll(keeper);
  expect(await linked()).not.toContain(late);
  await slow.end("commit");
  await chainAll(keeper);
  expect((await linked()).slice(-2)).toEqual([early, late]);
});

test("an id whose transaction was rolled back is no hole", async () => {
  const keeper = newKeeper();
  await chainAll(keeper);
  const slow = await openTransaction();
  const gone = await insert(slow.client, "undone");
  const kept = await insert(fixture.database.pool, "kept");
  await slow.end("rollback");
  await chainAll(keeper);
  expect(await linked()).toContain(kept);
  expect(await linked()).not.toContain(gone);
});

test("a transaction that has its id and has written nothing yet is waited for as well", async () => {
  const keeper = newKeeper();
  await chainAll(keeper);
  const slow = await openTransaction();
  // As an insert does it: first the lock, then the id, then the row.
  await slow.client.query("lock table audit_log in row exclusive mode");
  const { rows } = await slow.client.query<{ id: string }>(
    "select nextval(pg_get_serial_sequence('audit_log', 'id')) as id",
  );
  const early = Number(rows[0]?.id);
  const late = await insert(fixture.database.pool, "after");
  await chainAll(keeper);
  expect(await linked()).not.toContain(late);
  await slow.client.query(
    `insert into audit_log (id, actor, action, created_at) overriding system value values ($1, 'test', 'test.row', now())`,
    [early],
  );
  await slow.end("commit");
  await chainAll(keeper);
  expect((await linked()).slice(-2)).toEqual([early, late]);
});

test("writers that came after the look are not waited for", async () => {
  const keeper = newKeeper();
  await chainAll(keeper);
  const first = await openTransaction();
  await insert(first.client, "first");
  const seen = await insert(fixture.database.pool, "seen");
  await chainAll(keeper);
  const second = await openTransaction();
  await insert(second.client, "second");
  await first.end("commit");
  await chainAll(keeper);
  expect((await linked()).at(-1)).toBe(seen);
  await second.end("commit");
});

test("ids are handed out one at a time, which the order of locks and ids relies on", async () => {
  const rows = await fixture.rows<{ cache: string }>(
    `select cache_size as cache from pg_sequences
      where 'public.' || sequencename in (pg_get_serial_sequence('audit_log', 'id'), pg_get_serial_sequence('journal_entries', 'id'))`,
  );
  expect(rows.map(({ cache }) => Number(cache))).toEqual([1, 1]);
});

const WRITERS = 8;
const ROUNDS = 60;

test("under a storm of commits, rollbacks and two keepers, every row is linked once and in order", async () => {
  const { pool } = fixture.database;
  let writing = true;
  const writer = async (number: number) => {
    for (let round = 0; round < ROUNDS; round++) {
      const client = await pool.connect();
      await client.query("begin");
      for (let row = 0; row <= (number + round) % 3; row++) await insert(client, `storm ${number}`);
      await client.query("select pg_sleep($1)", [((number * 7 + round * 3) % 5) / 1_000]);
      await client.query((number + round) % 7 === 0 ? "rollback" : "commit");
      client.release();
    }
  };
  const keep = async () => {
    const keeper = newKeeper();
    while (writing) await keeper.turn();
  };
  const keepers = [keep(), keep()];
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  writing = false;
  await Promise.all(keepers);
  await chainAll();
  const rows = await fixture.rows<{ id: string }>("select id from audit_log order by id");
  expect(rows.length).toBeGreaterThan((WRITERS * ROUNDS) / 2);
  expect(await linked()).toEqual(rows.map(({ id }) => Number(id)));
  const broken = await fixture.rows(
    `select row_id from (select row_id, previous_id, lag(row_id, 1, 0::bigint) over (order by row_id) as before
                           from chain_links where chain = 'audit') l where previous_id <> before`,
  );
  expect(broken).toEqual([]);
});

test("neither links nor heads are ever changed, emptied or put back", async () => {
  await insert(fixture.database.pool, "one more");
  await chainAll();
  expect(await fixture.refusedBy("update chain_links set previous_id = 0")).toBe("append_only");
  expect(await fixture.refusedBy("delete from chain_links")).toBe("append_only");
  expect(await fixture.refusedBy("update chain_heads set row_id = 1, rows = 1 where chain = 'audit'")).toBe(
    "chain_forward",
  );
  expect(await fixture.refusedBy("delete from chain_heads")).toBe("chain_forward");
  for (const table of ["chain_links", "chain_heads", "ledger_anchors"]) {
    await expect(fixture.database.pool.query(`truncate ${table}`)).rejects.toThrow();
  }
});

test("a link leads forward, and a head says when it last became longer", async () => {
  const link =
    "insert into chain_links (chain, row_id, previous_id, hash) values ('audit', 900001, 900001, sha256('x'))";
  expect(await fixture.refusedBy(link)).toBe("chain_links_forward");
  await chainAll();
  const further = "row_id = row_id + 1, rows = rows + 1";
  expect(await fixture.refusedBy(`update chain_heads set ${further}, extended_at = null where chain = 'audit'`)).toBe(
    "chain_heads_extended",
  );
});

test("an anchor waits until it is kept outside, and then never changes", async () => {
  await fixture.rows(
    `insert into ledger_anchors (day, journal_id, journal_rows, journal_hash, audit_id, audit_rows, audit_hash, made_at, check_at)
     values ('2020-01-01', 0, 0, sha256('j'), 1, 1, sha256('a'), now(), now())`,
  );
  const change = (what: string) => fixture.refusedBy(`update ledger_anchors set ${what} where day = '2020-01-01'`);
  expect(await change("check_at = null")).toBe("anchor_to_do");
  expect(await change("audit_hash = sha256('b')")).toBe("append_only");
  await fixture.rows("update ledger_anchors set kept_at = now(), check_at = null where day = '2020-01-01'");
  expect(await change("tries = 1")).toBe("append_only");
  expect(await fixture.refusedBy("delete from ledger_anchors where day = '2020-01-01'")).toBe("append_only");
});
