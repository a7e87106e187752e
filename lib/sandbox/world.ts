import type { SandboxClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { KeyRing } from "./keys.ts";
import type { Notice, Refund, Trade } from "./records.ts";
import type { Store } from "./store.ts";
import type { Wallet } from "./wallet.ts";

/** Where rules drop what the merchant must hear of. */
export interface Desk {
  tellPaid(trade: Trade): void;
  tellRefund(refund: Refund): void;
  tellEcho(url: string, message: string): void;
  watchRefund(refund: Refund): void;
  resend(noticeId: string): Promise<Notice | undefined>;
  /** To be called when the clock changed. */
  wake(): void;
  clear(): Promise<void>;
}

/** All that a call can reach: one per running sandbox. */
export interface World {
  keys: KeyRing;
  faults: Faults;
  /** Keeps the ring on disk, then uses it. */
  changeKeys(ring: KeyRing): Promise<void>;
  readonly store: Store;
  readonly wallet: Wallet;
  readonly clock: SandboxClock;
  readonly desk: Desk;
  readonly merchantName: string;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The same over https, where callers may show a certificate. */
  readonly tlsUrl: string;
  /** Where notices of refunds go that name no notify_url of their own, as the merchant's console would say. */
  readonly notifyUrlDefault: string;
}
