import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createChainKeeper } from "#lib/ops/ledger/keep-chains.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { runCli } from "#lib/testing/run-cli.ts";

// Goal: an operator checks the ledger, live or in a backup, and exports it; what was changed is named, and the exit code says so.

let fixture: PaymentFixture;
let folder: string;
let environment: Record<string, string>;
beforeAll(async () => {
  fixture = await paymentFixture();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-ledger-cli-"));
  for (let round = 0; round < 3; round++) await fixture.payAndNotify(await fixture.open((await fixture.order()).id));
  await chainAll();
  environment = {
    DATABASE_URL: String(fixture.database.pool.options.connectionString),
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PAYMENT_CONFIG: "/nonexistent/payment_config.json",
  };
});
afterAll(async () => {
  await fixture.close();
  await rm(folder, { recursive: true });
});

const cli = (...args: string[]) => runCli(args, environment);
const file = (name: string) => path.join(folder, name);
async function chainAll(): Promise<void> {
  const keeper = createChainKeeper({ pool: fixture.database.pool, clock: fixture.clock });
  while ((await keeper.turn()) === "again");
}

test("the live ledger is verified, and exported for a verifier of somebody else", async () => {
  const verified = await cli("verify-ledger");
  expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/✓ nothing was changed/) });
  const exported = file("ledger.jsonl");
  expect(JSON.parse((await cli("export-ledger", exported, "--json")).out)).toMatchObject({
    file: exported,
    lines: expect.any(Number),
  });
  expect((await cli("export-ledger", exported)).code).toBe(1);
  expect((await cli("verify-ledger", "--anchors", exported)).err).toMatch(/is no anchor/);
  expect((await cli("verify-ledger", "--anchors", file("none"))).err).toMatch(/cannot be read/);
});

test("a backup is verified in a scratch database: an untouched one passes, a changed row of another is named, the live one stays", async () => {
  expect((await cli("backup", file("right.backup"))).code).toBe(0);
  const right = await cli("verify-ledger", "--backup", file("right.backup"));
  expect(right).toMatchObject({ code: 0, out: expect.stringMatching(/^journal +3 entries chained/) });
  expect(right.out).toMatch(/orders +3 compared with the journal/);

  const [entry] = await fixture.rows<{ id: string }>("select id from journal_entries order by id limit 1 offset 1");
  const change = (statement: string) =>
    fixture.database.pool.query(
      `begin; alter table journal_entries disable trigger user; ${statement}; alter table journal_entries enable trigger user; commit`,
    );
  await change(`update journal_entries set cause = cause || '!' where id = ${entry?.id}`);
  expect((await cli("backup", file("wrong.backup"))).code).toBe(0);
  await change(`update journal_entries set cause = rtrim(cause, '!') where id = ${entry?.id}`);
  const wrong = await cli("verify-ledger", "--backup", file("wrong.backup"));
  expect(wrong.code).toBe(1);
  expect(wrong.out).toContain(`✗ journal_entries ${entry?.id}: was changed after it was chained`);
  const told = JSON.parse((await cli("verify-ledger", "--backup", file("wrong.backup"), "--json")).out);
  expect(told).toMatchObject({
    ok: false,
    findings: [{ table: "journal_entries", id: entry?.id, problem: "changed" }],
  });
  expect((await cli("verify-ledger")).code).toBe(0);
}, 60_000);

test("a backup that is not there, is none, or is of another master key is refused, and nothing of it is taken for verified", async () => {
  expect(await cli("verify-ledger", "--backup", file("none.backup"))).toMatchObject({ code: 1, out: "" });
  expect(await cli("verify-ledger", "--backup", "package.json")).toMatchObject({ code: 1, out: "" });
  expect(await cli("verify-ledger", "--backup", "latest")).toMatchObject({ code: 1, out: "" });
  const other = { ...environment, MASTER_KEY: randomBytes(32).toString("base64") };
  const refused = await runCli(["verify-ledger", "--backup", file("right.backup")], other);
  expect(refused).toMatchObject({ code: 1, out: "", err: expect.stringContaining("MASTER_KEY") });
}, 60_000);
