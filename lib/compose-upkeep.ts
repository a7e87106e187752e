import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { Environment } from "#lib/config/environment.ts";
import { keyRingOf } from "#lib/config/master-key.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { endedAccessFile, readEndedList } from "#lib/ops/ended-access.ts";
import { readKeptAnchors } from "#lib/ops/ledger/keep-anchors.ts";
import { backupFolder, type UpkeepDeps } from "#lib/ops/upkeep.ts";
import type { Database } from "#lib/storage/client.ts";
import { modeOf } from "#lib/storage/configuration/gateway-accounts.ts";
import { readMasterKeyState } from "#lib/storage/configuration/master-key.ts";

interface UpkeepSurroundings {
  readonly pool: Database["pool"];
  readonly environment: Environment;
  readonly clock: Clock;
  readonly log: Log;
}

/** What backups and restore drills take, but for the server that a drill restores into. */
export function upkeepParts({ pool, environment, clock, log }: UpkeepSurroundings): Omit<UpkeepDeps, "openScratch"> {
  const { databaseListenUrl, dataDir, masterKey, previousMasterKey, ledgerAnchor } = environment;
  return {
    pool,
    // A backup takes longer than a pooler lends a connection.
    databaseUrl: databaseListenUrl,
    folder: backupFolder(dataDir),
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
