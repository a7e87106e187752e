import { createCipheriv, createDecipheriv, createHmac, randomBytes } from "node:crypto";
import { Secret } from "#lib/base/secret.ts";
import { createKeyRing, KEY_ID_BYTES, type KeyRing, type MasterKey } from "./key-ring.ts";

export { MASTER_KEY_BYTES } from "./key-ring.ts";

/** The place of a sealed value. It is part of the seal, so that a value moved to another row or column does not open. */
interface Binding {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Seals secrets at rest with the held master keys. */
export interface SealedBox {
  /** Identifies the sealing key without revealing it; 16 bytes. */
  readonly keyId: Uint8Array;
  seal(plaintext: string | Uint8Array, binding: Binding): Uint8Array<ArrayBuffer>;
  /** @throws SealError when the key, the place or the bytes are not those of the seal */
  open(sealed: Uint8Array, binding: Binding): Uint8Array<ArrayBuffer>;
  openText(sealed: Uint8Array, binding: Binding): string;
  /** The same value under the key that seals now; what is sealed under it already comes back as it is. @throws SealError */
  rewrap(sealed: Uint8Array, binding: Binding): Uint8Array<ArrayBuffer>;
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

// Envelope: each value has a data key of its own, at random, which is wrapped by the master key. A new master key wraps the
// data key anew; the value itself stays as it is.
//   version 2 | key id 16 | salt 16 | tag 16 | data key, wrapped 32 | nonce 12 | tag 16 | ciphertext
// Values of before have no data key; theirs is derived from master key and salt. They are read, and written no more.
//   version 1 | key id 16 | salt 16 | nonce 12 | tag 16 | ciphertext
const DERIVED = 1;
const ENVELOPE = 2;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const DATA_KEY_BYTES = 32;
const HEADER_BYTES = 1 + KEY_ID_BYTES + SALT_BYTES;
const WRAP_BYTES = HEADER_BYTES + TAG_BYTES + DATA_KEY_BYTES;
const BODY_BYTES = NONCE_BYTES + TAG_BYTES;
const CIPHER = "aes-256-gcm";

/**
 * AES-256-GCM (NIST SP 800-38D) throughout. The key that wraps is derived from the master key and a random salt, so no two
 * values share one and the bound on random nonces is out of reach.
 * @param keys a single master key, or all held ones
 * @param root what derived keys are made from; without it, the master key that seals
 */
export function createSealedBox(keys: Secret<Uint8Array> | KeyRing, root?: Secret<Uint8Array>): SealedBox {
  const ring = keys instanceof Secret ? createKeyRing({ keys: [keys] }) : keys;
  const open = (sealed: Uint8Array, binding: Binding) => openWith(ring, sealed, placeOf(binding));
  const seal = (plaintext: string | Uint8Array, binding: Binding): Buffer<ArrayBuffer> => {
    const place = placeOf(binding);
    const dataKey = randomBytes(DATA_KEY_BYTES);
    const bytes = typeof plaintext === "string" ? Buffer.from(plaintext, "utf8") : plaintext;
    const nonce = randomBytes(NONCE_BYTES);
    const body = encrypt(bytes, { key: dataKey, nonce, about: bodyOf(place) });
    return Buffer.concat([wrap(ring.sealing, dataKey, place), nonce, body]);
  };
  return {
    get keyId() {
      return ring.sealing.id;
    },
    seal,
    open,
    openText: (sealed, binding) => open(sealed, binding).toString("utf8"),
    rewrap(sealed, binding) {
      const key = keyOf(ring, sealed);
      if (sealed[0] === DERIVED) return seal(open(sealed, binding), binding);
      if (Buffer.compare(key.id, ring.sealing.id) === 0) return Buffer.from(sealed);
      const place = placeOf(binding);
      return Buffer.concat([wrap(ring.sealing, unwrap(key, sealed, place), place), sealed.subarray(WRAP_BYTES)]);
    },
    deriveKey: (purpose) => expand(root ?? ring.sealing.root(), `lingfu/purpose/${purpose}`),
  };
}

/** The second half of HKDF-SHA256, for one block. */
const expand = (root: Secret<Uint8Array>, info: string): Buffer<ArrayBuffer> =>
  Buffer.from(createHmac("sha256", root.reveal()).update(info).update(Buffer.of(1)).digest());

/** The id of the master key that sealed a value; null if it is not a sealed value. */
export function sealedUnder(sealed: Uint8Array): Uint8Array | null {
  const least = sealed[0] === DERIVED ? HEADER_BYTES + BODY_BYTES : WRAP_BYTES + BODY_BYTES;
  const isKnown = sealed[0] === DERIVED || sealed[0] === ENVELOPE;
  return isKnown && sealed.length >= least ? sealed.subarray(1, 1 + KEY_ID_BYTES) : null;
}

function keyOf(ring: KeyRing, sealed: Uint8Array): MasterKey {
  const keyId = sealedUnder(sealed);
  if (keyId === null) throw new SealError("damaged", "this is not a sealed value of this program");
  const key = ring.find(keyId);
  if (key === null) throw new SealError("wrong_key", "sealed under another MASTER_KEY than the one that is set");
  return key;
}

function openWith(ring: KeyRing, sealed: Uint8Array, place: BytesOfPlace): Buffer<ArrayBuffer> {
  const key = keyOf(ring, sealed);
  if (sealed[0] === ENVELOPE) {
    const body = sealed.subarray(WRAP_BYTES);
    const dataKey = unwrap(key, sealed, place);
    return decrypt(body.subarray(NONCE_BYTES), { ...nonceOf(body), key: dataKey, about: bodyOf(place), place });
  }
  const header = sealed.subarray(0, HEADER_BYTES);
  const body = sealed.subarray(HEADER_BYTES);
  const dataKey = key.derive(header.subarray(1 + KEY_ID_BYTES), "lingfu/seal");
  return decrypt(body.subarray(NONCE_BYTES), { ...nonceOf(body), key: dataKey, about: headOf(header, place), place });
}

const nonceOf = (body: Uint8Array) => ({ nonce: body.subarray(0, NONCE_BYTES) });

function wrap(master: MasterKey, dataKey: Uint8Array, place: BytesOfPlace): Buffer {
  const salt = randomBytes(SALT_BYTES);
  const header = Buffer.concat([Buffer.of(ENVELOPE), master.id, salt]);
  return Buffer.concat([header, encrypt(dataKey, { ...wrapKey(master, salt), about: headOf(header, place) })]);
}

function unwrap(master: MasterKey, sealed: Uint8Array, place: BytesOfPlace): Buffer<ArrayBuffer> {
  const header = sealed.subarray(0, HEADER_BYTES);
  const wrapped = sealed.subarray(HEADER_BYTES, WRAP_BYTES);
  const key = wrapKey(master, header.subarray(1 + KEY_ID_BYTES));
  return decrypt(wrapped, { ...key, about: headOf(header, place), place });
}

/** Key and nonce together from the salt: it is used once. */
function wrapKey(master: MasterKey, salt: Uint8Array) {
  const bytes = master.derive(salt, "lingfu/wrap", DATA_KEY_BYTES + NONCE_BYTES);
  return { key: bytes.subarray(0, DATA_KEY_BYTES), nonce: bytes.subarray(DATA_KEY_BYTES) };
}

interface Under {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly about: Uint8Array;
}

function encrypt(plain: Uint8Array, { key, nonce, about }: Under): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(about);
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([cipher.getAuthTag(), ciphertext]);
}

function decrypt(sealed: Uint8Array, under: Under & { readonly place: BytesOfPlace }): Buffer<ArrayBuffer> {
  const decipher = createDecipheriv(CIPHER, under.key, under.nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(under.about).setAuthTag(sealed.subarray(0, TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(TAG_BYTES)), decipher.final()]);
  } catch {
    throw new SealError("damaged", `the sealed value of ${under.place.name} was changed, or belongs somewhere else`);
  }
}

interface BytesOfPlace {
  readonly bytes: Buffer;
  readonly name: string;
}

/** JSON, since joining names with a separator would let two places share one text. */
const placeOf = ({ table, column, row }: Binding): BytesOfPlace => ({
  bytes: Buffer.from(JSON.stringify([table, column, row]), "utf8"),
  name: `${table}.${column} (${row})`,
});

const headOf = (header: Uint8Array, place: BytesOfPlace): Buffer => Buffer.concat([header, place.bytes]);
/** Without the header: it changes when the data key is wrapped anew. */
const bodyOf = (place: BytesOfPlace): Buffer => Buffer.concat([Buffer.of(ENVELOPE), place.bytes]);
