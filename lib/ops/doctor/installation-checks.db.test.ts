import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { installationChecks } from "./installation-checks.ts";

// Goal: the doctor gives times in Beijing time.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("the last backup and the last notice are shown in Beijing time", async () => {
  const { pool } = database;
  const at = "2026-07-01T16:30:05Z";
  await pool.query(
    `insert into gateway_accounts (id, protocol, app_id, merchant_number, sandbox, sealed, fingerprint)
     values ('acc_1', 'v3', 'wx1', '1900000001', false, ''::bytea, decode(repeat('0a', 32), 'hex'))`,
  );
  await pool.query("insert into audit_log (actor, action, created_at) values ('x', 'backup.made', $1)", [at]);
  await pool.query(
    `insert into notify_receipts (account_id, notice_id, kind, content, received_at) values ('acc_1', 'n1', 'other', '{}', $1)`,
    [at],
  );
  const checks = installationChecks({
    ...{ pool, dataDir: "/", now: new Date("2026-07-01T17:00:00Z"), accountId: "acc_1", sandbox: false },
    checkMasterKey: async () => {},
    checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
  });
  const evidence = async (check: "backups" | "last_notify") => {
    const [finding] = (await checks.find((one) => one.checks.includes(check))?.run()) ?? [];
    return finding && (["zh-CN", "en"] as const).map((language) => wordSentence(finding.evidence, language));
  };
  const expected = ["2026-07-02 00:30:05（北京时间）", "2026-07-02 00:30:05 (Beijing time)"];
  expect(await evidence("backups")).toEqual(expected);
  expect(await evidence("last_notify")).toEqual(expected);
});

test.each([
  [{ kind: "usable", asOf: new Date(0), ageMs: 2_000 }, "ok", "its data is 2 s old (30 s allowed)"],
  [{ kind: "late", ageMs: 45_000 }, "warning", "45 s behind, more than the 30 s allowed"],
  [{ kind: "gone", why: "connect ECONNREFUSED" }, "warning", "connect ECONNREFUSED"],
  [{ kind: "other_database" }, "failed", "a replica of another database"],
] as const)("the doctor tells what is the matter with the replica: %j", async (state, result, words) => {
  const checks = installationChecks({
    ...{ pool: database.pool, dataDir: "/", now: new Date(), accountId: null, sandbox: true },
    checkMasterKey: async () => {},
    checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
    checkReplica: async () => state,
  });
  const [finding] = (await checks.find((one) => one.checks.includes("database_replica"))?.run()) ?? [];
  expect(finding?.result).toBe(result);
  expect(finding && wordSentence(finding.evidence, "en")).toContain(words);
});

test("the doctor prints the database's settings, and warns of what costs booked payments where money is real", async () => {
  const { pool } = database;
  const findingOf = async (sandbox: boolean) => {
    const checks = installationChecks({
      ...{ pool, dataDir: "/", now: new Date(), accountId: null, sandbox },
      checkMasterKey: async () => {},
      checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
    });
    const [finding] = (await checks.find((one) => one.checks.includes("database_settings"))?.run()) ?? [];
    return { result: finding?.result, words: finding && wordSentence(finding.evidence, "en") };
  };
  const words = expect.stringMatching(
    /^shared_buffers 128MB, work_mem 4MB, .*effective_cache_size 2GB.*checkpoint_timeout /,
  );
  expect(await findingOf(true)).toEqual({ result: "ok", words });
  // The tests' own server is one that a power cut may cost.
  expect(await findingOf(false)).toEqual({
    result: "warning",
    words: "fsync, full_page_writes, synchronous_commit off: a power cut may cost payments that are booked",
  });
});
