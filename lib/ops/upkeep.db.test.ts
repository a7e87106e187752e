import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { addMs, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import {
  keepBackupSettings,
  listUpkeep,
  requestUpkeep,
  takeUpkeep,
  type UpkeepKind,
  upkeepUnderWay,
} from "#lib/storage/operations/upkeep-runs.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { absentDatabase, type TestDatabase } from "#lib/testing/template-database.ts";
import { folderStore } from "./backups/store.ts";
import { installationChecks } from "./doctor/installation-checks.ts";
import { lastOutcomes } from "./drill-report.ts";
import { createChainKeeper } from "./ledger/keep-chains.ts";
import { lastVerification } from "./ledger/last-verification.ts";
import { silentLog } from "./log.ts";
import { listBackupFiles } from "./make-backup.ts";
import { requestScheduledBackup, requestScheduledVerification, takeTurn } from "./upkeep.ts";
import type { UpkeepDeps } from "./upkeep-deps.ts";

// Goal: what the dashboard asks for is done once, says what came of it, and a drill touches nothing of the live database.

// Drills restore whole databases, and CI may be busy.
vi.setConfig({ testTimeout: 180_000 });
const BY = "owner@example.com";
let fixture: PaymentFixture;
let folder: string;
let scratch: TestDatabase | null = null;
let deps: UpkeepDeps;
const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));

beforeAll(async () => {
  fixture = await paymentFixture();
  for (let round = 0; round < 2; round++) {
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    if (round === 0) await fixture.payments.refundOrder({ orderId: order.id, amount: 100 });
  }
});
afterAll(() => fixture.close());

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-upkeep-"));
  const { pool } = fixture.database;
  const { rows } = await pool.query<{ name: string }>("select current_database() as name");
  const live = new URL(absentDatabase().url);
  live.pathname = `/${rows[0]?.name}`;
  deps = {
    pool,
    databaseUrl: live.href,
    store: folderStore(path.join(folder, "backups")),
    cluster: async () => null,
    openRestored: () => Promise.reject(new Error("no server of ours")),
    postgres: () => "0",
    fillGap: async () => null,
    keys: async () => ({ seal: box, previousKeyId: null, all: [box] }),
    mode: async () => "real",
    ended: async () => [],
    readOutside: async () => [],
    async openScratch() {
      scratch = absentDatabase({ poolSize: 1 });
      const { url, close } = scratch;
      return { url: () => url, stop: close };
    },
    clock: fixture.clock,
    log: silentLog,
  };
});
afterEach(async () => {
  await fixture.database.pool.query("delete from upkeep_runs");
  await rm(folder, { recursive: true });
  scratch = null;
});

const ask = (kind: UpkeepKind) => requestUpkeep(deps.pool, { kind, by: BY, at: fixture.clock.now() });
const latest = async (kind: UpkeepKind) => (await listUpkeep(deps.pool, { kind, limit: 1 }))[0];
const actions = async () =>
  (await deps.pool.query("select action from audit_log where action like 'backup.%' order by id")).rows.map(
    ({ action }) => action,
  );

test("a backup that was asked for is written, checked and recorded, as the one command line would", async () => {
  await ask("backup");
  expect(await takeTurn(deps)).toBe("again");
  const run = await latest("backup");
  expect(run).toMatchObject({ status: "done", requestedBy: BY, problem: null });
  const [file] = await listBackupFiles(deps.store);
  expect(file).toMatchObject({ name: run?.file, bytes: run?.report.bytes });
  expect(await actions()).toContain("backup.made");
  expect(await takeTurn(deps)).toBe("done");
});

test("one at a time, whichever it is, also when two ask at once", async () => {
  const asked = await Promise.all([ask("backup"), ask("drill"), ask("backup")]);
  expect(asked.filter((id) => id !== null)).toHaveLength(1);
  const turns = await Promise.all([takeTurn(deps), takeTurn(deps)]);
  expect(turns.toSorted()).toEqual(["again", "done"]);
});

