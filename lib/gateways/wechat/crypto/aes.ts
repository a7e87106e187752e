import { createDecipheriv } from "node:crypto";

// Source: wechatpay.md §4 (GCM) and §11 (ECB of v2 refund notices).

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

/** Opens AES-256-GCM. @returns null when anything at all is wrong, so that nobody learns what */
export function openGcm({ nonce, associatedData, ciphertext }: SealedText, key: string): Buffer | null {
  const keyBytes = Buffer.from(key, "utf8");
  const nonceBytes = Buffer.from(nonce, "utf8");
  const sealed = Buffer.from(ciphertext, "base64");
  if (keyBytes.length !== KEY_BYTES || nonceBytes.length !== NONCE_BYTES || sealed.length < TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", keyBytes, nonceBytes, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associatedData, "utf8"));
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
  const keyBytes = Buffer.from(key, "utf8");
  if (keyBytes.length !== KEY_BYTES) return null;
  const decipher = createDecipheriv("aes-256-ecb", keyBytes, null);
  try {
    return Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64")), decipher.final()]);
  } catch {
    return null;
  }
}
