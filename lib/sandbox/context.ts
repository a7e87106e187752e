import type { Notice, StoredRefund, StoredTrade } from "./books/records.ts";
import type { SandboxStore } from "./books/store.ts";
import type { Wallet } from "./books/wallet.ts";
import type { SandboxClock } from "./clock.ts";
import type { FaultBook, Faults } from "./faults.ts";
import type { SandboxKeys } from "./keys/key-ring.ts";

/** What sends notices to the merchant; an interface, so that this file need not import the sender. */
export interface Notifier {
  notifyPaid(trade: StoredTrade): void;
  notifyRefunded(refund: StoredRefund): void;
  notifyEcho(url: string, message: string): void;
  watchRefund(refund: StoredRefund): void;
  resend(noticeId: string): Promise<Notice | undefined>;
  forge(trade: StoredTrade): Promise<number | string>;
  /** Call it after the clock changed. */
  wake(): void;
  clear(): Promise<void>;
}

/** Everything that a call can use; one per running sandbox. */
export interface SandboxContext {
  keys: SandboxKeys;
  /** The general ones. */
  readonly faults: Faults;
  readonly faultBook: FaultBook;
  /** Stores the keys, then uses them. */
  changeKeys(keys: SandboxKeys): Promise<void>;
  readonly store: SandboxStore;
  readonly wallet: Wallet;
  readonly clock: SandboxClock;
  readonly notifier: Notifier;
  readonly merchantName: string;
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string;
  /** The same over HTTPS, where callers may show a certificate. */
  readonly tlsUrl: string;
  /** Where the notice of a refund without a notify_url goes, as set in the merchant's console. */
  readonly notifyUrlDefault: string;
}
