import { createCipheriv, createPrivateKey, randomBytes, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { PreparedRequest } from "./load.ts";

/** What the sandbox stores of the WeChat side; enough to sign notices as it does. */
export interface PlatformKeys {
  readonly mchid: string;
  readonly appid: string;
  readonly apiV3Key: string;
  readonly publicKey: { readonly id: string; readonly privateKey: string; readonly publicKey: string };
}

export const readPlatformKeys = (dataDir: string): PlatformKeys =>
  JSON.parse(readFileSync(path.join(dataDir, "sandbox", "keys.json"), "utf8")) as PlatformKeys;

/** A signed and sealed notice that the trade was paid, ready to be sent to `path`. */
export function noticeOf(keys: PlatformKeys, number: string, pathOfNotify: string): PreparedRequest {
  const trade = {
    mchid: keys.mchid,
    appid: keys.appid,
    out_trade_no: number,
    transaction_id: `4200${randomBytes(12).toString("hex")}`,
    trade_type: "NATIVE",
    trade_state: "SUCCESS",
    trade_state_desc: "支付成功",
    bank_type: "OTHERS",
    attach: "",
    success_time: new Date().toISOString(),
    payer: { openid: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" },
    amount: { total: 1800, payer_total: 1800, currency: "CNY", payer_currency: "CNY" },
  };
  const body = JSON.stringify({
    id: randomBytes(16).toString("hex"),
    create_time: new Date().toISOString(),
    resource_type: "encrypt-resource",
    event_type: "TRANSACTION.SUCCESS",
    summary: "支付成功",
    resource: sealed(keys.apiV3Key, JSON.stringify(trade)),
  });
  return {
    method: "POST",
    path: pathOfNotify,
    body,
    headers: { "content-type": "application/json", ...signed(keys, body) },
  };
}

function sealed(key: string, text: string) {
  const nonce = randomBytes(6).toString("hex");
  const cipher = createCipheriv("aes-256-gcm", Buffer.from(key), nonce);
  cipher.setAAD(Buffer.from("transaction"));
  const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return {
    original_type: "transaction",
    algorithm: "AEAD_AES_256_GCM",
    ciphertext: bytes.toString("base64"),
    associated_data: "transaction",
    nonce,
  };
}

function signed(keys: PlatformKeys, body: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const nonce = randomBytes(16).toString("hex");
  const key = createPrivateKey(keys.publicKey.privateKey);
  return {
    "wechatpay-timestamp": timestamp,
    "wechatpay-nonce": nonce,
    "wechatpay-serial": keys.publicKey.id,
    "wechatpay-signature": sign("RSA-SHA256", Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), key).toString("base64"),
  };
}
