import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { startSandboxWorld } from "#lib/gateways/testing/sandbox-world.ts";
import { runCli } from "#lib/testing/run-cli.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: `reconcile` as scripts use it: its one answer and its exit codes.

let database: TestDatabase;
let sandbox: Awaited<ReturnType<typeof startSandboxWorld>>;
let environment: Record<string, string>;
const day = beijingDay(new Date());
beforeAll(async () => {
  database = await testDatabase();
  sandbox = await startSandboxWorld();
  await sandbox.control("faults", { bill: { alwaysReady: true } });
  environment = {
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: "/nonexistent",
    PAYMENT_CONFIG: "/nonexistent/payment_config.json",
    SANDBOX_CONFIG: sandbox.sandbox.credentialsFile,
  };
});
afterAll(async () => {
  await sandbox.close();
  await database.close();
});

const reconcile = (...args: string[]) => cli("reconcile", ...args);

const cli = (...args: string[]) => runCli(args, environment);

test("a clean day exits with 0; differences exit with 1 and have exactly the documented fields", async () => {
  const clean = await reconcile("--date", day, "--json");
  expect([clean.code, JSON.parse(clean.out)]).toEqual([
    0,
    { date: day, trades: 0, refunds: 0, discrepancies: [], sandbox: true },
  ]);
  const unknownTrades = [{ outTradeNo: "STRANGE01", transactionId: "4200000000000000000000000001", total: 55 }];
  await sandbox.control("faults", { bill: { strange: unknownTrades } });
  const { code, out } = await reconcile("--date", day, "--json");
  const difference = {
    kind: "only_in_bill",
    outTradeNo: "STRANGE01",
    transactionId: "4200000000000000000000000001",
    ours: null,
    theirs: 55,
    sentence: expect.stringContaining("¥0.55"),
  };
  expect([code, JSON.parse(out)]).toEqual([
    1,
    { date: day, trades: 1, refunds: 0, discrepancies: [difference], sandbox: true },
  ]);
  expect((await reconcile("--date", day, "--lang", "en")).out).toContain("no order of yours knows");
});

const listed = async () => JSON.parse((await cli("discrepancies", "list", "--json")).out);

test("a difference is listed; one that WeChat does not know stays open and cannot be refunded", async () => {
  const [open] = await listed();
  expect(open).toMatchObject({ kind: "only_in_bill", action: "ask_wechat", day });
  const asked = await cli("discrepancies", "ask", open.id, "--json");
  expect([asked.code, JSON.parse(asked.out)]).toMatchObject([1, { word: { state: "absent" }, closed: false }]);
  const recovered = await cli("discrepancies", "recover", open.id, "--json");
  expect([recovered.code, JSON.parse(recovered.out)]).toEqual([
    1,
    { id: open.id, recovered: false, why: "absent", closed: false },
  ]);
  expect((await cli("discrepancies", "refund", open.id)).code).toBe(1);
});

test("it is closed with a reason and not listed again", async () => {
  const [open] = await listed();
  expect((await cli("discrepancies", "close", open.id, "--reason", "第二家店")).code).toBe(0);
  expect((await cli("discrepancies", "close", "x", "--reason", "y")).code).toBe(1);
  expect((await reconcile("--date", day)).code).toBe(0);
});

test("a bill that does not exist yet exits with 1 and the reason", async () => {
  await sandbox.control("faults", { bill: { stillCreating: true } });
  const { code, out } = await reconcile("--date", day, "--json");
  await sandbox.control("faults", { bill: { stillCreating: false } });
  expect([code, JSON.parse(out)]).toEqual([1, { error: expect.stringContaining("10:00") }]);
});

test.each([[[]], [["--date", "yesterday"]], [["--date", "2026-02-30"]], [["--date", "2026-1-1"]]])(
  "%j is not understood: 2",
  async (args) => {
    expect(await reconcile(...args)).toMatchObject({ code: 2, out: "" });
  },
);
