import path from "node:path";
import type { Command } from "commander";
import { readEnvironment, readMasterKey } from "#lib/config/environment.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type BackupSeal, type BackupSummary, restoreBackup, verifyBackup, writeBackup } from "#lib/ops/backup.ts";
import { endedAccessFile, readEndedList } from "#lib/ops/ended-access.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import { modeOf } from "#lib/storage/configuration/gateway-accounts.ts";
import { readMasterKeyState } from "#lib/storage/configuration/master-key.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type CommandReport, type OutputOptions, reportOn, withDatabase } from "./command.ts";

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
  command(
    "restore",
    "fill an empty DATA_DIR from a backup, with the product stopped; sessions, and what DATA_DIR/ended-access.jsonl says, end",
    restore,
  );
  command("verify-backup", "read a whole backup and check it; changes nothing", verify);
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

async function restore(file: string): Promise<CommandReport> {
  const { databaseListenUrl: url, dataDir } = readEnvironment();
  const list = endedAccessFile(dataDir);
  const ended = await readEndedList(list);
  const restored = await restoreBackup({ url, file, seals: sealsAtHand(), ended: ended ?? [] }, systemClock);
  const { sessions, keys, users, accounts, accountsInUse, keysInForce } = restored.access;
  const note = [
    "Restored. Start the product with the same MASTER_KEY.",
    `Ended again: ${sessions} sessions, ${keys} API keys, ${users} people, ${accounts} replaced WeChat accounts.`,
    ...accountsInUse.map(
      (id) =>
        `! The WeChat account ${id} was revoked after the backup and is in use in it: import a configuration with new keys.`,
    ),
    ended === null
      ? `! There is no ${list}: API keys that were revoked, and people who were disabled, after the backup are active again. Put the list of the lost DATA_DIR there before a restore, or end them by hand.`
      : `What was ended after the backup is taken from ${list}.`,
    "Passwords, second factors and roles are those of the backup's time. Active API keys:",
    ...keysInForce.map(({ id, name, createdAt }) => `  ${id}  ${name}  ${createdAt}`),
    ...(keysInForce.length === 0 ? ["  none"] : []),
  ].join("\n");
  return report({ ...restored, endedList: ended === null ? null : list }, { file, note });
}

async function verify(file: string): Promise<CommandReport> {
  const summary = await verifyBackup(file, sealsAtHand());
  return report(summary, { file, note: "It is complete, and sealed with this MASTER_KEY." });
}

/** One from before a key rotation needs the key of that time. */
export const sealsAtHand = (): BackupSeal[] =>
  [process.env.MASTER_KEY, process.env.MASTER_KEY_PREVIOUS].flatMap((text) => {
    const key = readMasterKey(text ?? "");
    return key === null ? [] : createSealedBox(key);
  });

const MODES = {
  real: "real money",
  sandbox: "sandbox: no real money",
  unconfigured: "not configured",
  unknown: "older than the note of sandbox or real",
} as const;

const report = (
  summary: BackupSummary & { readonly endedList?: string | null },
  { file, note }: { file: string; note: string },
): CommandReport => ({
  value: { file, ...summary },
  text: `${file}\n${summary.createdAt}  ${MODES[summary.mode ?? "unknown"]}  ${Object.keys(summary.tables).length} tables  ${summary.rows} rows\n${note}`,
});
