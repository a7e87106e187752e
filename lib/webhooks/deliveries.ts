import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import { WEBHOOK_REDELIVER_MAX } from "#lib/base/webhook-limits.ts";
import type {
  Redelivered,
  RedeliverRequest,
  WebhookDeliveryDetail,
  WebhookDeliveryListQuery,
  WebhookDeliveryView,
} from "#lib/contract/webhook-delivery.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  type DetailedDelivery,
  findDelivery,
  type LoggedDelivery,
  listDeliveries,
} from "#lib/storage/webhooks/delivery-log.ts";
import { redeliverOne, redeliverRange } from "#lib/storage/webhooks/redeliver.ts";
import type { DeliveryKey } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { findEndpoint } from "#lib/storage/webhooks/webhook-endpoints.ts";
import { LEASE_MS } from "./deliver.ts";

interface DeliveryPage {
  readonly data: WebhookDeliveryView[];
  readonly nextCursor: string | null;
}

/** The log of what was sent, and what is sent again by hand. */
export interface WebhookLog {
  /** @param types those that the asker may read */
  list(query: WebhookDeliveryListQuery, types?: readonly string[]): Promise<DeliveryPage>;
  /** @throws AppError `not_found` */
  get(key: DeliveryKey): Promise<WebhookDeliveryDetail>;
  /** Sends one event again, whatever became of it. @throws AppError `not_found`, `conflict` */
  redeliver(key: DeliveryKey, actor: string): Promise<WebhookDeliveryView>;
  /** The same for a range of events, after what happens now. @throws AppError `not_found`, `conflict` */
  redeliverRange(endpointId: string, request: RedeliverRequest, actor: string): Promise<Redelivered>;
}

export function createWebhookLog({ pool, clock }: { pool: Database["pool"]; clock: Clock }): WebhookLog {
  const asked = (actor: string) => {
    const now = clock.now();
    return { actor, now, underWayUntil: addMs(now, LEASE_MS + SECOND_MS) };
  };
  async function checkOpen(endpointId: string): Promise<void> {
    const endpoint = await findEndpoint(pool, endpointId);
    if (endpoint === null) throw new AppError("not_found", "there is no such webhook endpoint");
    if (endpoint.disabledAt !== null) {
      throw new AppError("conflict", "the endpoint is disabled; start it again first");
    }
  }
  async function get(key: DeliveryKey): Promise<DetailedDelivery> {
    const found = await findDelivery(pool, key);
    if (found === null) throw new AppError("not_found", "this event was not sent to this endpoint");
    return found;
  }
  return {
    async list(query, types) {
      const { type, createdFrom, createdTo, cursor, limit } = query;
      const wanted = type === undefined ? types : [type].filter((each) => types?.includes(each) ?? true);
      const rows = await listDeliveries(pool, {
        ...{ endpointId: query.endpointId, eventId: query.eventId, orderId: query.orderId, status: query.status },
        types: wanted,
        from: momentOf(createdFrom),
        to: momentOf(createdTo),
        after: cursor === undefined ? undefined : readCursor(cursor),
        limit: limit + 1,
      });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const nextCursor = rows.length > limit && last !== undefined ? `${last.eventSeq}.${last.endpointId}` : null;
      return { data: page.map(toView), nextCursor };
    },
    get: async (key) => toDetail(await get(key)),
    async redeliver(key, actor) {
      await checkOpen(key.endpointId);
      if (!(await redeliverOne(pool, key, asked(actor)))) {
        const { status, event } = await get(key);
        const problem =
          status === "pending"
            ? "this event is on its way already"
            : `the endpoint does not subscribe to ${event.type}, or the event is of the sandbox, which has ended`;
        throw new AppError("conflict", problem);
      }
      return toView(await get(key));
    },
    async redeliverRange(endpointId, { createdFrom, createdTo, types, onlyFailed }, actor) {
      await checkOpen(endpointId);
      const by = asked(actor);
      const range = { endpointId, from: new Date(createdFrom), to: momentOf(createdTo) ?? addMs(by.now, 1) };
      const limit = WEBHOOK_REDELIVER_MAX;
      const { count, nextFrom } = await redeliverRange(pool, { ...range, types: types ?? null, onlyFailed, limit }, by);
      return { count, more: nextFrom !== null, nextFrom: nextFrom?.toISOString() ?? null };
    },
  };
}

const momentOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

function readCursor(cursor: string): { seq: bigint; endpointId: string } {
  const [seq = "0", endpointId = ""] = cursor.split(".");
  return { seq: BigInt(seq), endpointId };
}

const toView = (delivery: LoggedDelivery | DetailedDelivery): WebhookDeliveryView => ({
  eventId: delivery.eventId,
  endpointId: delivery.endpointId,
  type: delivery.event.type as WebhookDeliveryView["type"],
  orderId: delivery.event.orderId,
  createdAt: delivery.event.createdAt.toISOString(),
  status: delivery.status as WebhookDeliveryView["status"],
  tries: delivery.tries,
  lastStatus: delivery.lastStatus,
  lastError: delivery.lastError,
  nextTryAt: delivery.checkAt?.toISOString() ?? null,
  endedAt: delivery.endedAt?.toISOString() ?? null,
});

const toDetail = (delivery: DetailedDelivery): WebhookDeliveryDetail => ({
  ...toView(delivery),
  payload: delivery.event.payload,
  attempts: delivery.log.map(({ number, cause, url, signatures, startedAt, durationMs, status, answer, error }) => ({
    ...{ number, cause: cause as WebhookDeliveryDetail["attempts"][number]["cause"], url, signatures },
    ...{ startedAt: startedAt.toISOString(), durationMs, status, answer, error },
  })),
});
