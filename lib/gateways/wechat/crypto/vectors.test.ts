// Goal: every published sample of wechatpay.md §13 comes out as printed.
import { createPublicKey } from "node:crypto";
import { expect, test } from "vitest";
import { signedBytes } from "./canonical.ts";
import { privateKeyFrom, publicKeyFrom, signRsa, verifyRsa } from "./rsa.ts";
import { md5Hex, openEcb, openGcm, v2Sign, v2Text, v2Verify } from "./shared-key.ts";
import published from "./vectors.json" with { type: "json" };

interface Vector {
  readonly id: string;
  readonly kind: string;
  readonly [field: string]: unknown;
}

const keys: Record<string, string> = published.keys;
const text = (vector: Vector, field: string): string => String(vector[field]);
const keyOf = (vector: Vector): string => keys[text(vector, "key")] ?? "";

const checks: Record<string, (vector: Vector) => void | Promise<void>> = {
  async rsa_sign(vector) {
    const signature = await signRsa(text(vector, "message"), privateKeyFrom(keyOf(vector)));
    expect(signature).toBe(vector.signature);
  },
  rsa_verify(vector) {
    const message = Buffer.from(text(vector, "message"));
    expect(verifyRsa(message, text(vector, "signature"), publicKeyFrom(keyOf(vector)))).toBe(vector.valid);
  },
  gcm_decrypt(vector) {
    expect(opened(vector)).toBe(vector.plaintext);
  },
  md5_sign: (vector) => digestCheck(vector, "MD5"),
  hmac_sign: (vector) => digestCheck(vector, "HMAC-SHA256"),
  md5(vector) {
    expect(md5Hex(text(vector, "text"))).toBe(vector.hex);
  },
  ecb_decrypt(vector) {
    expect(openEcb(text(vector, "ciphertext"), text(vector, "key_text"))?.toString()).toBe(vector.plaintext);
  },
  v3_notice(vector) {
    const headers = vector.headers as Record<string, string>;
    const stamp = { timestamp: headers["Wechatpay-Timestamp"] ?? "", nonce: headers["Wechatpay-Nonce"] ?? "" };
    const signed = signedBytes(stamp, Buffer.from(text(vector, "body")));
    expect(verifyRsa(signed, headers["Wechatpay-Signature"] ?? "", createPublicKey(keyOf(vector)))).toBe(true);
    const { resource } = JSON.parse(text(vector, "body"));
    expect(opened({ ...vector, ...resource })).toBe(vector.plaintext);
  },
};

function opened(vector: Vector): string | null {
  const sealed = {
    nonce: text(vector, "nonce"),
    associatedData: text(vector, "associated_data"),
    ciphertext: text(vector, "ciphertext"),
  };
  return openGcm(sealed, text(vector, "api_v3_key"))?.toString() ?? null;
}

function digestCheck(vector: Vector, type: "MD5" | "HMAC-SHA256"): void {
  const fields = new Map(Object.entries(vector.params as Record<string, string>));
  const key = text(vector, "api_key");
  expect(v2Text(fields)).toBe(vector.string);
  expect(v2Sign(fields, key, type)).toBe(vector.sign);
  fields.set("sign", text(vector, "sign"));
  expect(v2Verify(fields, key, type)).toBe(true);
  expect(v2Verify(fields, key, type === "MD5" ? "HMAC-SHA256" : "MD5")).toBe(false);
  fields.set("attach", "more");
  expect(v2Verify(fields, key, type)).toBe(false);
}

test.each((published.vectors as Vector[]).map((vector) => [vector.id, vector] as const))("%s", async (_id, vector) => {
  const check = checks[vector.kind];
  if (check === undefined) throw new Error(`no check for ${vector.kind}`);
  await check(vector);
});
