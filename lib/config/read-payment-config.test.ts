import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reasonLine } from "./payment-config-schema.ts";
import { readPaymentConfig } from "./read-payment-config.ts";

// Goal: what WeChat would refuse later is refused here, by the name of its key, and no key's value is repeated.

const rsa = (bits: number) =>
  generateKeyPairSync("rsa", {
    modulusLength: bits,
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
const merchant = rsa(2048);
const wechat = rsa(2048);
const good = {
  appid: "wxd678efh567hg6787",
  mch_id: "1900007291",
  notify_url: "https://pay.shop.example/payment/notify",
  api_v3_key: "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb",
  serial_no: "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB",
  private_key: merchant.privateKey,
};
const v2 = {
  appid: "wxd678efh567hg6787",
  mch_id: "1900007291",
  api_key: "192006250b4c09247ec02edce69f6a2d",
  notify_url: "https://pay.shop.example/payment/notify",
};

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-config-"));
  file = path.join(folder, "payment_config.json");
});
afterAll(() => rm(folder, { recursive: true }));

async function read(config: unknown) {
  await writeFile(file, typeof config === "string" ? config : JSON.stringify(config));
  return readPaymentConfig(file);
}

async function problemsOf(config: unknown): Promise<readonly string[]> {
  const reading = await read(config);
  return reading.kind === "invalid" ? reading.problems : [];
}

test("takes credentials of API v3, with the keys in the file or beside it", async () => {
  const inline = await read(good);
  await writeFile(path.join(folder, "apiclient_key.pem"), merchant.privateKey);
  await writeFile(path.join(folder, "pub_key.pem"), wechat.publicKey);
  const { private_key: _inline, ...rest } = good;
  const beside = await read({
    ...rest,
    private_key_path: "apiclient_key.pem",
    wechatpay_public_key_id: "PUB_KEY_ID_0000000000000024101100397200000006",
    wechatpay_public_key_path: "pub_key.pem",
  });
  expect(inline).toMatchObject({
    kind: "valid",
    credentials: { v2: null, v3: { privateKeyPem: merchant.privateKey } },
  });
  expect(beside).toMatchObject({ kind: "valid", credentials: { v3: { publicKeyPem: wechat.publicKey } } });
});

test("takes the specification's own four keys as API v2", async () => {
  expect(await read(v2)).toMatchObject({ kind: "valid", credentials: { v3: null, v2: { signType: "HMAC-SHA256" } } });
  expect(await read({ ...v2, sign_type: "MD5" })).toMatchObject({
    kind: "valid",
    credentials: { v2: { signType: "MD5" } },
  });
});

test("a changed key file is a change", async () => {
  const { private_key: _inline, ...rest } = good;
  const marks = [];
  for (const key of [merchant.privateKey, wechat.privateKey]) {
    await writeFile(path.join(folder, "other.pem"), key);
    const reading = await read({ ...rest, private_key_path: "other.pem" });
    marks.push(reading.kind === "valid" ? reading.mark : reading);
  }
  expect(marks[0]).not.toBe(marks[1]);
});

test("a WeChat Pay on this machine may speak http, with a warning", async () => {
  const local = { ...good, api_base: "http://127.0.0.1:3001/", notify_url: "http://localhost:3000/payment/notify" };
  const reading = await read(local);
  expect(reading).toMatchObject({ kind: "valid", credentials: { apiBase: "http://127.0.0.1:3001" } });
  expect(reading.kind === "valid" && reading.warnings.map(reasonLine).join()).toMatch(/api_base is on this machine/);
});

test("a WeChat Pay on this machine may give out numbers of any form", async () => {
  const numbers = { appid: "wx_of_a_stand_in", mch_id: "123456" };
  const local = {
    ...good,
    ...numbers,
    api_base: "http://127.0.0.1:3001",
    notify_url: "http://localhost/payment/notify",
  };
  expect(await read(local)).toMatchObject({ kind: "valid" });
  expect(await read({ ...good, ...numbers })).toMatchObject({ kind: "invalid" });
});

const weak = rsa(1024).privateKey;
const elliptic = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

