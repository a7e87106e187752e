import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Fen } from "#lib/base/fen.ts";
import { type PostgresServer, startPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { startStandby } from "#lib/testing/standby-server.ts";
import { type TcpProxy, tcpProxy } from "#lib/testing/tcp-proxy.ts";
import { type Database, openDatabase } from "./client.ts";
import { migrate } from "./migrate.ts";
import { changeRefundRules } from "./refunds/refund-approvals.ts";

// Goal: what is configured while the primary dies is wholly there afterwards, or was not answered with a yes: never half, never
// lost after a yes. The primary has a synchronous standby, is killed in the middle of the changes, and the standby takes over.

const DATABASE = "shop";
let folder: string;
let primary: PostgresServer;
let standby: PostgresServer;
let address: TcpProxy;
let database: Database;
let fixture: PaymentFixture;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-failover-"));
  chmodSync(folder, 0o755);
  primary = await startPostgres({ dataDir: path.join(folder, "primary"), durable: true, owned: false });
  await administer(primary, `create database ${DATABASE}`);
  await migrate(primary.superuserUrl(DATABASE));
  standby = await startStandby(primary, { folder: path.join(folder, "standby"), durable: true, name: "standby" });
  await administer(primary, "alter system set synchronous_standby_names = 'standby'");
  await administer(primary, "select pg_reload_conf()");
  await vi.waitUntil(
    async () => (await administer(primary, "select from pg_stat_replication where sync_state = 'sync'")) === 1,
    { timeout: 30_000 },
  );
  address = await tcpProxy(primary.superuserUrl(DATABASE));
  database = openDatabase({ url: address.url, poolSize: 4 });
  fixture = await paymentFixture(database);
}, 180_000);

afterAll(async () => {
  await database?.close();
  await address?.close();
  for (const server of [standby, primary]) if (server?.isAlive()) await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** @returns the number of rows */
async function administer(server: PostgresServer, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: server.superuserUrl("postgres") });
  await client.connect();
  try {
    return (await client.query(sql)).rowCount ?? 0;
  } finally {
    await client.end();
  }
}

interface Edit {
  readonly n: number;
  readonly isConfirmed: boolean;
}

/** One edit after the other until `isOver`; what throws was not answered with a yes. */
async function editing(isOver: () => boolean, edit: (n: number) => Promise<unknown>): Promise<Edit[]> {
  const edits: Edit[] = [];
  for (let n = 1; !isOver(); n++) {
    const isConfirmed = await edit(n).then(
      () => true,
      () => false,
    );
    edits.push({ n, isConfirmed });
  }
  return edits;
}

const confirmed = (edits: readonly Edit[]) => edits.filter(({ isConfirmed }) => isConfirmed).map(({ n }) => n);

const PROMOTION = "edited";
/** Three places of one promotion: two in its definition, one in a column. */
const fieldsOf = (n: number) => ({ name: `edit ${n}`, off: 1_000 + n, budget: 1_000_000 + n });

test("edits of a promotion and of the refund rules survive a failover in their middle, whole", async () => {
  const { promotions } = fixture.payments;
  const threshold = { amount: 9_999_999 };
  await promotions.create(
    { id: PROMOTION, type: "amount_off", phase: "order", threshold, ...fieldsOf(0) } as never,
    {},
  );
  let over = false;
  let done = 0;
  const isOver = () => over;
  const editingPromotion = editing(isOver, async (n) => {
    await promotions.change(PROMOTION, fieldsOf(n), { by: "clerk" });
    done += 1;
  });
  const editingRules = editing(isOver, async (n) => {
    const rules = { approvalAboveFen: null, approvalCoversApi: false, confirmAboveFen: n as Fen };
    await changeRefundRules(database.pool, { rules, actor: "clerk", at: new Date() });
    done += 1;
  });
  const more = async (count: number) => {
    const target = done + count;
    await vi.waitUntil(() => done >= target, { timeout: 60_000 });
  };
  await more(20);
  process.kill(primary.pid, "SIGQUIT"); // As a power cut: nothing is finished, nothing is written down.
  await vi.waitUntil(() => !primary.isAlive(), { timeout: 20_000 });
  await administer(standby, "select pg_promote()");
  address.leadTo(standby.superuserUrl(DATABASE));
  await more(20);
  over = true;
  const [edits, rules] = [await editingPromotion, await editingRules];
  expect([...edits, ...rules].some(({ isConfirmed }) => !isConfirmed)).toBe(true);

  const versions = await fixture.rows<{ name: string; off: number; budget: number; audited: number }>(
    `select v.definition ->> 'name' as name, (v.definition ->> 'off')::int as off, v.budget::int as budget,
            (select count(*)::int from audit_log a where a.subject = v.promotion_id and a.action = 'promotion.change'
                and (a.detail ->> 'version')::int = v.version) as audited
       from promotion_versions v where v.promotion_id = $1 and v.version > 1 order by v.version`,
    [PROMOTION],
  );
  const there = versions.map(({ name }) => Number(name.replace("edit ", "")));
  expect(versions).toEqual(there.map((n) => ({ ...fieldsOf(n), audited: 1 })));
  expect(new Set(there).size).toBe(there.length);
  expect(there).toEqual(expect.arrayContaining(confirmed(edits)));
  const now = await fixture.payments.promotions.get(PROMOTION);
  expect(now).toMatchObject(fieldsOf(there.at(-1) ?? 0));

  const saved = (
    await fixture.rows<{ n: number }>(
      "select (detail ->> 'confirmAboveFen')::int as n from audit_log where action = 'refund_rules.change' order by id",
    )
  ).map(({ n }) => n);
  expect(new Set(saved).size).toBe(saved.length);
  expect(saved).toEqual(expect.arrayContaining(confirmed(rules)));
  expect(await fixture.rows("select confirm_above as n from refund_rules")).toEqual([{ n: saved.at(-1) }]);
}, 180_000);
