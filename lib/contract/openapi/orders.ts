import { codePayPendingSchema, codePayRequestSchema } from "../code-pay.ts";
import { orderListQuerySchema, orderSchema, pageOf } from "../order.ts";
import { orderRequestSchema } from "../order-request.ts";
import { enteredCodeSchema } from "../promotion-codes.ts";
import { refundListQuerySchema, refundRequestSchema, refundSchema } from "../refund.ts";
import { sceneCorrectionSchema } from "../scene.ts";
import type { Operations } from "./operation.ts";

const ORDER_EXAMPLE = { items: [{ name: "商品名称", price: "100.00", quantity: 1 }], description: "商品名称" };

const plainOrderOperations: Operations = {
  "/api/v1/orders": {
    post: {
      id: "createOrder",
      tag: "Orders",
      summary: "Create an order",
      description:
        "Returns the order with the address of its pay page (`payUrl`). `price` is in yuan, `unitAmount` in fen. An `outTradeNo` that was sent before with the same content answers its order with 200; with other content it is a `conflict`.",
      auth: "merchant",
      scope: "orders:write",
      once: true,
      body: { schema: orderRequestSchema, required: true, example: ORDER_EXAMPLE },
      answers: [
        { status: 201, description: "The order", schema: orderSchema, headers: ["Location"] },
        {
          status: 200,
          description: "The order of this `outTradeNo`, made before",
          schema: orderSchema,
          headers: ["Location"],
        },
      ],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listOrders",
      tag: "Orders",
      summary: "List orders, newest first",
      auth: "merchant",
      scope: "orders:read",
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
      scope: "orders:read",
      answers: [{ status: 200, description: "The order", schema: orderSchema }],
      errors: ["not_found"],
    },
  },
  "/api/v1/orders/{orderId}/close": {
    post: {
      id: "closeOrder",
      tag: "Orders",
      summary: "Close an order",
      description:
        "WeChat is queried first. If the order turns out to be paid, the paid order is returned and nothing is closed.",
      auth: "merchant",
      scope: "orders:write",
      once: true,
      answers: [{ status: 200, description: "The order, closed or paid", schema: orderSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "gateway_unavailable"],
    },
  },
  "/api/v1/orders/{orderId}/recover": {
    post: {
      id: "recoverOrder",
      tag: "Orders",
      summary: "Make a closed order again",
      description:
        "For a shopper who comes back after the order has closed (`recoverable`): a fresh order with the same items, metadata and time to pay, at the price of now, under the old number with `-r2`, `-r3` … behind it. Of two calls at once one makes it (201), and every later call answers it (200), also once it is paid, until it has closed itself. Promotion codes are not taken over. An order that money came for after it closed is not made again, nor is one that software behind the epay door asked for, since that software is told of the number it gave alone: `conflict` with `reason: not_recoverable`.",
      auth: "merchant",
      scope: "orders:write",
      once: true,
      answers: [
        { status: 201, description: "The fresh order", schema: orderSchema, headers: ["Location"] },
        { status: 200, description: "The fresh order, made before", schema: orderSchema, headers: ["Location"] },
      ],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict"],
    },
  },
  "/api/v1/orders/{orderId}/promotion-codes": {
    post: {
      id: "enterPromotionCode",
      tag: "Orders",
      summary: "Apply a promotion code to an order",
      description:
        "Prices a pending order with a code that its shopper has, as the pay page does. An open trade at the old price is closed first. A code that cannot be used (not known, used, ended, not for this order, no better than what the order has) is refused at `code` with the reason in Chinese, and nothing changes. Of two orders with the same single code at once, one gets it. Give codes that are known when the order is made as `promotionCodes`.",
      auth: "merchant",
      scope: "orders:write",
      once: true,
      body: { schema: enteredCodeSchema, required: true, example: { code: "XMAS-37ACD-KMNPQ" } },
      answers: [{ status: 200, description: "The order at its new price", schema: orderSchema }],
      errors: [
        "invalid_request",
        "not_found",
        "order_not_payable",
        "conflict",
        "idempotency_conflict",
        "gateway_unavailable",
        "payload_too_large",
      ],
    },
  },
  "/api/v1/orders/{orderId}/scene": {
    post: {
      id: "correctOrderScene",
      tag: "Orders",
      summary: "Correct an order's scene",
      description:
        "Overrides the scene that was recognised. It applies to this order at once and to later orders of the same items before any model; all corrections together adjust what is expected of your shop.",
      auth: "merchant",
      scope: "orders:write",
      once: true,
      body: { schema: sceneCorrectionSchema, required: true, example: { scene: "dining" } },
      answers: [{ status: 200, description: "The order with its scene", schema: orderSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
};

const CODEPAY_DESCRIPTION = `Charges the payment code (付款码) that a counter scanned off the shopper's phone. A code works once and for about a minute.

The call waits up to 15 seconds for the shopper's password, so give it a time-out of 30.

- **200** – paid: the order. Hand over the goods.
- **202** – not decided yet. Tell the shopper to type the password, and send the same code again (under the same
  \`Idempotency-Key\` or a new one): that joins the same charge and never makes a second one. Or read the order, or wait for the
  \`order.paid\` webhook. 45 seconds after the charge, what is not paid is reversed at WeChat until WeChat confirms it.
  A 202 is not kept under the \`Idempotency-Key\`: the next call with it gets the newest answer.
- **402** \`payment_declined\` – this code brought no money, for certain. \`reason\` is \`code_invalid\` (expired or used),
  \`not_enough\` (balance), \`card_refused\`, \`declined\` (cancelled by the shopper or refused by WeChat) or \`timed_out\`; \`detail\`
  is a sentence for the cashier. The order can be paid again at once, with a fresh code.
- **409** \`conflict\` – another code is being charged for this order just now (\`Retry-After\`), or its money does not pay the
  order; \`order_not_payable\` – it is paid, closed or expired.
- **502** \`gateway_rejected\` – this account cannot take payment codes; with \`reason: no_certificate\` an API v2 account lacks the
  merchant certificate, without which an unclear charge could not be taken back. Nothing was charged.
- **503** \`gateway_unavailable\` – nothing was charged by this call: a payment that is open on the pay page could not be closed
  for certain. Send it again.

A trade that is open on the order's pay page is closed first; if that turns out paid, the order is paid and no code is charged.`;

const codepayOperations: Operations = {
  "/api/v1/orders/{orderId}/pay": {
    post: {
      id: "payByCode",
      tag: "Orders",
      summary: "Charge a shopper's payment code (付款码)",
      description: CODEPAY_DESCRIPTION,
      auth: "merchant",
      scope: "orders:write",
      once: true,
      body: {
        schema: codePayRequestSchema,
        required: true,
        example: { channel: "codepay", authCode: "134567890123456789" },
      },
      answers: [
        { status: 200, description: "The order, paid", schema: orderSchema },
        {
          status: 202,
          description: "Not decided yet; send the same code again",
          schema: codePayPendingSchema,
          headers: ["Retry-After"],
        },
      ],
      errors: [
        "invalid_request",
        "payment_declined",
        "not_found",
        "conflict",
        "order_not_payable",
        "idempotency_conflict",
        "payload_too_large",
        "gateway_rejected",
        "gateway_unavailable",
      ],
    },
  },
};

const REFUND_DESCRIPTION = `Refunds a part of an order or all of it. \`amount\` is in fen; \`items\` refunds exactly what was paid for those units; with
neither, everything that is left is refunded. The refund is \`pending\` in this answer. Webhooks (\`refund.succeeded\`,
\`refund.failed\`) report the outcome, and the refund can be read. While WeChat cannot be reached, and during the minute that
WeChat requires between two refunds of one order, the refund waits and is sent automatically. If WeChat refuses it, the refund
becomes \`closed\` with a reason, and its amount can be refunded again.`;

const refundOperations: Operations = {
  "/api/v1/orders/{orderId}/refunds": {
    post: {
      id: "refundOrder",
      tag: "Refunds",
      summary: "Create a refund",
      description: REFUND_DESCRIPTION,
      auth: "merchant",
      scope: "refunds:write",
      once: true,
      body: { schema: refundRequestSchema, required: false, example: { amount: 500, reason: "少了一杯" } },
      answers: [{ status: 201, description: "The refund", schema: refundSchema, headers: ["Location"] }],
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
      summary: "List an order's refunds, newest first",
      auth: "merchant",
      scope: "refunds:read",
      answers: [{ status: 200, description: "All refunds of the order", schema: pageOf(refundSchema) }],
      errors: ["not_found"],
    },
  },
  "/api/v1/refunds": {
    get: {
      id: "findRefunds",
      tag: "Refunds",
      summary: "List refunds of all orders, newest first",
      auth: "merchant",
      scope: "refunds:read",
      query: refundListQuerySchema,
      answers: [{ status: 200, description: "A page of refunds", schema: pageOf(refundSchema) }],
      errors: ["invalid_request"],
    },
  },
  "/api/v1/refunds/{refundId}": {
    get: {
      id: "getRefund",
      tag: "Refunds",
      summary: "Get a refund",
      auth: "merchant",
      scope: "refunds:read",
      answers: [{ status: 200, description: "The refund", schema: refundSchema }],
      errors: ["not_found"],
    },
  },
};

/** Orders, payment codes and refunds. */
export const orderOperations: Operations = { ...plainOrderOperations, ...codepayOperations, ...refundOperations };
