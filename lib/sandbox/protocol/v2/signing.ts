import { createHash, createHmac } from "node:crypto";
import type { V2SignType } from "../../books/records.ts";

/** The signature over all fields that are not empty, but `sign` itself (wechatpay.md §11). */
export function signV2(fields: Iterable<readonly [string, string]>, apiKey: string, signType: V2SignType): string {
  const parts = [...fields]
    .filter(([name, value]) => name !== "sign" && value !== "")
    // By code unit: the comparison must not depend on a language.
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const message = `${[...parts, `key=${apiKey}`].join("&")}`;
  const digest = signType === "MD5" ? createHash("md5") : createHmac("sha256", apiKey);
  return digest.update(message, "utf8").digest("hex").toUpperCase();
}

export const isSignType = (text: string): text is V2SignType => text === "MD5" || text === "HMAC-SHA256";
