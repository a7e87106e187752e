import { generateKeyPairSync } from "node:crypto";

/** A merchant's private key as `apiclient_key.pem` holds it. */
export const newMerchantKey = (): string =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;

/** A valid `payment_config.json` of API v3. */
export const V3_CONFIG = {
  appid: "wx8888888888888888",
  mch_id: "1900000109",
  notify_url: "https://shop.example/payment/notify",
  api_v3_key: "k".repeat(32),
  serial_no: "A".repeat(40),
  private_key: newMerchantKey(),
};
