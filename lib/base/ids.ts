// Crockford's base 32: no letter that is mistaken for a digit, sorts like the number it writes.
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

export const ID_PREFIXES = {
  account: "acc",
  adminInvitation: "inv",
  adminPasskey: "psk",
  adminSession: "ses",
  adminUser: "usr",
  alert: "alr",
  apiKey: "key",
  attempt: "att",
  cashier: "csh",
  cashierSession: "cse",
  collectionCode: "col",
  event: "evt",
  item: "itm",
  journal: "jrn",
  listView: "viw",
  notificationChannel: "nch",
  order: "ord",
  printer: "prn",
  promotion: "prm",
  receipt: "rcp",
  receiptMail: "rcm",
  refund: "ref",
  request: "req",
  shift: "shf",
  store: "sto",
  till: "til",
  tillDevice: "dev",
  webhookEndpoint: "whe",
} as const;
/** Owns the idempotency keys of the forms of collection codes; revoked from birth, and no key to people. */
export const COLLECTION_KEY_ID = "key_collection";
/** The same for the orders and refunds of the epay door. */
export const EPAY_KEY_ID = "key_epay";
export type IdKind = keyof typeof ID_PREFIXES;

/** Bytes of randomness in an id: 80 bits, so that nobody guesses one (knowing an order's id is the right to pay it). */
export const ID_RANDOM_BYTES = 10;

/**
 * `ord_` + 10 characters of time + 16 of randomness: unguessable, and in the order of creation for indexes and cursors.
 * @param nowMs milliseconds since 1970
 * @param random exactly {@link ID_RANDOM_BYTES} bytes from a secure source
 */
export function formatId(kind: IdKind, nowMs: number, random: Uint8Array): string {
  if (random.length !== ID_RANDOM_BYTES) throw new Error(`an id takes ${ID_RANDOM_BYTES} random bytes`);
  return `${ID_PREFIXES[kind]}_${encodeTime(nowMs)}${encodeBytes(random)}`;
}

export const isId = (kind: IdKind, text: string): boolean =>
  text.startsWith(`${ID_PREFIXES[kind]}_`) && /^[0-9a-hjkmnp-tv-z]{26}$/.test(text.slice(ID_PREFIXES[kind].length + 1));

/** Upper-case base 32 text of random bytes (8 characters per 5 bytes), for numbers that people may read out. */
export const readableCode = (random: Uint8Array): string => encodeBytes(random).toUpperCase();

function encodeTime(nowMs: number): string {
  let rest = Math.floor(nowMs);
  let text = "";
  for (let place = 0; place < 10; place++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function encodeBytes(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >> bits) & 31);
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET.charAt((held << (5 - bits)) & 31) : text;
}
