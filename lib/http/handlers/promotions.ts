import { emptyBodySchema } from "#lib/contract/payment.ts";
import { promotionListQuerySchema, promotionPatchSchema, promotionRequestSchema } from "#lib/contract/promotion.ts";
import { quoteRequestSchema } from "#lib/contract/quote.ts";
import { json, noContent } from "../answer.ts";
import { merchant, merchantPost, merchantQuery, param } from "../endpoint.ts";
import { readJson } from "../read-request.ts";

/** `POST /api/v1/promotions` */
export const createPromotion = merchantPost({
  scope: "promotions:write",
  body: promotionRequestSchema,
  async handle(call, request) {
    const made = await call.container.payments.promotions.create(request, { by: call.caller.id });
    return json(201, made, { location: `/api/v1/promotions/${made.id}` });
  },
});

/** `GET /api/v1/promotions` */
export const listPromotions = merchantQuery("promotions:read", promotionListQuerySchema, async ({ container }, query) =>
  json(200, await container.payments.promotions.list(query)),
);

/** `GET /api/v1/promotions/{promotionId}` */
export const getPromotion = merchant("promotions:read", async (call) =>
  json(200, await call.container.payments.promotions.get(param(call, "promotionId"))),
);

/** `PATCH /api/v1/promotions/{promotionId}` */
export const changePromotion = merchant("promotions:write", async (call) => {
  const patch = await readJson(call, promotionPatchSchema);
  const changed = await call.container.payments.promotions.change(param(call, "promotionId"), patch, {
    by: call.caller.id,
  });
  return json(200, changed);
});

/** `DELETE /api/v1/promotions/{promotionId}` */
export const archivePromotion = merchant("promotions:write", async (call) => {
  await call.container.payments.promotions.archive(param(call, "promotionId"), { by: call.caller.id });
  return noContent();
});

/** `POST /api/v1/promotions/{promotionId}/pause` */
export const pausePromotion = merchantPost({
  scope: "promotions:write",
  body: emptyBodySchema,
  handle: async (call) =>
    json(200, await call.container.payments.promotions.pause(param(call, "promotionId"), { by: call.caller.id })),
});

/** `POST /api/v1/promotions/{promotionId}/resume` */
export const resumePromotion = merchantPost({
  scope: "promotions:write",
  body: emptyBodySchema,
  handle: async (call) =>
    json(200, await call.container.payments.promotions.resume(param(call, "promotionId"), { by: call.caller.id })),
});

/** `POST /api/v1/quotes` */
export const createQuote = merchantPost({
  scope: "promotions:read",
  body: quoteRequestSchema,
  handle: async ({ container }, request) => json(200, await container.payments.quote(request)),
});
