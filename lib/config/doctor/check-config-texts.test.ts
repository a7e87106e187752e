import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { makeCertificate } from "#lib/sandbox/index.ts";
import { checkConfigTexts } from "./check-config-texts.ts";
import type { ConfigUnderCheck } from "./config-under-check.ts";

// Goal: what only real merchants meet, and the sandbox cannot show: public addresses, and certificates near their end.

const NOW = new Date("2026-07-01T00:00:00Z");
const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

function certificateUntil(notAfter: string): string {
  const life = { notBefore: new Date("2021-07-01T00:00:00Z"), notAfter: new Date(notAfter) };
  return makeCertificate(pair, { name: [["CN", "1900007291"]], ...life }).pem;
}

const REAL: ConfigUnderCheck["texts"] = {
  appid: "wxd678efh567hg6787",
  mch_id: "1900007291",
  notify_url: "https://pay.shop.example/payment/notify",
  api_key: "192006250b4c09247ec02edce69f6a2d",
};

const examine = (texts: ConfigUnderCheck["texts"]) =>
  checkConfigTexts({ origin: "file", texts: { ...REAL, ...texts }, problems: [] }, NOW).findings;
const resultOf = (texts: ConfigUnderCheck["texts"], check: string) =>
  examine(texts).find((each) => each.check === check)?.result;

test.each([
  ["https://pay.shop.example/payment/notify", "ok"],
  ["https://pay.shop.example:8443/payment/notify", "warning"],
  ["http://pay.shop.example/payment/notify", "failed"],
  ["https://192.168.1.7/payment/notify", "failed"],
  ["https://localhost/payment/notify", "failed"],
  ["https://pay.shop.example/payment/notify?from=wechat", "failed"],
  ["https://me:secret@pay.shop.example/payment/notify", "failed"],
  ["https://pay.shop.example/notify", "failed"],
  ["pay.shop.example/payment/notify", "failed"],
])("notify address %s: %s", (notify_url, result) => {
  expect(resultOf({ notify_url }, "notify_url")).toBe(result);
});

test.each([
  ["2027-07-01T00:00:00Z", "ok"],
  ["2026-07-20T00:00:00Z", "warning"],
  ["2026-06-30T00:00:00Z", "failed"],
])("a merchant certificate that ends at %s: %s", (notAfter, result) => {
  expect(resultOf({ cert: certificateUntil(notAfter), key: privateKey }, "certificate_expiry")).toBe(result);
});

test("a certificate of another merchant number is told without asking anybody", () => {
  const texts = { mch_id: "1900000001", cert: certificateUntil("2027-07-01T00:00:00Z"), key: privateKey };
  expect(resultOf(texts, "merchant_certificate")).toBe("failed");
});

test("no sentence repeats a secret", () => {
  const secrets = {
    api_v3_key: "short-and-secret",
    app_secret: "quite a secret!",
    private_key: privateKey.slice(0, 700),
  };
  const said = JSON.stringify(examine(secrets));
  expect(
    Object.values(secrets).filter((secret) => said.includes(secret) || said.includes(secret.slice(60, 120) || "∅")),
  ).toEqual([]);
});
