import { json } from "../answer.ts";
import { merchant, param } from "../endpoint.ts";

/** `GET /api/v1/orders/{orderId}` */
export const getOrder = merchant("orders:read", async (call) =>
  json(200, await call.container.payments.order(param(call, "orderId"))),
);
