import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type TcpProxy, tcpProxy } from "#lib/testing/tcp-proxy.ts";
import { absentDatabase, type TestDatabase } from "#lib/testing/template-database.ts";
import { transactionPooler } from "#lib/testing/transaction-pooler.ts";

// Goal: one part starts alone against an external database, and waits for it, with a message, while it is unreachable.
// Method: the launcher as its users start it, with a proxy in front of the database that disconnects and reconnects.

let database: TestDatabase;
let proxy: TcpProxy;
let folder: string;
let launcher: ChildProcess | null = null;
beforeAll(async () => {
  database = absentDatabase();
  proxy = await tcpProxy(database.url);
  folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-part-"));
});
afterEach(async () => {
  if (launcher === null || launcher.exitCode !== null) return;
  const ended = new Promise((resolve) => launcher?.once("exit", resolve));
  launcher.kill("SIGTERM");
  await ended;
});
afterAll(async () => {
  await proxy.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function start(args: readonly string[], more: Record<string, string> = {}): Started {
  let said = "";
  const env = {
    NODE_ENV: "test" as const,
    PATH: process.env.PATH ?? "",
    DATA_DIR: path.join(folder, "data"),
    PAYMENT_CONFIG: path.join(folder, "none.json"),
    ...more,
  };
  const child = spawn(process.execPath, [path.resolve("lib/bin/start.mjs"), ...args], { env });
  launcher = child;
  const listen = (text: Buffer) => {
    said += text.toString();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  return { said: () => said, ended: new Promise((resolve) => child.once("exit", resolve)) };
}

const OWN = { MASTER_KEY: Buffer.alloc(32, 9).toString("base64") };
const WAIT = { timeout: 60_000, interval: 50 };

test("a worker alone waits for an unreachable database, and starts once it is reachable", async () => {
  await proxy.goAway();
  const { said, ended } = start(["--only", "worker"], { ...OWN, DATABASE_URL: proxy.url });
  await expect.poll(said, WAIT).toContain("cannot be reached: connect ECONNREFUSED");
  expect(said()).toContain(`the database ${new URL(proxy.url).host} (DATABASE_URL)`);
  expect(said()).not.toContain(new URL(proxy.url).password);
  await proxy.comeBack();
  await expect.poll(said, WAIT).toMatch(/^ready worker$/m);
  // No embedded database is created, and only this account can read the folder.
  expect(statSync(path.join(folder, "data")).mode & 0o777).toBe(0o700);
  launcher?.kill("SIGTERM");
  expect(await ended).toBe(0);
}, 120_000);

test("through a connection pooler a part starts as it has to be set up, and names what is set up otherwise", async () => {
  const pooler = await transactionPooler(database.url);
  const through = { ...OWN, DATABASE_URL: pooler.url };
  const refusal = async (more: Record<string, string>) => {
    const { said, ended } = start(["--only", "worker"], { ...through, ...more });
    expect(await ended).toBe(1);
    return said();
  };
  expect(await refusal({})).toContain(
    "✗ DATABASE_URL is a connection pooler that passes no notifications on: set DATABASE_LISTEN_URL",
  );
  const prepared = await refusal({ DATABASE_LISTEN_URL: database.url });
  expect(prepared).toContain(
    "✗ DATABASE_URL is a connection pooler that does not track prepared statements: set DATABASE_PREPARED=0",
  );
  const asItHasToBe = { DATABASE_LISTEN_URL: database.url, DATABASE_PREPARED: "0" };
  const byStatement = await transactionPooler(database.url, { mode: "statement" });
  expect(await refusal({ ...asItHasToBe, DATABASE_URL: byStatement.url })).toContain(
    "✗ DATABASE_URL is a connection pooler that gives each statement a session of its own: set pool_mode = transaction",
  );
  await byStatement.close();
  const { said, ended } = start(["--only", "worker"], { ...through, ...asItHasToBe });
  await expect.poll(said, WAIT).toMatch(/^ready worker$/m);
  launcher?.kill("SIGTERM");
  expect(await ended).toBe(0);
  await pooler.close();
}, 120_000);

test.each([
  [["--only", "worker"], {}, "needs DATABASE_URL and MASTER_KEY"],
  [["--only", "web"], {}, "needs DATABASE_URL and MASTER_KEY"],
  [["--only", "all"], {}, "--only takes one of web, worker, sandbox, not all"],
  [["--only"], {}, "--only takes one of web, worker, sandbox"],
  [["--only=worker"], { ...OWN, DATABASE_URL: "postgresql://a.example,b.example/x" }, "names several hosts"],
  [["--only=sandbox"], { PAYMENT_CONFIG: "package.json" }, "never starts together with real credentials"],
  [["--fast"], {}, "takes nothing but --only"],
  [[], { HOST: "192.0.2.1" }, "HOST 192.0.2.1 is not an address of this machine"],
  [[], { PUBLIC_URL: "https://shop.example/pay" }, "PUBLIC_URL must have no path"],
])("%j with %j is refused by one line", async (args, more, sentence) => {
  const { said, ended } = start(args, more);
  expect(await ended).not.toBe(0);
  expect(said()).toContain(sentence);
});
