import { type CodePayPending, codePayRequestSchema } from "#lib/contract/code-pay.ts";
import { orderListQuerySchema } from "#lib/contract/order.ts";
import { orderRequestSchema } from "#lib/contract/order-request.ts";
import { emptyBodySchema } from "#lib/contract/payment.ts";
import { sceneCorrectionSchema } from "#lib/contract/scene.ts";
import type { PaidByCode } from "#lib/payment/index.ts";
import { inBothLanguages } from "#lib/texts/api.ts";
import { json } from "../answer.ts";
import { merchant, merchantPost, merchantQuery, param } from "../endpoint.ts";
import { onceOf, replayed } from "../idempotency.ts";
import { readJson } from "../read-request.ts";

/** `POST /api/v1/orders`. The statement that creates the order also stores the answer for repeats. */
export const createOrder = merchant("orders:write", async (call) => {
  const request = await readJson(call, orderRequestSchema);
  const result = await call.container.payments.createOrderOnce(request, await onceOf(call));
  if (result.kind === "replayed") return replayed(result.answer);
  return json(result.kind === "created" ? 201 : 200, result.order, { location: `/api/v1/orders/${result.order.id}` });
});

/** `GET /api/v1/orders` */
export const listOrders = merchantQuery("orders:read", orderListQuerySchema, async ({ container }, query) =>
  json(200, await container.payments.orders(query)),
);

/** `GET /api/v1/orders/{orderId}` */
export const getOrder = merchant("orders:read", async (call) =>
  json(200, await call.container.payments.order(param(call, "orderId"))),
);

/** `POST /api/v1/orders/{orderId}/close`: queries WeChat first, so the answer may be a paid order. */
export const closeOrder = merchantPost({
  scope: "orders:write",
  body: emptyBodySchema,
  handle: async (call) => json(200, await call.container.payments.closeOrder(param(call, "orderId"))),
});

/** `POST /api/v1/orders/{orderId}/recover` */
export const recoverOrder = merchantPost({
  scope: "orders:write",
  body: emptyBodySchema,
  handle: async (call) => {
    const { isNew, order } = await call.container.payments.recoverOrder(param(call, "orderId"));
    return json(isNew ? 201 : 200, order, { location: `/api/v1/orders/${order.id}` });
  },
});

/** `POST /api/v1/orders/{orderId}/scene` */
export const correctScene = merchantPost({
  scope: "orders:write",
  body: sceneCorrectionSchema,
  handle: async (call, { scene, itemIds }) => {
    const { container, caller } = call;
    const correction = { orderId: param(call, "orderId"), scene, itemIds, saidBy: caller.id };
    return json(200, await container.payments.correctScene(correction));
  },
});

/** `POST /api/v1/orders/{orderId}/pay`: charges the payment code that a counter scanned. */
export const payByCode = merchantPost({
  scope: "orders:write",
  body: codePayRequestSchema,
  handle: async (call, { authCode }) => {
    const charged = await call.container.payments.payByCode({ orderId: param(call, "orderId"), authCode });
    if (charged.kind === "paid") return json(200, charged.order);
    return json(202, pendingView(charged), { "retry-after": "1" });
  },
});

const STATES = { password: "awaiting_password", answer: "unclear", reversal: "reversing" } as const;

function pendingView({ order, waitsFor, decidedBy }: Extract<PaidByCode, { kind: "pending" }>): CodePayPending {
  const status = STATES[waitsFor];
  return {
    orderId: order.id,
    outTradeNo: order.outTradeNo,
    amountDue: order.amountDue,
    status,
    decidedBy: decidedBy.toISOString(),
    next: inBothLanguages(({ next }) => next[status]),
  };
}
