import { AppError } from "#lib/base/app-error.ts";
import { codeListQuerySchema, enteredCodeSchema, newCodesSchema } from "#lib/contract/promotion-codes.ts";
import type { CodeAnswer } from "#lib/payment/index.ts";
import { codeAnswerText } from "#lib/texts/code-entry.ts";
import { HOME_LANGUAGE } from "#lib/texts/language.ts";
import { json, noContent } from "../answer.ts";
import { merchant, merchantPost, merchantQuery, param } from "../endpoint.ts";

/** `POST /api/v1/promotions/{promotionId}/codes` */
export const addPromotionCodes = merchantPost({
  scope: "promotions:write",
  body: newCodesSchema,
  async handle(call, wish) {
    const { promotionCodes } = call.container.payments;
    return json(201, await promotionCodes.add(param(call, "promotionId"), wish, { by: call.caller.id }));
  },
});

/** `GET /api/v1/promotions/{promotionId}/codes` */
export const listPromotionCodes = merchantQuery("promotions:read", codeListQuerySchema, async (call, query) => {
  const { promotionCodes } = call.container.payments;
  return json(200, await promotionCodes.list(param(call, "promotionId"), query));
});

/** `DELETE /api/v1/promotions/{promotionId}/codes/{codeId}` */
export const revokePromotionCode = merchant("promotions:write", async (call) => {
  const [promotionId, codeId] = [param(call, "promotionId"), param(call, "codeId")];
  if (!/^\d{1,18}$/.test(codeId)) throw new AppError("not_found", `there is no code ${codeId}`);
  await call.container.payments.promotionCodes.revoke(promotionId, codeId, { by: call.caller.id });
  return noContent();
});

/** `POST /api/v1/orders/{orderId}/promotion-codes`: the order at its new price, or why the code gives none. */
export const enterPromotionCode = merchantPost({
  scope: "orders:write",
  body: enteredCodeSchema,
  async handle(call, { code }) {
    const { payments, clock } = call.container;
    const orderId = param(call, "orderId");
    const answer = await payments.enterCode({ orderId, code });
    if (answer.kind === "applied" || answer.kind === "already") return json(200, await payments.order(orderId));
    throw new AppError("invalid_request", "the code gives this order nothing", {
      errors: [{ path: "code", message: whyNot(answer, clock.now()) }],
    });
  },
});

function whyNot(answer: Exclude<CodeAnswer, { kind: "applied" | "already" }>, now: Date): string {
  if (answer.kind !== "refused") return codeAnswerText({ result: answer.kind, rule: null, now }, HOME_LANGUAGE);
  const { reason, rule, isUnknownShopper } = answer;
  return codeAnswerText({ result: isUnknownShopper ? "unknownShopper" : reason, rule, now }, HOME_LANGUAGE);
}
