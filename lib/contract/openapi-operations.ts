import type { z } from "zod";
import type { ErrorCode } from "../base/app-error.ts";
import { orderListQuerySchema, orderSchema, orderStatusSchema, pageOf } from "./order.ts";
import { orderRequestSchema } from "./order-request.ts";
import { payAnswerSchema, payRequestSchema } from "./payment.ts";
import { newWebhookEndpointSchema, webhookEndpointRequestSchema, webhookEndpointSchema } from "./webhook-endpoint.ts";

/** One call, in the few words that OpenAPI cannot get from the schemas. */
export interface Operation {
  readonly id: string;
  readonly tag: "Orders" | "Webhooks" | "Pay page" | "WeChat" | "Operations" | "Description";
  readonly summary: string;
  readonly description?: string;
  /** `merchant`: an API key; `metrics`: the metrics token. */
  readonly auth?: "merchant" | "metrics";
  /** Takes `Idempotency-Key`. */
  readonly once?: boolean;
  readonly query?: z.ZodObject;
  readonly body?: { readonly schema: z.ZodType; readonly required: boolean; readonly example: unknown };
  readonly answers: readonly OperationAnswer[];
  readonly errors: readonly ErrorCode[];
}

export interface OperationAnswer {
  readonly status: number;
  readonly description: string;
  /** Without it, a body of `type`, or none. */
  readonly schema?: z.ZodType;
  readonly type?: string;
}

export type Operations = Readonly<Record<string, Readonly<Partial<Record<"get" | "post" | "delete", Operation>>>>>;

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

const pageOperations: Operations = {
  "/api/orders/{orderId}/status": {
    get: {
      id: "getOrderStatus",
      tag: "Pay page",
      summary: "Follow an order by asking",
      description: "Send the `ETag` back as `If-None-Match`: as long as nothing has changed the answer is 304.",
      answers: [
        { status: 200, description: "The status", schema: orderStatusSchema },
        { status: 304, description: "Nothing has changed" },
      ],
      errors: ["not_found"],
    },
  },
  "/api/orders/{orderId}/events": {
    get: {
      id: "followOrder",
      tag: "Pay page",
      summary: "Follow an order by server-sent events",
      description: "`event: status` with the status object, at once and on each change. Resumes with `Last-Event-ID`.",
      answers: [{ status: 200, description: "A stream of events", type: "text/event-stream" }],
      errors: ["not_found", "unavailable"],
    },
  },
  "/api/orders/{orderId}/pay": {
    post: {
      id: "payOrder",
      tag: "Pay page",
      summary: "Open the payment at WeChat, or get the one that is open",
      description: "Calling it again, or twice at once, never makes a second trade that can be paid.",
      body: { schema: payRequestSchema, required: false, example: { channel: "native" } },
      answers: [{ status: 200, description: "What the phone needs", schema: payAnswerSchema }],
      errors: ["invalid_request", "not_found", "order_not_payable", "gateway_rejected", "gateway_unavailable"],
    },
  },
  "/api/orders/{orderId}/check": {
    post: {
      id: "checkOrder",
      tag: "Pay page",
      summary: "“I have paid”: have WeChat asked now",
      answers: [{ status: 200, description: "The status", schema: orderStatusSchema }],
      errors: ["invalid_request", "not_found", "gateway_unavailable"],
    },
  },
  "/api/orders/{orderId}/qr.svg": {
    get: {
      id: "getQrCode",
      tag: "Pay page",
      summary: "The QR code alone",
      answers: [{ status: 200, description: "The code", type: "image/svg+xml" }],
      errors: ["not_found", "order_not_payable", "gateway_unavailable"],
    },
  },
  "/api/orders/{orderId}/openid": {
    get: {
      id: "askOpenid",
      tag: "Pay page",
      summary: "Sends a shopper inside WeChat to its silent sign-in",
      answers: [{ status: 303, description: "To WeChat, or back to the pay page" }],
      errors: ["not_found"],
    },
  },
  "/api/wechat/oauth/callback": {
    get: {
      id: "oauthCallback",
      tag: "WeChat",
      summary: "WeChat sends the shopper back here with a code",
      answers: [{ status: 303, description: "To the pay page" }],
      errors: ["invalid_request"],
    },
  },
};

const otherOperations: Operations = {
  "/payment/notify": {
    post: {
      id: "notify",
      tag: "WeChat",
      summary: "WeChat Pay's notifications, API v3 (JSON) and v2 (XML)",
      description: "Verified over the raw bytes. Errors come in WeChat's own form: 401, 400, 413, 500 with `FAIL`.",
      answers: [{ status: 200, description: "The change is on disk", type: "application/json" }],
      errors: [],
    },
  },
  "/healthz": {
    get: {
      id: "healthz",
      tag: "Operations",
      summary: "Is the process alive?",
      answers: [{ status: 200, description: "It is", type: "application/json" }],
      errors: [],
    },
  },
  "/readyz": {
    get: {
      id: "readyz",
      tag: "Operations",
      summary: "May traffic come?",
      answers: [
        { status: 200, description: "Yes", type: "application/json" },
        { status: 503, description: "Not yet: `missing` names what is missing", type: "application/json" },
      ],
      errors: [],
    },
  },
  "/metrics": {
    get: {
      id: "metrics",
      tag: "Operations",
      summary: "Prometheus metrics",
      auth: "metrics",
      answers: [{ status: 200, description: "Prometheus text", type: "text/plain" }],
      errors: ["unauthenticated", "forbidden"],
    },
  },
  "/api/openapi.json": {
    get: {
      id: "getOpenapi",
      tag: "Description",
      summary: "This description",
      answers: [{ status: 200, description: "OpenAPI 3.1", type: "application/json" }],
      errors: [],
    },
  },
  "/docs": {
    get: {
      id: "getDocs",
      tag: "Description",
      summary: "This description, to read and try",
      answers: [{ status: 200, description: "A page", type: "text/html" }],
      errors: [],
    },
  },
};

/** Every route of the table is here; a test compares. */
export const OPERATIONS: Operations = { ...merchantOperations, ...pageOperations, ...otherOperations };
