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
  "reports:read",
  "operations:read",
] as const;
export type Scope = (typeof SCOPES)[number];

/** What each scope allows. One that writes also reads. */
export const SCOPE_MEANINGS: Readonly<Record<Scope, string>> = {
  "orders:read": "read orders",
  "orders:write": "create, change and close orders, charge payment codes",
  "refunds:read": "read refunds",
  "refunds:write": "make refunds",
  "promotions:read": "read promotions, their codes, and quotes",
  "promotions:write": "create and change promotions and their codes",
  "collection-codes:read": "read collection codes and their posters",
  "collection-codes:write": "create, change and retire collection codes",
  "webhooks:read": "read webhook endpoints, deliveries and events (of what the key may read)",
  "webhooks:write": "create and change webhook endpoints, send events again",
  "shoppers:read": "read what is kept of a shopper",
  "shoppers:write": "erase what is kept of a shopper",
  "reports:read": "read figures by day, insights and reconciliation",
  "operations:read": "have the installation examined, read open alerts (by agents)",
};
