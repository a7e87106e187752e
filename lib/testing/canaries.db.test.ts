import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { generateSync } from "otplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createPasswords } from "#lib/auth/admin-password.ts";
import { createAdmins } from "#lib/auth/admin-sign-in.ts";
import { createCashiers } from "#lib/auth/cashiers.ts";
import { Secret } from "#lib/base/secret.ts";
import { type Composed, compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { createSealedBox } from "#lib/config/sealed-box.ts";
import { type Sandbox, startSandbox } from "#lib/sandbox/index.ts";
import { createLingfu } from "#lib/sdk/index.ts";
import { endChild, startChild } from "./child-process.ts";
import { COMPILED, runCli } from "./run-cli.ts";
import { freePort } from "./running-product.ts";
import { type TestDatabase, testDatabase } from "./template-database.ts";

// Goal: no secret is in anything that the processes ever write: output, files, answers, rows of the database.
// Method: real processes with a secret of every kind. They take orders, fail, crash and are asked everything; then all that they
// wrote is searched for each secret, as it is, in base64, in hex and in an address. What is no secret has to be found.

/** In each kind of place there has to be this: otherwise nothing was searched. */
const WITNESS = "witness-of-the-canaries";
const CARD = "6225880137704242";
const HOLDER = "Canary Zhang Holder";
const PIN = "83926175";

const secrets = new Map<string, string>();
/** One that the test makes up. */
function canary(name: string, text = `canary-${randomBytes(9).toString("hex")}`): string {
  secrets.set(name, text);
  return text;
}
/** What was written, by where. */
const written = new Map<string, string>();
const note = (place: string, text: string) => void written.set(place, (written.get(place) ?? "") + text);

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
  receiver = createServer((request, response) => {
    request.resume();
    // Others echo what they were sent.
    response.writeHead(request.url?.includes("good") ? 204 : 500).end(JSON.stringify(request.headers));
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
  note("answers", `${response.status} ${[...response.headers]}\n${await response.clone().text()}\n`);
  return response;
}

/** Makes one of everything that has a secret. */
async function seed() {
  const { pool } = database;
  const { keys, webhookEndpoints, notificationChannels, box, clock } = composed;
  const bearer = await keys.create({ name: WITNESS, requireSigning: false, scopes: [], actor: "test" });
  const signing = await keys.create({ name: "signs", requireSigning: true, scopes: [], actor: "test" });
  const key = canary("API key", bearer.secret.reveal());
  const signer = { id: signing.id, secret: canary("signing key", signing.secret.reveal()) };
  for (const [name, target] of Object.entries({ good: "good", failing: "bad" })) {
    const made = await webhookEndpoints.create({
      url: `http://127.0.0.1:${receiverPort()}/${target}`,
      events: ["order.paid", "refund.succeeded"],
    });
    canary(`webhook secret (${name})`, made.secret);
  }
  const choices = {
    ...{ name: "x", events: ["payment_received", "refund_trouble"], roles: [], language: "zh-CN", amountMin: 0 },
    ...{ quietFrom: null, quietTo: null, quietDrops: false, criticalPasses: true },
  };
  const robot = `http://127.0.0.1:${receiverPort()}/bad?key=`;
  const mail = {
    host: "127.0.0.1",
    port: receiverPort(),
    security: "none",
    user: "shop@canary.test",
    from: "shop@canary.test",
  };
  const channels = {
    wecom: { url: robot + canary("robot's key") },
    dingtalk: { url: robot + canary("robot's token"), secret: canary("robot's secret") },
    email: { ...mail, to: ["people@canary.test"], password: canary("SMTP password") },
  };
  for (const [kind, settings] of Object.entries(channels)) {
    await notificationChannels.create({ kind: kind as keyof typeof channels, choices, settings }, "test");
  }
  await pool.query("insert into stores (id, code, name, created_at) values ('sto_1', 'w', 'w', now())");
  const passwords = createPasswords(4);
  await createCashiers({ pool, clock, passwords }).create({
    fields: { name: "cashier", refundUpTo: null, userId: null, storeIds: ["sto_1"] },
    by: "test",
    pin: canary("cashier's PIN", PIN),
  });
  await signInEverybody(createAdmins({ pool, clock, box, passwords, deviceKey: composed.deviceKey, publicUrl: url }));
  return { key, signer };
}

async function signInEverybody(admins: ReturnType<typeof createAdmins>): Promise<void> {
  const visitor = { address: "203.0.113.9", agent: WITNESS };
  const email = "second@canary.test";
  const made = await admins.users.create({ email, role: "owner", actor: "test" });
  const password = canary("made password", made.password.reveal());
  const opened = await admins.signIn({ email, password }, visitor);
  const token = canary("session", opened?.token.reveal() ?? "");
  const session = await admins.sessions.find(token);
  if (session === null) throw new Error("not signed in");
  const { secret } = await admins.totp.begin(session.user.id);
  canary("TOTP secret", secret);
  await admins.totp.confirm({ session, code: generateSync({ secret }), visitor });
  for (const [at, code] of (await admins.recovery.make(session)).entries())
    canary(`recovery code ${at}`, code.reveal());
  await admins.signIn({ email, password: canary("wrong password") }, visitor);
}

/** Orders, payments and refunds, right and wrong. */
async function drive({ key, signer }: Awaited<ReturnType<typeof seed>>): Promise<void> {
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
    headers: { cookie: `lingfu_openid=${wrong}; lingfu_admin=${secrets.get("session")}` },
  });
  await call("/readyz");
  await call("/api/openapi.json");
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

/** An operator who looks for a fault lets the running processes write what Node has for that. */
async function makeDiagnosticReports(): Promise<void> {
  for (const child of children.slice(0, 2)) child.kill("SIGUSR2");
  await expect.poll(async () => (await readReports()).length, { timeout: 20_000, interval: 100 }).toBe(2);
  note("diagnostic reports", (await readReports()).join("\n"));
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

const OUTPUTS = ["output of commands", "output of web", "output of worker"];
const COMMANDS = [
  ["doctor", "--json"],
  ["keys", "list", "--json"],
  ["accounts", "list", "--json"],
  ["config", "show", "1"],
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

const formsOf = (secret: string): string[] => {
  const bytes = Buffer.from(secret, "utf8");
  const raw = /^[A-Za-z0-9+/]{43}=$/.test(secret) ? [Buffer.from(secret, "base64").toString("hex")] : [];
  // Within a longer text the beginning and end of base64 differ.
  const inside = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [...new Set([secret, encodeURIComponent(secret), bytes.toString("hex"), ...inside, ...raw])];
};

test("no secret of any kind is in anything that the processes write", async () => {
  const seeded = await seed();
  await drive(seeded);
  await breakIt();
  await Promise.all([...COMMANDS, ["backup", path.join(folder, "canary.backup")]].map((command) => cli(...command)));
  // The worker has told the robots, the mail server, the endpoints and the anchor by then, or tried to.
  await expect
    .poll(
      async () => {
        const { rows } = await database.pool.query(
          `select (select count(*) from notification_deliveries where tries > 0)::int as told,
                  (select count(*) from webhook_tries)::int as hooks`,
        );
        return rows[0].told >= 3 && rows[0].hooks >= 2;
      },
      { timeout: 60_000, interval: 300 },
    )
    .toBe(true);
  await readDatabase();
  await makeDiagnosticReports();
  await Promise.all(children.map((child) => endChild(child)));
  await readFiles();

  const found = [...secrets].flatMap(([name, secret]) => {
    const forms = formsOf(secret);
    return [...written].flatMap(([place, text]) =>
      forms.some((form) => text.includes(form)) ? [`${name}: ${place}`] : [],
    );
  });
  expect(found).toEqual([]);
  for (const place of ["answers", "database", "files", "diagnostic reports", ...OUTPUTS]) {
    expect(written.get(place) ?? "", place).not.toBe("");
  }
  for (const place of ["answers", "database"]) expect(written.get(place)).toContain(WITNESS);
  expect(secrets.size).toBeGreaterThan(40);
}, 240_000);
