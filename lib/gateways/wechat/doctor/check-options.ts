import type { Clock } from "#lib/base/clock.ts";
import type { Exchange, ExchangeLimits } from "../transport.ts";

/** What became of a notice that WeChat was asked to send. */
export type TestNoticeReply = { readonly kind: "accepted" } | { readonly kind: "rejected"; readonly reason: string };

export interface WechatCheckOptions {
  readonly clock: Clock;
  /** For tests: replaces the network. */
  readonly exchange?: Exchange;
  /**
   * When the active account is checked: starts to watch our own notify endpoint; the function it returns gives the reply since
   * then. Without it WeChat is not asked for a notice.
   */
  readonly listen?: () => Promise<() => Promise<TestNoticeReply | null>>;
  /** Notices of this account were opened before, so its APIv3 key is right. */
  readonly hasOpenedNotices?: boolean;
}

/** Short, because the whole check has a few seconds. */
export const PROBE_LIMITS: ExchangeLimits = { connectMs: 2_000, totalMs: 2_500, answerBytes: 1_048_576 };

export interface ConnectionOptions {
  readonly apiBase: string;
  readonly exchange: Exchange;
  /** Each host is tried separately here. */
  readonly backupOf: () => null;
}
