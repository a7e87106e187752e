import { rmSync } from "node:fs";
import path from "node:path";
import { startPostgres } from "#lib/bin/postgres/start-postgres.mjs";
import { choosePorts } from "../support/product.ts";
import { makeScratchFolder } from "../support/start-product.ts";
import { writeBenchSection } from "./bench-file.ts";
import { CLI, commandEnvironment } from "./command-environment.ts";
import { type MeasuredCommand, measureCommand } from "./measured-command.ts";
import { type Chaining, type ShopToSeed, seedShop } from "./seed-shop.ts";
import { figure, markdownTable } from "./tables.ts";

const SECONDS_MAX = 60;

interface LedgerBench extends ShopToSeed {
  /** A folder that keeps the shop for the next run; without it the shop is made anew and thrown away. */
  readonly keep?: string | undefined;
}

/** What it takes to chain a shop's whole journal, and to verify it: by the product, and by the verifier that shares no code with it. */
export async function benchLedger({ keep, ...shop }: LedgerBench): Promise<void> {
  await choosePorts();
  const folder = keep === undefined ? makeScratchFolder("ledger") : path.resolve(keep);
  try {
    const chaining = await seedShop(folder, shop);
    const env = commandEnvironment(folder);
    const file = path.join(folder, "ledger.jsonl");
    rmSync(file, { force: true });
    const server = await startPostgres({ dataDir: path.join(folder, "postgres"), durable: true });
    try {
      const verified = await measureCommand([...CLI, "verify-ledger", "--json"], env);
      const exported = await measureCommand([...CLI, "export-ledger", file], env);
      const other = await measureCommand(["lib/ops/ledger/verify-export.mjs", file], env);
      show(chaining, { verified, exported, other });
    } finally {
      rmSync(file, { force: true });
      await server.stop();
    }
  } finally {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

interface Verifications {
  readonly verified: MeasuredCommand;
  readonly exported: MeasuredCommand;
  readonly other: MeasuredCommand;
}

function show(chaining: Chaining, { verified, exported, other }: Verifications): void {
  const verdict = JSON.parse(verified.stdout) as { chains: { journal: { chained: number } } };
  const entries = verdict.chains.journal.chained;
  if (!other.stdout.includes(`ok: ${entries} journal entries`)) throw new Error(other.stdout.slice(0, 500));
  const rowOf = (name: string, { seconds, peakMb }: MeasuredCommand) => [
    name,
    figure(seconds, 1),
    figure(entries / seconds),
    figure(peakMb),
  ];
  const { seconds } = chaining;
  // A shop that was kept has its chain already.
  const chained = [["chain all of it (the worker's part)", figure(seconds, 1), figure(entries / seconds), ""]];
  const rows = [
    ...(chaining.entries < entries ? [] : chained),
    rowOf("`cli verify-ledger`", verified),
    rowOf("`cli export-ledger`", exported),
    rowOf("`verify-export.mjs`, the independent verifier", other),
  ];
  const slow = [verified, other].filter((each) => each.seconds > SECONDS_MAX).length;
  writeBenchSection("ledger", {
    title: `The ledger of ${figure(entries)} entries`,
    command: "ledger",
    body: `${markdownTable(["", "seconds", "entries per second", "peak memory MB"], rows)}

Aim: each verification within ${SECONDS_MAX} s: ${slow === 0 ? "met" : "missed"}. Memory is of the command alone; the database server is not in it.`,
  });
}
