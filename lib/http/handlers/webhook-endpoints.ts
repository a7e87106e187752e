import { mayDo, type Scope } from "#lib/auth/scopes.ts";
import { AppError } from "#lib/base/app-error.ts";
import { type WebhookEvent, webhookEndpointRequestSchema } from "#lib/contract/webhook-endpoint.ts";
import { json, noContent } from "../answer.ts";
import { merchant, merchantPost, param } from "../endpoint.ts";

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

/** `DELETE /api/v1/webhook-endpoints/{endpointId}` */
export const removeEndpoint = merchant("webhooks:write", async (call) => {
  await call.container.webhookEndpoints.remove(param(call, "endpointId"), { actor: call.caller.id });
  return noContent();
});

/** An event carries the order or the refund, so its endpoint needs the scope that reads it. */
const readScopeOf = (event: WebhookEvent): Scope => (event.startsWith("refund.") ? "refunds:read" : "orders:read");

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