test("a drill restores the newest backup elsewhere, counts what is there and what is missing, and leaves nothing behind", async () => {
  await ask("backup");
  await takeTurn(deps);
  const { rows: before } = await deps.pool.query("select count(*)::int as orders from orders");
  // Came after the backup.
  fixture.clock.advance(MINUTE_MS);
  const late = await fixture.order();
  await fixture.payAndNotify(await fixture.open(late.id));
  await ask("drill");
  await takeTurn(deps);
  const run = await latest("drill");
  expect(run).toMatchObject({ status: "done", file: expect.stringMatching(/\.backup$/) });
  expect(run?.report).toMatchObject({
    orders: before[0]?.orders,
    payments: 2,
    unbalanced: 0,
    unbooked: 0,
    since: { orders: 1, payments: 1 },
    newestOrder: { outTradeNo: expect.any(String) },
    ms: expect.any(Number),
  });
  expect(run?.report.held).toBe(run?.report.booked);
  expect(Number(run?.report.held)).toBeGreaterThan(0);
  const { rows: gone } = await deps.pool.query("select from pg_database where datname = $1", [
    new URL(scratch?.url ?? "").pathname.slice(1),
  ]);
  expect(gone).toEqual([]);
});

test("a drill finds a payment without its entry in the journal", async () => {
  const { pool } = deps;
  await pool.query("alter table journal_lines disable trigger user");
  await pool.query("alter table journal_entries disable trigger user");
  await pool.query("begin");
  const { rows } = await pool.query(
    "select id, cause, order_id, created_at from journal_entries where cause like 'payment:%' limit 1",
  );
  const [entry] = rows;
  const { rows: lines } = await pool.query("delete from journal_lines where entry_id = $1 returning *", [entry.id]);
  await pool.query("delete from journal_entries where id = $1", [entry.id]);
  await pool.query("commit");
  try {
    await ask("backup");
    await takeTurn(deps);
    await ask("drill");
    await takeTurn(deps);
    expect((await latest("drill"))?.report).toMatchObject({ unbooked: 1 });
    const { held, booked } = (await latest("drill"))?.report ?? {};
    expect(held).not.toBe(booked);
  } finally {
    await pool.query(
      "insert into journal_entries (id, cause, order_id, created_at) overriding system value values ($1, $2, $3, $4)",
      [entry.id, entry.cause, entry.order_id, entry.created_at],
    );
    for (const line of lines) {
      await pool.query("insert into journal_lines values ($1, $2, $3, $4)", Object.values(line));
    }
    await pool.query("alter table journal_lines enable trigger user");
    await pool.query("alter table journal_entries enable trigger user");
  }
});

test("without a backup, with a damaged one and without a server a drill says which, and is no success", async () => {
  await ask("drill");
  await takeTurn(deps);
  expect(await latest("drill")).toMatchObject({ status: "failed", problem: "no_backup" });
  expect((await latest("drill"))?.report).toEqual({});
  await ask("backup");
  await takeTurn(deps);
  const [file] = await listBackupFiles(deps.store);
  const place = path.join(deps.store.place, file?.name ?? "");
  const bytes = await readFile(place);
  const openScratch = () => Promise.reject(new Error("no free port"));
  await ask("drill");
  await takeTurn({ ...deps, openScratch });
  expect(await latest("drill")).toMatchObject({ problem: "no_scratch_database", report: { detail: "no free port" } });
  bytes[bytes.length - 40] = (bytes[bytes.length - 40] ?? 0) ^ 1;
  await writeFile(place, bytes);
  await ask("drill");
  await takeTurn(deps);
  expect(await latest("drill")).toMatchObject({ status: "failed", problem: "file_refused" });
  expect(await actions()).toContain("backup.rehearsal_failed");
});

test("a run whose worker died is said to be interrupted, and the next one may be asked for", async () => {
  await ask("backup");
  const now = fixture.clock.now();
  await takeUpkeep(deps.pool, { now, until: new Date(now.getTime() + MINUTE_MS) });
  expect(await ask("drill")).toBeNull();
  fixture.clock.advance(2 * MINUTE_MS);
  expect(await takeTurn(deps)).toBe("done");
  expect(await latest("backup")).toMatchObject({ status: "failed", problem: "interrupted" });
  expect(await upkeepUnderWay(deps.pool)).toBeNull();
  expect(await ask("drill")).not.toBeNull();
});

