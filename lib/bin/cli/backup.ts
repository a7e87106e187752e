import path from "node:path";
import type { Command } from "commander";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type BackupSummary, verifyBackup, writeBackup } from "#lib/ops/backup.ts";
import { startOf, verifyBase } from "#lib/ops/backups/base-file.ts";
import { coverage, listLog, verifyLog } from "#lib/ops/backups/log-stream.ts";
import { isBase } from "#lib/ops/make-backup.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { modeOf } from "#lib/storage/configuration/gateway-accounts.ts";
import { readMasterKeyState } from "#lib/storage/configuration/master-key.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type CommandReport, type OutputOptions, reportOn, sealsAtHand, withDatabase } from "./command.ts";
import { chooseBackup, readOffline, restore } from "./restore.ts";

interface BackupFlags extends OutputOptions {
  readonly overwrite?: boolean;
}

export function addBackupCommands(program: Command): void {
  const command = (
    name: string,
    description: string,
    work: (file: string, options: BackupFlags) => Promise<CommandReport>,
  ) =>
    program
      .command(name)
      .description(description)
      .argument("<file>", "the backup")
      .option("--json", "answer as JSON")
      .action((file: string, options: BackupFlags) => reportOn(options, () => work(path.resolve(file), options)));
  command("backup", "write the whole database into one new file; the product may run", backup).option(
    "--overwrite",
    "replace an existing file",
  );
  program
    .command("restore")
    .description(
      "fill an empty DATA_DIR from a backup, with the product stopped; sessions, and what DATA_DIR/ended-access.jsonl says, end",
    )
    .argument("<backup>", "a file, the name of a backup in BACKUP_TO, or `latest`")
    .option("--at <time>", "as it was then, such as '2026-11-30 12:00:00' in Beijing time")
    .option("--json", "answer as JSON")
    .action((source: string, options: OutputOptions & { readonly at?: string }) =>
      reportOn(options, () => restore(source, options.at)),
    );
  program
    .command("verify-backup")
    .description("read a whole backup and check it; changes nothing")
    .argument("<backup>", "a file, the name of a backup in BACKUP_TO, or `latest`")
    .option("--json", "answer as JSON")
    .action((source: string, options: OutputOptions) => reportOn(options, () => verify(source)));
}

const KEEP_KEY =
  "The master key is not in it. Keep DATA_DIR/master.key (or MASTER_KEY) apart from the backup: without it the secrets in it cannot be read.";

async function backup(file: string, { overwrite = false }: BackupFlags): Promise<CommandReport> {
  const summary = await withDatabase(async ({ environment, database: { pool }, seals }) => {
    const previousKeyId = (await readMasterKeyState(pool))?.previousKeyId ?? null;
    const seal = createSealedBox(seals.ring);
    const target = {
      url: environment.databaseListenUrl,
      file,
      overwrite,
      seal,
      previousKeyId,
      mode: await modeOf(pool),
    };
    const made = await writeBackup(target, systemClock);
    const detail = { rows: made.rows, bytes: made.bytes };
    const audit = { actor: "command line", action: "backup.made", subject: path.basename(file), detail };
    await recordAudit(pool, { ...audit, at: systemClock.now() });
    return made;
  });
  return report(summary, { file, note: `${summary.bytes} bytes. ${KEEP_KEY}` });
}

async function verify(source: string): Promise<CommandReport> {
  const seals = sealsAtHand();
  const { store, name } = await chooseBackup(readOffline(), { source, until: null });
  try {
    if (!isBase(name)) {
      const summary = await verifyBackup({ store, file: name }, seals);
      return report(summary, { file: name, note: "It is complete, and sealed with this MASTER_KEY." });
    }
    const summary = await verifyBase({ store, name, seals });
    const { stream, timeline, createdAt, mode } = summary;
    const { pieces, last, hasGap } = coverage(await listLog(store, stream), startOf(summary), null);
    await verifyLog(pieces, { store, seals, stream, timeline });
    const upTo = (last?.at ?? new Date(createdAt)).toISOString();
    const note = hasGap
      ? "! A piece of the log is missing: what came after it cannot be restored."
      : "Nothing is missing.";
    const text = `${name}\n${createdAt}  ${MODES[mode ?? "unknown"]}  with ${pieces.length} pieces of the log up to ${upTo}\nIt is complete, and sealed with this MASTER_KEY. ${note}`;
    return { ok: !hasGap, value: { file: name, ...summary, pieces: pieces.length, upTo, hasGap }, text };
  } finally {
    await store.close();
  }
}

const MODES = {
  real: "real money",
  sandbox: "sandbox: no real money",
  unconfigured: "not configured",
  unknown: "older than the note of sandbox or real",
} as const;

const report = (summary: BackupSummary, { file, note }: { file: string; note: string }): CommandReport => ({
  value: { file, ...summary },
  text: `${file}\n${summary.createdAt}  ${MODES[summary.mode ?? "unknown"]}  ${Object.keys(summary.tables).length} tables  ${summary.rows} rows\n${note}`,
});
