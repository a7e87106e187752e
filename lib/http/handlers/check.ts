import { AppError } from "#lib/base/app-error.ts";
import { emptyBodySchema } from "#lib/contract/payment.ts";
import { json } from "../answer.ts";
import { param, payPage } from "../endpoint.ts";
import { orderWatch } from "../order-watch.ts";
import { readJson } from "../read-json.ts";

/** `POST /api/orders/{orderId}/check`: the shopper says "I have paid". WeChat is asked, though not at every touch. */
export const checkOrder = payPage(async (call) => {
  await readJson(call, emptyBodySchema);
  const { payments, limits } = call.container;
  const { read, noteSeen } = orderWatch(call.container);
  const orderId = param(call, "orderId");
  const status = await read(orderId);
  if (status === null) throw new AppError("not_found", "there is no such order");
  if (status.status !== "pending") return json(200, status);
  noteSeen(orderId);
  return json(200, (await limits.mayAskFor(orderId)) ? await payments.syncOrder(orderId) : status);
});
