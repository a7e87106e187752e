import { readFileSync } from "node:fs";
import pg from "pg";
import { attachPostgres, type PostgresServer } from "#lib/bin/postgres/start-postgres.mjs";
import { endChild } from "#lib/testing/child-process.ts";
import { choosePorts, freePort, product } from "../support/product.ts";
import startProduct from "../support/start-product.ts";
import { startBareNext } from "./bare-next.ts";
import { type BenchRow, writeBenchFile } from "./bench-file.ts";
import { makeApiKey } from "./command-environment.ts";
import { withDistantStandby } from "./distant-standby.ts";
import { ACCOUNT, startFloor } from "./floor-server.ts";
import { type LoadResult, type PreparedRequest, runLoad } from "./load.ts";
import { noticeOf, type PlatformKeys, readPlatformKeys } from "./notices.ts";
import { measurePage } from "./page-weight.ts";
import { cpuSeconds, startNext, webProcessId } from "./processes.ts";
import { measureScreens } from "./screens.ts";
import { seededOrderId, seedWaitingOrders } from "./seed.ts";

const CONNECTIONS = 32;

interface Measured extends LoadResult {
  readonly name: string;
  /** CPU of the serving process per request, where we can see it. */
  readonly cpuUs: number | null;
}

interface BenchTarget {
  readonly port: number;
  readonly pid: number | null;
}

/** Measures the product as `npm start` runs it, and the baselines in the same run. */
export async function benchHttp(): Promise<void> {
  await choosePorts();
  const stopProduct = await startProduct();
  try {
    await measureAll();
  } finally {
    await stopProduct();
  }
}

async function measureAll(): Promise<void> {
  const server = await attachPostgres({ dataDir: `${product.dataDir}/postgres` });
  if (!server) throw new Error("the product's database was not found");
  const databaseUrl = server.url();
  const keys = readPlatformKeys(product.dataDir);
  const apiKey = makeApiKey();
  const notified = { platformPublicKeyPem: keys.publicKey.publicKey, apiV3Key: keys.apiV3Key };
  const floor = await startFloor({ ...notified, databaseUrl });
  const lawless = await startFloor({ ...notified, databaseUrl: withoutTriggers(server.superuserUrl()) });
  const endings: (() => unknown)[] = [floor, lawless].map((each) => () => {
    each.server.close();
    each.server.closeAllConnections();
  });
  try {
    const bare = { port: await freePort() };
    const bareNext = await startBareNext(bare.port);
    endings.push(() => endChild(bareNext));
    const next = { port: await freePort() };
    const env = { ...product.environment, ...secretsOf(databaseUrl) };
    const plainNext = await startNext({ ...next, probe: "/healthz", env });
    endings.push(() => endChild(plainNext));
    const targets = {
      ours: { port: Number(process.env.E2E_PORT), pid: webProcessId() },
      floor: { port: floor.port, pid: null },
      lawless: { port: lawless.port, pid: null },
      next: { ...next, pid: plainNext.pid ?? null },
      bare: { ...bare, pid: bareNext.pid ?? null },
    };
    ACCOUNT.keyId = apiKey.id;
    await knowAccount(databaseUrl);
    await measureCalls(targets, { databaseUrl, server, keys, secret: apiKey.secret });
  } finally {
    await Promise.all(endings.map((end) => end()));
  }
}

/** Connections past every trigger and foreign key. */
function withoutTriggers(superuserUrl: string): string {
  const url = new URL(superuserUrl);
  url.searchParams.set("options", "-c session_replication_role=replica");
  return url.href;
}

const secretsOf = (databaseUrl: string) => ({
  DATABASE_URL: databaseUrl,
  MASTER_KEY: readFileSync(`${product.dataDir}/master.key`, "utf8").trim(),
});

async function knowAccount(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query("select id from gateway_accounts where status = 'active'");
  ACCOUNT.id = rows[0].id;
  await client.end();
}

interface Materials {
  readonly databaseUrl: string;
  readonly server: PostgresServer;
  readonly keys: PlatformKeys;
  readonly secret: string;
}

