import { refundListQuerySchema, refundRequestSchema } from "#lib/contract/refund.ts";
import { json } from "../answer.ts";
import { merchant, merchantQuery, param } from "../endpoint.ts";
import { onceOf, replayed } from "../idempotency.ts";
import { readJson } from "../read-request.ts";

/** `POST /api/v1/orders/{orderId}/refunds`. The transaction that reserves the amount also stores the answer for repeats. */
export const refundOrder = merchant("refunds:write", async (call) => {
  const request = await readJson(call, refundRequestSchema);
  const orderId = param(call, "orderId");
  const once = await onceOf(call);
  const asker = { kind: "api", actor: call.caller.id, userId: null } as const;
  const result = await call.container.payments.refundOrder({ orderId, ...request, once, asker });
  if (result.kind === "replayed") return replayed(result.answer);
  return json(201, result.refund, { location: `/api/v1/refunds/${result.refund.id}` });
});

/** `GET /api/v1/orders/{orderId}/refunds`: all on one page, since WeChat Pay allows at most 50. */
export const listRefunds = merchant("refunds:read", async (call) =>
  json(200, { data: await call.container.payments.refunds(param(call, "orderId")), nextCursor: null }),
);

/** `GET /api/v1/refunds`: of all orders. */
export const findRefunds = merchantQuery("refunds:read", refundListQuerySchema, async ({ container }, query) =>
  json(200, await container.payments.findRefunds(query)),
);

/** `GET /api/v1/refunds/{refundId}` */
export const getRefund = merchant("refunds:read", async (call) =>
  json(200, await call.container.payments.refund(param(call, "refundId"))),
);
