import type { Operations } from "./openapi-operation.ts";
import { pageOf } from "./order.ts";
import { refundRequestSchema, refundSchema } from "./refund.ts";

const DESCRIPTION = `\`amount\` is fen; \`items\` give back exactly what was paid for those units; with neither, all that is left goes back.
The refund is \`pending\` in this answer. What becomes of it is told by webhook (\`refund.succeeded\`, \`refund.failed\`) and by
reading it. While WeChat cannot be reached, and in the minute that WeChat wants between two refunds of one order, it waits and
is sent by itself. A refusal by WeChat is an outcome: the refund becomes \`closed\` with its reason, and its amount is free again.`;

export const refundOperations: Operations = {
  "/api/v1/orders/{orderId}/refunds": {
    post: {
      id: "refundOrder",
      tag: "Refunds",
      summary: "Refund an order, or a part of it",
      description: DESCRIPTION,
      auth: "merchant",
      once: true,
      body: { schema: refundRequestSchema, required: false, example: { amount: 500, reason: "少了一杯" } },
      answers: [{ status: 201, description: "The refund", schema: refundSchema }],
      errors: [
        "invalid_request",
        "not_found",
        "conflict",
        "amount_exceeds_refundable",
        "idempotency_conflict",
        "payload_too_large",
      ],
    },
    get: {
      id: "listRefunds",
      tag: "Refunds",
      summary: "List the refunds of an order, newest first",
      auth: "merchant",
      answers: [{ status: 200, description: "All refunds of the order", schema: pageOf(refundSchema) }],
      errors: ["not_found"],
    },
  },
  "/api/v1/refunds/{refundId}": {
    get: {
      id: "getRefund",
      tag: "Refunds",
      summary: "Get a refund",
      auth: "merchant",
      answers: [{ status: 200, description: "The refund", schema: refundSchema }],
      errors: ["not_found"],
    },
  },
};
