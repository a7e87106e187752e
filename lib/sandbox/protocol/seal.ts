import { createCipheriv } from "node:crypto";
import { randomText } from "../keys.ts";

export interface Sealed {
  readonly algorithm: "AEAD_AES_256_GCM";
  readonly nonce: string;
  readonly associated_data: string;
  readonly ciphertext: string;
}

/** AES-256-GCM as WeChat Pay does it: the tag follows the ciphertext (wechatpay.md §4). */
export function seal(apiV3Key: string, { text, about }: { text: string; about: string }): Sealed {
  const nonce = randomText(12);
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(apiV3Key, "utf8"), Buffer.from(nonce, "utf8"));
  cipher.setAAD(Buffer.from(about, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return { algorithm: "AEAD_AES_256_GCM", nonce, associated_data: about, ciphertext: ciphertext.toString("base64") };
}
