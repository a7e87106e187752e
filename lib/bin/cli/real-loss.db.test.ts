import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { gapFiller } from "#lib/compose-gap.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { concludeServer, fillServer } from "#lib/ops/backups/restore-base.ts";
import { folderStore } from "#lib/ops/backups/store.ts";
import { drillReportSchema, isSoundDrill } from "#lib/ops/drill-report.ts";
import { verifyLedger } from "#lib/ops/ledger/verify-ledger.ts";
import { silentLog } from "#lib/ops/log.ts";
import { isBase, keepBackupLog, listBackupFiles } from "#lib/ops/make-backup.ts";
import { takeTurn } from "#lib/ops/upkeep.ts";
import type { UpkeepDeps } from "#lib/ops/upkeep-deps.ts";
import { reconciliationWorld } from "#lib/reconcile/testing/reconciliation-world.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { readBackupLog } from "#lib/storage/operations/backup-log.ts";
import { readRestored } from "#lib/storage/operations/restored-database.ts";
import { keepBackupSettings, listUpkeep, requestUpkeep, type UpkeepKind } from "#lib/storage/operations/upkeep-runs.ts";
import { installedMajor, restoreCluster } from "../postgres/restored-cluster.mjs";
import { type PostgresServer, startPostgres } from "../postgres/start-postgres.mjs";
import { startThrowAwayRestored } from "../postgres/throw-away.mjs";
import { recover } from "./drill.ts";

// Goal: a shop that sells by way of the sandbox loses its database, folder and all; nothing that was paid is lost.
// Method: a base, the log, and payments of each sort: in the base, in the log, open in the backup and paid since, in neither.

type SandboxShop = Awaited<ReturnType<typeof reconciliationWorld>>;
const seal = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
const silent = silentLog;
let folder: string;
let server: PostgresServer;
let world: SandboxShop;
let deps: UpkeepDeps;
const made: Record<string, { id: string; outTradeNo: string }> = {};

async function newFolder(name: string): Promise<string> {
  const place = await mkdtemp(path.join(folder, `${name}-`));
  await chmod(place, 0o755);
  return place;
}

