import { mayDo } from "#lib/auth/scopes.ts";
import type { Scope } from "#lib/contract/scope.ts";
import { WEBHOOK_TEST_EVENT } from "#lib/contract/webhook-delivery.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/contract/webhook-endpoint.ts";

/** An event carries the order or the refund, so its reader needs the scope that reads it. */
export const readScopeOf = (event: WebhookEvent): Scope =>
  event.startsWith("refund.") ? "refunds:read" : "orders:read";

/** Types of events that a key may read; a test event carries nothing. */
export const readableEvents = (scopes: readonly string[]): string[] => [
  ...WEBHOOK_EVENTS.filter((event) => mayDo(scopes, readScopeOf(event))),
  WEBHOOK_TEST_EVENT,
];
