import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { V3_CONFIG } from "#lib/config/testing/config-file.ts";
import { runCli } from "#lib/testing/run-cli.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: an operator can manage the configuration's versions and the master key.

let database: TestDatabase;
let folder: string;
let environment: Record<string, string>;
const newKey = () => randomBytes(32).toString("base64");

beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-cli-"));
  environment = {
    DATABASE_URL: database.url,
    MASTER_KEY: newKey(),
    DATA_DIR: folder,
    PAYMENT_CONFIG: path.join(folder, "payment_config.json"),
  };
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

const cli = (...args: string[]) => runCli(args, environment);
const file = (name: string) => path.join(folder, name);
const jsonOf = async (...args: string[]) => {
  const { code, out } = await cli(...args, "--json");
  return { code, value: JSON.parse(out) };
};

test("versions are imported, listed, shown, compared and rolled back", async () => {
  await writeFile(file("a.json"), JSON.stringify(V3_CONFIG));
  await writeFile(file("b.json"), JSON.stringify({ ...V3_CONFIG, api_v3_key: "j".repeat(32), merchant_name: "店" }));
  expect((await jsonOf("config", "import", file("a.json"))).value).toMatchObject({ result: "added", version: 1 });
  expect((await jsonOf("config", "import", file("b.json"))).value).toMatchObject({ result: "added", version: 2 });
  const { value } = await jsonOf("config", "versions");
  expect(value.versions).toMatchObject([
    {
      version: 2,
      source: "command_line",
      actor: "command line",
      origin: file("b.json"),
      inForce: true,
      sandbox: false,
    },
    { version: 1, inForce: false },
  ]);
  const diff = await jsonOf("config", "diff", "1", "2");
  expect(diff.value.changes.map(({ field }: { field: string }) => field).toSorted()).toEqual([
    "api_v3_key",
    "merchant_name",
  ]);
  const shown = await cli("config", "show", "2");
  expect(shown.out).toMatch(/api_v3_key\s+\[secret [0-9a-f]{8}\]/);
  expect(shown.out + JSON.stringify(value)).not.toMatch(/jjjj|PRIVATE KEY/);
  expect((await jsonOf("config", "rollback", "1")).value).toEqual({ result: "activated", version: 3, rolledBackTo: 1 });
  expect((await jsonOf("config", "check")).value).toMatchObject({ mode: "real", keys: [] });
}, 120_000);

test("a replaced account is listed with its end and revoked; its file and its version cannot be used again", async () => {
  await writeFile(file("old.json"), JSON.stringify({ ...V3_CONFIG, mch_id: "1900000777" }));
  await writeFile(file("new.json"), JSON.stringify({ ...V3_CONFIG, mch_id: "1900000777", api_v3_key: "n".repeat(32) }));
  const { version } = (await jsonOf("config", "import", file("old.json"))).value;
  await jsonOf("config", "import", file("new.json"));
  const [account] = (await jsonOf("accounts", "list")).value.accounts;
  expect(account).toMatchObject({ merchantNumber: "1900000777", sandbox: false, openAttempts: 0, revokedAt: null });
  expect(Date.parse(account.noticesUntil)).toBeGreaterThan(Date.now());
  expect(await jsonOf("accounts", "revoke", account.id)).toMatchObject({ code: 0, value: { revoked: true } });
  expect((await jsonOf("accounts", "list")).value.accounts[0].revokedAt).not.toBeNull();
  for (const again of [
    await cli("config", "import", file("old.json")),
    await cli("config", "rollback", String(version)),
  ]) {
    expect(again.code).toBe(1);
    expect(again.err).toContain("revoked");
  }
  expect((await cli("accounts", "revoke", "acc_none")).code).toBe(1);
});

test("a refused file exits with 1 and every reason; an unknown version with 1, a malformed one with 2", async () => {
  await writeFile(file("bad.json"), JSON.stringify({ ...V3_CONFIG, appid: "x", notify_url: "http://a.example/?x=1" }));
  const bad = await jsonOf("config", "import", file("bad.json"));
  expect(bad.code).toBe(1);
  expect(bad.value.problems).toEqual([
    expect.stringMatching(/^appid /),
    "notify_url must have no query: WeChat refuses it",
    "notify_url must be https",
  ]);
  expect((await cli("config", "show", "99")).code).toBe(1);
  expect((await cli("config", "rollback", "latest")).code).toBe(2);
}, 120_000);

test("a master key given by hand is replaced by naming both", async () => {
  const old = environment.MASTER_KEY ?? "";
  const alone = await cli("master-key", "rotate");
  expect([alone.code, alone.err]).toEqual([1, expect.stringContaining("MASTER_KEY_PREVIOUS is required")]);
  environment = { ...environment, MASTER_KEY: newKey(), MASTER_KEY_PREVIOUS: old };
  expect((await jsonOf("master-key", "rotate")).value).toMatchObject({ kind: "rotated", left: 0 });
  delete environment.MASTER_KEY_PREVIOUS;
  expect(await jsonOf("master-key", "status")).toMatchObject({ code: 0, value: { left: 0, previousKeyId: null } });
  expect((await jsonOf("config", "rollback", "2")).value).toMatchObject({ version: 6 });
}, 120_000);

test("the launcher's own key is replaced in its file; the old one is kept next to it", async () => {
  const old = environment.MASTER_KEY ?? "";
  await writeFile(file("master.key"), `${old}\n`, { mode: 0o600 });
  environment.MASTER_KEY_FILE = file("master.key");
  expect((await jsonOf("master-key", "rotate")).value).toMatchObject({ kind: "rotated", left: 0 });
  const fresh = (await readFile(file("master.key"), "utf8")).trim();
  expect(fresh).not.toBe(old);
  const kept = (await readdir(folder)).filter((name) => /^master\.key\.[0-9a-f]{8}$/.test(name));
  expect((await readFile(file(kept[0] ?? ""), "utf8")).trim()).toBe(old);
  // A process that was started before still finds the new one by the file.
  expect((await jsonOf("master-key", "status")).value.left).toBe(0);
  environment = { ...environment, MASTER_KEY: fresh };
  delete environment.MASTER_KEY_FILE;
  expect((await cli("config", "versions")).code).toBe(0);
  environment.MASTER_KEY = old;
  expect((await cli("config", "versions")).err).toContain("MASTER_KEY is not the key");
}, 120_000);
