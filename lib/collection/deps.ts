import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { Ids, PaymentProcessor } from "#lib/payment/index.ts";
import type { CollectionStore } from "./ports.ts";

export interface CollectionDeps {
  readonly store: CollectionStore;
  readonly payments: Pick<PaymentProcessor, "createOrderOnce">;
  readonly ids: Pick<Ids, "make">;
  readonly clock: Clock;
  readonly log: Log;
  /** Without a slash at the end. */
  readonly publicUrl: string;
}

/** The address that a printed code leads to. */
export const codeUrl = ({ publicUrl }: Pick<CollectionDeps, "publicUrl">, code: string): string =>
  `${publicUrl}/c/${code}`;
