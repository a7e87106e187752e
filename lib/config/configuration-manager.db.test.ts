import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { createAccounts } from "./accounts.ts";
import { type ConfigurationManager, createConfigurationManager } from "./configuration-manager.ts";
import { createSealedBox } from "./sealed-box.ts";
import { V3_CONFIG } from "./testing/config-file.ts";

// Goal: an upload is checked like the file, reaches no file of the server's, and what is shown of it opens nothing.

const box = createSealedBox(new Secret<Uint8Array>(randomBytes(32)));

let database: TestDatabase;
let manager: ConfigurationManager;
beforeAll(async () => {
  database = await testDatabase();
  const { pool } = database;
  const accounts = createAccounts({ pool, box, log: { error() {} } });
  manager = createConfigurationManager({
    pool,
    box,
    accounts,
    paymentConfig: null,
    onChange: () => accounts.refresh(),
  });
});
afterAll(() => database.close());

test("a valid one is in force at once, the same again changes nothing, and no secret is in the report", async () => {
  expect(await manager.upload({ content: fileOf(V3_CONFIG), actor: "a@b.c", origin: "x.json" })).toMatchObject({
    kind: "added",
    merchantNumber: "1900000109",
  });
  expect(await manager.upload({ content: fileOf(V3_CONFIG), actor: "a@b.c", origin: "x.json" })).toMatchObject({
    kind: "unchanged",
  });
  const report = await manager.report();
  expect(report.active).toMatchObject({
    merchantNumber: "1900000109",
    sandbox: false,
    holds: ["api_v3_key", "private_key"],
  });
  const shown = JSON.stringify(report);
  expect(shown).not.toContain(V3_CONFIG.api_v3_key);
  expect(shown).not.toContain("PRIVATE KEY");
});

/** A file as it arrives, with as many byte order marks as were written. */
const fileOf = (config: unknown, marks = 0): Uint8Array =>
  Buffer.concat([...Array(marks).fill(Buffer.from([0xef, 0xbb, 0xbf])), Buffer.from(textOf(config))]);
const textOf = (config: unknown): string => (typeof config === "string" ? config : JSON.stringify(config));

test.each([
  ["not JSON", "{"],
  ["empty", ""],
  ["a wrong key", { ...V3_CONFIG, api_v3_key: "short" }],
  ["too large", { ...V3_CONFIG, merchant_name: "x".repeat(300_000) }],
])("%s is refused, and the one before stays", async (_what, config) => {
  const before = await manager.report();
  const result = await manager.upload({ content: fileOf(config), actor: "a@b.c", origin: null });
  expect(result.kind).toBe("refused");
  expect(JSON.stringify(result)).not.toContain("PRIVATE KEY");
  expect(await manager.report()).toEqual(before);
});

// The named file is one that would do: were it read, the upload would be valid.
test.each([0, 1, 2, 3])("a path behind %i byte order marks is refused and never followed", async (marks) => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingfu-server-"));
  const key = path.join(folder, "apiclient_key.pem");
  await writeFile(key, V3_CONFIG.private_key);
  const before = await manager.report();
  const { private_key: _inline, ...rest } = V3_CONFIG;
  for (const named of [key, path.join(folder, "absent")]) {
    const content = fileOf({ ...rest, mch_id: "1900000110", private_key_path: named }, marks);
    const result = await manager.upload({ content, actor: "a@b.c", origin: null });
    expect(result).toMatchObject({
      kind: "refused",
      reasons: [
        marks < 2
          ? { path: "private_key_path" }
          : { path: "payment_config.json", sentence: { code: "twoByteOrderMarks" } },
      ],
    });
  }
  expect(await manager.report()).toEqual(before);
  await rm(folder, { recursive: true });
});

test("a path that is no text, or belongs to no key of ours, is refused as well", async () => {
  for (const more of [{ private_key_path: 3 }, { own_path: "/etc/hostname" }, { cert_path: null }]) {
    const result = await manager.upload({ content: fileOf({ ...V3_CONFIG, ...more }), actor: "a@b.c", origin: null });
    expect(result.kind).toBe("refused");
  }
});
