import { createHash, createHmac, timingSafeEqual } from "node:crypto";

// Digests of API v2. Source: wechatpay.md §11.

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
