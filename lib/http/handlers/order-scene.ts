import { sceneCorrectionSchema } from "#lib/contract/scene.ts";
import { json } from "../answer.ts";
import { merchantPost, param } from "../endpoint.ts";

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