async function run(kind: UpkeepKind): Promise<Record<string, unknown>> {
  await requestUpkeep(deps.pool, { kind, by: "test", at: deps.clock.now() });
  await takeTurn(deps);
  const [last] = await listUpkeep(deps.pool, { kind, limit: 1 });
  expect(last?.problem).toBeNull();
  return { ...last?.report };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-loss-"));
  await chmod(folder, 0o755);
  server = await startPostgres({ dataDir: await newFolder("live"), durable: true });
  await migrate(server.url());
  world = await reconciliationWorld("v3", openDatabase({ url: server.url(), poolSize: 5 }));
  await world.lie({ alwaysReady: true });
  const { pool } = world.database;
  await keepBackupSettings(
    pool,
    { backupHour: 0, backupsKept: 3, drillDays: 7 },
    { by: "test", at: world.clock.now() },
  );
  deps = {
    pool,
    databaseUrl: server.url(),
    store: folderStore(path.join(folder, "store")),
    keys: async () => ({ seal, previousKeyId: null, all: [seal] }),
    mode: async () => "real",
    ended: async () => [],
    openScratch: () => Promise.reject(new Error("of a dump")),
    openRestored: startThrowAwayRestored,
    cluster: async () => server.cluster(),
    postgres: installedMajor,
    readOutside: async () => [],
    fillGap: gapFiller(pool, world.deps),
    clock: world.clock,
    log: silent,
  };
  // Until there is a base, one is asked for, and the log says so.
  await keepBackupLog(deps);
  expect(await readBackupLog(pool)).toMatchObject({ problem: "no_base", keptUpTo: null });
  made.inBase = await world.order(10);
  made.open = await world.order(7, { pay: null });
  await takeTurn(deps);
  const [base] = await listBackupFiles(deps.store);
  expect(isBase(base?.name ?? "")).toBe(true);
  made.inLog = await world.order(20);
  await keepBackupLog(deps);
  expect(await readBackupLog(pool)).toMatchObject({ problem: null, keptUpTo: expect.any(Date) });
  // Paid while nobody of ours listens, and paid and booked after the last turn of the log.
  await world.control("pay", { outTradeNo: made.open.outTradeNo, outcome: "success" });
  made.afterLog = await world.order(30);
  made.neverPaid = await world.order(5, { pay: null });
}, 120_000);
afterAll(async () => {
  await world.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

test("the drill tells what the backup has not, that WeChat knows it, and touches neither the live database nor WeChat", async () => {
  const before = await readRestored(server.url());
  const report = drillReportSchema.parse(await run("drill"));
  expect(report).toMatchObject({ orders: 3, payments: 2, unbooked: 0, ledgerFindings: 0, hasGap: false });
  expect(report.held).toBe("3000");
  expect(report.gap).toEqual({
    ...{ openAsked: 1, openPaid: 1 },
    ...{ missing: 1, missingFen: "3000", found: 1, foundFen: "3000", unknown: 0, lost: 0, lostFen: "0" },
    unpaidOrders: 1,
  });
  expect(isSoundDrill(report)).toBe(true);
  expect(await readRestored(server.url())).toEqual(before);
  // What is open stays payable.
  const status = await world.payments.syncOrder(made.neverPaid?.id ?? "");
  expect(status.status).toBe("pending");
}, 120_000);

test("after kill -9 and the loss of the folder: restored, recovered, and equal fen by fen", async () => {
  const { clock } = world;
  process.kill(server.pid, "SIGKILL");
  await expect.poll(() => server.isAlive(), { timeout: 10_000 }).toBe(false);
  await rm(server.base, { recursive: true });
  const dataDir = await newFolder("new");
  const [base] = await listBackupFiles(deps.store);
  const point = { store: deps.store, name: base?.name ?? "", seals: [seal], until: null };
  await restoreCluster({
    ...{ dataDir, durable: true },
    fill: async (into) => (await fillServer(point, { folder: into, postgres: installedMajor() })).secrets,
    async finish(found) {
      await concludeServer(found.superuserUrl(), { upTo: clock.now(), ended: [] }, clock);
    },
  });
  server = await startPostgres({ dataDir, durable: true });
  const database: Database = openDatabase({ url: server.url(), poolSize: 5 });
  try {
    const shop = world.shopOn(database);
    const found = await recover(shop, "0");
    expect(found.value).toEqual({ openAsked: 1, openPaid: 1, recovered: 1, recoveredFen: 3_000, left: 0 });
    expect(found.ok).toBe(true);
    const { rows } = await database.pool.query(
      "select number, amount_paid as fen from payment_attempts where status = 'succeeded' order by amount_paid",
    );
    const numbers = ["open", "inBase", "inLog", "afterLog"].map((name) => made[name]?.outTradeNo);
    expect(rows).toEqual([700, 1_000, 2_000, 3_000].map((fen, at) => ({ number: numbers[at], fen })));
    expect(await readRestored(server.url())).toMatchObject({
      held: "6700",
      booked: "6700",
      unbalanced: 0,
      unbooked: 0,
    });
    expect(await verifyLedger({ url: server.url() })).toMatchObject({ ok: true, findings: [] });
    // Nothing that was going on is taken for going on still, and the new server asks for a base of its own.
    expect(await listUpkeep(database.pool, { kind: "drill", limit: 5 })).toEqual([]);
    expect((await recover(shop, "0")).value).toMatchObject({ openPaid: 0, recovered: 0, left: 0 });
    await keepBackupLog({ ...deps, pool: database.pool });
    expect(await readBackupLog(database.pool)).toMatchObject({ problem: "no_base" });
  } finally {
    await database.close();
  }
}, 120_000);
