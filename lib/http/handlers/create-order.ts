import { orderRequestSchema } from "#lib/contract/order-request.ts";
import { json } from "../answer.ts";
import { merchant } from "../endpoint.ts";
import { onceOf, replayed } from "../idempotency.ts";
import { readJson } from "../read-json.ts";

/** `POST /api/v1/orders`. The answer is kept by the very statement that creates the order. */
export const createOrder = merchant("orders:write", async (call) => {
  const request = await readJson(call, orderRequestSchema);
  const result = await call.container.payments.createOrderOnce(request, await onceOf(call));
  if (result.kind === "replayed") return replayed(result.answer);
  return json(result.kind === "created" ? 201 : 200, result.order, { location: `/api/v1/orders/${result.order.id}` });
});
