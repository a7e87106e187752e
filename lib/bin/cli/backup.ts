import path from "node:path";
import type { Command } from "commander";
import { Secret } from "#lib/base/secret.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { createSealedBox, MASTER_KEY_BYTES, type SealedBox } from "#lib/config/sealed-box.ts";
import { type BackupSummary, restoreBackup, verifyBackup, writeBackup } from "#lib/ops/backup.ts";
import { recordAudit } from "#lib/storage/audit-log.ts";
import { systemClock } from "./clock.ts";
import { withGround } from "./open-house.ts";
import { type OutputOptions, type Report, reportOn } from "./output.ts";

export function addBackupCommands(program: Command): void {
  const command = (name: string, description: string, work: (file: string) => Promise<Report>) =>
    program
      .command(name)
      .description(description)
      .argument("<file>", "the backup")
      .option("--json", "answer as JSON")
      .action((file: string, options: OutputOptions) => reportOn(options, () => work(path.resolve(file))));
  command("backup", "write the whole database into one file, also while the product runs", backup);
  command("restore", "fill an empty DATA_DIR from a backup, with the product stopped", restore);
  command("verify-backup", "read a backup to its end and check all of it; changes nothing", verify);
}

const KEEP_KEY =
  "The master key is not in it. Keep DATA_DIR/master.key (or MASTER_KEY) apart from the backup: without it the secrets in it cannot be read.";

async function backup(file: string): Promise<Report> {
  const summary = await withGround(async ({ environment, database: { pool }, box }) => {
    const made = await writeBackup({ url: environment.databaseUrl, file, seal: box }, systemClock);
    const detail = { rows: made.rows, bytes: made.bytes };
    const audit = { actor: "command line", action: "backup.made", subject: path.basename(file), detail };
    await recordAudit(pool, { ...audit, at: systemClock.now() });
    return made;
  });
  return report(summary, { file, note: `${summary.bytes} bytes. ${KEEP_KEY}` });
}

async function restore(file: string): Promise<Report> {
  const { databaseUrl, masterKey } = readEnvironment();
  const summary = await restoreBackup({ url: databaseUrl, file, seal: createSealedBox(masterKey) });
  return report(summary, { file, note: "Restored. Start the product with the same MASTER_KEY." });
}

async function verify(file: string): Promise<Report> {
  const box = boxAtHand();
  const summary = await verifyBackup(file, box);
  const note =
    box === null
      ? "It is whole. Whether it is of this shop was not checked: MASTER_KEY is not at hand."
      : "It is whole, and sealed with this MASTER_KEY.";
  return report(summary, { file, note });
}

/** A backup can be looked at on a machine that does not have the key. */
function boxAtHand(): SealedBox | null {
  const key = Buffer.from(process.env.MASTER_KEY ?? "", "base64");
  return key.length === MASTER_KEY_BYTES ? createSealedBox(new Secret<Uint8Array>(key)) : null;
}

const report = (summary: BackupSummary, { file, note }: { file: string; note: string }): Report => ({
  value: { file, ...summary },
  text: `${file}\n${summary.createdAt}  ${Object.keys(summary.tables).length} tables  ${summary.rows} rows\n${note}`,
});
