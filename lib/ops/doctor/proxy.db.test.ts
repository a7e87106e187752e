import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readNetwork } from "#lib/base/networks.ts";
import { createUntrustedProxyRecorder } from "#lib/bin/web/untrusted-proxies.ts";
import type { TrustedProxies } from "#lib/config/environment.ts";
import { silentLog } from "#lib/ops/log.ts";
import { type TestDatabase, testDatabase } from "#lib/testing/template-database.ts";
import { installationChecks } from "./installation-checks.ts";

// Goal: the doctor finds a proxy that is not configured as trusted, and outsiders cannot fill a table by pretending to be one.
// Method: calls as our own server hands them on, and the check as the doctor makes it.

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const callFrom = (remoteAddress: string, headers: Record<string, string> = { "x-forwarded-for": "1.1.1.1" }) =>
  ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

const notesWith = (trustedProxies: TrustedProxies) =>
  createUntrustedProxyRecorder({ settings: { trustedProxies } as never, database, log: silentLog });

async function examine() {
  const fixture = {
    ...{ pool: database.pool, dataDir: "/", now: new Date(), accountId: null, sandbox: true },
    checkConnections: async () => ({ fault: null, pooled: false, limited: true }),
  };
  const check = installationChecks({ ...fixture, checkMasterKey: async () => {} }).find(
    ({ checks }) => checks[0] === "proxy",
  );
  const [finding] = (await check?.run()) ?? [];
  return finding;
}

const rows = async () => (await database.pool.query("select private, peer from untrusted_proxies order by 1")).rows;

test("trusted proxies and direct calls leave no note", async () => {
  const network = readNetwork("10.0.0.0/8");
  if (network === null) throw new Error("not a network");
  notesWith([network])(callFrom("::ffff:10.0.0.9"));
  notesWith(1)(callFrom("127.0.0.1"));
  notesWith(0)(callFrom("10.0.0.9", {}));
  expect(await rows()).toEqual([]);
  expect(await examine()).toMatchObject({ result: "ok", next: null });
});

test("a stranger who writes the header is heard of, and is no alarm", async () => {
  const note = notesWith(0);
  for (let caller = 1; caller < 200; caller++) note(callFrom(`203.0.114.${caller}`));
  await expect.poll(rows).toEqual([{ private: false, peer: "203.0.114.1" }]);
  expect(await examine()).toMatchObject({
    result: "unknown",
    evidence: { code: "strangerForwards", values: { peer: "203.0.114.1" } },
  });
});

test("a proxy on a private address is an alarm that says what to set", async () => {
  notesWith(0)(callFrom("::ffff:10.0.0.9", { forwarded: "for=1.1.1.1" }));
  await expect.poll(async () => (await rows()).length).toBe(2);
  expect(await examine()).toMatchObject({
    result: "warning",
    evidence: { code: "proxyNotTrusted", values: { peer: "10.0.0.9" } },
    next: { code: "setTrustProxy", values: { peer: "10.0.0.9" } },
  });
  await database.pool.query("update untrusted_proxies set seen_at = now() - interval '25 hours'");
  expect(await examine()).toMatchObject({ result: "ok" });
});
