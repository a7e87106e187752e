import { codepayOperations } from "./openapi-codepay-operations.ts";
import { collectionOperations } from "./openapi-collection-operations.ts";
import type { Operations } from "./openapi-operation.ts";
import { otherOperations, pageOperations } from "./openapi-other-operations.ts";
import { promotionOperations } from "./openapi-promotion-operations.ts";
import { refundOperations } from "./openapi-refund-operations.ts";
import { shopperOperations } from "./openapi-shopper-operations.ts";
import { orderListQuerySchema, orderSchema, pageOf } from "./order.ts";
import { orderRequestSchema } from "./order-request.ts";
import { sceneCorrectionSchema } from "./scene.ts";
import { newWebhookEndpointSchema, webhookEndpointRequestSchema, webhookEndpointSchema } from "./webhook-endpoint.ts";

const ORDER_EXAMPLE = { items: [{ name: "商品名称", price: "100.00", quantity: 1 }], description: "商品名称" };

const merchantOperations: Operations = {
  "/api/v1/orders": {
    post: {
      id: "createOrder",
      tag: "Orders",
      summary: "Create an order",
      description:
        "Answers at once with the address of the order's pay page (`payUrl`). `price` is yuan, `unitAmount` fen.",
      auth: "merchant",
      once: true,
      body: { schema: orderRequestSchema, required: true, example: ORDER_EXAMPLE },
      answers: [{ status: 201, description: "The order", schema: orderSchema }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listOrders",
      tag: "Orders",
      summary: "List orders, newest first",
      auth: "merchant",
      query: orderListQuerySchema,
      answers: [{ status: 200, description: "A page of orders", schema: pageOf(orderSchema) }],
      errors: ["invalid_request"],
    },
  },
  "/api/v1/orders/{orderId}": {
    get: {
      id: "getOrder",
      tag: "Orders",
      summary: "Get an order",
      auth: "merchant",
      answers: [{ status: 200, description: "The order", schema: orderSchema }],
      errors: ["not_found"],
    },
  },
  "/api/v1/orders/{orderId}/close": {
    post: {
      id: "closeOrder",
      tag: "Orders",
      summary: "Close an order",
      description: "WeChat is asked first: an order that turns out paid is answered as paid, and nothing is closed.",
      auth: "merchant",
      once: true,
      answers: [{ status: 200, description: "The order, closed or paid", schema: orderSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "gateway_unavailable"],
    },
  },
  "/api/v1/orders/{orderId}/scene": {
    post: {
      id: "correctOrderScene",
      tag: "Orders",
      summary: "Say what an order was for",
      description:
        "Your word on the order's scene. It is the order's scene from now on and at once that of the next order of the same things, before every model; all your words together shift what is expected of your shop.",
      auth: "merchant",
      once: true,
      body: { schema: sceneCorrectionSchema, required: true, example: { scene: "dining" } },
      answers: [{ status: 200, description: "The order with its scene", schema: orderSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/webhook-endpoints": {
    post: {
      id: "createWebhookEndpoint",
      tag: "Webhooks",
      summary: "Tell an address of yours about events",
      auth: "merchant",
      once: true,
      body: {
        schema: webhookEndpointRequestSchema,
        required: true,
        example: { url: "https://shop.example/hooks/lingfu", events: ["order.paid"] },
      },
      answers: [{ status: 201, description: "The endpoint with its secret", schema: newWebhookEndpointSchema }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listWebhookEndpoints",
      tag: "Webhooks",
      summary: "List webhook endpoints",
      auth: "merchant",
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
      answers: [{ status: 200, description: "The endpoint", schema: webhookEndpointSchema }],
      errors: ["not_found"],
    },
    delete: {
      id: "deleteWebhookEndpoint",
      tag: "Webhooks",
      summary: "Remove a webhook endpoint",
      auth: "merchant",
      answers: [{ status: 204, description: "Removed" }],
      errors: ["not_found"],
    },
  },
};

/** Every route of the table is here; a test compares. */
export const OPERATIONS: Operations = {
  ...merchantOperations,
  ...codepayOperations,
  ...refundOperations,
  ...shopperOperations,
  ...promotionOperations,
  ...collectionOperations,
  ...pageOperations,
  ...otherOperations,
};
