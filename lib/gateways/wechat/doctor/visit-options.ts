import type { Clock } from "#lib/base/clock.ts";
import type { Exchange, ExchangeLimits } from "../transport.ts";

/** What became of a notice that WeChat was asked to send. */
export type TestNoticeReply = { readonly kind: "accepted" } | { readonly kind: "rejected"; readonly reason: string };

export interface VisitOptions {
  readonly clock: Clock;
  /** For tests: another way out. */
  readonly exchange?: Exchange;
  /**
   * Where the account in force is examined: begins to listen at our own notify door, and tells what came since. Without it
   * WeChat is asked for no notice.
   */
  readonly listen?: () => Promise<() => Promise<TestNoticeReply | null>>;
  /** Notices of this account were opened before, so its APIv3 key is right. */
  readonly hasOpenedNotices?: boolean;
}

/** Short: the whole visit has a few seconds. */
export const PROBE_LIMITS: ExchangeLimits = { connectMs: 2_000, totalMs: 2_500, answerBytes: 1_048_576 };

export interface WayOut {
  readonly apiBase: string;
  readonly exchange: Exchange;
  /** Each host is tried by itself here. */
  readonly backupOf: () => null;
}
