import type { Clock } from "#lib/base/time.ts";
import type { Log, PaymentProcessor } from "#lib/payment/index.ts";

/** Who calls the merchant API. */
export interface ApiCaller {
  readonly keyId: string;
  readonly scopes: readonly string[];
}

/** What the handlers work with; put together in compose.ts, one per process. */
export interface Container {
  readonly payments: PaymentProcessor;
  readonly log: Log;
  readonly clock: Clock;
}
