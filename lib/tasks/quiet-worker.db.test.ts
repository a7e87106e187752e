import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Composed, compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { cleanUp } from "#lib/ops/cleanup.ts";
import { rollUp, watchAnomalies } from "#lib/ops/insights.ts";
import { keepSummaryFresh } from "#lib/ops/shopper-summary.ts";
import { prismaOf } from "#lib/storage/client.ts";
import { endBackupLog } from "#lib/storage/operations/backup-log.ts";
import { readBackupSettings } from "#lib/storage/operations/upkeep-runs.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { demoCollectionCode } from "./demo-collection-code.ts";
import { demoPromotions } from "./demo-promotions.ts";
import { startWorker } from "./start-worker.ts";

// Goal: a worker that has nothing to do stays small: what it asks again and again needs no Prisma, which is 25 MB.

let database: TestDatabase;
let folder: string;
let worker: Composed;
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-quiet-"));
  const environment = readEnvironment({
    NODE_ENV: "test",
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PAYMENT_CONFIG: path.join(folder, "none.json"),
    LOG_LEVEL: "silent",
  });
  worker = await compose({ process: "worker", stopping: new AbortController().signal, environment });
});
afterAll(async () => {
  await worker.close();
  await database.close();
  await rm(folder, { recursive: true });
});

/** The clients of all pools of this process: see {@link prismaOf}. */
const clients = () => (globalThis as { [key: symbol]: unknown })[Symbol.for("lingfu.prisma")] as WeakSet<object>;

test("a worker with nothing to do but the demo shop loads no Prisma", async () => {
  const { payments, collection, checkInstallation, doctor } = worker;
  const { pool } = worker.database;
  const insights = { pool, clock: worker.clock, log: worker.log, shopperKey: worker.shopperKey };
  const isSandbox = () => true;
  const demos = [
    demoPromotions({ promotions: payments.promotions, isSandbox }),
    demoCollectionCode({ collection, isSandbox }),
  ];
  const demo = async () => {
    for (const make of demos) await make();
  };
  // Scheduled work is left out: at its hour it does load what it needs.
  const { upkeep: _, ...parts } = worker;
  const running = startWorker({ ...parts, processId: "quiet", demo });
  const made = "select (select count(*) from promotions) > 0 and (select count(*) from collection_codes) > 0 as made";
  await expect.poll(async () => (await pool.query(made)).rows, { timeout: 20_000 }).toEqual([{ made: true }]);
  await running.stop();
  await rollUp(insights);
  await watchAnomalies(insights);
  await keepSummaryFresh(insights);
  await cleanUp(insights);
  await checkInstallation();
  await doctor?.();
  await readBackupSettings(pool);
  await endBackupLog(pool);
  expect(clients().has(pool)).toBe(false);
  await prismaOf(pool);
  expect(clients().has(pool)).toBe(true);
});
