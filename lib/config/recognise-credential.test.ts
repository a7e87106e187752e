import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { recogniseCredential } from "./recognise-credential.ts";
import { newMerchantKey } from "./testing/config-file.ts";
import { newKeyFiles } from "./testing/merchant-files.ts";

// Goal: any file that the merchant platform hands out, and any text that is copied from its pages, is recognised by its content; what
// is of no use is named with what to do instead; no sentence holds a secret. Every file here is made by the test.

const bytes = (text: string) => new TextEncoder().encode(text);
const of = (content: string | Uint8Array) =>
  recogniseCredential(typeof content === "string" ? bytes(content) : content);
const SERIAL = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";

const merchant = newKeyFiles("1900000109");
const made: Readonly<Record<string, string>> = {
  merchant: merchant.cert,
  key: merchant.key,
  platform: newKeyFiles("Tenpay.com", "Tenpay.com").cert,
  website: newKeyFiles("shop.example", "Shop").cert,
  encrypted: merchant.encryptedKey,
  request: "-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n-----END CERTIFICATE REQUEST-----",
};
const derOf = (pem: string): Uint8Array => new X509Certificate(pem).raw;
/** A long sequence that begins with the number 3, as PKCS #12 does. */
const pkcs12 = Uint8Array.from([0x30, 0x82, 0x01, 0x00, 0x02, 0x01, 0x03, ...Array<number>(250).fill(0)]);

test("the merchant's certificate names its number, its serial and its end, as PEM and as DER", () => {
  for (const content of [made.merchant ?? "", derOf(merchant.cert)]) {
    const found = of(content);
    expect(found).toMatchObject({ kind: "fits", what: { code: "foundMerchantCertificate" } });
    if (found.kind !== "fits") return;
    expect(found.texts).toMatchObject({ mch_id: "1900000109", serial_no: expect.stringMatching(/^[0-9A-F]{40}$/) });
    expect(wordSentence(found.what, "en")).toMatch(/1900000109, serial [0-9A-F]{40}, until \d{4}-\d\d-\d\d$/);
  }
});

test("keys are told apart by what they are, also with spaces around and with Windows line ends", () => {
  const { publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  expect(of(`\n  ${newMerchantKey().replaceAll("\n", "\r\n")}`)).toMatchObject({
    what: { code: "foundPrivateKey" },
    texts: { private_key: expect.stringContaining("BEGIN PRIVATE KEY") },
  });
  expect(of(publicKey)).toMatchObject({
    what: { code: "foundPublicKey" },
    texts: { wechatpay_public_key: publicKey.trim() },
  });
});

test.each([
  ["PUB_KEY_ID_0119000001092024000000", { wechatpay_public_key_id: "PUB_KEY_ID_0119000001092024000000" }],
  ["wx8888888888888888", { appid: "wx8888888888888888" }],
  [" 1900000109\n", { mch_id: "1900000109" }],
  [SERIAL.toLowerCase(), { serial_no: SERIAL.toLowerCase() }],
  ["https://pay.shop.example/payment/notify", { notify_url: "https://pay.shop.example/payment/notify" }],
])("%j is what it looks like", (text, texts) => {
  expect(of(text)).toMatchObject({ kind: "fits", texts });
});

test("32 characters are any of three secrets: a person says which", () => {
  const found = of("a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb");
  expect(found).toMatchObject({ kind: "ambiguous", slots: ["api_v3_key", "api_key", "app_secret"] });
  expect(wordSentence(found.what, "zh-CN")).not.toContain("a7cde1");
  expect(of("a7cde1ZJB1kG2e7VfTs3jQzaWizur8G")).toMatchObject({ kind: "useless", what: { code: "foundWrongLength" } });
});

test("a configuration of before fills every place that it has; the files it names are of another machine", () => {
  const json = {
    appid: "wx8888888888888888",
    api_v3_key: "k".repeat(32),
    private_key_path: "/etc/passwd",
    sign_type: 7,
  };
  expect(of(JSON.stringify(json))).toEqual({
    kind: "fits",
    what: { code: "foundConfiguration", values: { count: 2 } },
    texts: { appid: json.appid, api_v3_key: json.api_v3_key },
  });
  expect(of('{"appid": "wx')).toMatchObject({ what: { code: "foundBrokenJson" } });
  expect(of('{"name": "x"}')).toMatchObject({ what: { code: "foundOtherJson" } });
});

test.each([
  ["platform", "foundPlatformCertificate"],
  ["website", "foundForeignCertificate"],
  ["request", "foundRequest"],
  ["encrypted", "foundEncryptedKey"],
])("%s is of no use, and it is said what to do instead", (name, code) => {
  const found = of(made[name] ?? "");
  expect(found).toMatchObject({ kind: "useless", what: { code } });
  if (found.kind === "useless") expect(wordSentence(found.next, "zh-CN")).toContain("请");
});

test("packages, broken files and anything else are named", () => {
  const short = generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const curve = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const code = (content: string | Uint8Array) => of(content).what.code;
  expect(code(pkcs12)).toBe("foundPkcs12");
  expect(code(bytes("PK\u0003\u0004…"))).toBe("foundZip");
  expect(code((made.key ?? "").slice(0, 400))).toBe("foundTruncated");
  expect(code(short.privateKey)).toBe("foundShortKey");
  expect(code(curve.privateKey)).toBe("foundNotRsa");
  expect(code("-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----")).toBe("foundSshKey");
  expect(code("")).toBe("foundNothing");
  expect(code("  \n")).toBe("foundNothing");
  expect(code("微信支付")).toBe("foundUnknown");
  expect(code("x".repeat(70_000))).toBe("foundTooLarge");
});

test("no sentence repeats what is secret", () => {
  const secrets = [
    made.key ?? "",
    "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
    JSON.stringify({ api_key: "192006250b4c09247ec02edce69f6a2d" }),
  ];
  for (const secret of secrets) {
    const { what } = of(secret);
    expect(JSON.stringify(what)).not.toMatch(/a7cde1|192006|MII/);
  }
});