test("the schedule asks once a day from its hour on, again an hour after a failure, and only for real money", async () => {
  const requests = async () => (await listUpkeep(deps.pool, { kind: "backup", limit: 50 })).length;
  await keepBackupSettings(
    deps.pool,
    { backupHour: 4, backupsKept: 14, drillDays: null },
    { by: BY, at: fixture.clock.now() },
  );
  const at = (text: string) => ({ ...deps, clock: { now: () => new Date(`${text}+08:00`) } });
  await requestScheduledBackup(at("2027-03-01T03:59:00"));
  expect(await requests()).toBe(0);
  await requestScheduledBackup({ ...at("2027-03-01T04:00:00"), mode: async () => "sandbox" });
  expect(await requests()).toBe(0);
  await requestScheduledBackup(at("2027-03-01T04:00:00"));
  expect(await requests()).toBe(1);
  await takeTurn({ ...at("2027-03-01T04:00:01"), keys: () => Promise.reject(new Error("no key")) });
  expect(await latest("backup")).toMatchObject({ status: "failed", requestedBy: "schedule" });
  await requestScheduledBackup(at("2027-03-01T04:30:00"));
  expect(await requests()).toBe(1);
  await requestScheduledBackup(at("2027-03-01T05:00:02"));
  expect(await requests()).toBe(2);
  await takeTurn(at("2027-03-01T05:00:03"));
  await requestScheduledBackup(at("2027-03-01T23:00:00"));
  expect(await requests()).toBe(2);
  await requestScheduledBackup(at("2027-03-02T04:00:00"));
  expect(await requests()).toBe(3);
  await deps.pool.query("delete from upkeep_runs");
  await keepBackupSettings(
    deps.pool,
    { backupHour: null, backupsKept: 14, drillDays: null },
    { by: BY, at: fixture.clock.now() },
  );
  await requestScheduledBackup(at("2027-03-03T12:00:00"));
  expect(await requests()).toBe(0);
});

test("as many backups as were chosen are kept, and files that are not ours are left alone", async () => {
  await keepBackupSettings(
    deps.pool,
    { backupHour: null, backupsKept: 3, drillDays: null },
    { by: BY, at: fixture.clock.now() },
  );
  for (let round = 0; round < 5; round++) {
    fixture.clock.advance(HOUR_MS);
    await ask("backup");
    await takeTurn(deps);
    if (round === 0) await writeFile(path.join(deps.store.place, "by-hand.backup"), "x");
  }
  expect((await readdir(deps.store.place)).filter((name) => name.startsWith("lingfu-"))).toHaveLength(3);
  expect(await readdir(deps.store.place)).toContain("by-hand.backup");
  expect((await latest("backup"))?.report).toMatchObject({ removed: 1 });
});

test("Postgres refuses moves that do not exist", async () => {
  await ask("backup");
  await takeTurn(deps);
  await expect(
    deps.pool.query("update upkeep_runs set status = 'running', check_at = now(), ended_at = null"),
  ).rejects.toMatchObject({ code: "23514" });
  const insert = (columns: string, values: string) =>
    deps.pool.query(
      `insert into upkeep_runs (kind, requested_by, requested_at, ${columns}) values ('drill', 'x', now(), ${values})`,
    );
  await expect(insert("status", "'waiting'")).rejects.toMatchObject({ constraint: "upkeep_to_do" });
  await expect(insert("status, ended_at, file", "'done', now(), 'x'")).rejects.toMatchObject({
    constraint: "upkeep_started",
  });
  await expect(insert("status, ended_at, started_at", "'done', now(), now()")).rejects.toMatchObject({
    constraint: "upkeep_done",
  });
  await expect(insert("status, ended_at", "'failed', now()")).rejects.toMatchObject({ constraint: "upkeep_failed" });
  await expect(insert("check_at, file", "now(), '../x'")).rejects.toMatchObject({ code: "23514" });
});

test("a drill or a backup that failed is what the doctor says of backups, until the next one is well", async () => {
  expect(await lastOutcomes(deps.pool)).toMatchObject({ backup: null, drill: null });
  await ask("drill");
  await takeTurn(deps);
  await ask("backup");
  await takeTurn({ ...deps, keys: () => Promise.reject(new Error("no key")) });
  const checks = installationChecks({
    ...{ pool: deps.pool, dataDir: "/", now: fixture.clock.now(), accountId: "acc_1", sandbox: false },
    checkMasterKey: async () => {},
    checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
  });
  const said = async () => (await checks.find((one) => one.checks.includes("backups"))?.run())?.[0]?.evidence.code;
  expect(await said()).toBe("drillFailed");
  await ask("backup");
  await takeTurn(deps);
  await ask("drill");
  await takeTurn(deps);
  expect(await lastOutcomes(deps.pool)).toMatchObject({ backup: true, drill: true });
  expect(await said()).toBe("beijingMoment");
  await ask("backup");
  await takeTurn({ ...deps, keys: () => Promise.reject(new Error("no key")) });
  expect(await said()).toBe("backupFailed");
});

