import path from "node:path";
import { AppError } from "#lib/base/app-error.ts";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { openBackupStore } from "#lib/compose-upkeep.ts";
import { type Environment, readEnvironment } from "#lib/config/environment.ts";
import { restoreBackup } from "#lib/ops/backup.ts";
import { concludeServer, type FilledServer, fillServer } from "#lib/ops/backups/restore-base.ts";
import { type BackupStore, folderStore } from "#lib/ops/backups/store.ts";
import { endedAccessFile, readEndedList } from "#lib/ops/ended-access.ts";
import { isBase, latestFor, listBackupFiles } from "#lib/ops/make-backup.ts";
import { systemClock } from "#lib/ops/system-clock.ts";
import type { RestoredAccess } from "#lib/storage/operations/ended-access.ts";
import { installedMajor, restoreCluster } from "../postgres/restored-cluster.mjs";
import { startPostgres } from "../postgres/start-postgres.mjs";
import { type CommandReport, sealsAtHand } from "./command.ts";

// A restore runs with the product stopped. A dump fills an empty database; a server's files become the embedded server itself.

/** No database is there yet when the environment is read. */
const NOT_STARTED = "postgresql://not-started@127.0.0.1:1/lingfu";

interface Chosen {
  readonly store: BackupStore;
  readonly name: string;
}

/** A file of this machine by its path, a backup of the store by its name, or `latest`. */
export async function chooseBackup(
  environment: Environment,
  { source, until }: { readonly source: string; readonly until: Date | null },
): Promise<Chosen> {
  if (source.includes("/")) {
    const file = path.resolve(source);
    return { store: folderStore(path.dirname(file)), name: path.basename(file) };
  }
  const store = openBackupStore(environment);
  const files = await listBackupFiles(store);
  const found = source === "latest" ? latestFor(files, until) : files.find(({ name }) => name === source);
  if (found !== undefined) return { store, name: found.name };
  // As it was before there were places: a file of the current folder.
  if (source !== "latest") return { store: folderStore(process.cwd()), name: source };
  throw new AppError("not_found", `there is no ${until === null ? "" : "such early "}backup in ${store.place}`);
}

/** The environment of a command that needs no database yet. */
export const readOffline = (): Environment => readEnvironment({ DATABASE_URL: NOT_STARTED, ...process.env });

export async function restore(source: string, at: string | undefined): Promise<CommandReport> {
  const environment = readOffline();
  const until = at === undefined ? null : readMoment(at);
  const chosen = await chooseBackup(environment, { source, until });
  try {
    if (isBase(chosen.name)) return await restoreServer(environment, chosen, until);
    if (until !== null) {
      throw new AppError(
        "invalid_request",
        `${chosen.name} holds one moment only: --at needs a backup that ends in .base`,
      );
    }
    return await restoreDump(environment, chosen);
  } finally {
    await chosen.store.close();
  }
}

/** A time without a zone is of Beijing. @throws AppError */
function readMoment(text: string): Date {
  const moment = new Date(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(" ", "T")}+08:00`);
  if (/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/.test(text) && !Number.isNaN(moment.getTime())) return moment;
  throw new AppError("invalid_request", `--at ${text}: write it as 2026-11-30 12:00:00, in Beijing time`);
}

async function restoreServer(
  { dataDir, embeddedPostgres }: Environment,
  { store, name }: Chosen,
  until: Date | null,
): Promise<CommandReport> {
  if (embeddedPostgres === null) {
    throw new AppError(
      "invalid_request",
      `${name} holds the embedded database server: restore it without DATABASE_URL, and move its data by \`backup\` and \`restore\` of a file afterwards`,
    );
  }
  const ended = await readEndedList(endedAccessFile(dataDir));
  let filled: FilledServer | null = null;
  let access: RestoredAccess | null = null;
  await restoreCluster({
    ...{ dataDir: embeddedPostgres, durable: true, target: until },
    async fill(folder) {
      const point = { store, name, seals: sealsAtHand(), until };
      filled = await fillServer(point, { folder, postgres: installedMajor() });
      return filled.secrets;
    },
    async finish(server) {
      const { upTo } = filled as unknown as FilledServer;
      access = await concludeServer(server.superuserUrl(), { upTo, ended: ended ?? [] }, systemClock);
    },
  });
  const { upTo, hasGap, pieces, summary } = filled as unknown as FilledServer;
  const lines = [
    `${name}\nRestored as it was at ${beijingTime(upTo)} (Beijing), with ${pieces} pieces of the log.`,
    ...(hasGap ? ["! A piece of the log is missing: what came after it could not be restored."] : []),
    ...accessLines(access as unknown as RestoredAccess, { dataDir, hasList: ended !== null }),
    "Then `npm run -s cli -- recover` brings back paid orders that only WeChat Pay knows.",
  ];
  const value = { file: name, createdAt: summary.createdAt, upTo: upTo.toISOString(), hasGap, pieces, access };
  return { value, text: lines.join("\n") };
}

async function restoreDump(
  { dataDir, embeddedPostgres }: Environment,
  { store, name }: Chosen,
): Promise<CommandReport> {
  const ended = await readEndedList(endedAccessFile(dataDir));
  const server = embeddedPostgres === null ? null : await startPostgres({ dataDir: embeddedPostgres, durable: true });
  try {
    const url = server?.url() ?? readEnvironment().databaseListenUrl;
    const target = { url, store, file: name, seals: sealsAtHand(), ended: ended ?? [] };
    const restored = await restoreBackup(target, systemClock);
    const lines = accessLines(restored.access, { dataDir, hasList: ended !== null });
    const { createdAt, tables, rows } = restored;
    const text = `${name}\n${createdAt}  ${Object.keys(tables).length} tables  ${rows} rows\n${lines.join("\n")}`;
    const endedList = ended === null ? null : endedAccessFile(dataDir);
    return { value: { file: name, ...restored, endedList }, text };
  } finally {
    await server?.stop();
  }
}

function accessLines(
  access: RestoredAccess,
  { dataDir, hasList }: { readonly dataDir: string; readonly hasList: boolean },
): string[] {
  const { sessions, keys, users, accounts, epay, devices, cashiers } = access;
  const { passkeys, recoveryCodes, accountsInUse, keysInForce, epayInUse } = access;
  const list = endedAccessFile(dataDir);
  return [
    "Restored. Start the product with the same MASTER_KEY.",
    `Ended again: ${sessions} sessions, ${keys} API keys, ${users} people, ${accounts} replaced WeChat accounts, ${epay} epay accounts, ${devices} till devices, ${cashiers} cashiers, ${passkeys} passkeys, ${recoveryCodes} recovery codes.`,
    ...accountsInUse.map(
      (id) =>
        `! The WeChat account ${id} was revoked after the backup and is in use in it: import a configuration with new keys.`,
    ),
    hasList
      ? `What was ended after the backup is taken from ${list}.`
      : `! There is no ${list}: API keys and epay accounts that were revoked or replaced, and people, cashiers, devices, passkeys and recovery codes that were ended, after the backup are active again. Put the list of the lost DATA_DIR there before a restore, or end them by hand.`,
    "Passwords, authenticators and roles are those of the backup's time. Active API keys:",
    ...keysInForce.map(({ id, name, createdAt }) => `  ${id}  ${name}  ${createdAt}`),
    ...(keysInForce.length === 0 ? ["  none"] : []),
    ...(epayInUse.length === 0 ? [] : ["Active epay accounts:"]),
    ...epayInUse.map(({ pid, name }) => `  ${pid}  ${name}`),
  ];
}
