import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { text as textOf } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { type Composed, compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import { createLingfu } from "#lib/sdk/index.ts";
import { type CanaryCaller, seedCanaries } from "./canary-seeds.ts";
import { CanaryTrap } from "./canary-trap.ts";
import { endChild, startChild } from "./child-process.ts";
import { COMPILED, runCli } from "./run-cli.ts";
import { freePort } from "./running-product.ts";
import { type TestDatabase, testDatabase } from "./template-database.ts";

// Goal: no secret is in anything that the processes ever write: output, files, answers, rows of the database.
// Method: real processes with a secret of every kind. They take orders, fail, crash and are asked everything; then all that they
// wrote is searched for each secret, as it is, in base64, in hex and in an address. What is no secret has to be found.

const [ANSWERS, SENT, INBOX, REPORTS] = [
  "answers",
  "what others are sent",
  "robots and mailboxes",
  "diagnostic reports",
];
const PLACES_OF_THE_WITNESS = [ANSWERS, SENT, "database", "output of commands"];
const PLACES = [...PLACES_OF_THE_WITNESS, INBOX, REPORTS, "files", "output of web", "output of worker"];
/** In each kind of place there has to be this: otherwise nothing was searched. */
const WITNESS = "witness-of-the-canaries";
const CARD = "6225880137704242";
const HOLDER = "Canary Zhang Holder";

const trap = new CanaryTrap();
const canary = (name: string, text?: string) => trap.canary(name, text);
const note = (place: string, text: string) => trap.note(place, text);

let database: TestDatabase;
let folder: string;
let sandbox: Sandbox;
let composed: Composed;
let receiver: Server;
let environment: Record<string, string>;
let url: string;
const children: ChildProcess[] = [];
const stopping = new AbortController();
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(path.join(tmpdir(), "lingfu-canaries-"));
  const port = await freePort();
  url = `http://localhost:${port}`;
  sandbox = await startSandbox({
    port: 0,
    dataDir: folder,
    notifyUrlDefault: `http://127.0.0.1:${port}/payment/notify`,
  });
  receiver = createServer(async (request, response) => {
    // What opens the receiver's own door is for it alone.
    const { authorization: _, ...headers } = request.headers;
    note(SENT, `${request.method} ${JSON.stringify(headers)}\n${await textOf(request)}\n`);
    // Others echo what they were sent.
    response.writeHead(request.url?.includes("bad") ? 500 : 204).end(JSON.stringify(request.headers));
  });
  receiver.on("clientError", (cause: Error & { rawPacket?: Buffer }, socket) => {
    note(SENT, cause.rawPacket?.toString("latin1") ?? "");
    socket.destroy();
  });
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  canary("database password", decodeURIComponent(new URL(database.url).password));
  const anchor = `http://anchor:${canary("password at the anchor's address")}@127.0.0.1:${receiverPort()}/${canary("token of the anchor's address")}`;
  environment = {
    NODE_ENV: "test",
    DATABASE_URL: database.url,
    MASTER_KEY: canary("master key", randomBytes(32).toString("base64")),
    DATA_DIR: folder,
    PORT: String(port),
    SANDBOX_PORT: new URL(sandbox.url).port,
    PUBLIC_URL: url,
    PAYMENT_CONFIG: path.join(folder, "merchant.json"),
    METRICS_TOKEN: canary("metrics token"),
    ADMIN_EMAIL: "owner@canary.test",
    ADMIN_PASSWORD: canary("first password"),
    LEDGER_ANCHOR: anchor,
    LEDGER_ANCHOR_SECRET: canary("anchor secret", `whsec_${randomBytes(32).toString("base64")}`),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${receiverPort()}/good`,
    MCP_WRITES: "1",
    LOG_LEVEL: "trace",
    NODE_OPTIONS: `--report-on-signal --report-directory=${folder}`,
  };
  const box = createSealedBox(new Secret<Uint8Array>(Buffer.from(environment.MASTER_KEY ?? "", "base64")));
  canary("key of the backups", Buffer.from(box.deriveKey("backup-sealed")).toString("base64"));
  composed = await compose({
    process: "cli",
    stopping: stopping.signal,
    environment: { ...readEnvironment(environment), logLevel: "silent" },
  });
  for (const [name, value] of Object.entries(
    JSON.parse(await readFile(path.join(folder, "sandbox/payment_config.json"), "utf8")),
  )) {
    if (typeof value !== "string" || !/key|secret/.test(name) || /public|_id$|path/.test(name)) continue;
    // A PEM is searched for by a line of it.
    canary(`WeChat's ${name}`, value.includes("-----") ? (value.split("\n")[3] ?? "") : value);
  }
  await Promise.all([start("web", "lib/testing/web-process.ts"), start("worker", "lib/bin/worker.ts")]);
}, 120_000);
afterAll(async () => {
  stopping.abort();
  await Promise.all(children.map((child) => endChild(child)));
  await composed.close();
  await sandbox.close();
  receiver.close();
  await database.close();
  await rm(folder, { recursive: true });
});

