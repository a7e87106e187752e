import type { Operations } from "./openapi-operation.ts";
import { shopperErasureSchema, shopperExportSchema } from "./shopper.ts";

export const shopperOperations: Operations = {
  "/api/v1/shoppers/{shopperId}": {
    get: {
      id: "exportShopper",
      tag: "Shoppers",
      summary: "Everything that is kept of a shopper",
      description: "By the pseudonym `shp_…`, or by your own `shopperId`. Scope `shoppers:read`.",
      auth: "merchant",
      answers: [{ status: 200, description: "The export", schema: shopperExportSchema }],
      errors: ["invalid_request", "not_found"],
    },
    delete: {
      id: "eraseShopper",
      tag: "Shoppers",
      summary: "Erase a shopper",
      description:
        "Done by a job within a minute, and audited. Orders and payments stay for the books, without the shopper. Scope `shoppers:write`.",
      auth: "merchant",
      answers: [
        { status: 202, description: "It will be done; asking again changes nothing", schema: shopperErasureSchema },
      ],
      errors: ["invalid_request", "not_found"],
    },
  },
};
