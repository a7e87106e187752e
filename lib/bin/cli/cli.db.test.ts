import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, spawnCli } from "#lib/testing/run-cli.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";

// Goal: the operator's tool as people and scripts use it: exit codes, and one answer on standard output with nothing else.
// Method: a few commands as processes; everything else about commands is tested in the process of the tests, here and in the files next to this.

let database: TestDatabase;
let environment: Record<string, string>;
beforeAll(async () => {
  database = await testDatabase();
  environment = {
    DATABASE_URL: database.url,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: "/nonexistent",
    PAYMENT_CONFIG: "/nonexistent/payment_config.json",
  };
});
afterAll(() => database.close());

const cli = (...args: string[]) => runCli(args, environment);

test("as processes: what is done exits with 0, what fails with 1 and what is not understood with 2, and each ends by itself", async () => {
  const commands = [["--help"], ["keys", "list", "--json"], ["keys", "revoke", "key_nobody"], ["nonsense"]];
  const [help, list, failure, usage] = await Promise.all(commands.map((args) => spawnCli(args, environment)));
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining("Usage:"), err: "" });
  expect(list).toEqual({ code: 0, out: `${JSON.stringify({ keys: [] })}\n`, err: "" });
  expect(failure).toEqual({ code: 1, out: "", err: "✗ there is no key key_nobody\n" });
  expect(usage).toMatchObject({ code: 2, out: "", err: expect.stringContaining("error: unknown command") });
}, 60_000);

test("a key is created, listed and revoked", async () => {
  const made = await cli(
    "keys",
    "create",
    "--name",
    "Shop 店",
    "--require-signing",
    "--scopes",
    "orders:read",
    "--json",
  );
  expect(made.code).toBe(0);
  const key = JSON.parse(made.out);
  expect(key).toMatchObject({ id: expect.stringMatching(/^key_/), secret: expect.stringMatching(/^sk_.{43}$/) });
  const listed = await cli("keys", "list");
  expect(listed.out).toContain(key.id);
  expect(listed.out).not.toContain(key.secret);
  const revoked = await cli("keys", "revoke", key.id);
  // There is no DATA_DIR here: the key is revoked all the same, and the answer says what a restore would not know.
  expect(revoked).toMatchObject({ code: 0, out: expect.stringMatching(/is revoked\n! A restored backup .*ENOENT/) });
  expect((await cli("keys", "list", "--json")).out).toMatch(/"revokedAt":"\d/);
});

test("a key with an end and addresses is rotated, and the list says what it may", async () => {
  const limits = ["--expires", "2099-01-01T00:00:00Z", "--addresses", "203.0.113.7,10.0.0.0/8"];
  const { id, secret } = JSON.parse((await cli("keys", "create", "--name", "till", ...limits, "--json")).out);
  const rotated = JSON.parse((await cli("keys", "rotate", id, "--overlap", "60", "--json")).out);
  expect(rotated).toMatchObject({ id, secret: expect.stringMatching(/^sk_.{43}$/), previousUntil: expect.any(String) });
  expect(rotated.secret).not.toBe(secret);
  expect((await cli("keys", "list")).out).toMatch(/203\.0\.113\.7,10\.0\.0\.0\/8 .* never +2099-01-01/);
}, 30_000);

test.each([
  [[]],
  [["nonsense"]],
  [["keys"]],
  [["keys", "create"]],
  [["keys", "create", "--name", ""]],
  [["keys", "create", "--name", "a", "--scopes", "everything"]],
  [["keys", "create", "--name", "a", "--expires", "2020-01-01T00:00:00Z"]],
  [["keys", "create", "--name", "a", "--addresses", "10.0.0.0/33"]],
  [["keys", "rotate", "key_1", "--overlap", "-1"]],
  [["orders", "show"]],
])("%j is not understood: 2, and nothing on standard output", async (args) => {
  expect(await cli(...args)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/error:|Usage:/) });
});

test("a failure exits with 1 and one sentence", async () => {
  expect(await cli("keys", "revoke", "key_nobody")).toEqual({
    code: 1,
    out: "",
    err: "✗ there is no key key_nobody\n",
  });
  const order = await cli("orders", "show", "ord_nothing", "--json");
  expect([order.code, JSON.parse(order.out)]).toEqual([1, { error: "there is no such order" }]);
});

test("the doctor names what is wrong", async () => {
  const { code, out } = await cli("doctor", "--json");
  const { result, findings } = JSON.parse(out);
  expect([code, result]).toEqual([1, "failed"]);
  const resultOf = (check: string) => findings.find((each: { check: string }) => each.check === check)?.result;
  expect(["database", "migrations", "worker", "config_file"].map(resultOf)).toEqual(["ok", "ok", "failed", "unknown"]);
});

test("the doctor runs without an environment, too, and checks the given file", async () => {
  const before = environment;
  environment = { DATA_DIR: "/nonexistent", DATABASE_URL: "mysql://db/x" };
  const { code, out, err } = await cli("doctor", "--lang", "zh", "--config", "package.json");
  environment = before;
  expect([code, err]).toEqual([1, ""]);
  expect(out).toMatch(/✗ 环境变量: .*DATABASE_URL must be set/);
  expect(out).toMatch(/✗ 配置文件: .*\n {4}→ /);
});

test("another master key is refused before anything is written", async () => {
  const before = environment.MASTER_KEY ?? "";
  environment.MASTER_KEY = randomBytes(32).toString("base64");
  const { code, err } = await cli("keys", "create", "--name", "x");
  environment.MASTER_KEY = before;
  expect([code, err]).toEqual([1, expect.stringContaining("MASTER_KEY")]);
});

test("--help exits with 0, on each level", async () => {
  for (const args of [["--help"], ["keys", "--help"], ["keys", "create", "--help"]]) {
    const { code, out } = await cli(...args);
    expect([code, out]).toEqual([0, expect.stringContaining("Usage:")]);
  }
});
