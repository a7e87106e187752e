import {
  type PromotionView,
  promotionListQuerySchema,
  promotionPatchSchema,
  promotionRequestSchema,
} from "#lib/contract/promotion.ts";
import { quoteRequestSchema } from "#lib/contract/quote.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { json, noContent } from "../answer.ts";
import type { MerchantCall } from "../call.ts";
import { merchant, merchantPost, param } from "../endpoint.ts";
import { readJson, readQuery } from "../read-request.ts";

/** `POST /api/v1/promotions` */
export const createPromotion = merchantPost({
  scope: "promotions:write",
  body: promotionRequestSchema,
  async handle(call, request) {
    const made = await call.container.payments.promotions.create(request);
    await record(call, "promotion.create", made);
    return json(201, made, { location: `/api/v1/promotions/${made.id}` });
  },
});

/** `GET /api/v1/promotions` */
export const listPromotions = merchant("promotions:read", async (call) =>
  json(200, await call.container.payments.promotions.list(readQuery(call, promotionListQuerySchema))),
);

/** `GET /api/v1/promotions/{promotionId}` */
export const getPromotion = merchant("promotions:read", async (call) =>
  json(200, await call.container.payments.promotions.get(param(call, "promotionId"))),
);

/** `PATCH /api/v1/promotions/{promotionId}` */
export const changePromotion = merchant("promotions:write", async (call) => {
  const patch = await readJson(call, promotionPatchSchema);
  const changed = await call.container.payments.promotions.change(param(call, "promotionId"), patch);
  await record(call, "promotion.change", changed);
  return json(200, changed);
});

/** `DELETE /api/v1/promotions/{promotionId}` */
export const archivePromotion = merchant("promotions:write", async (call) => {
  const id = param(call, "promotionId");
  const { promotions } = call.container.payments;
  await promotions.archive(id);
  await record(call, "promotion.archive", await promotions.get(id));
  return noContent();
});

/** The promotion's versions are stored separately; the audit entry names the key that made the change. */
function record(
  { container, caller }: MerchantCall,
  action: "promotion.create" | "promotion.change" | "promotion.archive",
  { id, version }: PromotionView,
): Promise<void> {
  const entry = { actor: caller.id, action, subject: id, detail: { version }, at: container.clock.now() };
  return recordAudit(container.database.pool, entry);
}

/** `POST /api/v1/quotes` */
export const createQuote = merchantPost({
  scope: "promotions:read",
  body: quoteRequestSchema,
  handle: async ({ container }, request) => json(200, await container.payments.quote(request)),
});
