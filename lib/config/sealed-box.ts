import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { Secret } from "#lib/base/secret.ts";

/** Where a sealed value lies. It is part of the seal, so that a value moved to another row or column does not open. */
export interface Binding {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** What keeps secrets at rest: everything in it hangs on MASTER_KEY alone. */
export interface SealedBox {
  /** Names the master key without giving anything of it away; 16 bytes, the same at every start. */
  readonly keyId: Uint8Array;
  seal(plaintext: string | Uint8Array, binding: Binding): Uint8Array<ArrayBuffer>;
  /** @throws SealError when the key, the place or the bytes are not those of the seal */
  open(sealed: Uint8Array, binding: Binding): Uint8Array<ArrayBuffer>;
  openText(sealed: Uint8Array, binding: Binding): string;
  /** A key of 32 bytes for one purpose (keyed hashes, cookies); the same at every start, telling nothing of the others. */
  deriveKey(purpose: string): Uint8Array<ArrayBuffer>;
}

export class SealError extends Error {
  readonly reason: "wrong_key" | "damaged";

  constructor(reason: "wrong_key" | "damaged", detail: string) {
    super(detail);
    this.name = "SealError";
    this.reason = reason;
  }
}

export const MASTER_KEY_BYTES = 32;
export const KEY_ID_BYTES = 16;

// version 1 | key id 16 | salt 16 | nonce 12 | tag 16 | ciphertext. The key id lets a later rotation tell old from new.
const VERSION = 1;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + SALT_BYTES;
const OVERHEAD_BYTES = HEADER_BYTES + NONCE_BYTES + TAG_BYTES;

/**
 * AES-256-GCM (NIST SP 800-38D) with a data key of each value's own, by HKDF-SHA256 (RFC 5869) from the master key and
 * a random salt: no two values share a key, so the bound on random nonces is out of reach.
 * @param masterKey exactly {@link MASTER_KEY_BYTES} bytes
 */
export function createSealedBox(masterKey: Secret<Uint8Array>): SealedBox {
  if (masterKey.reveal().length !== MASTER_KEY_BYTES) throw new Error("MASTER_KEY must be 32 bytes");
  const derive = (salt: Uint8Array, info: string, length = 32): Buffer<ArrayBuffer> =>
    Buffer.from(hkdfSync("sha256", masterKey.reveal(), salt, info, length));
  const keyId = derive(NO_SALT, "lingfu/key-id", KEY_ID_BYTES);
  const open = (sealed: Uint8Array, binding: Binding): Buffer<ArrayBuffer> => {
    const parts = take(sealed, keyId);
    const decipher = createDecipheriv("aes-256-gcm", derive(parts.salt, SEAL_INFO), parts.nonce);
    decipher.setAAD(placeOf(binding, parts.header));
    decipher.setAuthTag(parts.tag);
    try {
      return Buffer.concat([decipher.update(parts.ciphertext), decipher.final()]);
    } catch {
      throw new SealError("damaged", `the sealed value of ${nameOf(binding)} was changed, or belongs somewhere else`);
    }
  };
  return {
    keyId,
    open,
    openText: (sealed, binding) => open(sealed, binding).toString("utf8"),
    seal(plaintext, binding) {
      const salt = randomBytes(SALT_BYTES);
      const nonce = randomBytes(NONCE_BYTES);
      const header = Buffer.concat([Buffer.of(VERSION), keyId, salt]);
      const cipher = createCipheriv("aes-256-gcm", derive(salt, SEAL_INFO), nonce);
      cipher.setAAD(placeOf(binding, header));
      const bytes = typeof plaintext === "string" ? Buffer.from(plaintext, "utf8") : plaintext;
      const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()]);
      return Buffer.concat([header, nonce, cipher.getAuthTag(), ciphertext]);
    },
    deriveKey: (purpose) => derive(NO_SALT, `lingfu/purpose/${purpose}`),
  };
}

const NO_SALT = new Uint8Array(0);
const SEAL_INFO = "lingfu/seal";

function take(sealed: Uint8Array, keyId: Uint8Array) {
  if (sealed.length < OVERHEAD_BYTES || sealed[0] !== VERSION) {
    throw new SealError("damaged", "this is not a sealed value of this program");
  }
  const at = (from: number, length: number) => sealed.subarray(from, from + length);
  if (!timingSafeEqual(at(1, KEY_ID_BYTES), keyId)) {
    throw new SealError("wrong_key", "sealed under another MASTER_KEY than the one that is set");
  }
  return {
    header: at(0, HEADER_BYTES),
    salt: at(1 + KEY_ID_BYTES, SALT_BYTES),
    nonce: at(HEADER_BYTES, NONCE_BYTES),
    tag: at(HEADER_BYTES + NONCE_BYTES, TAG_BYTES),
    ciphertext: sealed.subarray(OVERHEAD_BYTES),
  };
}

/** JSON, since joining names with a separator would let two places share one text. */
const placeOf = ({ table, column, row }: Binding, header: Uint8Array): Buffer =>
  Buffer.concat([header, Buffer.from(JSON.stringify([table, column, row]), "utf8")]);

const nameOf = ({ table, column, row }: Binding): string => `${table}.${column} (${row})`;
