import { SCOPES, type Scope } from "#lib/contract/scope.ts";
import { WEBHOOK_TEST_EVENT } from "#lib/contract/webhook-delivery.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/contract/webhook-endpoint.ts";

export const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

/** Writing includes reading. */
export function mayDo(scopes: readonly string[], wanted: Scope): boolean {
  if (scopes.length === 0 || scopes.includes(wanted)) return true;
  return wanted.endsWith(":read") && scopes.includes(wanted.replace(":read", ":write"));
}

/** An event carries the order or the refund, so its reader needs the scope that reads it. */
export const readScopeOf = (event: WebhookEvent): Scope =>
  event.startsWith("refund.") ? "refunds:read" : "orders:read";

/** Types of events that a key may read; a test event carries nothing. */
export const readableEvents = (scopes: readonly string[]): string[] => [
  ...WEBHOOK_EVENTS.filter((event) => mayDo(scopes, readScopeOf(event))),
  WEBHOOK_TEST_EVENT,
];