const receiverPort = () => (receiver.address() as AddressInfo).port;

/** Starts a process, keeps all that it says, and waits until it is ready or gone; of one that cannot start its first words are enough. */
async function start(name: string, entry: string, wrong?: Record<string, string>): Promise<void> {
  const env = {
    ...{ NODE_ENV: "test" as const, PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: COMPILED },
    ...environment,
    ...wrong,
  };
  const child = startChild([entry], { env, stdout: "pipe", stderr: "pipe" });
  children.push(child);
  await new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (part: Buffer) => {
        note(`output of ${name}`, String(part));
        if (wrong !== undefined) resolve();
      });
    }
    child.once("message", () => resolve());
    child.once("close", () => resolve());
  });
}

/** A call of the product; the whole answer is kept. */
async function call(target: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url + target, { redirect: "manual", ...init });
  note(ANSWERS, `${response.status} ${[...response.headers]}\n${await response.clone().text()}\n`);
  return response;
}

/** Orders, payments and refunds, right and wrong. */
async function drive({ key, signer, session }: CanaryCaller): Promise<void> {
  const json = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const body = JSON.stringify({ items: [{ name: WITNESS, price: "18.00", quantity: 1 }], description: WITNESS });
  const shop = createLingfu({ baseUrl: url, sandboxUrl: sandbox.url, key: signer });
  const made = await call("/api/v1/orders", { method: "POST", headers: { ...json, "idempotency-key": "one" }, body });
  const order = (await made.json()) as Awaited<ReturnType<typeof shop.orders.create>>;
  await shop.sandbox.pay(order);
  const faults = (refund: object) =>
    fetch(`${sandbox.url}/control/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refund }),
    });
  await faults({ outcome: "ABNORMAL", delayMs: 0 });
  const refund = await shop.orders.refund(order.id, { amount: 500, reason: WITNESS });
  await expect
    .poll(async () => (await composed.payments.syncRefund(refund.id)).status, { timeout: 60_000, interval: 300 })
    .toBe("abnormal");
  canary("shopper's card", CARD);
  canary("shopper's name", HOLDER);
  await composed.payments.finishAbnormal({
    ...{ refundId: refund.id, by: "second@canary.test" },
    destination: { way: "payer_card", bank: "CMB_DEBIT", cardNumber: new Secret(CARD), name: new Secret(HOLDER) },
  });
  await call(`/api/v1/orders/${order.id}`, { headers: json });
  await call("/api/v1/webhook-endpoints", { headers: json });
  await call("/api/v1/webhook-deliveries?limit=20", { headers: json });
  // What does not belong where it is: a key as an id, a secret in a body, a signature by another key, a card number as a note.
  const wrong = canary("unknown key", `sk_${randomBytes(32).toString("base64url")}`);
  await call("/api/v1/orders", { headers: { authorization: `Bearer ${wrong}` } });
  await call(`/api/v1/orders/${wrong}`, { headers: { authorization: `Basic ${wrong}` } });
  await call("/api/v1/orders", { method: "POST", headers: { ...json, authorization: signed(signer.id) }, body });
  await call("/api/v1/orders", { method: "POST", headers: json, body: `{"items": ${wrong}` });
  await call("/metrics", { headers: { authorization: `Bearer ${environment.METRICS_TOKEN}` } });
  await call("/metrics", { headers: { authorization: `Bearer ${wrong}` } });
  const notify = (headers: HeadersInit, body: string) => call("/payment/notify", { method: "POST", headers, body });
  await notify(noticeHeaders(), `{"resource":{"ciphertext":"${wrong}"}}`);
  await notify({ "content-type": "text/xml" }, `<xml><sign>${wrong}</sign></xml>`);
  await call("/pay/oauth?code=canary&state=wrong", {
    headers: { cookie: `lingfu_openid=${wrong}; lingfu_admin=${session}` },
  });
}

/** Everything that can be read by an address alone, and what an agent is told. */
async function readEverything({ key, epay }: CanaryCaller): Promise<void> {
  const json = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const { paths } = (await (await call("/api/openapi.json")).json()) as { paths: Record<string, object> };
  const read = Object.keys(paths).filter((address) => "get" in (paths[address] ?? {}) && !address.includes("{"));
  expect(read.length).toBeGreaterThan(12);
  for (const address of read) await call(address, { headers: json, signal: AbortSignal.timeout(5_000) });
  for (const [name, { status }] of Object.entries(EPAY_CALLS)) {
    const answer = await call(`/api.php?${new URLSearchParams({ act: name, ...epay })}`);
    expect([name, answer.status]).toEqual([name, status]);
  }
  for (const guide of ["en/quick-start.md", "zh-CN/keys", "en/keys"]) await call(`/docs/${guide}`);
  const agent = { ...json, accept: "application/json, text/event-stream" };
  const ask = async (method: string, params: object = {}) => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    return (await call("/mcp", { method: "POST", headers: agent, body })).text();
  };
  const tools = [...(await ask("tools/list")).matchAll(/"name":"(\w+)"/g)].map(([, name]) => name);
  expect(tools.length).toBeGreaterThan(8);
  for (const name of tools) await ask("tools/call", { name, arguments: {} });
}

const signed = (keyId: string) =>
  `PAY-HMAC-SHA256 key_id="${keyId}",nonce="n1",timestamp="${Math.floor(Date.now() / 1_000)}",signature="${Buffer.alloc(32, 1).toString("base64")}"`;
const noticeHeaders = () => ({
  ...{
    "content-type": "application/json",
    "wechatpay-serial": "ABC",
    "wechatpay-nonce": "n",
    "wechatpay-signature": "eA==",
  },
  "wechatpay-timestamp": String(Math.floor(Date.now() / 1_000)),
});

/** Configurations that cannot be, and processes that end by them. */
async function breakIt(): Promise<void> {
  const bad = (name: string) => canary(`in a bad configuration: ${name}`);
  const file = path.join(folder, "bad.json");
  await writeFile(
    file,
    JSON.stringify({
      appid: "wx1",
      mch_id: "1",
      api_v3_key: bad("short key"),
      private_key: `-----BEGIN PRIVATE KEY-----\n${bad("key")}\n-----END PRIVATE KEY-----`,
      api_key: 7,
      app_secret: bad("app secret"),
    }),
  );
  const broken = path.join(folder, "broken.json");
  await writeFile(broken, `{"api_v3_key": "${bad("broken JSON")}", `);
  const another = new URL(database.url);
  another.password = bad("database password");
  await Promise.all([
    cli("doctor", "--config", file),
    cli("config", "import", broken),
    start("a worker whose address of the database is none", "lib/bin/worker.ts", {
      DATABASE_URL: `mysql://x:${bad("database")}@h/x`,
    }),
    start("a worker whose password is wrong", "lib/bin/worker.ts", { DATABASE_URL: another.href }),
    start("a worker with bad settings", "lib/bin/worker.ts", {
      MASTER_KEY: bad("master key"),
      LEDGER_ANCHOR_SECRET: bad("anchor"),
      ADMIN_PASSWORD: "short",
      PUBLIC_URL: `http://a:${bad("public URL")}@h`,
    }),
    start("a worker with another master key", "lib/bin/worker.ts", {
      MASTER_KEY: canary("another master key", randomBytes(32).toString("base64")),
    }),
  ]);
  // The file that the running processes watch.
  await writeFile(path.join(folder, "merchant.json"), await readFile(broken));
}

