import { z } from "zod";
import { behaviourRequestSchema } from "../behaviour.ts";
import { orderStatusSchema } from "../order.ts";
import { payAnswerSchema, payRequestSchema } from "../payment.ts";
import { personalisationRequestSchema, personalisationSchema } from "../personalisation.ts";
import type { OperationAnswer, Operations } from "./operation.ts";

/** What WeChat is answered, as API v3 has it; v2's XML says the same in `return_code` and `return_msg`. */
const notifyReplySchema = z
  .object({ code: z.enum(["SUCCESS", "FAIL"]), message: z.string() })
  .meta({ id: "NotifyReply" });

export const pageOperations: Operations = {
  "/api/orders/{orderId}/status": {
    get: {
      id: "getOrderStatus",
      tag: "Pay page",
      summary: "Get an order's status",
      description: "Send the `ETag` back as `If-None-Match`: the answer is 304 until the status changes.",
      answers: [
        { status: 200, description: "The status", schema: orderStatusSchema, headers: ["ETag"] },
        { status: 304, description: "Nothing has changed", headers: ["ETag"] },
      ],
      errors: ["not_found"],
    },
  },
  "/api/orders/{orderId}/events": {
    get: {
      id: "followOrder",
      tag: "Pay page",
      summary: "Stream an order's status",
      description:
        "Server-sent events: `event: status` with the status object, at once and on each change. Resumes with `Last-Event-ID`.",
      answers: [{ status: 200, description: "A stream of events", type: "text/event-stream" }],
      errors: ["not_found", "unavailable"],
    },
  },
  "/api/orders/{orderId}/pay": {
    post: {
      id: "payOrder",
      tag: "Pay page",
      summary: "Start a payment, or get the open one",
      description: "Repeated or simultaneous calls never create a second trade that can be paid.",
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
      summary: "Check a payment with WeChat now",
      answers: [{ status: 200, description: "The status", schema: orderStatusSchema }],
      errors: ["invalid_request", "not_found", "gateway_unavailable"],
    },
  },
  "/api/orders/{orderId}/qr.svg": {
    get: {
      id: "getQrCode",
      tag: "Pay page",
      summary: "Get an order's QR code",
      answers: [{ status: 200, description: "The code", type: "image/svg+xml" }],
      description: "Opens a trade if there is none, so crawlers, prefetches and link previews are refused.",
      errors: ["forbidden", "not_found", "order_not_payable", "gateway_unavailable"],
    },
  },
  "/api/shop-logo/{name}": {
    get: {
      id: "getShopLogo",
      tag: "Pay page",
      summary: "Get the shop's logo",
      description: "Named by its content, so that it may be cached for ever.",
      answers: [{ status: 200, description: "The logo", type: "image/png" }],
      errors: ["not_found"],
    },
  },
  "/api/orders/{orderId}/behaviour": {
    post: {
      id: "tellBehaviour",
      tag: "Pay page",
      summary: "Record pay page events",
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
      answers: [{ status: 204, description: "Recorded" }],
      errors: ["invalid_request", "not_found", "payload_too_large", "rate_limited"],
    },
  },
  "/api/orders/{orderId}/openid": {
    get: {
      id: "askOpenid",
      tag: "Pay page",
      summary: "Start WeChat's silent sign-in",
      answers: [{ status: 303, description: "To WeChat, or back to the pay page", headers: ["Location"] }],
      errors: ["not_found"],
    },
  },
  "/api/personalisation": {
    get: {
      id: "getPersonalisation",
      tag: "Pay page",
      summary: "Get the shopper's personalisation choice",
      answers: [{ status: 200, description: "The choice", schema: personalisationSchema }],
      errors: [],
    },
    post: {
      id: "choosePersonalisation",
      tag: "Pay page",
      summary: "Set the shopper's personalisation choice",
      description: "Accepted from our own pages only, as JSON or as a form. A form is answered with 303 to `back`.",
      body: { schema: personalisationRequestSchema, required: true, example: { choice: "off" } },
      answers: [
        { status: 200, description: "The choice, and its cookie", schema: personalisationSchema },
        { status: 303, description: "To the page that the form names", headers: ["Location"] },
      ],
      errors: ["invalid_request", "forbidden", "rate_limited"],
    },
  },
  "/api/wechat/oauth/callback": {
    get: {
      id: "oauthCallback",
      tag: "WeChat",
      summary: "Complete WeChat's sign-in",
      answers: [{ status: 303, description: "To the pay page", headers: ["Location"] }],
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

const guideAnswers: readonly OperationAnswer[] = [
  { status: 200, description: "A page", type: "text/html", orAs: "text/markdown" },
  { status: 404, description: "There is no such guide: a page that lists them", type: "text/html" },
];

export const otherOperations: Operations = {
  "/payment/notify": {
    post: {
      id: "notify",
      tag: "WeChat",
      summary: "Receive a WeChat Pay notification",
      description:
        "API v3 (JSON) and v2 (XML). The signature is verified over the raw bytes. Answers have WeChat's form: JSON for API v3, XML for v2. A refused notification changes nothing.",
      answers: [
        notifyReply(200, "The change is stored"),
        notifyReply(400, "Malformed, or it cannot be decrypted"),
        notifyReply(
          401,
          "The signature is missing or invalid, the key is unknown, or the timestamp is off by more than 300 s",
        ),
        notifyReply(413, "Longer than 1 MiB"),
        notifyReply(415, "With a `Content-Encoding`"),
        notifyReply(500, "Our fault: WeChat sends it again"),
      ],
      errors: [],
    },
  },
  "/healthz": {
    get: {
      id: "healthz",
      tag: "Operations",
      summary: "Check that the process is alive",
      answers: [{ status: 200, description: "It is alive", type: "application/json" }],
      errors: [],
    },
  },
  "/readyz": {
    get: {
      id: "readyz",
      tag: "Operations",
      summary: "Check that the service is ready",
      answers: [
        { status: 200, description: "Ready", type: "application/json" },
        {
          status: 503,
          description: "Not ready: `missing` names what is missing; `why` explains when nothing can be stored",
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
      summary: "Get Prometheus metrics",
      description:
        "Requires `METRICS_TOKEN`; without a configured token the metrics are off. Any web process answers for the whole installation: what a process counted has its name as the label `process`.",
      auth: "metrics",
      answers: [{ status: 200, description: "Prometheus text", type: "text/plain" }],
      errors: ["unauthenticated", "forbidden"],
    },
  },
  "/api/openapi.json": {
    get: {
      id: "getOpenapi",
      tag: "Description",
      summary: "Get this API description",
      answers: [{ status: 200, description: "OpenAPI 3.1", type: "application/json" }],
      errors: [],
    },
  },
  "/llms.txt": {
    get: {
      id: "getLlmsText",
      tag: "Description",
      summary: "Get what an agent has to know to use this API",
      answers: [{ status: 200, description: "Markdown, in the form of llmstxt.org", type: "text/plain" }],
      errors: [],
    },
  },
  "/docs": {
    get: {
      id: "getDocs",
      tag: "Description",
      summary: "Open the API reference",
      answers: [{ status: 200, description: "A page", type: "text/html" }],
      errors: [],
    },
  },
  "/docs/{slug}": {
    get: {
      id: "getGuide",
      tag: "Description",
      summary: "Open a guide in the reader's language",
      description: "The name of a language is the API reference in it. With `.md` at the end of the name, as Markdown.",
      answers: guideAnswers,
      errors: [],
    },
  },
  "/docs/files/{name}": {
    get: {
      id: "getDocsFile",
      tag: "Description",
      summary: "Get the script or style of the API reference",
      answers: [
        { status: 200, description: "The file; its name says its version", type: "text/javascript", orAs: "text/css" },
        { status: 404, description: "There is no such file: a page", type: "text/html" },
      ],
      errors: [],
    },
  },
  "/docs/{language}/{slug}": {
    get: {
      id: "getGuideInLanguage",
      tag: "Description",
      summary: "Open a guide in one language",
      description: "The language is `zh-CN` or `en`. With `.md` at the end of the name, as Markdown.",
      answers: guideAnswers,
      errors: [],
    },
  },
};
