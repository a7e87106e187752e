import { AppError } from "#lib/base/app-error.ts";
import { exportShopper, requestErasure } from "#lib/storage/behaviour/shoppers.ts";
import { json } from "../answer.ts";
import { merchant, param } from "../endpoint.ts";

/** `GET /api/v1/shoppers/{shopperId}` */
export const readShopperExport = merchant("shoppers:read", async (call) => {
  const { database, clock } = call.container;
  const found = await exportShopper(database.pool, param(call, "shopperId"));
  if (found === null) throw new AppError("not_found", "nothing is kept of such a shopper");
  return json(200, { ...found, exportedAt: clock.now().toISOString() });
});

/** `DELETE /api/v1/shoppers/{shopperId}`: the worker does it. */
export const eraseShopper = merchant("shoppers:write", async (call) => {
  const shopperId = param(call, "shopperId");
  await requestErasure(call.container.database.pool, { shopperId, actor: `key:${call.caller.id}` });
  return json(202, { shopperId, status: "erasing" });
});