test.each<[string, unknown, string]>([
  ["no app id", { ...good, appid: undefined }, "appid"],
  ["the placeholder of the example", { ...good, appid: "your_appid" }, "appid"],
  ["a merchant number with letters", { ...good, mch_id: "your_mch_id" }, "mch_id"],
  ["a merchant number that is a number", { ...good, mch_id: 1900007291 }, "mch_id"],
  ["an app id of another form", { ...good, appid: "x" }, "appid"],
  ["an app id that is too short", { ...good, appid: "wx123" }, "appid"],
  ["a merchant number that is too short", { ...good, mch_id: "1234567" }, "mch_id"],
  ["a merchant number that is too long", { ...good, mch_id: "19000072910" }, "mch_id"],
  ["a key of 32 characters that are not 32 bytes", { ...good, api_v3_key: "密".repeat(32) }, "api_v3_key"],
  ["a delay without its policy", { ...good, extra_money_delay_s: 60 }, "extra_money_delay_s"],
  [
    "a delay that is no delay",
    { ...good, extra_money_policy: "automatic", extra_money_delay_s: 1 },
    "extra_money_delay_s",
  ],
  ["another policy", { ...good, extra_money_policy: "never" }, "extra_money_policy"],
  [
    "the merchant's own public key for WeChat's",
    { ...good, wechatpay_public_key_id: "PUB_KEY_ID_1", wechatpay_public_key: merchant.publicKey },
    "wechatpay_public_key",
  ],
  ["an http notify_url", { ...good, notify_url: "http://pay.shop.example/payment/notify" }, "notify_url"],
  ["a notify_url at a private address", { ...good, notify_url: "https://192.168.1.4/payment/notify" }, "notify_url"],
  ["a notify_url at localhost", { ...good, notify_url: "https://localhost/payment/notify" }, "notify_url"],
  ["a notify_url in disguise", { ...good, notify_url: "https://0x7f000001/payment/notify" }, "notify_url"],
  ["a notify_url with a query", { ...good, notify_url: "https://a.example.com/payment/notify?x=1" }, "notify_url"],
  ["a notify_url that is none", { ...good, notify_url: "/payment/notify" }, "notify_url"],
  ["an http api_base", { ...good, api_base: "http://api.example.com" }, "api_base"],
  ["an api_base with a path", { ...good, api_base: "https://api.example.com/v3" }, "api_base"],
  ["an http oauth_base", { ...good, oauth_base: "http://api.example.com" }, "oauth_base"],
  ["a short key", { ...good, api_v3_key: "short" }, "api_v3_key"],
  ["a serial that is none", { ...good, serial_no: "my certificate" }, "serial_no"],
  ["a key that is not PEM", { ...good, private_key: "MIIEvQ" }, "private_key"],
  ["a key that is too weak", { ...good, private_key: weak }, "private_key"],
  ["a key of the wrong kind", { ...good, private_key: elliptic }, "private_key"],
  ["a public key as private key", { ...good, private_key: merchant.publicKey }, "private_key"],
  ["no private key", { ...good, private_key: undefined }, "private_key"],
  ["two private keys", { ...good, private_key_path: "apiclient_key.pem" }, "private_key_path"],
  ["a path to nowhere", { ...good, private_key: undefined, private_key_path: "none.pem" }, "private_key_path"],
  ["a public key without its id", { ...good, wechatpay_public_key: wechat.publicKey }, "wechatpay_public_key_id"],
  ["an id without its public key", { ...good, wechatpay_public_key_id: "PUB_KEY_ID_1" }, "wechatpay_public_key"],
  ["no credentials at all", { ...v2, api_key: undefined }, "api_v3_key"],
  ["an unknown sign_type", { ...v2, sign_type: "SHA1" }, "sign_type"],
  ["sign_type without its key", { ...good, sign_type: "MD5" }, "api_key"],
  ["a key of no meaning", { ...good, apiv3_key: "x" }, "apiv3_key"],
  ["half a certificate", { ...v2, cert_path: "apiclient_cert.pem" }, "key_path"],
])("refuses %s", async (_what, config, key) => {
  const problems = await problemsOf(config);
  expect(problems.some((line) => line.startsWith(`${key} `))).toBe(true);
});

test("names everything that is wrong at once", async () => {
  const problems = await problemsOf({
    ...good,
    appid: "",
    mch_id: "x",
    notify_url: "x",
    serial_no: 7,
    extra: 1,
    cert_path: "c",
  });
  for (const key of ["appid", "mch_id", "notify_url", "serial_no", "extra", "key_path"]) {
    expect(problems.some((line) => line.startsWith(`${key} `))).toBe(true);
  }
});

