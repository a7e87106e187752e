import type { Operations } from "./openapi-operation.ts";
import { pageOf } from "./order.ts";
import {
  promotionListQuerySchema,
  promotionPatchSchema,
  promotionRequestSchema,
  promotionViewSchema,
} from "./promotion.ts";
import { quoteRequestSchema, quoteSchema } from "./quote.ts";

const PROMOTION_EXAMPLE = {
  name: "满30减5",
  type: "amount_off",
  phase: "order",
  off: 500,
  threshold: { amount: 3000 },
  budget: 1_000_000,
};

export const promotionOperations: Operations = {
  "/api/v1/promotions": {
    post: {
      id: "createPromotion",
      tag: "Promotions",
      summary: "Create a promotion",
      description:
        "New orders get the combination of all active promotions that takes off most. Budgets and limits are held when the order is made, used when it is paid, and given back when it closes.",
      auth: "merchant",
      once: true,
      body: { schema: promotionRequestSchema, required: true, example: PROMOTION_EXAMPLE },
      answers: [{ status: 201, description: "The promotion", schema: promotionViewSchema }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listPromotions",
      tag: "Promotions",
      summary: "List promotions, newest first",
      auth: "merchant",
      query: promotionListQuerySchema,
      answers: [{ status: 200, description: "A page of promotions", schema: pageOf(promotionViewSchema) }],
      errors: ["invalid_request"],
    },
  },
  "/api/v1/promotions/{promotionId}": {
    get: {
      id: "getPromotion",
      tag: "Promotions",
      summary: "Get a promotion",
      auth: "merchant",
      answers: [{ status: 200, description: "The promotion", schema: promotionViewSchema }],
      errors: ["not_found"],
    },
    patch: {
      id: "changePromotion",
      tag: "Promotions",
      summary: "Change a promotion",
      description:
        "Send the fields that change; null removes one. Makes a new version; orders keep the one they were priced with. With `version` the change is refused unless that is still the current one.",
      auth: "merchant",
      body: { schema: promotionPatchSchema, required: true, example: { off: 600, budget: null } },
      answers: [{ status: 200, description: "The promotion, changed", schema: promotionViewSchema }],
      errors: ["invalid_request", "not_found", "conflict", "payload_too_large"],
    },
    delete: {
      id: "archivePromotion",
      tag: "Promotions",
      summary: "End a promotion",
      description: "No new order gets it. Orders that have it keep it, and it can still be read.",
      auth: "merchant",
      answers: [{ status: 204, description: "Archived" }],
      errors: ["not_found"],
    },
  },
  "/api/v1/quotes": {
    post: {
      id: "createQuote",
      tag: "Promotions",
      summary: "What a cart would cost",
      description:
        "The best legal combination of promotions, why the others are not in it, and what a little more would bring. Nothing is stored; an order's own body can be sent as it is.",
      auth: "merchant",
      once: true,
      body: {
        schema: quoteRequestSchema,
        required: true,
        example: { items: [{ name: "拿铁", unitAmount: 1800, quantity: 2, category: "drink" }] },
      },
      answers: [{ status: 200, description: "The quote", schema: quoteSchema }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
};
