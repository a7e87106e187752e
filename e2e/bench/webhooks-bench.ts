import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startThrowAwayPostgres } from "#lib/bin/postgres/throw-away.mjs";
import { type Composed, compose } from "#lib/compose.ts";
import { readEnvironment } from "#lib/config/environment.ts";
import { migrate } from "#lib/storage/migrate.ts";
import { startWorker } from "#lib/tasks/start-worker.ts";

const HANGING = 50;
const EVENTS = 200;
const EVERY_MS = 100;
const AIM_P95_MS = 2_000;
const WAIT_MS = 60_000;

/**
 * How long after it happened an event is at an endpoint that answers, alone and beside fifty that never do. Every endpoint wants every
 * event. The time runs from the event's own moment, which is taken before its commit.
 */
export async function benchWebhooks(): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lingfu-webhooks-"));
  const server = await startThrowAwayPostgres();
  const environment = readEnvironment({
    ...{ NODE_ENV: "test", LOG_LEVEL: "silent", ALLOW_PRIVATE_WEBHOOKS: "1", DATA_DIR: folder },
    ...{ DATABASE_URL: server.url("webhooks"), MASTER_KEY: randomBytes(32).toString("base64") },
    PAYMENT_CONFIG: path.join(folder, "none.json"),
  });
  await migrate(environment.databaseUrl);
  const stopping = new AbortController();
  const product = await compose({ process: "worker", stopping: stopping.signal, environment });
  const { upkeep: _, ...parts } = product;
  const worker = startWorker({ ...parts, processId: "bench" });
  const receivers = await openReceivers();
  try {
    const by = { actor: "bench" };
    await product.webhookEndpoints.create({ url: receivers.healthy, events: ["order.closed"] }, by);
    const alone = await measure(product, receivers);
    for (let count = 0; count < HANGING; count++) {
      await product.webhookEndpoints.create({ url: `${receivers.hanging}/${count}`, events: ["order.closed"] }, by);
    }
    const beside = await measure(product, receivers);
    console.table([
      { "hanging endpoints": 0, ...alone },
      { "hanging endpoints": HANGING, ...beside },
    ]);
    console.log(`aim: p95 of at most ${AIM_P95_MS} ms beside ${HANGING} endpoints that hang`);
    if (beside["p95 ms"] > AIM_P95_MS || beside.delivered < EVENTS) process.exitCode = 1;
  } finally {
    stopping.abort();
    await worker.stop();
    await product.close();
    receivers.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One that answers and notes when, one that never answers. */
async function openReceivers() {
  const receivedAt = new Map<string, number>();
  const healthy = http.createServer(async (request, response) => {
    for await (const part of request.setEncoding("utf8")) void part;
    receivedAt.set(String(request.headers["webhook-id"]), Date.now());
    response.writeHead(204).end();
  });
  const hanging = http.createServer(() => {});
  const urlOf = async (server: http.Server) => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  return {
    receivedAt,
    ...{ healthy: await urlOf(healthy), hanging: await urlOf(hanging) },
    close() {
      for (const server of [healthy, hanging]) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
}

async function measure(product: Composed, { receivedAt }: Awaited<ReturnType<typeof openReceivers>>) {
  receivedAt.clear();
  for (let count = 0; count < EVENTS; count++) {
    const { id } = await product.payments.createOrder({ items: [{ name: "bench", unitAmount: 100, quantity: 1 }] });
    await product.payments.closeOrder(id);
    await sleep(EVERY_MS);
  }
  for (let waitedMs = 0; receivedAt.size < EVENTS && waitedMs < WAIT_MS; waitedMs += EVERY_MS) await sleep(EVERY_MS);
  const { rows } = await product.database.pool.query<{ id: string; created_at: Date }>(
    "select id, created_at from webhook_events where id = any($1)",
    [[...receivedAt.keys()]],
  );
  const taken = rows
    .map(({ id, created_at }) => (receivedAt.get(id) ?? 0) - created_at.getTime())
    .sort((one, other) => one - other);
  const at = (share: number) => taken[Math.min(taken.length - 1, Math.floor(taken.length * share))] ?? Number.NaN;
  return { events: EVENTS, delivered: taken.length, "p50 ms": at(0.5), "p95 ms": at(0.95), "max ms": at(1) };
}
