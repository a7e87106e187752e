import { orderListQuerySchema } from "#lib/contract/order.ts";
import { json } from "../answer.ts";
import { merchant } from "../endpoint.ts";
import { readQuery } from "../read-query.ts";

/** `GET /api/v1/orders` */
export const listOrders = merchant("orders:read", async (call) =>
  json(200, await call.container.payments.orders(readQuery(call, orderListQuerySchema))),
);
