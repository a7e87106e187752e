import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Secret } from "#lib/base/secret.ts";
import type { Queryable } from "#lib/storage/client.ts";
import { claimMasterKey, giveRoot, keyIdsInUse, readMasterKeyState } from "#lib/storage/configuration/master-key.ts";
import { ConfigurationProblem, type Environment, readMasterKey } from "./environment.ts";
import { createKeyRing, type KeyRing, MASTER_KEY_BYTES } from "./key-ring.ts";
import { createSealedBox, type SealedBox } from "./sealed-box.ts";

export type KeySettings = Pick<Environment, "masterKey" | "previousMasterKey" | "masterKeyFile">;

/** The seals of a process: every key it was given, and what is derived from the root that the database keeps. */
export interface Seals {
  readonly box: SealedBox;
  readonly ring: KeyRing;
}

/** Where the root of derived keys is stored. */
const ROOT_PLACE = { table: "master_key", column: "root_sealed", row: "1" } as const;

/**
 * To be called at every start, before anything is read or written: with another key the process could read no credentials,
 * and would write what the others cannot read.
 * @throws ConfigurationProblem when the database was set up with another key; nothing was changed then
 */
export async function openSeals(pool: Queryable, settings: KeySettings): Promise<Seals> {
  const ring = keyRingOf(settings);
  await refuseUnknownKeys(pool, ring);
  const bare = createSealedBox(ring);
  const newRoot = new Secret<Uint8Array>(randomBytes(MASTER_KEY_BYTES));
  await claimMasterKey(pool, { keyId: ring.sealing.id, rootSealed: bare.seal(newRoot.reveal(), ROOT_PLACE) });
  let state = await readMasterKeyState(pool);
  // Another process was first, with another key.
  if (state === null || !ring.sealWith(state.keyId)) throw wrongKey();
  if (state.rootSealed === null) {
    // Set up before there were roots: everything was derived from the master key itself, and stays what it is.
    await giveRoot(pool, bare.seal(ring.sealing.root().reveal(), ROOT_PLACE));
    state = await readMasterKeyState(pool);
  }
  if (state?.rootSealed == null) throw new Error("the root of derived keys is gone");
  const root = new Secret<Uint8Array>(bare.open(state.rootSealed, ROOT_PLACE));
  return { ring, box: createSealedBox(ring, root) };
}

/** The keys that a process was given; the launcher's file is read again when one is missing. */
export function keyRingOf({ masterKey, previousMasterKey, masterKeyFile }: KeySettings): KeyRing {
  return createKeyRing({
    keys: previousMasterKey === null ? [masterKey] : [masterKey, previousMasterKey],
    findMore: () => (masterKeyFile === null ? [] : readKeyFiles(masterKeyFile)),
  });
}

/** Next to the launcher's file, during a change of keys: the new key. */
export const nextKeyFile = (masterKeyFile: string): string => `${masterKeyFile}.next`;

function readKeyFiles(masterKeyFile: string): Secret<Uint8Array>[] {
  return [masterKeyFile, nextKeyFile(masterKeyFile)].flatMap((file) => {
    try {
      return readMasterKey(readFileSync(file, "utf8")) ?? [];
    } catch {
      return []; // Most of the time there is no key to come.
    }
  });
}

/**
 * Checks that every key that may seal values is held. Changes nothing, and works before any migration.
 * @throws ConfigurationProblem
 */
export async function refuseUnknownKeys(pool: Queryable, ring: Pick<KeyRing, "find">): Promise<void> {
  const [sealing, previous] = await keyIdsInUse(pool);
  if (sealing !== undefined && ring.find(sealing) === null) throw wrongKey();
  if (previous === undefined || ring.find(previous) !== null) return;
  throw new ConfigurationProblem([
    "MASTER_KEY_PREVIOUS is required: a change of master keys is under way and values still lie under the one before. Finish it with `cli master-key rotate`",
  ]);
}

const wrongKey = () =>
  new ConfigurationProblem([
    "MASTER_KEY is not the key that this database was set up with: put the first one back (DATA_DIR/master.key); to replace it, set the new one as MASTER_KEY, the old one as MASTER_KEY_PREVIOUS, and run `cli master-key rotate`",
  ]);
