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

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

/** Writing includes reading. */
export function mayDo(scopes: readonly string[], wanted: Scope): boolean {
  if (scopes.length === 0 || scopes.includes(wanted)) return true;
  return wanted.endsWith(":read") && scopes.includes(wanted.replace(":read", ":write"));
}
