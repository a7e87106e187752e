import { createDecipheriv, createHash, createHmac, timingSafeEqual } from "node:crypto";

// Ciphers and digests under a key that both sides hold. Source: wechatpay.md §4 (GCM), §11 (v2: ECB, MD5, HMAC).

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface SealedText {
  /** 12 characters. */
  readonly nonce: string;
  readonly associatedData: string;
  /** base64 of the ciphertext with the 16-byte tag at its end. */
  readonly ciphertext: string;
}

/** Opens AES-256-GCM. @returns null on any fault, so that a caller cannot learn which */
export function openGcm({ nonce, associatedData, ciphertext }: SealedText, key: string): Buffer | null {
  const sealed = Buffer.from(ciphertext, "base64");
  if (Buffer.byteLength(key) !== KEY_BYTES || Buffer.byteLength(nonce) !== NONCE_BYTES) return null;
  if (sealed.length < TAG_BYTES) return null;
  // A key in bytes makes Node's call three times as slow as the same key in UTF-8 text.
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associatedData));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    // final() is what checks the tag: without it altered ciphertexts open as well.
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

/** Opens AES-256-ECB with PKCS#7 padding. It proves nothing about who sealed it. @param key 32 bytes of text */
export function openEcb(ciphertext: string, key: string): Buffer | null {
  const keyBytes = Buffer.from(key);
  if (keyBytes.length !== KEY_BYTES) return null;
  const decipher = createDecipheriv("aes-256-ecb", keyBytes, null);
  try {
    return Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64")), decipher.final()]);
  } catch {
    return null;
  }
}

export type V2SignType = "MD5" | "HMAC-SHA256";

/** All fields that are not empty, except `sign`, by name in byte order: `k=v&k=v`. Values are raw. */
export function v2Text(fields: ReadonlyMap<string, string>): string {
  return [...fields]
    .filter(([name, value]) => name !== "sign" && value !== "")
    .sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** @returns upper-case hex */
export function v2Sign(fields: ReadonlyMap<string, string>, key: string, type: V2SignType): string {
  const text = `${v2Text(fields)}&key=${key}`;
  const digest = type === "MD5" ? createHash("md5").update(text) : createHmac("sha256", key).update(text);
  return digest.digest("hex").toUpperCase();
}

/** @param type the one we ordered with; the message does not get to choose a weaker one */
export function v2Verify(fields: ReadonlyMap<string, string>, key: string, type: V2SignType): boolean {
  const claimed = Buffer.from(fields.get("sign") ?? "");
  const right = Buffer.from(v2Sign(fields, key, type));
  return claimed.length === right.length && timingSafeEqual(claimed, right);
}

/** Lower-case hex; of the v2 key it is the key of refund notices. */
export const md5Hex = (text: string): string => createHash("md5").update(text).digest("hex");
