import { createHmac, hkdfSync } from "node:crypto";
import { Secret } from "#lib/base/secret.ts";

export const MASTER_KEY_BYTES = 32;
export const KEY_ID_BYTES = 16;

/** One master key, by its name and by what is made of it. */
export interface MasterKey {
  /** Identifies the key without revealing it; 16 bytes, the same at every start. */
  readonly id: Uint8Array;
  /** HKDF-SHA256 (RFC 5869) from the key. */
  derive(salt: Uint8Array, info: string, length?: number): Buffer<ArrayBuffer>;
  /** The first half of HKDF without a salt: kept apart, it derives the same keys after the master key was replaced. */
  root(): Secret<Uint8Array>;
}

/**
 * The master keys this process holds. All of them open; one seals. The database names that one, so that processes which got a
 * new key at different times agree.
 */
export interface KeyRing {
  readonly sealing: MasterKey;
  /** Of every held key. */
  ids(): readonly Uint8Array[];
  find(keyId: Uint8Array): MasterKey | null;
  /** @returns false, and changes nothing, if the key is not held */
  sealWith(keyId: Uint8Array): boolean;
  /** Adds keys that appeared since the start. */
  lookForMore(): void;
}

export interface KeyRingOptions {
  /** The first one seals until {@link KeyRing.sealWith} names another. */
  readonly keys: readonly [Secret<Uint8Array>, ...Secret<Uint8Array>[]];
  /** Called when a key is missing, because it may have been added since the start. */
  readonly findMore?: () => readonly Secret<Uint8Array>[];
}

/** @throws Error when a key has not {@link MASTER_KEY_BYTES} bytes */
export function createKeyRing({ keys, findMore = () => [] }: KeyRingOptions): KeyRing {
  const held = new Map<string, MasterKey>();
  const take = (secret: Secret<Uint8Array>): MasterKey => {
    const key = masterKeyFrom(secret);
    held.set(nameOf(key.id), key);
    return key;
  };
  let sealing = take(keys[0]);
  for (const key of keys.slice(1)) take(key);
  const lookForMore = (): void => {
    for (const more of findMore()) take(more);
  };
  const find = (keyId: Uint8Array): MasterKey | null => {
    if (!held.has(nameOf(keyId))) lookForMore();
    return held.get(nameOf(keyId)) ?? null;
  };
  return {
    get sealing() {
      return sealing;
    },
    ids: () => [...held.values()].map(({ id }) => id),
    find,
    lookForMore,
    sealWith(keyId) {
      const key = find(keyId);
      if (key !== null) sealing = key;
      return key !== null;
    },
  };
}

const HASH_BYTES = 32;
const NO_SALT = new Uint8Array(0);
const nameOf = (keyId: Uint8Array): string => Buffer.from(keyId).toString("hex");

function masterKeyFrom(secret: Secret<Uint8Array>): MasterKey {
  if (secret.reveal().length !== MASTER_KEY_BYTES) throw new Error("MASTER_KEY must be 32 bytes");
  const derive = (salt: Uint8Array, info: string, length = 32): Buffer<ArrayBuffer> =>
    Buffer.from(hkdfSync("sha256", secret.reveal(), salt, info, length));
  return {
    id: derive(NO_SALT, "lingfu/key-id", KEY_ID_BYTES),
    derive,
    root: () => new Secret<Uint8Array>(createHmac("sha256", Buffer.alloc(HASH_BYTES)).update(secret.reveal()).digest()),
  };
}
