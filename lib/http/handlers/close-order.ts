import { emptyBodySchema } from "#lib/contract/payment.ts";
import { json } from "../answer.ts";
import { merchantPost, param } from "../endpoint.ts";

/** `POST /api/v1/orders/{orderId}/close`: asks WeChat first, so the answer may be a paid order. */
export const closeOrder = merchantPost({
  scope: "orders:write",
  body: emptyBodySchema,
  handle: async (call) => json(200, await call.container.payments.closeOrder(param(call, "orderId"))),
});
