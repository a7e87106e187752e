import { copyFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { attachPostgres, startPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { openDatabase } from "#lib/storage/client.ts";
import { listUpkeep, requestUpkeep } from "#lib/storage/operations/upkeep-runs.ts";
import { choosePorts } from "../support/product.ts";
import { makeScratchFolder, startProductIn } from "../support/start-product.ts";
import { writeBenchSection } from "./bench-file.ts";
import { CLI, commandEnvironment } from "./command-environment.ts";
import { type MeasuredCommand, measureCommand } from "./measured-command.ts";
import { readMemory } from "./process-memory.ts";
import { processesOf } from "./processes.ts";
import { type ShopToSeed, seedShop } from "./seed-shop.ts";
import { figure, markdownTable } from "./tables.ts";

const RESTORE_SECONDS_MAX = 300;
const BACKUP_SECONDS_MAX = 1_800;
const LOOK_EVERY_MS = 250;

interface BackupBench extends ShopToSeed {
  /** A folder that keeps the shop for the next run; without it the shop is made anew and thrown away. */
  readonly keep?: string | undefined;
}

/** Both kinds of backup of a large shop, made, verified and restored by the product's own commands; what was restored is compared. */
export async function benchBackup({ keep, ...shop }: BackupBench): Promise<void> {
  await choosePorts();
  const folder = keep === undefined ? makeScratchFolder("backup") : path.resolve(keep);
  const place = makeScratchFolder("backups");
  process.env.BACKUP_TO = place;
  try {
    await seedShop(folder, shop);
    const whole = await withServer(folder, contentOf);
    const base = { made: await makeBase(folder), ...(await verifyAndRestore(folder, "latest", whole)) };
    const file = path.join(place, "shop.backup");
    const made = await measureCommand([...CLI, "backup", file], commandEnvironment(folder));
    const dump = { made: { ...made, bytes: statSync(file).size }, ...(await verifyAndRestore(folder, file, whole)) };
    show(whole, { base, dump });
  } finally {
    rmSync(place, { recursive: true, force: true });
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

async function withServer<Result>(folder: string, work: (superuserUrl: string) => Promise<Result>): Promise<Result> {
  const server = await startPostgres({ dataDir: path.join(folder, "postgres"), durable: true });
  try {
    return await work(server.superuserUrl());
  } finally {
    await server.stop();
  }
}

interface ShopContent {
  readonly orders: string;
  readonly paidFen: string;
  readonly refundedFen: string;
  readonly journalFen: string;
  readonly chained: string;
  readonly chainEnd: string;
  readonly bytes: string;
}

/** What has to be the same after a restore; its size alone need not. */
async function contentOf(url: string): Promise<ShopContent> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<ShopContent>(`
      select (select count(*)::text from orders) as orders, (select sum(amount_paid)::text from payment_attempts) as "paidFen",
             (select sum(amount)::text from refunds where status = 'succeeded') as "refundedFen",
             (select sum(debit)::text from journal_lines) as "journalFen",
             h.rows::text as chained, encode(h.hash, 'hex') as "chainEnd", pg_database_size(current_database())::text as bytes
        from chain_heads h where chain = 'journal'`);
    const [content] = rows;
    if (content === undefined) throw new Error("the journal has no chain");
    return content;
  } finally {
    await client.end();
  }
}

interface MadeBackup {
  readonly seconds: number;
  readonly peakMb: number;
  readonly bytes: number;
}

/** As the dashboard's button asks for it; the running product's worker makes it, and verifies it. */
async function makeBase(folder: string): Promise<MadeBackup> {
  const stopProduct = await startProductIn(folder);
  try {
    const server = await attachPostgres({ dataDir: path.join(folder, "postgres") });
    if (!server) throw new Error("the product's database was not found");
    const database = openDatabase({ url: server.url(), poolSize: 1 });
    try {
      const [worker = 0] = processesOf("worker");
      await requestUpkeep(database.pool, { kind: "backup", by: "bench", at: new Date() });
      const began = performance.now();
      for (let peakMb = 0; performance.now() - began < BACKUP_SECONDS_MAX * 1_000; await sleep(LOOK_EVERY_MS)) {
        peakMb = Math.max(peakMb, readMemory(worker).pssMb);
        const [run] = await listUpkeep(database.pool, { kind: "backup", limit: 1 });
        if (run?.status === "failed") throw new Error(`the backup failed: ${run.problem}`);
        if (run?.status !== "done") continue;
        const seconds = (Number(run.endedAt) - Number(run.startedAt)) / 1_000;
        return { seconds, peakMb, bytes: Number(run.report.bytes) };
      }
      throw new Error(`the backup is not made after ${BACKUP_SECONDS_MAX} s`);
    } finally {
      await database.close();
    }
  } finally {
    await stopProduct();
  }
}

interface UsedBackup {
  readonly verified: MeasuredCommand;
  readonly restored: MeasuredCommand;
}

/** @throws where what was restored is not what was backed up */
async function verifyAndRestore(folder: string, source: string, whole: ShopContent): Promise<UsedBackup> {
  const verified = await measureCommand([...CLI, "verify-backup", source], commandEnvironment(folder));
  const scratch = makeScratchFolder("restored");
  try {
    copyFileSync(path.join(folder, "master.key"), path.join(scratch, "master.key"));
    const restored = await measureCommand([...CLI, "restore", source], commandEnvironment(scratch));
    const content = await withServer(scratch, contentOf);
    if (JSON.stringify({ ...content, bytes: "" }) !== JSON.stringify({ ...whole, bytes: "" })) {
      throw new Error(`${source} restored ${JSON.stringify(content)} of ${JSON.stringify(whole)}`);
    }
    return { verified, restored };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

type MeasuredBackup = UsedBackup & { readonly made: MadeBackup };

function show(whole: ShopContent, kinds: { readonly base: MeasuredBackup; readonly dump: MeasuredBackup }): void {
  const rowsOf = (name: string, { made, verified, restored }: MeasuredBackup) => [
    [
      `${name}: make${name.startsWith("base") ? " and verify" : ""}`,
      figure(made.seconds),
      figure(made.peakMb),
      figure(made.bytes / 1e6),
    ],
    [`${name}: verify`, figure(verified.seconds), figure(verified.peakMb), ""],
    [`${name}: restore`, figure(restored.seconds), figure(restored.peakMb), ""],
  ];
  const rows = [
    ...rowsOf("base, the server's files (daily, embedded database)", kinds.base),
    ...rowsOf("dump, every table (`cli backup`, or a database of one's own)", kinds.dump),
  ];
  const slow = Object.values(kinds).filter(({ restored }) => restored.seconds > RESTORE_SECONDS_MAX).length;
  writeBenchSection("backup", {
    title: `Backup and restore of ${figure(Number(whole.orders))} orders`,
    command: "backup",
    body: `The database has ${figure(Number(whole.bytes) / 1e6)} MB. Each restore fills an empty folder, and its orders, fen and the end of its hash chain are those of the shop.

${markdownTable(["", "seconds", "peak memory MB", "size MB"], rows)}

Aim: each restore within ${RESTORE_SECONDS_MAX} s: ${slow === 0 ? "met" : "missed"}. Memory is of the command and of the database server where the command starts one; the server's
cache of 128 MB is in it.`,
  });
}
