import type { Notice, SandboxRefund, SandboxTrade } from "./books/records.ts";
import type { SandboxStore } from "./books/store.ts";
import type { Wallet } from "./books/wallet.ts";
import type { SandboxClock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { SandboxKeys } from "./keys/key-ring.ts";

/** Where rules drop what the merchant must hear of. */
export interface Notifier {
  notifyPaid(trade: SandboxTrade): void;
  notifyRefunded(refund: SandboxRefund): void;
  notifyEcho(url: string, message: string): void;
  watchRefund(refund: SandboxRefund): void;
  resend(noticeId: string): Promise<Notice | undefined>;
  /** To be called when the clock changed. */
  wake(): void;
  clear(): Promise<void>;
}

/** All that a call can reach: one per running sandbox. */
export interface SandboxContext {
  keys: SandboxKeys;
  faults: Faults;
  /** Keeps the ring on disk, then uses it. */
  changeKeys(ring: SandboxKeys): Promise<void>;
  readonly store: SandboxStore;
  readonly wallet: Wallet;
  readonly clock: SandboxClock;
  readonly notifier: Notifier;
  readonly merchantName: string;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The same over https, where callers may show a certificate. */
  readonly tlsUrl: string;
  /** Where notices of refunds go that name no notify_url of their own, as the merchant's console would say. */
  readonly notifyUrlDefault: string;
}
