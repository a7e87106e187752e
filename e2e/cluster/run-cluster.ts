import { type ChildProcess, execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { quantile } from "../bench/load.ts";
import type { ProductDoors } from "../support/crash/product.ts";
import { FAIR, type Made, Shop } from "../support/crash/shop.ts";
import { compareBooks } from "../support/crash/trading.ts";
import { until } from "../support/crash/until.ts";
import { freePort } from "../support/product.ts";
import { type ChangedConfiguration, changeConfiguration, configurationFaults } from "./configuration-changes.ts";
import { streamThroughProxies } from "./proxies.ts";
import { DatabaseCluster, missingPackages } from "./services.ts";

// Goal: with a synchronous standby, whatever happens to the primary, no paid order is lost and none is booked twice.
// Method: shoppers pay without pause while the primary's machine is killed again and again; the sandbox's trades are the truth.

export interface ClusterPlan {
  readonly kills: number;
  readonly ways: readonly ClusterWay[];
}

/** How the product reaches the primary. */
export type ClusterWay = "haproxy" | "pgbouncer";

const SHOPPERS = 6;
const REFUNDED_EVERY = 4;
const SAFE_TIMEOUT_MS = 120_000;

/** @returns whether nothing was lost or doubled */
export async function runCluster({ kills, ways }: ClusterPlan): Promise<boolean> {
  const missing = missingPackages();
  if (missing.length > 0) {
    console.error(
      `✗ npm run cluster needs Debian's packages: apt-get install --no-install-recommends ${missing.join(" ")}`,
    );
    return false;
  }
  const rows: ClusterResult[] = [];
  for (const way of ways) rows.push(await measure(way, kills));
  console.table(rows);
  return rows.every((row) => row.lost + row.doubled + row.otherwise + row["half or lost"] === 0);
}

interface ClusterResult {
  readonly way: ClusterWay;
  readonly kills: number;
  readonly orders: number;
  readonly "paid at WeChat": number;
  readonly "paid here": number;
  readonly lost: number;
  readonly doubled: number;
  /** What else the books and the sandbox disagree about, and answers that should not occur. */
  readonly otherwise: number;
  readonly "configuration changes": number;
  readonly "answered yes": number;
  /** Changes of the configuration that are half there, or lost though they were answered with a yes. */
  readonly "half or lost": number;
  readonly "first payment p50 s": number;
  readonly "first payment p95 s": number;
  readonly "first payment max s": number;
}

async function measure(way: ClusterWay, kills: number): Promise<ClusterResult> {
  const cluster = await DatabaseCluster.open();
  const parts = await ProductParts.start(cluster, way).catch(async (cause) => {
    await cluster.close();
    throw cause;
  });
  try {
    const shop = new Shop(parts);
    await shop.faults(FAIR);
    const day: TradingDay = { parts, shop, over: new AbortController(), sales: [] };
    const changing = changeConfiguration(parts, day.over.signal);
    // It is awaited below; until then a failure must not end the process, which would leave the cluster running.
    changing.catch(() => {});
    const shoppers = Array.from({ length: SHOPPERS }, () => shopUntilOver(day));
    await until("shoppers pay", () => day.sales.some(({ paidAt }) => paidAt !== null));
    console.table(await streamThroughProxies(shop, parts.url));
    const firstPaid: number[] = [];
    for (let kill = 1; kill <= kills; kill++) {
      firstPaid.push(await killOnce(day, cluster));
      console.log(`${way}: kill ${kill} of ${kills}, first payment after ${seconds(firstPaid.at(-1) ?? 0)} s`);
      if (way === "pgbouncer" && kill === Math.ceil(kills / 2)) await cluster.restartPooler();
    }
    day.over.abort();
    await Promise.all(shoppers);
    return await judge(day, { way, kills, firstPaid, changed: await changing });
  } finally {
    await parts.close();
    await cluster.close();
  }
}

interface WatchedOrder {
  readonly order: Made;
  /** Milliseconds of this process's clock. */
  readonly scannedAt: number;
  paidAt: number | null;
}

interface TradingDay {
  readonly parts: ProductParts;
  readonly shop: Shop;
  readonly over: AbortController;
  readonly sales: WatchedOrder[];
}

async function shopUntilOver({ parts, shop, over, sales }: TradingDay): Promise<void> {
  const address = `10.1.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`;
  while (!over.signal.aborted) {
    const order = await shop.order(randomUUID(), 100 + sales.length);
    const codeUrl = await shop.open(order);
    await shop.scan({ codeUrl });
    const sale: WatchedOrder = { order, scannedAt: performance.now(), paidAt: null };
    sales.push(sale);
    const paid = async () => {
      const headers = { "x-forwarded-for": address };
      const answer = await fetch(`${parts.url}/api/orders/${order.id}/status`, {
        headers,
        signal: AbortSignal.timeout(5_000),
      });
      return ((await answer.json()) as { status: string }).status === "paid";
    };
    // A notice that met no database comes again later; the shopper does not wait for it, and the books are compared at the end.
    const seen = await until("it is paid here", paid, { timeoutMs: 10_000, everyMs: 100 }).catch(() => false);
    if (seen) sale.paidAt = performance.now();
    if (seen && sales.length % REFUNDED_EVERY === 0) await refund(shop, order);
    await sleep(200);
  }
}

/** The shop's own server repeats its request under the same key until it is answered. */
const refund = (shop: Shop, order: Made) =>
  until("the refund is taken", async () => (await shop.refundOnce(order, `refund-${order.id}`, 50)).status < 300);

/** @returns the milliseconds to the first payment that began after the kill and is booked */
async function killOnce({ sales }: TradingDay, cluster: DatabaseCluster): Promise<number> {
  await until("a standby has everything", () => cluster.isSafe(), { timeoutMs: SAFE_TIMEOUT_MS, everyMs: 200 });
  const bringBack = await cluster.killPrimary();
  const killedAt = performance.now();
  const first = await until("somebody pays again", () => {
    const times = sales.flatMap(({ scannedAt, paidAt }) => (scannedAt > killedAt && paidAt !== null ? [paidAt] : []));
    return times.length > 0 && Math.min(...times);
  });
  bringBack();
  return first - killedAt;
}

const seconds = (ms: number): number => Math.round(ms / 100) / 10;

interface Kills {
  readonly way: ClusterWay;
  readonly kills: number;
  readonly firstPaid: number[];
  readonly changed: ChangedConfiguration;
}

async function judge(
  { parts, shop, sales }: TradingDay,
  { way, kills, firstPaid, changed }: Kills,
): Promise<ClusterResult> {
  const { paidAtWeChat, paidHere, lost, doubled, otherwise } = await compareBooks(parts, shop);
  const changes = [...changed.promotion, ...changed.rules];
  const faults = await configurationFaults(changed, (text) => parts.query(text));
  for (const sentence of [...otherwise, ...faults]) console.log(`! ${sentence}`);
  const times = firstPaid.toSorted((one, other) => one - other);
  return {
    way,
    kills,
    orders: sales.length,
    "paid at WeChat": paidAtWeChat,
    "paid here": paidHere,
    lost,
    doubled,
    otherwise: otherwise.length,
    "configuration changes": changes.length,
    "answered yes": changes.filter(({ isConfirmed }) => isConfirmed).length,
    "half or lost": faults.length,
    "first payment p50 s": seconds(quantile(times, 0.5)),
    "first payment p95 s": seconds(quantile(times, 0.95)),
    "first payment max s": seconds(times.at(-1) ?? Number.NaN),
  };
}

/** Two web and two worker processes, and the sandbox, each started as its users start it. */
class ProductParts implements ProductDoors {
  readonly url: string;
  readonly sandboxUrl: string;
  readonly #cluster: DatabaseCluster;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];
  apiKey = "";

  private constructor(cluster: DatabaseCluster, way: ClusterWay, [port, sandboxPort]: readonly [number, number]) {
    this.#cluster = cluster;
    this.#folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-parts-"));
    this.url = `http://127.0.0.1:${port}`;
    this.sandboxUrl = `http://127.0.0.1:${sandboxPort}`;
    const pooler = {
      DATABASE_URL: cluster.poolerUrl,
      DATABASE_LISTEN_URL: cluster.primaryUrl,
      DATABASE_PREPARED: "0",
    };
    this.#environment = {
      ...process.env,
      NODE_ENV: "production",
      ...(way === "pgbouncer" ? pooler : { DATABASE_URL: cluster.primaryUrl }),
      MASTER_KEY: randomBytes(32).toString("base64"),
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      DATA_DIR: this.#folder,
      PAYMENT_CONFIG: path.join(this.#folder, "none.json"),
      SANDBOX_CONFIG: path.join(this.#folder, "sandbox", "payment_config.json"),
      TRUST_PROXY: "1",
      WEB_PROCESSES: "2",
    };
  }

  static async start(cluster: DatabaseCluster, way: ClusterWay): Promise<ProductParts> {
    const parts = new ProductParts(cluster, way, [await freePort(), await freePort()]);
    try {
      await parts.#launch(["--only", "sandbox"]);
      await parts.#launch(["--only", "web"]);
      await parts.#launch(["--only", "worker"]);
      parts.#children.push(startChild([path.resolve("lib/bin/worker.ts"), "another"], { env: parts.#environment }));
      const key = JSON.parse(parts.#command("keys", "create", "--name", "cluster", "--json")) as { secret: string };
      parts.apiKey = key.secret;
      // Makes the first owner.
      parts.#command("admin", "first");
      return parts;
    } catch (cause) {
      await parts.close();
      throw cause;
    }
  }

  #launch(args: readonly string[]): Promise<void> {
    const launcher = startChild([path.resolve("lib/bin/start.mjs"), ...args], {
      env: this.#environment,
      stdout: "pipe",
      stderr: "pipe",
    });
    this.#children.push(launcher);
    let output = "";
    return new Promise((resolve, reject) => {
      const listen = (text: string) => {
        output = (output + text).slice(-20_000);
        if (/^ready /m.test(output)) resolve();
      };
      launcher.stdout?.setEncoding("utf8").on("data", listen);
      launcher.stderr?.setEncoding("utf8").on("data", listen);
      launcher.once("exit", () => reject(new Error(`${args.join(" ")} did not start:\n${output}`)));
    });
  }

  #command(...args: readonly string[]): string {
    const command = ["lib/bin/run.mjs", "lib/bin/cli.ts", ...args];
    return execFileSync(process.execPath, command, { env: this.#environment, encoding: "utf8" });
  }

  get databaseUrl(): string {
    return this.#cluster.primaryUrl;
  }

  async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#cluster.primaryUrl, application_name: "cluster-test" });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = await this.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => endChild(child)));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
