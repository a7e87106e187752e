import {
  collectionCodeListQuerySchema,
  collectionCodePatchSchema,
  collectionCodeRequestSchema,
  collectionCodeSchema,
  posterQuerySchema,
} from "../collection-code.ts";
import { pageOf } from "../order.ts";
import { emptyBodySchema } from "../payment.ts";
import {
  promotionListQuerySchema,
  promotionPatchSchema,
  promotionRequestSchema,
  promotionViewSchema,
} from "../promotion.ts";
import { addedCodesSchema, codeListQuerySchema, newCodesSchema, promotionCodeViewSchema } from "../promotion-codes.ts";
import { quoteRequestSchema, quoteSchema } from "../quote.ts";
import { shopperErasureSchema, shopperExportSchema } from "../shopper.ts";
import type { Operation, Operations } from "./operation.ts";

const PROMOTION_EXAMPLE = {
  name: "满30减5",
  type: "amount_off",
  phase: "order",
  off: 500,
  threshold: { amount: 3000 },
  budget: 1_000_000,
};

const promotionOperations: Operations = {
  "/api/v1/promotions": {
    post: {
      id: "createPromotion",
      tag: "Promotions",
      summary: "Create a promotion",
      description:
        "A new order gets the combination of active promotions with the largest discount. Budgets and limits are reserved when the order is created, used when it is paid, and released when it closes.",
      auth: "merchant",
      scope: "promotions:write",
      once: true,
      body: { schema: promotionRequestSchema, required: true, example: PROMOTION_EXAMPLE },
      answers: [{ status: 201, description: "The promotion", schema: promotionViewSchema, headers: ["Location"] }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listPromotions",
      tag: "Promotions",
      summary: "List promotions, newest first",
      auth: "merchant",
      scope: "promotions:read",
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
      scope: "promotions:read",
      answers: [{ status: 200, description: "The promotion", schema: promotionViewSchema }],
      errors: ["not_found"],
    },
    patch: {
      id: "changePromotion",
      tag: "Promotions",
      summary: "Update a promotion",
      description:
        "Send only the fields that change; null removes a field. Creates a new version; orders keep the version they were priced with. With `version` the change is refused unless it is still the current version.",
      auth: "merchant",
      scope: "promotions:write",
      body: { schema: promotionPatchSchema, required: true, example: { off: 600, budget: null } },
      answers: [{ status: 200, description: "The updated promotion", schema: promotionViewSchema }],
      errors: ["invalid_request", "not_found", "conflict", "payload_too_large"],
    },
    delete: {
      id: "archivePromotion",
      tag: "Promotions",
      summary: "Archive a promotion",
      description: "New orders no longer get it. Orders that have it keep it, and it can still be read.",
      auth: "merchant",
      scope: "promotions:write",
      answers: [{ status: 204, description: "Archived" }],
      errors: ["not_found"],
    },
  },
  "/api/v1/promotions/{promotionId}/pause": {
    post: {
      id: "pausePromotion",
      tag: "Promotions",
      summary: "Pause a promotion",
      description:
        "New orders do not get it until it is resumed; orders that have it keep it. Pausing again changes nothing.",
      auth: "merchant",
      scope: "promotions:write",
      once: true,
      body: { schema: emptyBodySchema, required: false, example: {} },
      answers: [{ status: 200, description: "The promotion", schema: promotionViewSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/promotions/{promotionId}/resume": {
    post: {
      id: "resumePromotion",
      tag: "Promotions",
      summary: "Resume a promotion",
      description: "An archived one stays archived.",
      auth: "merchant",
      scope: "promotions:write",
      once: true,
      body: { schema: emptyBodySchema, required: false, example: {} },
      answers: [{ status: 200, description: "The promotion", schema: promotionViewSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
  },
  "/api/v1/promotions/{promotionId}/codes": {
    post: {
      id: "addPromotionCodes",
      tag: "Promotions",
      summary: "Add codes to a promotion",
      description:
        "For a promotion with `needsCode`. Either so many codes are made (`count`), which nobody can guess and which are easy to read out, or your own are taken in (`codes`). Case, spaces, dashes and full width make no difference. Read them with `GET`.",
      auth: "merchant",
      scope: "promotions:write",
      once: true,
      body: { schema: newCodesSchema, required: true, example: { count: 500, prefix: "XMAS", label: "圣诞传单" } },
      answers: [{ status: 201, description: "How many were added", schema: addedCodesSchema }],
      errors: ["invalid_request", "not_found", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listPromotionCodes",
      tag: "Promotions",
      summary: "List the codes of a promotion, newest first",
      auth: "merchant",
      scope: "promotions:read",
      query: codeListQuerySchema,
      answers: [{ status: 200, description: "A page of codes", schema: pageOf(promotionCodeViewSchema) }],
      errors: ["invalid_request", "not_found"],
    },
  },
  "/api/v1/promotions/{promotionId}/codes/{codeId}": {
    delete: {
      id: "revokePromotionCode",
      tag: "Promotions",
      summary: "Revoke a code",
      description: "No order gets it any more. Orders that have it keep it.",
      auth: "merchant",
      scope: "promotions:write",
      answers: [{ status: 204, description: "Revoked" }],
      errors: ["not_found"],
    },
  },
  "/api/v1/quotes": {
    post: {
      id: "createQuote",
      tag: "Promotions",
      summary: "Quote a cart",
      description:
        "Returns the best allowed combination of promotions, why the others do not apply, and what a slightly larger cart would save. Nothing is stored. The body of an order request is accepted as it is.",
      auth: "merchant",
      scope: "promotions:read",
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

const poster = (id: string, form: "SVG" | "PDF", type: string): Operation => ({
  id,
  tag: "Collection codes",
  summary: `Download the poster as ${form}`,
  description:
    "One page of A6 or A4 to print: the shop's name, the label, the QR code, the fixed amount if there is one.",
  auth: "merchant",
  scope: "collection-codes:read",
  query: posterQuerySchema,
  answers: [{ status: 200, description: "The poster", type }],
  errors: ["invalid_request", "not_found", "conflict"],
});

const collectionOperations: Operations = {
  "/api/v1/collection-codes": {
    post: {
      id: "createCollectionCode",
      tag: "Collection codes",
      summary: "Create a standing collection code",
      description:
        "A QR code to print. Each shopper who scans it sees the fixed amount or enters one, and pays a new order. The order's metadata names the code (`collectionCode`, `collectionLabel`).",
      auth: "merchant",
      scope: "collection-codes:write",
      once: true,
      body: { schema: collectionCodeRequestSchema, required: true, example: { label: "一号收银台", scene: "dining" } },
      answers: [{ status: 201, description: "The code", schema: collectionCodeSchema, headers: ["Location"] }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listCollectionCodes",
      tag: "Collection codes",
      summary: "List collection codes, newest first",
      auth: "merchant",
      scope: "collection-codes:read",
      query: collectionCodeListQuerySchema,
      answers: [{ status: 200, description: "A page of codes", schema: pageOf(collectionCodeSchema) }],
      errors: ["invalid_request"],
    },
  },
  "/api/v1/collection-codes/{codeId}": {
    get: {
      id: "getCollectionCode",
      tag: "Collection codes",
      summary: "Get a collection code",
      auth: "merchant",
      scope: "collection-codes:read",
      answers: [{ status: 200, description: "The code", schema: collectionCodeSchema }],
      errors: ["not_found"],
    },
    patch: {
      id: "changeCollectionCode",
      tag: "Collection codes",
      summary: "Update a collection code",
      description:
        "Send only the fields that change; null removes a field. The printed address stays the same; a poster that shows a changed label or amount must be printed again.",
      auth: "merchant",
      scope: "collection-codes:write",
      body: { schema: collectionCodePatchSchema, required: true, example: { amount: 1500 } },
      answers: [{ status: 200, description: "The updated code", schema: collectionCodeSchema }],
      errors: ["invalid_request", "not_found", "conflict", "payload_too_large"],
    },
    delete: {
      id: "retireCollectionCode",
      tag: "Collection codes",
      summary: "Retire a collection code",
      description: "No new payment can start from it, and its page says so. It can still be read and is never deleted.",
      auth: "merchant",
      scope: "collection-codes:write",
      answers: [{ status: 204, description: "Retired" }],
      errors: ["not_found"],
    },
  },
  "/api/v1/collection-codes/{codeId}/poster.svg": { get: poster("getPosterSvg", "SVG", "image/svg+xml") },
  "/api/v1/collection-codes/{codeId}/poster.pdf": { get: poster("getPosterPdf", "PDF", "application/pdf") },
};

const shopperOperations: Operations = {
  "/api/v1/shoppers/{shopperId}": {
    get: {
      id: "exportShopper",
      tag: "Shoppers",
      summary: "Export a shopper's data",
      description:
        "Everything that is stored about a shopper, by the pseudonym `shp_…` or by your own `shopperId`. Scope `shoppers:read`.",
      auth: "merchant",
      scope: "shoppers:read",
      answers: [{ status: 200, description: "The export", schema: shopperExportSchema }],
      errors: ["invalid_request", "not_found"],
    },
    delete: {
      id: "eraseShopper",
      tag: "Shoppers",
      summary: "Erase a shopper",
      description:
        "A job does it within a minute and writes an audit entry. Orders and payments stay for the books, without the shopper. Scope `shoppers:write`.",
      auth: "merchant",
      scope: "shoppers:write",
      answers: [{ status: 202, description: "Accepted; a repeat changes nothing", schema: shopperErasureSchema }],
      errors: ["invalid_request", "not_found"],
    },
  },
};

/** What a shop sets up around its orders: promotions, collection codes, shoppers' data. */
export const shopOperations: Operations = {
  ...promotionOperations,
  ...collectionOperations,
  ...shopperOperations,
};
