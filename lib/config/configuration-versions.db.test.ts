import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { listConfigVersions, rollBackConfiguration } from "#lib/storage/configuration/config-versions.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createAccounts } from "./accounts.ts";
import { createConfigurationManager } from "./configuration-manager.ts";
import { createSealedBox } from "./sealed-box.ts";
import { newMerchantKey, V3_CONFIG } from "./testing/config-file.ts";
import { createPaymentConfig } from "./watch-payment-config.ts";

// Goal: every change of the configuration is a version that says who, when, where from and what differed, without a secret;
// one can go back; a file that did not change displaces nothing, one that did is newer.

const keyB = newMerchantKey();
const SECRET = "a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb";
const configOf = (merchantNumber: string, more: object = {}) =>
  JSON.stringify({ ...V3_CONFIG, mch_id: merchantNumber, api_v3_key: SECRET, ...more });
const [A, B, C] = ["1900000001", "1900000002", "1900000003"];

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

/** A process, as it is after a start. */
function start(host = "one", name = "real.json") {
  const log = { info() {}, warn() {}, error() {} };
  const file = path.join(folder, name);
  const config = createPaymentConfig({
    ...{ pool: database.pool, box, log, host, paymentConfig: file, sandboxConfig: path.join(folder, "sandbox.json") },
  });
  const accounts = createAccounts({ pool: database.pool, box, log, freshMs: 0 });
  const manager = createConfigurationManager({
    pool: database.pool,
    box,
    accounts,
    paymentConfig: file,
    onChange: () => accounts.refresh(),
  });
  return {
    refresh: config.refresh,
    active: async () => (await accounts.active())?.merchantNumber ?? null,
    upload: (text: string) => manager.upload({ content: Buffer.from(text), actor: "owner@shop", origin: "mine.json" }),
    rollBack: (to: number) => manager.rollBack(to, "owner@shop"),
  };
}
const write = (text: string, name = "real.json") => writeFile(path.join(folder, name), text);
const versions = async () => (await listConfigVersions(database.pool, { limit: 50 })).toReversed();

