import { behaviourRequestSchema } from "./behaviour.ts";
import { notifyReplySchema } from "./notify-reply.ts";
import type { OperationAnswer, Operations } from "./openapi-operation.ts";
import { orderStatusSchema } from "./order.ts";
import { payAnswerSchema, payRequestSchema } from "./payment.ts";
import { personalisationRequestSchema, personalisationSchema } from "./personalisation.ts";

export const pageOperations: Operations = {
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
      errors: [
        "invalid_request",
        "not_found",
        "conflict",
        "order_not_payable",
        "gateway_rejected",
        "gateway_unavailable",
      ],
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
  "/api/orders/{orderId}/behaviour": {
    post: {
      id: "tellBehaviour",
      tag: "Pay page",
      summary: "What happened on the pay page",
      description: "As `navigator.sendBeacon` sends it, `text/plain` or JSON. Each event's id makes a repeat harmless.",
      body: {
        schema: behaviourRequestSchema,
        required: true,
        example: {
          session: "visit01",
          channel: "native",
          events: [{ id: "01937c2e-6f00-7abc-8def-0123456789ab", type: "page_viewed" }],
        },
      },
      answers: [{ status: 204, description: "Kept" }],
      errors: ["invalid_request", "not_found", "payload_too_large", "rate_limited"],
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
  "/api/personalisation": {
    get: {
      id: "getPersonalisation",
      tag: "Pay page",
      summary: "What this browser's shopper said about being remembered",
      answers: [{ status: 200, description: "The choice", schema: personalisationSchema }],
      errors: [],
    },
    post: {
      id: "choosePersonalisation",
      tag: "Pay page",
      summary: "Agree to be remembered, or take it back",
      description: "From our own pages only, as JSON or as a form; a form is answered by 303 to `back`.",
      body: { schema: personalisationRequestSchema, required: true, example: { choice: "off" } },
      answers: [
        { status: 200, description: "The choice, and its cookie", schema: personalisationSchema },
        { status: 303, description: "To the page that the form names" },
      ],
      errors: ["invalid_request", "forbidden", "rate_limited"],
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

const notifyReply = (status: number, description: string): OperationAnswer => ({
  status,
  description,
  schema: notifyReplySchema,
  orAs: "text/xml",
});

export const otherOperations: Operations = {
  "/payment/notify": {
    post: {
      id: "notify",
      tag: "WeChat",
      summary: "WeChat Pay's notifications, API v3 (JSON) and v2 (XML)",
      description:
        "Verified over the raw bytes. Answers come in WeChat's own form, JSON to API v3 and XML to v2; what is refused changes nothing.",
      answers: [
        notifyReply(200, "The change is on disk"),
        notifyReply(400, "Not of the form, or it cannot be decrypted"),
        notifyReply(401, "No signature, a wrong one, an unknown key, or a timestamp off by more than 300 s"),
        notifyReply(413, "Longer than 1 MiB"),
        notifyReply(415, "With a `Content-Encoding`"),
        notifyReply(500, "Our own fault: to be sent again"),
      ],
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
        {
          status: 503,
          description: "Not yet: `missing` names what is missing, `why` says more where nothing can be stored",
          type: "application/json",
        },
      ],
      errors: [],
    },
  },
  "/metrics": {
    get: {
      id: "metrics",
      tag: "Operations",
      summary: "Prometheus metrics",
      description: "With `METRICS_TOKEN` alone; without one they are off.",
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
