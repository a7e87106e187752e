import { createCipheriv, createHash, createHmac } from "node:crypto";
import type { SignTypeV2 } from "../../books/records.ts";

/** The signature over all fields that are not empty, except `sign` itself. */
export function signV2(fields: Iterable<readonly [string, string]>, apiKey: string, signType: SignTypeV2): string {
  const parts = [...fields]
    .filter(([name, value]) => name !== "sign" && value !== "")
    // By code unit: the order must not depend on a language.
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const message = `${[...parts, `key=${apiKey}`].join("&")}`;
  const digest = signType === "MD5" ? createHash("md5") : createHmac("sha256", apiKey);
  return digest.update(message, "utf8").digest("hex").toUpperCase();
}

export const isSignType = (text: string): text is SignTypeV2 => text === "MD5" || text === "HMAC-SHA256";

/** Another signature of the same form. */
export const spoilSignature = (sign: string): string => `${sign.startsWith("A") ? "B" : "A"}${sign.slice(1)}`;

/** The `req_info` of refund notices: AES-256-ECB with the MD5 of the API key. */
export function encryptRefund(text: string, apiKey: string): string {
  const key = createHash("md5").update(apiKey, "utf8").digest("hex");
  const cipher = createCipheriv("aes-256-ecb", Buffer.from(key, "ascii"), null);
  return Buffer.concat([cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}