/** Node's debugger, which anybody on the machine could open by its address, stays shut. */
async function signalTheDebugger(): Promise<void> {
  const running = ["web", "worker"].map((name) => () => trap.read(`output of ${name}`));
  for (const child of children.slice(0, 2)) child.kill("SIGUSR1");
  for (const said of running) {
    await expect.poll(said, { timeout: 20_000, interval: 50 }).toMatch(/debugger|inspector/i);
    expect(said()).toContain("SIGUSR1 opens no debugger here");
  }
}

/** An operator who looks for a fault lets the running processes write what Node has for that. */
async function makeDiagnosticReports(): Promise<void> {
  for (const child of children.slice(0, 2)) child.kill("SIGUSR2");
  await expect.poll(async () => (await readReports()).length, { timeout: 20_000, interval: 100 }).toBe(2);
  note(REPORTS, (await readReports()).join("\n"));
}

/** Those that are whole. */
async function readReports(): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^report\..*\.json$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8")));
  return texts.filter((text) => text.trimEnd().endsWith("}"));
}

async function cli(...args: string[]): Promise<void> {
  const { out, err } = await runCli(args, environment);
  note("output of commands", `$ ${args.join(" ")}\n${out}${err}`);
}

/** What a pid may ask, with its key in the address. */
const EPAY_CALLS = { query: { status: 200 }, orders: { status: 200 }, order: { status: 200 } };
const COMMANDS = [
  ["doctor", "--json"],
  ["keys", "list", "--json"],
  ["accounts", "list", "--json"],
  ["config", "versions", "--json"],
  ["config", "show", "1"],
  ["epay", "list", "--json"],
  ["events", "--json"],
  ["orders", "list", "--json"],
  ["notifications", "list", "--json"],
  ["master-key", "status"],
  ["admin", "first"],
  ["verify-ledger"],
];

