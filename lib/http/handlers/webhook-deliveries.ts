import { readableEvents } from "#lib/auth/scopes.ts";
import { AppError } from "#lib/base/app-error.ts";
import { emptyBodySchema } from "#lib/contract/payment.ts";
import { type WebhookDeliveryDetail, webhookDeliveryListQuerySchema } from "#lib/contract/webhook-delivery.ts";
import { json } from "../answer.ts";
import type { MerchantCall } from "../call.ts";
import { merchant, merchantPost, merchantQuery, param } from "../endpoint.ts";

/** `GET /api/v1/webhook-deliveries`: those whose events the key may read. */
export const listWebhookDeliveries = merchantQuery(
  "webhooks:read",
  webhookDeliveryListQuerySchema,
  async ({ container, caller }, query) =>
    json(200, await container.webhookLog.list(query, readableEvents(caller.scopes))),
);

/** `GET /api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}` */
export const getWebhookDelivery = merchant("webhooks:read", async (call) => json(200, await readable(call)));

/** `POST /api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/redeliver` */
export const redeliverEvent = merchantPost({
  scope: "webhooks:write",
  body: emptyBodySchema,
  handle: async (call) => json(202, await call.container.webhookLog.redeliver(keyOf(call), call.caller.id)),
});

const keyOf = (call: MerchantCall) => ({ endpointId: param(call, "endpointId"), eventId: param(call, "eventId") });

/** @throws AppError `not_found`, `forbidden` for an event that the key may not read */
async function readable(call: MerchantCall): Promise<WebhookDeliveryDetail> {
  const delivery = await call.container.webhookLog.get(keyOf(call));
  if (readableEvents(call.caller.scopes).includes(delivery.type)) return delivery;
  throw new AppError("forbidden", `this API key lacks the scope that reads ${delivery.type}`);
}
