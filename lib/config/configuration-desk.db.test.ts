import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { type Database, openDatabase } from "#lib/storage/client.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createAccounts } from "./accounts.ts";
import { type ConfigurationDesk, createConfigurationDesk } from "./configuration-desk.ts";
import { createSealedBox } from "./sealed-box.ts";

// Goal: an upload is checked like the file, reaches no file of the server's, and what is shown of it opens nothing.

const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));
const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const CONFIG = {
  appid: "wx8888888888888888",
  mch_id: "1900000109",
  notify_url: "https://shop.example/payment/notify",
  api_v3_key: "k".repeat(32),
  serial_no: "A".repeat(40),
  private_key: privateKey,
};

let own: TestDatabase;
let database: Database;
let desk: ConfigurationDesk;
beforeAll(async () => {
  own = await testDatabase();
  database = openDatabase({ url: own.url });
  const { pool } = database;
  const accounts = createAccounts({ pool, box, log: { error() {} } });
  desk = createConfigurationDesk({ pool, box, accounts, paymentConfig: null, onChange: () => accounts.refresh() });
});
afterAll(async () => {
  await database.close();
  await own.drop();
});

test("a valid one is in force at once, the same again changes nothing, and no secret is in the report", async () => {
  expect(await desk.upload({ text: JSON.stringify(CONFIG), actor: "a@b.c", origin: "x.json" })).toMatchObject({
    kind: "added",
    merchantNumber: "1900000109",
  });
  expect(await desk.upload({ text: JSON.stringify(CONFIG), actor: "a@b.c", origin: "x.json" })).toMatchObject({
    kind: "unchanged",
  });
  const report = await desk.report();
  expect(report.active).toMatchObject({
    merchantNumber: "1900000109",
    sandbox: false,
    holds: ["api_v3_key", "private_key"],
  });
  const shown = JSON.stringify(report);
  expect(shown).not.toContain(CONFIG.api_v3_key);
  expect(shown).not.toContain("PRIVATE KEY");
});

test.each([
  ["not JSON", "{"],
  ["empty", ""],
  ["a wrong key", JSON.stringify({ ...CONFIG, api_v3_key: "short" })],
  ["a path", JSON.stringify({ ...CONFIG, private_key: undefined, private_key_path: "/etc/hostname" })],
])("%s is refused, and the one before stays", async (_what, text) => {
  const before = await desk.report();
  const result = await desk.upload({ text, actor: "a@b.c", origin: null });
  expect(result.kind).toBe("refused");
  expect(JSON.stringify(result)).not.toContain("PRIVATE KEY");
  expect(await desk.report()).toEqual(before);
});