/** Each row of each table as text; bytes are in hex. */
async function readDatabase(): Promise<void> {
  const { rows } = await database.pool.query<{ name: string }>(
    "select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')",
  );
  for (const { name } of rows) {
    const found = await database.pool.query<{ text: string }>(`select t::text as text from ${name} t`);
    note("database", `${name}: ${found.rows.map(({ text }) => text).join("\n")}\n`);
  }
}

/** All files of the data folder but the places of secrets: the merchant's own files, and the sandbox that plays WeChat. */
async function readFiles(): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (/^sandbox(\/|$)|^(bad|broken|merchant)\.json$/.test(name)) continue;
    const text = await readFile(path.join(folder, name), "latin1").catch(() => "");
    note("files", `${name}: ${text}\n`);
  }
}

test("no secret of any kind is in anything that the processes write", async () => {
  const { hostname: host } = new URL(sandbox.url);
  const caller = await seedCanaries({
    ...{ trap, composed, receiver: { host, port: receiverPort() } },
    ...{ sandboxUrl: sandbox.url, publicUrl: url, witness: WITNESS },
  });
  await drive(caller);
  await readEverything(caller);
  await breakIt();
  await Promise.all([...COMMANDS, ["backup", path.join(folder, "canary.backup")]].map((command) => cli(...command)));
  // The worker has told the endpoints, the failing robots and the anchor by then, and everybody in the sandbox.
  await expect
    .poll(
      async () => {
        const { rows } = await database.pool.query(
          `select (select count(*) from notification_deliveries where tries > 0)::int as told,
                  (select count(*) from webhook_tries)::int as hooks`,
        );
        const { messages } = await (await fetch(`${sandbox.url}/control/receivers`)).json();
        const kinds = new Set(messages.map(({ receiver }: { receiver: string }) => receiver));
        note(INBOX, JSON.stringify(messages));
        return { told: rows[0].told >= 3, hooks: rows[0].hooks >= 2, kinds: kinds.size };
      },
      { timeout: 60_000, interval: 300 },
    )
    .toEqual({ told: true, hooks: true, kinds: 6 });
  await readDatabase();
  await signalTheDebugger();
  await makeDiagnosticReports();
  await Promise.all(children.map((child) => endChild(child)));
  await readFiles();

  expect(trap.escaped()).toEqual([]);
  for (const place of PLACES) expect(trap.read(place), place).not.toBe("");
  for (const place of PLACES_OF_THE_WITNESS) expect(trap.read(place), place).toContain(WITNESS);
  expect(trap.size).toBeGreaterThan(60);
}, 240_000);
