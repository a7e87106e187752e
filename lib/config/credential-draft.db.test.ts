import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { silentLog } from "#lib/ops/log.ts";
import { FakeClock } from "#lib/testing/fake-clock.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createAccounts } from "./accounts.ts";
import { type CredentialDrafts, createCredentialDrafts } from "./credential-draft.ts";
import { openSeals } from "./master-key.ts";
import type { CredentialSlot } from "./recognise-credential.ts";
import { newKeyFiles } from "./testing/merchant-files.ts";

// Goal: credentials that are dropped one by one become a configuration only together, checked against each other; nothing of them is
// readable in the database or in what a person sees. Every key here is made by the test.

let database: TestDatabase;
let drafts: CredentialDrafts;
let accounts: ReturnType<typeof createAccounts>;
const BY = "owner@example.com";
const V3_KEY = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
const clock = new FakeClock();

const bytes = (text: string) => new TextEncoder().encode(text);
const files = {
  shop: newKeyFiles("1900000109"),
  renewed: newKeyFiles("1900000109"),
  other: newKeyFiles("1900000999"),
};

beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  const masterKey = new Secret<Uint8Array>(randomBytes(32));
  const { box } = await openSeals(pool, { masterKey, previousMasterKey: null, masterKeyFile: null });
  accounts = createAccounts({ pool, box, log: silentLog, freshMs: 0 });
  drafts = createCredentialDrafts({
    ...{ pool, box, accounts, clock },
    notifyUrl: "https://pay.shop.example/payment/notify",
    onChange: () => accounts.refresh(),
  });
});
afterAll(async () => {
  await database.close();
});
beforeEach(() => drafts.forget());

const drop = (...contents: (string | Uint8Array)[]) =>
  drafts.drop(
    contents.map((content) => (typeof content === "string" ? bytes(content) : content)),
    BY,
  );
const states = async () => {
  const { slots } = await drafts.report();
  return Object.fromEntries(slots.map(({ slot, state }) => [slot, state])) as Record<CredentialSlot, string>;
};
const failedChecks = async () =>
  (await drafts.report()).findings.filter(({ result }) => result === "failed").map(({ check }) => check);

test("piece by piece: what is missing is said until all of it is there, and it is in force only then", async () => {
  expect(await drafts.report()).toMatchObject({ isEmpty: true, isComplete: false, protocol: "v3", renews: null });
  await drop(files.shop.cert);
  expect(await states()).toMatchObject({
    ...{ mch_id: "dropped", serial_no: "dropped", cert: "dropped", notify_url: "in_use" },
    ...{ private_key: "missing", api_v3_key: "missing", appid: "missing", wechatpay_public_key: "not_needed" },
  });
  await drop(files.shop.key, "wx8888888888888888");
  expect((await drafts.report()).isComplete).toBe(false);
  const [said] = await drop(V3_KEY);
  expect(said?.kind).toBe("ambiguous");
  expect(await drafts.report()).toMatchObject({ hasUnplaced: true, isComplete: false });
  await drafts.place("api_v3_key", BY);
  expect(await failedChecks()).toEqual([]);
  expect(await drafts.report()).toMatchObject({ hasUnplaced: false, isComplete: true });
  expect((await accounts.active())?.merchantNumber).toBeUndefined();

  expect(await drafts.activate(BY)).toEqual({ kind: "activated", merchantNumber: "1900000109" });
  const active = await accounts.active();
  expect(active).toMatchObject({ merchantNumber: "1900000109", protocol: "v3", sandbox: false });
  expect(active?.protocol === "v3" && active.apiV3Key.reveal()).toBe(V3_KEY);
  expect((await drafts.report()).isEmpty).toBe(true);
  const { rows } = await database.pool.query("select source, actor from config_versions order by version desc limit 1");
  expect(rows).toEqual([{ source: "dashboard", actor: BY }]);
});

test("a renewed certificate stands over what is in use; the rest stays", async () => {
  await drop(files.renewed.cert);
  expect(await drafts.report()).toMatchObject({ renews: "1900000109", isComplete: false });
  expect(await states()).toMatchObject({ cert: "dropped", private_key: "in_use", api_v3_key: "in_use" });
  // The old key does not belong to the new certificate.
  expect(await failedChecks()).toEqual(["private_key"]);
  await drop(files.renewed.key);
  expect(await failedChecks()).toEqual([]);
  const before = (await accounts.active())?.id;
  expect(await drafts.activate(BY)).toMatchObject({ kind: "activated" });
  expect((await accounts.active())?.id).not.toBe(before);
});

test("a new private key without its certificate lacks the serial: the old one would be another key's", async () => {
  await drop(files.shop.key);
  expect(await states()).toMatchObject({ private_key: "dropped", serial_no: "missing" });
  expect((await drafts.report()).isComplete).toBe(false);
  expect(await drafts.activate(BY)).toMatchObject({ kind: "refused" });
});

test("a key of another certificate is named, and refused", async () => {
  await drop(files.shop.cert, files.other.key);
  expect(await failedChecks()).toContain("private_key");
  expect((await drafts.report()).isComplete).toBe(false);
});

test("nothing of one merchant goes with another one's", async () => {
  await drop(files.other.cert, files.other.key);
  expect(await drafts.report()).toMatchObject({ renews: null, isComplete: false });
  expect(await states()).toMatchObject({
    mch_id: "dropped",
    api_v3_key: "missing",
    appid: "missing",
    notify_url: "in_use",
  });
});

test("the merchant's own public key is no key of WeChat Pay", async () => {
  await drop(files.renewed.publicKey, "PUB_KEY_ID_0119000001092024000000");
  expect(await failedChecks()).toEqual(["wechatpay_key"]);
});

test("API v2 alone takes the certificate and its key, which an uploaded file could only name", async () => {
  await drop(files.other.cert, files.other.key, "wx7777777777777777", "192006250b4c09247ec02edce69f6a2d");
  await drafts.place("api_key", BY);
  expect(await drafts.report()).toMatchObject({ protocol: "v2", isComplete: true });
  expect(await drafts.activate(BY)).toEqual({ kind: "activated", merchantNumber: "1900000999" });
  const active = await accounts.active();
  expect(active?.protocol).toBe("v2");
  expect(active?.v2?.certificatePem).toContain("BEGIN CERTIFICATE");
  expect(active?.v2?.keyPem?.reveal()).toContain("PRIVATE KEY");
});

test("what is useless changes nothing, and nothing waits for a place that was never dropped", async () => {
  const [said] = await drop("hello world");
  expect(said?.kind).toBe("useless");
  expect((await drafts.report()).isEmpty).toBe(true);
  await expect(drafts.place("api_key", BY)).rejects.toMatchObject({ code: "not_found" });
});

test("two people who drop at once lose nothing of each other", async () => {
  await Promise.all([drop(files.other.cert), drop(files.other.key), drop("wx7777777777777777")]);
  expect(await states()).toMatchObject({ cert: "dropped", private_key: "dropped", appid: "dropped" });
});

test("nothing that was dropped is readable in the database, or in the report", async () => {
  await drop(files.shop.key, V3_KEY);
  await drafts.place("api_v3_key", BY);
  const { rows } = await database.pool.query<{ text: string }>(
    "select encode(sealed, 'escape') as text from credential_drafts",
  );
  expect(rows[0]?.text).not.toMatch(/a7cde1|PRIVATE|MII/);
  expect(JSON.stringify(await drafts.report())).not.toMatch(/a7cde1|PRIVATE|MII/);
});
