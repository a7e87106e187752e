import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { startThrowAwayPostgres } from "#lib/bin/postgres/throw-away.mjs";
import { compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { endChild, startChild } from "#lib/testing/child-process.ts";
import { freePort } from "../support/product.ts";
import { runLoad } from "./load.ts";

const STREAMS = 5_000;
const STREAMS_PER_ORDER = 50;
const CONNECTIONS = 32;
const REQUESTS = 20_000;
const WAKE_MS = 60_000;

/** What open event streams cost the web process, which runs without Next here, and what status calls cost beside them. */
export async function benchStreams(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-streams-"));
  const server = await startThrowAwayPostgres();
  const port = await freePort();
  const env = {
    NODE_ENV: "production" as const,
    DATABASE_URL: server.url("streams"),
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: folder,
    PORT: String(port),
    PAYMENT_CONFIG: path.join(folder, "none.json"),
    LOG_LEVEL: "warn",
  };
  await migrate(env.DATABASE_URL);
  const child = startChild([path.resolve("lib/testing/web-process.ts")], { env: { ...process.env, ...env } });
  try {
    await new Promise<void>((resolve) => child.on("message", () => resolve()));
    const orders = await makeOrders(env, STREAMS / STREAMS_PER_ORDER);
    await measureStatus(port, orders);
    const before = residentBytes(child.pid);
    const alone = await measureStatus(port, orders);
    const streams = await openStreams(port, orders);
    const beside = await measureStatus(port, orders);
    const after = residentBytes(child.pid);
    for (const stream of streams) stream.destroy();
    console.table([
      { streams: 0, ...alone, "resident MB": megabytes(before) },
      { streams: streams.length, ...beside, "resident MB": megabytes(after) },
    ]);
    console.log(`${streams.length} streams take ${megabytes(after - before)} MB`);
  } finally {
    await endChild(child);
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeOrders(env: Record<string, string>, count: number): Promise<string[]> {
  const environment = readEnvironment({ ...env, LOG_LEVEL: "silent" });
  const product = await compose({ process: "cli", stopping: new AbortController().signal, environment });
  const made: string[] = [];
  for (let number = 0; number < count; number++) {
    made.push((await product.payments.createOrder({ items: [{ name: "Tea", price: 5, quantity: 1 }] })).id);
  }
  await product.close();
  return made;
}

async function measureStatus(port: number, orders: readonly string[]) {
  const request = (index: number) => ({ method: "GET", path: `/api/orders/${orders[index % orders.length]}/status` });
  const result = await runLoad({ port, connections: CONNECTIONS, requests: REQUESTS, request });
  const wrong = Object.keys(result.statuses).filter((status) => status !== "200");
  if (wrong.length > 0) throw new Error(`status calls were answered ${wrong.join(", ")}`);
  const { perSecond, p50Ms, p95Ms, p99Ms } = result;
  const short = (value: number) => Math.round(value * 10) / 10;
  return { "status/s": Math.round(perSecond), p50Ms: short(p50Ms), p95Ms: short(p95Ms), p99Ms: short(p99Ms) };
}

function openStreams(port: number, orders: readonly string[]): Promise<http.ClientRequest[]> {
  const agent = new http.Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const open = (index: number) =>
    new Promise<http.ClientRequest>((resolve, reject) => {
      const orderId = orders[index % orders.length];
      const request = http.get({ host: "127.0.0.1", port, path: `/api/orders/${orderId}/events`, agent }, (answer) => {
        if (answer.statusCode !== 200) return reject(new Error(`stream ${index} was answered ${answer.statusCode}`));
        answer.once("data", () => resolve(request)).on("error", () => {});
        answer.resume();
      });
      request.setTimeout(WAKE_MS).on("error", reject);
    });
  return Promise.all(Array.from({ length: STREAMS }, (_, index) => open(index)));
}

/** Linux only. */
const residentBytes = (pid: number | undefined): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024;
const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);
