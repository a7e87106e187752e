/** What a key may be limited to. A key without scopes may do everything. */
export const SCOPES = [
  "orders:read",
  "orders:write",
  "refunds:read",
  "refunds:write",
  "promotions:read",
  "promotions:write",
  "collection-codes:read",
  "collection-codes:write",
  "webhooks:read",
  "webhooks:write",
  "shoppers:read",
  "shoppers:write",
] as const;
export type Scope = (typeof SCOPES)[number];
