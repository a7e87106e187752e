import type { Fen } from "#lib/base/fen.ts";
import type { IdKind } from "#lib/base/ids.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import type { Clock } from "#lib/base/time.ts";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import type { Attempt, Channel, Handover } from "./domain/attempt.ts";
import type { Store } from "./store-port.ts";

// What the flows need from the outside. Adapters implement these; the flows never learn who did.

export interface Ids {
  make(kind: IdKind): string;
  /** A number for an order that brought none: 6–28 characters of `0-9A-Z`. */
  orderNumber(now: Date): string;
}

/** Events first, then plain fields; never bodies, keys or openids. */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, fields?: Record<string, unknown>): void;
}

/** A trade to be opened at WeChat. The same number must always carry the same values. */
export interface NewTrade {
  readonly number: string;
  readonly channel: Exclude<Channel, "codepay">;
  readonly amountFen: Fen;
  readonly description: string;
  readonly expiresAt: Date;
  /** Required for jsapi and miniprogram. */
  readonly openid: string | null;
  /** Required for h5: the shopper's own address. */
  readonly payerIp: string | null;
}

/**
 * `already_paid`, `closed` and `number_used` say that WeChat knows the number already: ask what became of it.
 * The others mean that no trade was made.
 */
export type OpenRefusal =
  | "already_paid"
  | "closed"
  | "number_used"
  | "payer_mismatch"
  | "not_permitted"
  | "account_trouble"
  | "invalid";
export type CloseRefusal = "already_paid" | "absent";

export type TradeState = "not_paid" | "paid" | "closed";

/** A trade as WeChat knows it, in our words. */
export interface Trade {
  readonly number: string;
  readonly state: TradeState;
  /** Present when `state` is `paid`. */
  readonly payment: PaidTrade | null;
}

/** WeChat's word that a trade was paid. `appId`, `merchantNumber`, `currency` are compared with what we asked for. */
export interface PaidTrade {
  readonly number: string;
  readonly transactionId: string;
  readonly appId: string;
  readonly merchantNumber: string;
  readonly currency: string;
  /** The order total; WeChat's coupons lower only `payerFen`. */
  readonly totalFen: Fen;
  readonly payerFen: Fen | null;
  readonly paidAt: Date;
}

export interface Gateway {
  readonly accountId: string;
  readonly appId: string;
  readonly merchantNumber: string;
  openTrade(trade: NewTrade): Promise<Outcome<Handover, OpenRefusal>>;
  findTrade(number: string): Promise<Outcome<Trade, "absent">>;
  closeTrade(number: string): Promise<Outcome<"closed", CloseRefusal>>;
  /** Signs a prepay id for `WeixinJSBridge`; each call makes fresh parameters. */
  signForBridge(prepayId: string): Promise<BridgeParameters>;
}

/** Bytes as they came, with the headers they came with (names in lower case). Nothing is parsed before it is verified. */
export interface SignedBytes {
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

/** A verified notice in our words. `protocol` decides the form of the answer. */
export type Notification = {
  readonly protocol: Protocol;
  readonly accountId: string;
  /** WeChat's id of the notice (v2: digest of the body), the same over its repeats. */
  readonly noticeId: string;
} & (
  | { readonly kind: "payment"; readonly trade: PaidTrade }
  | { readonly kind: "refund"; readonly refundNumber: string; readonly tradeNumber: string; readonly status: string }
  /** Verified, but of a type or state we do not act on. */
  | { readonly kind: "other"; readonly type: string }
);

export type Protocol = "v3" | "v2";

/** Why a call to the notify route was not believed. `probe`: WeChat's own test that we verify. */
export type RejectionReason =
  | "missing_headers"
  | "unsupported_signature"
  | "stale"
  | "unknown_key"
  | "probe"
  | "bad_signature"
  | "malformed"
  | "undecryptable"
  | "not_configured";

export interface Rejection {
  readonly kind: "rejection";
  readonly protocol: Protocol;
  readonly reason: RejectionReason;
}

/** All accounts we hold, retired ones included: their trades are finished with the keys that opened them. */
export interface Gateways {
  /** The account new trades are opened with; null while nothing is configured. */
  active(): Promise<Gateway | null>;
  /** @throws AppError `gateway_unavailable` when the account's keys cannot be read */
  of(accountId: string): Promise<Gateway>;
  readNotification(notice: SignedBytes): Promise<Notification | Rejection>;
}

/** Keyed hash, so that neither openids nor addresses are stored. */
export type PayerHash = (payer: string) => string;

/** Everything a flow may use. */
export interface Deps {
  readonly store: Store;
  readonly gateways: Gateways;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly hashPayer: PayerHash;
  /** Builds the address of an order's pay page. */
  readonly payUrl: (orderId: string) => string;
}

export type { Attempt, Channel, Handover };