test.each([
  "",
  "{",
  "[]",
  "null",
  '"text"',
  '{"api_v3_key": "SECRETSECRET", }',
  '{"api_v3_key":"SECRETSECRET","mch_id":7}',
])("a file that is no configuration is refused and not quoted: %s", async (text) => {
  const problems = await problemsOf(text);
  expect(problems.length).toBeGreaterThan(0);
  expect(problems.join()).not.toContain("SECRETSECRET");
});

test("no file is not a mistake; a folder in its place is", async () => {
  expect((await readPaymentConfig(path.join(folder, "none.json"))).kind).toBe("absent");
  expect((await readPaymentConfig(folder)).kind).toBe("invalid");
});

test("an authority of one's own is for a sandbox on this machine alone", async () => {
  await writeFile(path.join(folder, "tls_ca.pem"), merchant.publicKey);
  const local = { ...v2, api_base: "https://127.0.0.1:3443", notify_url: "http://127.0.0.1:3000/payment/notify" };
  expect(await problemsOf({ ...v2, api_ca_path: "tls_ca.pem" })).toEqual([
    expect.stringMatching(/^api_ca_path is only for/),
    "api_ca_path must be a certificate in PEM; this is a public key",
  ]);
  expect(await problemsOf({ ...local, api_ca_path: "tls_ca.pem" })).toEqual([
    "api_ca_path must be a certificate in PEM; this is a public key",
  ]);
});

test("a file with everything wrong is told everything at once, of the files that it names as well", async () => {
  await writeFile(path.join(folder, "key.pem"), merchant.publicKey);
  const reading = await read({
    appid: "x",
    mch_id: "12",
    notify_url: "http://me:pw@192.168.1.4/payment/notify?x=1#y",
    api_v3_key: "short",
    serial_no: "not hex",
    private_key_path: "key.pem",
    wechatpay_public_key_id: "KEY_1",
    sign_type: "SHA1",
    nonsense: 1,
  });
  const problems = reading.kind === "invalid" ? reading.problems : [];
  expect(problems.filter((line) => line.startsWith("notify_url "))).toHaveLength(5);
  const keys = [
    "appid",
    "mch_id",
    "api_v3_key",
    "serial_no",
    "private_key_path",
    "wechatpay_public_key_id",
    "sign_type",
  ];
  for (const key of [...keys, "nonsense", "wechatpay_public_key", "api_key"]) {
    expect(
      problems.some((line) => line.startsWith(`${key} `)),
      key,
    ).toBe(true);
  }
  expect(problems).toContainEqual(expect.stringMatching(/^private_key_path .*; this is a public key$/));
  expect(problems.join()).not.toMatch(/short|192\.168|not hex/);
});

// A FIFO without a writer would hold a thread until somebody writes, and /dev/zero never ends.
test("nothing but a regular file of bounded size is read, as the file itself or as one that it names", async () => {
  const fifo = path.join(folder, "fifo");
  execFileSync("mkfifo", [fifo]);
  const { private_key: _inline, ...rest } = good;
  for (const named of [fifo, "/dev/zero", folder]) {
    const reading = await readPaymentConfig(named);
    expect(reading).toMatchObject({ kind: "invalid", problems: [`${path.basename(named)} is not a regular file`] });
    expect(await problemsOf({ ...rest, private_key_path: named })).toEqual(["private_key_path is not a regular file"]);
  }
  expect(await problemsOf(JSON.stringify(good).padEnd(262_144))).toEqual([]);
  expect(await problemsOf(JSON.stringify(good).padEnd(262_145))).toEqual(["payment_config.json is too large"]);
});

test("extra money waits for a person unless the merchant says otherwise", async () => {
  const moneyOf = async (more: object) => {
    const reading = await read({ ...good, ...more });
    return reading.kind === "valid" ? reading.settings.extraMoney : reading;
  };
  expect(await moneyOf({})).toEqual({ kind: "manual" });
  expect(await moneyOf({ extra_money_policy: "manual" })).toEqual({ kind: "manual" });
  expect(await moneyOf({ extra_money_policy: "automatic" })).toEqual({ kind: "automatic", delayS: 3_600 });
  expect(await moneyOf({ extra_money_policy: "automatic", extra_money_delay_s: 600 })).toEqual({
    kind: "automatic",
    delayS: 600,
  });
});