async function measureCalls(
  targets: Record<"ours" | "floor" | "lawless" | "next" | "bare", BenchTarget>,
  { databaseUrl, server, keys, secret }: Materials,
): Promise<void> {
  const numbers = {
    ours: await seedWaitingOrders(databaseUrl, "bn", 6_000),
    floor: await seedWaitingOrders(databaseUrl, "bf", 6_000),
    lawless: await seedWaitingOrders(databaseUrl, "bl", 6_000),
    slow: await seedWaitingOrders(databaseUrl, "bo", 3_000),
    next: await seedWaitingOrders(databaseUrl, "bx", 1_000),
    steady: await seedWaitingOrders(databaseUrl, "bt", 1_500),
  };
  await seedWaitingOrders(databaseUrl, "bs", 1_000);
  const status =
    (prefix: string, tags: readonly string[] = []) =>
    (n: number): PreparedRequest => ({
      method: "GET",
      path: `${prefix}${seededOrderId("bs", (n % 1_000) + 1)}${prefix === "/status/" ? "" : "/status"}`,
      headers: tags.length === 0 ? {} : { "if-none-match": tags[n % 1_000] ?? "" },
    });
  const tags: string[] = [];
  // Right before they are sent: an order's tag changes with what is told of it.
  const readTags = async () => {
    const read = Array.from({ length: 1_000 }, (_, n) => tagOf(targets.ours, status("/api/orders/")(n)));
    tags.splice(0, tags.length, ...(await Promise.all(read)));
  };
  const notice = (list: readonly string[], path: string) => (n: number) => noticeOf(keys, list[n] ?? "", path);
  const create =
    (path: string) =>
    (n: number): PreparedRequest => ({
      method: "POST",
      path,
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${secret}`,
        "idempotency-key": `${path}-${n}-${Date.now()}`,
      },
      body: JSON.stringify({ items: [{ name: "拿铁", price: 18, quantity: 1 }] }),
    });
  const constant = (path: string) => (): PreparedRequest => ({ method: "GET", path });

  console.log(
    `\nclosed loop, ${CONNECTIONS} connections, loopback, production build; the floor is node:http + pg in this run\n`,
  );
  const floors = [
    await measure("node:http, a constant", targets.floor, { requests: 20_000, request: constant("/constant") }),
    await measure("a bare Next route handler", targets.bare, { requests: 3_000, request: constant("/bare") }),
  ];
  report(floors);
  const rows: BenchRow[] = [];
  for (const { title, before, ours, floor, lawless, next } of [
    {
      title: "status",
      ours: { requests: 20_000, request: status("/api/orders/") },
      floor: { requests: 20_000, request: status("/status/") },
      lawless: null,
      next: { requests: 3_000, request: status("/api/orders/") },
    },
    {
      title: "status, not modified (304)",
      before: readTags,
      ours: { requests: 20_000, request: status("/api/orders/", tags), expected: 304 },
      floor: { requests: 20_000, request: status("/status/") },
      lawless: null,
      next: { requests: 3_000, request: status("/api/orders/", tags), expected: 304 },
    },
    {
      title: "create an order",
      ours: { requests: 8_000, request: create("/api/v1/orders"), expected: 201 },
      floor: { requests: 8_000, request: create("/create"), expected: 201 },
      lawless: { requests: 8_000, request: create("/create"), expected: 201 },
      next: { requests: 2_000, request: create("/api/v1/orders"), expected: 201 },
    },
    {
      title: "notify that settles",
      ours: { requests: 6_000, request: notice(numbers.ours, "/payment/notify") },
      floor: { requests: 6_000, request: notice(numbers.floor, "/notify") },
      lawless: { requests: 6_000, request: notice(numbers.lawless, "/notify") },
      next: { requests: 1_000, request: notice(numbers.next, "/payment/notify") },
    },
  ]) {
    await before?.();
    const measured = {
      ours: await measure(`${title}: ours`, targets.ours, ours),
      floor: await measure(`${title}: floor`, targets.floor, floor),
      lawless: lawless === null ? null : await measure(`${title}: floor without triggers`, targets.lawless, lawless),
      next: await measure(`${title}: next start`, targets.next, next),
    };
    report(Object.values(measured).filter((each) => each !== null));
    rows.push(rowOf(title, measured));
    console.log(
      `  = ${ratio(measured.ours, measured.floor)} of the floor, ${ratio(measured.ours, measured.next)} × next start\n`,
    );
  }
  const slow = await withDistantStandby(server, () =>
    measure("notify, standby 1 ms away: ours", targets.ours, {
      requests: 3_000,
      request: notice(numbers.slow, "/payment/notify"),
    }),
  );
  report([slow]);
  rows.push(rowOf("notify that settles, a synchronous standby 1 ms away", { ours: slow }));
  report([
    await measure("notify at 100/s: ours", targets.ours, {
      requests: 1_500,
      perSecond: 100,
      request: notice(numbers.steady, "/payment/notify"),
    }),
  ]);
  // Like the browsers of shoppers, and of the same orders as the status.
  const page = (encoding: string) => ({
    requests: 3_000,
    request: (n: number): PreparedRequest => ({
      method: "GET",
      path: `/pay/${seededOrderId("bs", (n % 1_000) + 1)}`,
      headers: { "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", "accept-encoding": encoding },
    }),
  });
  // Drawing is a thousand functions that V8 has not seen before.
  const unmeasured = { port: targets.ours.port, connections: CONNECTIONS, requests: 3_000 };
  await runLoad({ ...unmeasured, request: page("gzip, deflate, br").request });
  const beside = [
    await measure("pay page, compressed: ours", targets.ours, page("gzip, deflate, br")),
    await measure("pay page, as it is: ours", targets.ours, page("identity")),
    await measure("status, beside it: ours", targets.ours, { requests: 20_000, request: status("/api/orders/") }),
  ];
  report(beside);
  const [packed, plain, call] = beside as [Measured, Measured, Measured];
  console.log(`  = ${ratio(packed, call)} of the status call, ${ratio(plain, call)} as it is\n`);
  rows.push(rowOf("pay page, compressed", { ours: packed }), rowOf("status, beside the page", { ours: call }));
  const notes = [
    ...notesOf(rows),
    ...(await measureScreens({ port: targets.ours.port, databaseUrl, keys })),
    ...(await measurePage(`${product.url}/pay/${seededOrderId("bs", 1)}`)),
  ];
  writeBenchFile(rows, { database: await versionOf(databaseUrl), notes });
}

interface Beside {
  readonly ours: Measured;
  readonly floor?: Measured;
  readonly lawless?: Measured | null;
  readonly next?: Measured;
}

const rowOf = (call: string, { ours, floor, lawless, next }: Beside): BenchRow => ({
  ...{ call, perSecond: ours.perSecond, p50Ms: ours.p50Ms, p99Ms: ours.p99Ms, cpuUs: ours.cpuUs },
  ...{ floor: floor?.perSecond ?? null, withoutTriggers: lawless?.perSecond ?? null, next: next?.perSecond ?? null },
});

function notesOf(rows: readonly BenchRow[]): string[] {
  const perSecond = (call: string): number => rows.find((row) => row.call === call)?.perSecond ?? Number.NaN;
  const slowed = perSecond("notify that settles, a synchronous standby 1 ms away") / perSecond("notify that settles");
  const paged = perSecond("pay page, compressed") / perSecond("status, beside the page");
  return [
    `With a synchronous standby one millisecond away (each packet is held so long, both ways), payments are settled at ${slowed.toFixed(2)} of the rate without.`,
    `The pay page is drawn at ${paged.toFixed(2)} of the rate of the status call beside it.`,
  ];
}

async function versionOf(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ version: string }>("select current_setting('server_version') as version");
  await client.end();
  return `PostgreSQL ${rows[0]?.version ?? ""}`;
}

interface Calls {
  readonly requests: number;
  readonly perSecond?: number;
  readonly request: (index: number) => PreparedRequest;
  /** The status of every answer; without it 200. */
  readonly expected?: number;
}

async function tagOf({ port }: BenchTarget, { path }: PreparedRequest): Promise<string> {
  const { headers } = await fetch(`http://127.0.0.1:${port}${path}`);
  const tag = headers.get("etag");
  if (tag === null) throw new Error(`${path} has no ETag`);
  return tag;
}

const WARM_UP_SHARE = 0.1;

/** A tenth of the calls warms up and is not counted; a settling call cannot be sent twice, so it is a tenth of the whole. */
export async function measure(name: string, target: BenchTarget, calls: Calls): Promise<Measured> {
  const warmUp = Math.floor(calls.requests * WARM_UP_SHARE);
  const { perSecond, request, expected = 200 } = calls;
  const plan = { port: target.port, connections: CONNECTIONS, ...(perSecond === undefined ? {} : { perSecond }) };
  await runLoad({ ...plan, requests: warmUp, request });
  const before = target.pid === null ? 0 : cpuSeconds(target.pid);
  const requests = calls.requests - warmUp;
  const result = await runLoad({ ...plan, requests, request: (index) => request(index + warmUp) });
  const cpuUs = target.pid === null ? null : ((cpuSeconds(target.pid) - before) / requests) * 1e6;
  const answers = Object.keys(result.statuses);
  if (answers.join() !== `${expected}`)
    throw new Error(`${name}: answered ${answers.join(", ")} instead of ${expected}`);
  return { name, cpuUs, ...result };
}

export const ratio = (one: Measured, other: Measured): string => (one.perSecond / other.perSecond).toFixed(2);

export function report(results: readonly Measured[]): void {
  for (const { name, perSecond, p50Ms, p99Ms, cpuUs, statuses } of results) {
    const cpu = cpuUs === null ? "" : `  ${cpuUs.toFixed(0).padStart(5)} µs CPU`;
    const answers = Object.entries(statuses).map(([status, count]) => `${count}×${status}`);
    console.log(
      `${name.padEnd(36)} ${perSecond.toFixed(0).padStart(7)}/s  p50 ${p50Ms.toFixed(1).padStart(6)}  p99 ${p99Ms.toFixed(1).padStart(6)} ms${cpu}  ${answers.join(" ")}`,
    );
  }
}
