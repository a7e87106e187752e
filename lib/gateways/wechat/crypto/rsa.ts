import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
  sign,
  verify,
  X509Certificate,
} from "node:crypto";
import { promisify } from "node:util";

// RSA PKCS#1 v1.5 with SHA-256. Keys are parsed once and passed around as KeyObjects: parsing costs more than verifying.

const RSA_BITS_MIN = 2_048;
const signInPool = promisify(sign);

/** @throws Error when the text is no RSA private key of at least 2048 bits; the message holds none of it */
export const privateKeyFrom = (pem: string): KeyObject => rsaOnly(createPrivateKey(pem));

/** @throws Error when the text is no RSA public key of at least 2048 bits */
export const publicKeyFrom = (pem: string): KeyObject => rsaOnly(createPublicKey(pem));

/** Signs in libuv's pool: a millisecond of CPU that would otherwise stop every other request. @returns base64 */
export async function signRsa(text: string, key: KeyObject): Promise<string> {
  const signature = await signInPool("sha256", Buffer.from(text), key);
  return signature.toString("base64");
}

/** @param signature base64 in its one proper form: what decodes only by leniency is not what was signed */
export function verifyRsa(signed: Uint8Array, signature: string, key: KeyObject): boolean {
  const bytes = Buffer.from(signature, "base64");
  if (bytes.toString("base64") !== signature) return false;
  return verify("sha256", signed, key, bytes);
}

/** A sensitive field: RSA-OAEP with SHA-1. Source: wechatpay.md §4. @returns base64 */
export const encryptField = (text: string, key: KeyObject): string =>
  publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha1" }, Buffer.from(text)).toString(
    "base64",
  );

export interface Certificate {
  /** Upper-case hex, as WeChat Pay writes it. */
  readonly serial: string;
  readonly key: KeyObject;
  readonly expiresAtMs: number;
}

/** @throws Error when the text is no X.509 certificate of an RSA key */
export function certificateFrom(pem: string): Certificate {
  const certificate = new X509Certificate(pem);
  return {
    serial: certificate.serialNumber.toUpperCase(),
    key: rsaOnly(certificate.publicKey),
    expiresAtMs: Date.parse(certificate.validTo),
  };
}

function rsaOnly(key: KeyObject): KeyObject {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== "rsa" || bits < RSA_BITS_MIN) {
    throw new Error(`an RSA key of at least ${RSA_BITS_MIN} bits is needed`);
  }
  return key;
}