async function saidOfLedger(now: Date) {
  const checks = installationChecks({
    ...{ pool: deps.pool, dataDir: folder, now, accountId: null, sandbox: false },
    checkMasterKey: async () => {},
    checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
  });
  return (await checks.find((one) => one.checks.includes("ledger"))?.run())?.[0];
}

test("a verification compares every row with its chain, and one that finds something is what the doctor says", async () => {
  const { pool, clock } = deps;
  const keeper = createChainKeeper({ pool, clock });
  while ((await keeper.turn()) === "again");
  const said = () => saidOfLedger(clock.now());
  expect(await said()).toMatchObject({ result: "not_applicable" });
  await ask("verification");
  await takeTurn(deps);
  expect(await latest("verification")).toMatchObject({
    status: "done",
    file: null,
    report: { ok: true, findings: [] },
  });
  expect((await lastVerification(pool))?.verdict).toMatchObject({ ok: true, chains: { journal: { waiting: 0 } } });
  expect(await said()).toMatchObject({ result: "ok" });
  const { rows } = await pool.query<{ id: string; actor: string }>(
    "select id, actor from audit_log order by id limit 1",
  );
  const change = (actor: string | undefined) =>
    pool.query(
      `begin; alter table audit_log disable trigger user; update audit_log set actor = '${actor}' where id = ${rows[0]?.id};
       alter table audit_log enable trigger user; commit`,
    );
  await change("somebody else");
  fixture.clock.advance(MINUTE_MS);
  await ask("verification");
  await takeTurn(deps);
  const finding = { table: "audit_log", id: rows[0]?.id, problem: "changed" };
  expect(await latest("verification")).toMatchObject({ status: "done", report: { ok: false, findings: [finding] } });
  expect(await said()).toMatchObject({ result: "failed", evidence: { code: "ledgerChanged" } });
  // A drill of such a backup is not sound either.
  await ask("backup");
  await takeTurn(deps);
  await ask("drill");
  await takeTurn(deps);
  expect(await lastOutcomes(pool)).toMatchObject({ drill: false });
  await change(rows[0]?.actor);
});

test("rows that are not chained for long are what the doctor warns of", async () => {
  const { pool, clock } = deps;
  const keeper = createChainKeeper({ pool, clock });
  while ((await keeper.turn()) === "again");
  await recordAudit(pool, { actor: BY, action: "test.waiting", subject: null, at: clock.now() });
  expect(await saidOfLedger(addMs(clock.now(), MINUTE_MS))).toMatchObject({ result: "not_applicable" });
  expect(await saidOfLedger(addMs(clock.now(), HOUR_MS))).toMatchObject({
    result: "warning",
    evidence: { code: "chainBehind", values: { minutes: 60 } },
  });
});

test("the schedule asks for one verification a day, and for another an hour after one that did not end", async () => {
  const { pool, clock } = deps;
  await keepBackupSettings(pool, { backupHour: 0, backupsKept: 14, drillDays: null }, { by: BY, at: clock.now() });
  const asked = async () => (await listUpkeep(pool, { kind: "verification", limit: 9 })).length;
  await requestScheduledVerification({ ...deps, mode: async () => "sandbox" });
  expect(await asked()).toBe(0);
  await requestScheduledVerification(deps);
  await requestScheduledVerification(deps);
  expect(await asked()).toBe(1);
  await takeTurn({ ...deps, databaseUrl: "postgres://nobody@127.0.0.1:1/none" });
  expect(await latest("verification")).toMatchObject({ status: "failed", problem: "failed" });
  await requestScheduledVerification(deps);
  expect(await asked()).toBe(1);
  fixture.clock.advance(HOUR_MS + MINUTE_MS);
  await requestScheduledVerification(deps);
  expect(await asked()).toBe(2);
});
