import { WEBHOOK_REDELIVER_MAX } from "../../base/webhook-limits.ts";
import { pageOf } from "../order.ts";
import { emptyBodySchema } from "../payment.ts";
import {
  redeliveredSchema,
  redeliverRequestSchema,
  webhookDeliveryDetailSchema,
  webhookDeliveryListQuerySchema,
  webhookDeliverySchema,
  webhookTestSchema,
} from "../webhook-delivery.ts";
import {
  newWebhookEndpointSchema,
  rotateSecretSchema,
  webhookEndpointPatchSchema,
  webhookEndpointRequestSchema,
  webhookEndpointSchema,
} from "../webhook-endpoint.ts";
import type { Operations } from "./operation.ts";

/** Webhook endpoints, the log of what was sent to them, and sending again. */
export const webhookOperations: Operations = {
  "/api/v1/webhook-endpoints": {
    post: {
      id: "createWebhookEndpoint",
      tag: "Webhooks",
      summary: "Create a webhook endpoint",
      description:
        "Deliveries follow Standard Webhooks. An event is sent until the endpoint answers 2xx: three more times within a minute, then with growing pauses for more than three days. Events of one order arrive in the order in which they happened; a later one waits for an earlier one. The key also needs the scope that reads what the events carry, and the endpoint ends with the key unless an owner keeps it.",
      auth: "merchant",
      scope: "webhooks:write",
      once: true,
      body: {
        schema: webhookEndpointRequestSchema,
        required: true,
        example: { url: "https://shop.example/hooks/lingfu", events: ["order.paid"] },
      },
      answers: [
        {
          status: 201,
          description: "The endpoint with its secret",
          schema: newWebhookEndpointSchema,
          headers: ["Location"],
        },
      ],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listWebhookEndpoints",
      tag: "Webhooks",
      summary: "List webhook endpoints",
      auth: "merchant",
      scope: "webhooks:read",
      answers: [{ status: 200, description: "All endpoints", schema: pageOf(webhookEndpointSchema) }],
      errors: [],
    },
  },
  "/api/v1/webhook-endpoints/{endpointId}": {
    get: {
      id: "getWebhookEndpoint",
      tag: "Webhooks",
      summary: "Get a webhook endpoint",
      auth: "merchant",
      scope: "webhooks:read",
      answers: [{ status: 200, description: "The endpoint", schema: webhookEndpointSchema }],
      errors: ["not_found"],
    },
    patch: {
      id: "changeWebhookEndpoint",
      tag: "Webhooks",
      summary: "Update, pause or resume a webhook endpoint",
      description: "Send only the fields that change. What waits for a paused endpoint is kept for 180 days.",
      auth: "merchant",
      scope: "webhooks:write",
      body: { schema: webhookEndpointPatchSchema, required: true, example: { paused: false } },
      answers: [{ status: 200, description: "The endpoint", schema: webhookEndpointSchema }],
      errors: ["invalid_request", "not_found", "conflict", "payload_too_large"],
    },
    delete: {
      id: "deleteWebhookEndpoint",
      tag: "Webhooks",
      summary: "Delete a webhook endpoint",
      auth: "merchant",
      scope: "webhooks:write",
      answers: [{ status: 204, description: "Deleted" }],
      errors: ["not_found"],
    },
  },
  "/api/v1/webhook-endpoints/{endpointId}/rotate-secret": {
    post: {
      id: "rotateWebhookSecret",
      tag: "Webhooks",
      summary: "Replace the secret of a webhook endpoint",
      description:
        "During the overlap deliveries carry the signatures of both secrets, and a receiver that knows one of them accepts them. A second rotation ends the older secret. Only for the API key that made the endpoint.",
      auth: "merchant",
      scope: "webhooks:write",
      once: true,
      body: { schema: rotateSecretSchema, required: false, example: { overlapS: 86_400 } },
      answers: [{ status: 200, description: "The endpoint with its new secret", schema: newWebhookEndpointSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/webhook-endpoints/{endpointId}/test": {
    post: {
      id: "testWebhookEndpoint",
      tag: "Webhooks",
      summary: "Send a test event",
      description: "Sends `webhook.test` to this endpoint once, and answers with what came of it.",
      auth: "merchant",
      scope: "webhooks:write",
      once: true,
      body: { schema: emptyBodySchema, required: false, example: {} },
      answers: [{ status: 200, description: "What came of it", schema: webhookTestSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/webhook-endpoints/{endpointId}/redeliver": {
    post: {
      id: "redeliverWebhooks",
      tag: "Webhooks",
      summary: "Send a range of events again",
      description: `Sends at most ${WEBHOOK_REDELIVER_MAX} events, the oldest first and after what happens now, under their own \`webhook-id\` and with the payload of then.`,
      auth: "merchant",
      scope: "webhooks:write",
      once: true,
      body: {
        schema: redeliverRequestSchema,
        required: true,
        example: { createdFrom: "2026-07-01T00:00:00Z", createdTo: "2026-07-02T00:00:00Z", types: ["order.paid"] },
      },
      answers: [{ status: 202, description: "What will be sent", schema: redeliveredSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}": {
    get: {
      id: "getWebhookDelivery",
      tag: "Webhooks",
      summary: "Get a delivery with every try",
      description: "Request and answer of each try. The key also needs the scope that reads what the event carries.",
      auth: "merchant",
      scope: "webhooks:read",
      answers: [{ status: 200, description: "The delivery", schema: webhookDeliveryDetailSchema }],
      errors: ["not_found"],
    },
  },
  "/api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/redeliver": {
    post: {
      id: "redeliverWebhook",
      tag: "Webhooks",
      summary: "Send an event again",
      auth: "merchant",
      scope: "webhooks:write",
      once: true,
      body: { schema: emptyBodySchema, required: false, example: {} },
      answers: [{ status: 202, description: "The delivery, on its way", schema: webhookDeliverySchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/webhook-deliveries": {
    get: {
      id: "listWebhookDeliveries",
      tag: "Webhooks",
      summary: "List webhook deliveries, newest event first",
      description: "Those whose events the API key may read. Deliveries are kept for 90 days.",
      auth: "merchant",
      scope: "webhooks:read",
      query: webhookDeliveryListQuerySchema,
      answers: [{ status: 200, description: "A page of deliveries", schema: pageOf(webhookDeliverySchema) }],
      errors: ["invalid_request"],
    },
  },
};
