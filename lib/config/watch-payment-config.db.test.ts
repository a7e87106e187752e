import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { readMerchant, readMerchantName } from "#lib/storage/configuration/gateway-accounts.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createAccounts } from "./accounts.ts";
import { importReading } from "./import-configuration.ts";
import { readPaymentConfig } from "./read-payment-config.ts";
import { createSealedBox } from "./sealed-box.ts";
import { V3_CONFIG } from "./testing/config-file.ts";
import { createPaymentConfig } from "./watch-payment-config.ts";

// Goal: the file is in force when it is good, the last good one otherwise; nothing that was used is ever lost; a
// sandbox never takes the place of a real account.

const privateKey = V3_CONFIG.private_key;
const configOf = (merchantNumber: string, more: object = {}) =>
  JSON.stringify({ ...V3_CONFIG, mch_id: merchantNumber, ...more });
const REAL = "1900000001";
const OTHER = "1900000002";
const SANDBOX = "1900000003";

let database: TestDatabase;
let folder: string;
const box = createSealedBox(new Secret(randomBytes(32)));

beforeEach(async () => {
  database = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-config-"));
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

function keeper() {
  const events: string[] = [];
  const note = (event: string) => void events.push(event);
  const config = createPaymentConfig({
    pool: database.pool,
    box,
    log: { info: note, warn: note, error: note },
    paymentConfig: path.join(folder, "real.json"),
    sandboxConfig: path.join(folder, "sandbox.json"),
  });
  const accounts = createAccounts({ pool: database.pool, box, log: { error: note }, freshMs: 0 });
  const write = (name: "real" | "sandbox", text: string) => writeFile(path.join(folder, `${name}.json`), text);
  const active = async () => (await accounts.active())?.merchantNumber ?? null;
  return { config, accounts, events, write, active };
}

test("a changed file becomes the active account; the one before is retired and still opens", async () => {
  const { config, accounts, write, active } = keeper();
  expect(await config.refresh()).toMatchObject({ mode: "unconfigured" });
  expect(await active()).toBeNull();

  await write("real", configOf(REAL, { merchant_name: "一号店" }));
  expect(await config.refresh()).toMatchObject({ mode: "real", problems: [] });
  const first = await accounts.active();
  expect(first).toMatchObject({ protocol: "v3", merchantNumber: REAL, sandbox: false });
  expect(await readMerchantName(database.pool)).toBe("一号店");

  await write("real", configOf(OTHER));
  await config.refresh();
  expect(await active()).toBe(OTHER);
  expect(await readMerchantName(database.pool)).toBe("一号店");
  expect((await accounts.all()).map(({ merchantNumber }) => merchantNumber)).toEqual([OTHER, REAL]);
  const retired = await accounts.byId(first?.id ?? "");
  expect(retired?.protocol === "v3" && retired.privateKeyPem.reveal()).toBe(privateKey);

  await write("real", configOf(REAL));
  await config.refresh();
  expect((await accounts.active())?.id).toBe(first?.id); // The same credentials are the same account.
});

test("the industry and the brand that a file declares are the shop's, until another says otherwise", async () => {
  const { config, write } = keeper();
  const brand = { name: "一号面馆", logo_url: "/logo.svg", color: "#7a1f5c" };
  await write("real", configOf(REAL, { industry: "dining", brand }));
  expect((await config.refresh()).problems).toEqual([]);
  const declared = { industry: "dining", brand: { name: "一号面馆", logoUrl: "/logo.svg", color: "#7a1f5c" } };
  expect(await readMerchant(database.pool)).toMatchObject(declared);
  await write("real", configOf(REAL));
  await config.refresh();
  expect(await readMerchant(database.pool)).toMatchObject(declared);
  await write(
    "real",
    configOf(REAL, { industry: "circus", brand: { color: "red", logo_url: "javascript:alert(1)", font: "x" } }),
  );
  const { problems } = await config.refresh();
  expect(problems.map((line) => line.split(" ")[0])).toEqual(
    expect.arrayContaining(["industry", "brand.color", "brand.logo_url", "brand.font"]),
  );
  expect(await readMerchant(database.pool)).toMatchObject(declared);
});

test("an invalid or absent file leaves the last good one in force, and is told once", async () => {
  const { config, events, write, active } = keeper();
  await write("real", configOf(REAL));
  await config.refresh();
  await write("real", configOf("not digits", { notify_url: "http://x" }));
  const state = await config.refresh();
  await config.refresh();
  expect(state.problems.map((line) => line.split(" ")[0])).toEqual(expect.arrayContaining(["mch_id", "notify_url"]));
  expect(state.mode).toBe("real");
  expect(events.filter((event) => event === "config.refused")).toHaveLength(1);
  expect(await active()).toBe(REAL);
  await rm(path.join(folder, "real.json"));
  expect((await config.refresh()).mode).toBe("real");
  await write("real", configOf(REAL));
  await config.refresh();
  expect(await active()).toBe(REAL);
});

test("the sandbox's file serves until there is a real one, and never again", async () => {
  const { config, accounts, write, active } = keeper();
  await write(
    "sandbox",
    configOf(SANDBOX, { api_base: "http://127.0.0.1:3001", notify_url: "http://127.0.0.1:3000/payment/notify" }),
  );
  expect((await config.refresh()).mode).toBe("sandbox");
  expect(await accounts.active()).toMatchObject({ merchantNumber: SANDBOX, sandbox: true });
  await write("real", "{");
  expect((await config.refresh()).mode).toBe("sandbox");
  await write("real", configOf(REAL));
  expect((await config.refresh()).mode).toBe("real");
  await rm(path.join(folder, "real.json"));
  await write("sandbox", configOf(OTHER));
  expect((await keeper().config.refresh()).mode).toBe("real");
  expect((await config.refresh()).mode).toBe("real");
  expect(await active()).toBe(REAL);
});

test("a process that still took the deployment for a sandbox changes nothing", async () => {
  const { config, write, active } = keeper();
  await write("real", configOf(REAL));
  await config.refresh();
  await write("sandbox", configOf(SANDBOX));
  const late = await readPaymentConfig(path.join(folder, "sandbox.json"));
  if (late.kind !== "valid") throw new Error("the sandbox's file should be valid");
  expect(
    await importReading({ pool: database.pool, box }, late, { source: "sandbox", actor: "sandbox", origin: null }),
  ).toMatchObject({ result: "ignored" });
  expect(await active()).toBe(REAL);
});

test("many processes that see the new file at once make one account", async () => {
  const keepers = Array.from({ length: 6 }, keeper);
  await keepers[0]?.write("real", configOf(REAL));
  await Promise.all(keepers.map(({ config }) => config.refresh()));
  const { rows } = await database.pool.query("select status from gateway_accounts");
  expect(rows).toEqual([{ status: "active" }]);
});

test("credentials lie sealed in the database", async () => {
  const { config, write } = keeper();
  await write("real", configOf(REAL));
  await config.refresh();
  const { rows } = await database.pool.query("select * from gateway_accounts");
  expect(rows[0].sealed.toString("latin1")).not.toMatch(/k{32}|PRIVATE KEY/);
  const other = createAccounts({
    pool: database.pool,
    box: createSealedBox(new Secret(randomBytes(32))),
    log: { error() {} },
  });
  expect(await other.active()).toBeNull();
});

test("while the database is away the accounts that were read serve on", async () => {
  const { config, accounts, write } = keeper();
  await write("real", configOf(REAL));
  await config.refresh();
  await accounts.refresh();
  const broken = Object.assign(Object.create(database.pool), { query: () => Promise.reject(new Error("away")) });
  const cut = createAccounts({ pool: broken, box, log: { error() {} }, freshMs: 0 });
  await expect(cut.active()).rejects.toThrow("away");
  await database.pool.end();
  expect(await accounts.active()).toMatchObject({ merchantNumber: REAL });
});
