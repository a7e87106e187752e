import { webhookEndpointRequestSchema } from "#lib/contract/webhook-endpoint.ts";
import { json, noContent } from "../answer.ts";
import { merchant, merchantPost, param } from "../endpoint.ts";

/** `POST /api/v1/webhook-endpoints` */
export const createEndpoint = merchantPost({
  scope: "webhooks:write",
  body: webhookEndpointRequestSchema,
  secret: true,
  async handle({ container }, request) {
    const made = await container.webhookEndpoints.create(request);
    return json(201, made, { location: `/api/v1/webhook-endpoints/${made.id}` });
  },
});

/** `GET /api/v1/webhook-endpoints`: all on one page, since there are never many. */
export const listEndpoints = merchant("webhooks:read", async ({ container }) =>
  json(200, { data: await container.webhookEndpoints.list(), nextCursor: null }),
);

/** `GET /api/v1/webhook-endpoints/{endpointId}` */
export const getEndpoint = merchant("webhooks:read", async (call) =>
  json(200, await call.container.webhookEndpoints.get(param(call, "endpointId"))),
);

/** `DELETE /api/v1/webhook-endpoints/{endpointId}` */
export const removeEndpoint = merchant("webhooks:write", async (call) => {
  await call.container.webhookEndpoints.remove(param(call, "endpointId"));
  return noContent();
});
