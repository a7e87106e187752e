import { mayDo, readScopeOf } from "#lib/auth/scopes.ts";
import { AppError } from "#lib/base/app-error.ts";
import { emptyBodySchema } from "#lib/contract/payment.ts";
import { redeliverRequestSchema } from "#lib/contract/webhook-delivery.ts";
import {
  rotateSecretSchema,
  type WebhookEndpointView,
  type WebhookEvent,
  webhookEndpointPatchSchema,
  webhookEndpointRequestSchema,
} from "#lib/contract/webhook-endpoint.ts";
import { json, noContent } from "../answer.ts";
import type { MerchantCall } from "../call.ts";
import { merchant, merchantPost, param } from "../endpoint.ts";
import { readJson } from "../read-request.ts";

/** `POST /api/v1/webhook-endpoints` */
export const createEndpoint = merchantPost({
  scope: "webhooks:write",
  body: webhookEndpointRequestSchema,
  secret: true,
  async handle({ container, caller }, request) {
    checkEventScopes(caller.scopes, request.events);
    const made = await container.webhookEndpoints.create(request, { actor: caller.id, apiKeyId: caller.id });
    return json(201, made, { location: `/api/v1/webhook-endpoints/${made.id}` });
  },
});

/** `GET /api/v1/webhook-endpoints`: all on one page, since there are few. */
export const listEndpoints = merchant("webhooks:read", async ({ container }) =>
  json(200, { data: await container.webhookEndpoints.list(), nextCursor: null }),
);

/** `GET /api/v1/webhook-endpoints/{endpointId}` */
export const getEndpoint = merchant("webhooks:read", async (call) =>
  json(200, await call.container.webhookEndpoints.get(param(call, "endpointId"))),
);

/** `PATCH /api/v1/webhook-endpoints/{endpointId}` */
export const changeEndpoint = merchant("webhooks:write", async (call) => {
  const { container, caller } = call;
  const patch = await readJson(call, webhookEndpointPatchSchema);
  const endpoint = await container.webhookEndpoints.get(param(call, "endpointId"));
  // An address may not be given data that the key that gave it could not read itself.
  if (patch.events !== undefined || patch.url !== undefined) {
    checkEventScopes(caller.scopes, patch.events ?? endpoint.events);
  }
  if (patch.url !== undefined) checkMaker(caller.id, endpoint, "change its address");
  return json(200, await container.webhookEndpoints.change(endpoint.id, patch, { actor: caller.id }));
});

/** `POST /api/v1/webhook-endpoints/{endpointId}/rotate-secret` */
export const rotateEndpointSecret = merchantPost({
  scope: "webhooks:write",
  body: rotateSecretSchema,
  secret: true,
  async handle(call, { overlapS }) {
    const { container, caller } = call;
    const endpoint = await container.webhookEndpoints.get(param(call, "endpointId"));
    checkMaker(caller.id, endpoint, "replace its secret");
    return json(200, await container.webhookEndpoints.rotateSecret(endpoint.id, overlapS, { actor: caller.id }));
  },
});

/** `POST /api/v1/webhook-endpoints/{endpointId}/test` */
export const testEndpoint = merchantPost({
  scope: "webhooks:write",
  body: emptyBodySchema,
  async handle(call) {
    const endpoint = await sendable(call);
    return json(200, await call.container.deliverer.test(endpoint.id));
  },
});

/** `POST /api/v1/webhook-endpoints/{endpointId}/redeliver` */
export const redeliverEvents = merchantPost({
  scope: "webhooks:write",
  body: redeliverRequestSchema,
  async handle(call, request) {
    const { container, caller } = call;
    return json(202, await container.webhookLog.redeliverRange(param(call, "endpointId"), request, caller.id));
  },
});

/** `DELETE /api/v1/webhook-endpoints/{endpointId}` */
export const removeEndpoint = merchant("webhooks:write", async (call) => {
  await call.container.webhookEndpoints.remove(param(call, "endpointId"), { actor: call.caller.id });
  return noContent();
});

/** @throws AppError `not_found`, `conflict` for an endpoint that is disabled */
async function sendable(call: MerchantCall): Promise<WebhookEndpointView> {
  const endpoint = await call.container.webhookEndpoints.get(param(call, "endpointId"));
  if (endpoint.status !== "disabled") return endpoint;
  throw new AppError("conflict", "the endpoint is disabled; start it again first");
}

/**
 * An endpoint ends with its key. If another key could turn it to an address of its own, or learn its secret, revoking that key
 * would not end what it did.
 * @throws AppError `forbidden`
 */
function checkMaker(keyId: string, { apiKeyId, keptBy }: WebhookEndpointView, what: string): void {
  if (apiKeyId === keyId && keptBy === null) return;
  const whose = keptBy === null ? "was made by another API key" : "is kept by an owner";
  throw new AppError("forbidden", `this endpoint ${whose}: ${what} in the dashboard, under Settings, Webhooks`);
}

/** @throws AppError `forbidden` naming each event that the key may not read */
function checkEventScopes(scopes: readonly string[], events: readonly WebhookEvent[]): void {
  const errors = events.flatMap((event, at) => {
    const scope = readScopeOf(event);
    return mayDo(scopes, scope) ? [] : [{ path: `events.${at}`, message: `${event} needs the scope ${scope}` }];
  });
  if (errors.length === 0) return;
  const wanted = [...new Set(events.map(readScopeOf).filter((scope) => !mayDo(scopes, scope)))].join(" and ");
  throw new AppError("forbidden", `this API key lacks the scope ${wanted} of the data that the events carry`, {
    errors,
  });
}
