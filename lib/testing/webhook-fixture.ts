import { randomBytes } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { findDelivery } from "#lib/storage/webhooks/delivery-log.ts";
import { webhookDeliveries } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { createDeliverer, type DelivererDeps } from "#lib/webhooks/deliver.ts";
import { createWebhookEndpoints } from "#lib/webhooks/endpoints.ts";
import { type TestDatabase, testDatabase } from "./template-database.ts";

/** Real receivers on this machine, endpoints and events in a database of their own, and a deliverer whose clock tests move. */
export type WebhookFixture = Awaited<ReturnType<typeof webhookFixture>>;

export interface ReceivedDelivery {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface SentDelivery {
  readonly eventId: string;
  readonly endpointId: string;
}

export const NOW = new Date();
export const BY = { actor: "owner@shop.test" };
const LOOPBACK = { allowPrivate: false, allowLoopback: true };
/** Sealing is tried elsewhere; here a secret lies open. */
const box = {
  seal: (text: string) => Buffer.from(text),
  openText: (sealed: Uint8Array) => Buffer.from(sealed).toString(),
};

export const answering = (status: number) => (response: http.ServerResponse) => void response.writeHead(status).end();

export async function webhookFixture() {
  const database = await testDatabase();
  const servers: http.Server[] = [];
  return {
    database,
    servers,
    async clear() {
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      for (const table of ["webhook_events", "webhook_endpoints", "alerts"]) {
        await database.pool.query(`delete from ${table}`);
      }
    },
    close: () => database.close(),
    async receiver(answer: (response: http.ServerResponse, count: number) => void) {
      const received: ReceivedDelivery[] = [];
      const server = http.createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
          answer(response, received.length);
        });
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
    },
    ...announcing(database),
    deliverer: (more: Partial<DelivererDeps> = {}) => movedDeliverer(database, more),
    ...reading(database),
  };
}

function announcing(database: TestDatabase) {
  const policy = { ...LOOPBACK, allowPrivate: true };
  const endpointsOf = (clock = { now: () => NOW }) =>
    createWebhookEndpoints({ pool: database.pool, box, clock, policy });
  async function announceTo(endpointId: string, at = NOW) {
    const eventId = `evt_${randomBytes(6).toString("hex")}`;
    const payload = JSON.stringify({ type: "order.paid", timestamp: at.toISOString(), data: { note: "已付 ✓" } });
    await database.pool.query(
      `with event as (insert into webhook_events (id, type, payload, created_at) values ($1, 'order.paid', $2, $3) returning id, seq)
       insert into webhook_deliveries (event_id, event_seq, endpoint_id, check_at) select id, seq, $4, $3 from event`,
      [eventId, payload, at, endpointId],
    );
    return { eventId, endpointId, payload };
  }
  return {
    endpointsOf,
    announceTo,
    /** An event for an endpoint of its own. */
    async announce(url: string) {
      const { id, secret } = await endpointsOf().create({ url, events: ["order.paid"] });
      return { ...(await announceTo(id)), secret };
    },
  };
}

function movedDeliverer(database: TestDatabase, more: Partial<DelivererDeps>) {
  const moment = { now: NOW.getTime() };
  const clock = { now: () => new Date(moment.now) };
  const outcomes: string[] = [];
  const made = createDeliverer({
    ...{ deliveries: webhookDeliveries(database.pool), box, clock, policy: LOOPBACK, random: () => 0 },
    log: { info() {}, warn() {} },
    onTry: (outcome) => void outcomes.push(outcome),
    ...more,
  });
  return Object.assign(made, {
    clock,
    /** Every turn that the endpoint has now. @returns what came of each */
    async work(endpointId: string) {
      const before = outcomes.length;
      while ((await made.turn(endpointId)) === "again");
      return outcomes.slice(before);
    },
    later(ms: number) {
      moment.now += ms;
    },
  });
}

const reading = ({ pool }: TestDatabase) => ({
  row: async ({ eventId, endpointId }: SentDelivery) =>
    (
      await pool.query("select * from webhook_deliveries where event_id = $1 and endpoint_id = $2", [
        eventId,
        endpointId,
      ])
    ).rows[0],
  endpointRow: async (id: string) => (await pool.query("select * from webhook_endpoints where id = $1", [id])).rows[0],
  tries: async (sent: SentDelivery) => (await findDelivery(pool, sent))?.log ?? [],
});
