import path from "node:path";
import type { Command } from "commander";
import { readEnvironment } from "#lib/config/environment.ts";
import { restoreBackup } from "#lib/ops/backup.ts";
import { fillServer } from "#lib/ops/backups/restore-base.ts";
import type { LedgerProblem } from "#lib/ops/ledger/check-chain.ts";
import { exportLedger } from "#lib/ops/ledger/export-ledger.ts";
import { readAnchors, readKeptAnchors } from "#lib/ops/ledger/keep-anchors.ts";
import { type LedgerVerdict, verifyLedger } from "#lib/ops/ledger/verify-ledger.ts";
import { isBase } from "#lib/ops/make-backup.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import type { AnchorHeads } from "#lib/storage/ledger/anchors.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { installedMajor } from "../postgres/restored-cluster.mjs";
import { startThrowAwayPostgres, startThrowAwayRestored } from "../postgres/throw-away.mjs";
import { type CommandReport, type OutputOptions, reportOn, sealsAtHand } from "./command.ts";
import { chooseBackup, readOffline } from "./restore.ts";

interface VerifyFlags extends OutputOptions {
  readonly backup?: string;
  readonly anchors?: string;
}

export function addLedgerCommands(program: Command): void {
  program
    .command("verify-ledger")
    .description(
      "check the journal and the audit log against their hash chains, and the orders against the journal; changes nothing",
    )
    .option(
      "--backup <file>",
      "check this backup (a file, a name, or latest) instead of the live database, in a scratch database",
    )
    .option("--anchors <file>", "the daily heads that were kept outside; by default those of LEDGER_ANCHOR")
    .option("--json", "answer as JSON")
    .action((options: VerifyFlags) => reportOn(options, () => verify(options)));
  program
    .command("export-ledger")
    .description("write the journal, the audit log and their hash chains into a new file, for somebody else's verifier")
    .argument("<file>", "one JSON object a line, as lib/ops/ledger/README.md describes it")
    .option("--json", "answer as JSON")
    .action((file: string, options: OutputOptions) =>
      reportOn(options, async () => {
        const { lines } = await exportLedger(readEnvironment().databaseListenUrl, path.resolve(file));
        return {
          value: { file, lines },
          text: `${file}: ${lines} lines. It tells who did what: keep it as safe as a backup.`,
        };
      }),
    );
}

async function verify({ backup, anchors }: VerifyFlags): Promise<CommandReport> {
  const environment = readEnvironment();
  const outside = await (anchors === undefined
    ? readKeptAnchors(environment.ledgerAnchor)
    : readAnchors(path.resolve(anchors)));
  const verdict = await (backup === undefined
    ? verifyLedger({ url: environment.databaseListenUrl, outside })
    : verifyBackedUp(backup, outside));
  return { ok: verdict.ok, value: verdict, text: textOf(verdict) };
}

async function verifyBackedUp(source: string, outside: readonly AnchorHeads[]): Promise<LedgerVerdict> {
  const seals = sealsAtHand();
  const { store, name } = await chooseBackup(readOffline(), { source, until: null });
  const fill = async (folder: string) => {
    const point = { store, name, seals, until: null };
    return (await fillServer(point, { folder, postgres: installedMajor() })).secrets;
  };
  const scratch = await (isBase(name) ? startThrowAwayRestored({ fill }) : startThrowAwayPostgres());
  try {
    if (isBase(name)) {
      const url = scratch.url("lingfu");
      await migrate(url);
      return await verifyLedger({ url, outside, isBackup: true });
    }
    const url = scratch.url("lingfu_verify");
    await restoreBackup({ url, store, file: name, seals, ended: [] }, systemClock);
    return await verifyLedger({ url, outside, isBackup: true });
  } finally {
    await scratch.stop();
    await store.close();
  }
}

const SENTENCES: Readonly<Record<LedgerProblem, string>> = {
  changed: "was changed after it was chained",
  missing: "is missing: the chain has a link for it",
  added: "was added: the chain went past its place without it",
  link_missing: "has lost its link in chain_links",
  link_changed: "this link of the chain was changed",
  cut_off: "is missing: the chain was cut off before it",
  head_changed: "the chain does not end as its head says",
  anchor_differs: "the chain is not what was anchored on that day",
  unbalanced: "its debits and credits differ",
  no_entry: "lines of an entry that is not there",
  sums_differ: "what was paid and refunded is not what the journal says",
};

function textOf({ ok, findings, more, chains, chainedAt, orders, anchors, youngerAnchors, ms }: LedgerVerdict): string {
  const { journal, audit } = chains;
  return [
    ...findings.map(({ table, id, problem }) => `✗ ${table} ${id}: ${SENTENCES[problem]}`),
    ...(more === 0 ? [] : [`  and ${more} more`]),
    `journal    ${journal.chained} entries chained, up to ${journal.upTo}; ${journal.waiting} younger ones`,
    `audit log  ${audit.chained} entries chained, up to ${audit.upTo}; ${audit.waiting} younger ones`,
    `orders     ${orders} compared with the journal`,
    `anchors    ${anchors} compared${youngerAnchors === 0 ? "" : `; ${youngerAnchors} younger than the backup`}`,
    `${ok ? "✓ nothing was changed" : "✗ the ledger was changed"}; chained up to ${chainedAt ?? "nothing yet"} (${(ms / 1_000).toFixed(1)} s)`,
  ].join("\n");
}