test("each change says who, when, where from and what differed; secrets only by a fingerprint", async () => {
  const { refresh, upload } = start();
  await write(configOf(A, { merchant_name: "一号店" }));
  await refresh();
  await refresh();
  await upload(configOf(A, { merchant_name: "一号店", api_v3_key: SECRET.toLowerCase(), private_key: keyB }));
  await upload(configOf(A, { merchant_name: "二号店", api_v3_key: SECRET.toLowerCase(), private_key: keyB }));
  const all = await versions();
  expect(all.map(({ version, source, actor, origin }) => ({ version, source, actor, origin }))).toEqual([
    { version: 1, source: "file", actor: "configuration file", origin: path.join(folder, "real.json") },
    { version: 2, source: "dashboard", actor: "owner@shop", origin: "mine.json" },
    { version: 3, source: "dashboard", actor: "owner@shop", origin: "mine.json" },
  ]);
  const print = { print: expect.stringMatching(/^[0-9a-f]{8}$/) };
  expect(all[0]?.changes.map(({ before }) => before)).toEqual(all[0]?.changes.map(() => null));
  expect(all[1]?.changes.toSorted((a, b) => a.field.localeCompare(b.field))).toEqual([
    { field: "api_v3_key", before: print, after: print },
    { field: "private_key", before: print, after: print },
  ]);
  expect(all[1]?.changes[0]?.before).not.toEqual(all[1]?.changes[0]?.after);
  expect(all[2]?.changes).toEqual([
    { field: "merchant_name", before: { value: "一号店" }, after: { value: "二号店" } },
  ]);
  expect(all[2]?.accountId).toBe(all[1]?.accountId);
  const { rows } = await database.pool.query(
    "select row_to_json(v)::text as text from config_versions v union all select row_to_json(a)::text from audit_log a",
  );
  expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${SECRET}|PRIVATE KEY`, "i"));
  await expect(database.pool.query("update config_versions set actor = 'nobody'")).rejects.toThrow(/append_only/);
  await expect(database.pool.query("delete from config_versions")).rejects.toThrow(/append_only/);
});

test("going back is a new version, also in settings alone; to what is in force already changes nothing", async () => {
  const one = start();
  await one.upload(configOf(A, { merchant_name: "一号店" }));
  await one.upload(configOf(B, { merchant_name: "二号店", extra_money_policy: "automatic" }));
  await one.upload(configOf(B, { merchant_name: "二号店" }));
  expect(await one.rollBack(1)).toEqual({ result: "activated", version: 4 });
  expect(await one.active()).toBe(A);
  expect((await database.pool.query("select name from merchant")).rows).toEqual([{ name: "一号店" }]);
  expect(await one.rollBack(1)).toEqual({ result: "unchanged", version: 4 });
  await one.rollBack(3);
  expect(await one.rollBack(2)).toEqual({ result: "changed", version: 6 });
  const last = (await versions()).at(-1);
  expect(last).toMatchObject({
    source: "rollback",
    rolledBackTo: 2,
    actor: "owner@shop",
    settings: { extraMoney: { kind: "automatic" } },
  });
  expect(last?.changes.map(({ field }) => field).toSorted()).toEqual(["extra_money_delay_s", "extra_money_policy"]);
  await expect(one.rollBack(99)).rejects.toMatchObject({ code: "not_found" });
});

test("a file that did not change displaces nothing at any start; one that changed is newer", async () => {
  await write(configOf(A));
  await start().refresh();
  await start().upload(configOf(B));
  for (const host of ["one", "one", "two", "another container"]) {
    const process = start(host);
    await process.refresh();
    expect(await process.active(), host).toBe(B);
  }
  await start().rollBack(1);
  await write(configOf(A, { merchant_name: "改过了" }));
  await start("one").refresh();
  expect(await start().active()).toBe(A);
  await start().upload(configOf(B));
  await write(configOf(C));
  await start("one").refresh();
  expect(await start().active()).toBe(C);
  // Back to what it once said is a change, too.
  await write(configOf(A));
  await start("one").refresh();
  expect(await start().active()).toBe(A);
});

test("a machine whose file was not touched since does not take the place of what another one read later", async () => {
  await write(configOf(A), "host-two.json");
  await write(configOf(A));
  await start("one").refresh();
  await start("two", "host-two.json").refresh();
  await write(configOf(B));
  await start("one").refresh();
  await start("two", "host-two.json").refresh();
  expect(await start().active()).toBe(B);
});

test("a restored database keeps what was in force, wherever it is started", async () => {
  await write(configOf(A));
  await start().refresh();
  await write(configOf(A), "elsewhere.json");
  await database.pool.query("delete from config_files");
  await start().upload(configOf(B));
  await start("new machine", "elsewhere.json").refresh();
  expect(await start().active()).toBe(B);
});

test("with no real configuration in force, a file is taken whatever was read before", async () => {
  await write(configOf(A));
  await start().refresh();
  await database.pool.query("update gateway_accounts set status = 'retired', retired_at = now()");
  await start().refresh();
  expect(await start().active()).toBe(A);
});

test("many at once make one version, and so do many going back", async () => {
  await write(configOf(A));
  await Promise.all(Array.from({ length: 6 }, () => start().refresh()));
  expect(await versions()).toHaveLength(1);
  await Promise.all(Array.from({ length: 6 }, () => start().upload(configOf(B))));
  expect(await versions()).toHaveLength(2);
  await Promise.all(Array.from({ length: 6 }, () => rollBackConfiguration(database.pool, { to: 1, actor: "x" })));
  expect((await versions()).map(({ version }) => version)).toEqual([1, 2, 3]);
});

test("an invalid file stays out, says why to the merchant once, and is told again when it breaks again", async () => {
  await write(configOf(A));
  await start().refresh();
  const alerts = async () => (await database.pool.query("select kind, detail from alerts order by id")).rows;
  await write(configOf(A, { appid: "x", api_v3_key: "short" }));
  await start().refresh();
  await start().refresh();
  expect(await start().active()).toBe(A);
  expect(await alerts()).toEqual([
    {
      kind: "configuration_refused",
      detail: {
        file: path.join(folder, "real.json"),
        link: "/admin/settings",
        count: 2,
        problem: expect.stringContaining("appid must be"),
      },
    },
  ]);
  await write(configOf(B));
  await start().refresh();
  await write(configOf(A, { appid: "x", api_v3_key: "short" }));
  await start().refresh();
  expect(await alerts()).toHaveLength(2);
  expect(await versions()).toHaveLength(2);
});

test("a sandbox is a version of its own kind, and nobody goes back from real money to it", async () => {
  const sandbox = configOf(C, {
    api_base: "http://127.0.0.1:3001",
    notify_url: "http://127.0.0.1:3000/payment/notify",
  });
  await write(sandbox, "sandbox.json");
  await start().refresh();
  expect((await versions())[0]).toMatchObject({ source: "sandbox", sandbox: true });
  await start().upload(configOf(A));
  await expect(start().rollBack(1)).rejects.toMatchObject({ code: "conflict" });
  expect(await start().active()).toBe(A);
  expect(await versions()).toHaveLength(2);
});

test("what was in force before there were versions is the first one", async () => {
  await start().upload(configOf(A));
  await database.pool.query(
    "alter table config_versions disable trigger user; delete from config_versions; alter table config_versions enable trigger user",
  );
  await Promise.all([start().refresh(), start().refresh()]);
  const [first, ...others] = await versions();
  expect(others).toEqual([]);
  expect(first).toMatchObject({ version: 1, source: "before", sandbox: false, fields: { mch_id: { value: A } } });
});
