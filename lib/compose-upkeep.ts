import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { Environment } from "#lib/config/environment.ts";
import { keyRingOf } from "#lib/config/master-key.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { s3Store } from "#lib/ops/backups/s3-store.ts";
import { sftpStore } from "#lib/ops/backups/sftp-store.ts";
import type { BackupStore } from "#lib/ops/backups/store.ts";
import { folderStore } from "#lib/ops/backups/store.ts";
import { endedAccessFile, readEndedList } from "#lib/ops/ended-access.ts";
import { readKeptAnchors } from "#lib/ops/ledger/keep-anchors.ts";
import { listBackupFiles } from "#lib/ops/make-backup.ts";
import type { UpkeepDeps, UpkeepServers } from "#lib/ops/upkeep-deps.ts";
import type { Deps } from "#lib/payment/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { modeOf } from "#lib/storage/configuration/gateway-accounts.ts";
import { readMasterKeyState } from "#lib/storage/configuration/master-key.ts";
import { gapFiller } from "./compose-gap.ts";

interface UpkeepSurroundings {
  readonly pool: Database["pool"];
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the live product: asks WeChat in a drill. */
  readonly payments: Deps;
}

/** Where backups are kept. */
export function openBackupStore({ backupPlace }: Pick<Environment, "backupPlace">): BackupStore {
  switch (backupPlace.kind) {
    case "folder":
      return folderStore(backupPlace.folder);
    case "s3":
      return s3Store(backupPlace);
    case "sftp":
      return sftpStore(backupPlace);
  }
}

/** Backups as the worker makes them, and as the dashboard shows them. */
export function backups(surroundings: UpkeepSurroundings) {
  const upkeep = upkeepParts(surroundings);
  const isOwn = surroundings.environment.embeddedPostgres !== null;
  return { upkeep, backups: { list: () => listBackupFiles(upkeep.store), place: upkeep.store.place, isOwn } };
}

/** What backups and restore drills take, but for the server that a drill restores into. */
function upkeepParts({
  pool,
  environment,
  clock,
  log,
  payments,
}: UpkeepSurroundings): Omit<UpkeepDeps, keyof UpkeepServers> {
  const { databaseListenUrl, dataDir, masterKey, previousMasterKey, ledgerAnchor } = environment;
  return {
    pool,
    // A backup takes longer than a pooler lends a connection.
    databaseUrl: databaseListenUrl,
    store: openBackupStore(environment),
    fillGap: gapFiller(pool, payments),
    clock,
    log,
    mode: () => modeOf(pool),
    readOutside: () => readKeptAnchors(ledgerAnchor),
    ended: async () => (await readEndedList(endedAccessFile(dataDir))) ?? [],
    // Read anew each time: the master key may be replaced while we run.
    async keys() {
      const state = await readMasterKeyState(pool);
      const ring = keyRingOf(environment);
      if (state !== null && !ring.sealWith(state.keyId)) throw new Error("this process does not hold the master key");
      const seal = createSealedBox(ring);
      const held = [masterKey, ...(previousMasterKey === null ? [] : [previousMasterKey])];
      return {
        seal,
        previousKeyId: state?.previousKeyId ?? null,
        all: [seal, ...held.map((key) => createSealedBox(key))],
      };
    },
  };
}
