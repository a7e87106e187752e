import { createCalls } from "./call.ts";
import {
  collectionCodesOf,
  eventsOf,
  ordersOf,
  promotionsOf,
  quotesOf,
  refundsOf,
  reportsOf,
  shoppersOf,
  webhookDeliveriesOf,
  webhookEndpointsOf,
} from "./resources.ts";
import { sandboxOf } from "./sandbox.ts";
import { createSend, type SendOptions } from "./send.ts";

export interface LingfuOptions extends SendOptions {
  /** Where the sandbox WeChat Pay is; by default the next port of `baseUrl`. */
  readonly sandboxUrl?: string | undefined;
}

export type Lingfu = ReturnType<typeof createLingfu>;

/**
 * The API of your Lingfu, for your own server: the key must never reach a browser.
 * @example const lingfu = createLingfu({ baseUrl: "https://pay.example.com", key: { id: "key_…", secret: "sk_…" } });
 */
export function createLingfu(options: LingfuOptions) {
  const calls = createCalls(createSend(options));
  return {
    orders: ordersOf(calls),
    refunds: refundsOf(calls),
    promotions: promotionsOf(calls),
    quotes: quotesOf(calls),
    collectionCodes: collectionCodesOf(calls),
    webhookEndpoints: webhookEndpointsOf(calls),
    webhookDeliveries: webhookDeliveriesOf(calls),
    events: eventsOf(calls),
    reports: reportsOf(calls),
    shoppers: shoppersOf(calls),
    /** In sandbox mode: pays orders as a shopper would. */
    sandbox: sandboxOf(calls, options),
  };
}

export { LingfuConnectionError, LingfuError, type LingfuErrorCode } from "./errors.ts";
export type { DeliveryKey } from "./resources.ts";
export type { SandboxPayment } from "./sandbox.ts";
export type { CallOptions } from "./send.ts";
export { type SigningKey, signRequest } from "./sign-request.ts";
export type {
  CollectionCode,
  DailyReport,
  Event,
  Order,
  Page,
  Promotion,
  Quote,
  Refund,
  WebhookDelivery,
  WebhookEndpoint,
  WebhookEvent,
  WebhookEventType,
} from "./types.ts";
export { type ReceivedWebhook, verifyWebhook, type WebhookProblem, WebhookVerificationError } from "./webhooks.ts";
