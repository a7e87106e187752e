import {
  collectionCodeListQuerySchema,
  collectionCodePatchSchema,
  collectionCodeRequestSchema,
  collectionCodeSchema,
  posterQuerySchema,
} from "./collection-code.ts";
import type { Operation, Operations } from "./openapi-operation.ts";
import { pageOf } from "./order.ts";

const poster = (id: string, form: "SVG" | "PDF", type: string): Operation => ({
  id,
  tag: "Collection codes",
  summary: `The poster as ${form}`,
  description:
    "One page of A6 or A4 to print: the shop's name, the label, the QR code, the fixed amount if there is one.",
  auth: "merchant",
  query: posterQuerySchema,
  answers: [{ status: 200, description: "The poster", type }],
  errors: ["invalid_request", "not_found", "conflict"],
});

export const collectionOperations: Operations = {
  "/api/v1/collection-codes": {
    post: {
      id: "createCollectionCode",
      tag: "Collection codes",
      summary: "Create a standing collection code",
      description:
        "A QR code to print: whoever scans it sees the fixed amount or enters one, and pays an order of their own. The order's metadata names the code (`collectionCode`, `collectionLabel`).",
      auth: "merchant",
      once: true,
      body: { schema: collectionCodeRequestSchema, required: true, example: { label: "一号收银台", scene: "dining" } },
      answers: [{ status: 201, description: "The code", schema: collectionCodeSchema }],
      errors: ["invalid_request", "conflict", "idempotency_conflict", "payload_too_large"],
    },
    get: {
      id: "listCollectionCodes",
      tag: "Collection codes",
      summary: "List collection codes, newest first",
      auth: "merchant",
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
      answers: [{ status: 200, description: "The code", schema: collectionCodeSchema }],
      errors: ["not_found"],
    },
    patch: {
      id: "changeCollectionCode",
      tag: "Collection codes",
      summary: "Change a collection code",
      description:
        "Send the fields that change; null removes one. The printed address stays; a poster that shows a label or an amount has to be printed again.",
      auth: "merchant",
      body: { schema: collectionCodePatchSchema, required: true, example: { amount: 1500 } },
      answers: [{ status: 200, description: "The code, changed", schema: collectionCodeSchema }],
      errors: ["invalid_request", "not_found", "conflict", "payload_too_large"],
    },
    delete: {
      id: "retireCollectionCode",
      tag: "Collection codes",
      summary: "Retire a collection code",
      description:
        "Nobody can begin to pay by it any more; its page says so. It can still be read, and is never deleted.",
      auth: "merchant",
      answers: [{ status: 204, description: "Retired" }],
      errors: ["not_found"],
    },
  },
  "/api/v1/collection-codes/{codeId}/poster.svg": { get: poster("getPosterSvg", "SVG", "image/svg+xml") },
  "/api/v1/collection-codes/{codeId}/poster.pdf": { get: poster("getPosterPdf", "PDF", "application/pdf") },
};
