import type { Fen } from "#lib/base/fen.ts";
import type { IdKind } from "#lib/base/ids.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import type { Secret } from "#lib/base/secret.ts";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import type { AbnormalDestination } from "../domain/abnormal-refund.ts";
import type { Attempt, Channel, Handover } from "../domain/attempt.ts";
import type { Protocol } from "../domain/protocol.ts";
import type { PaidTrade, TimedTrade, Trade, TradeRefund } from "../domain/trade.ts";
import type { Voucher } from "../domain/voucher.ts";

// What the flows need from the outside. Adapters implement these; the flows never learn who did.

export interface Ids {
  make(kind: IdKind): string;
  /** A number for an order that brought none: 6–28 characters of `0-9A-Z`. */
  orderNumber(now: Date): string;
  /** A whole number from 0 up to `below`, each as likely, from a secure source. */
  pick(below: number): number;
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
  /** What WeChat looks for vouchers of its own by; at most 32 characters. */
  readonly goodsTag?: string | null;
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
/** A payment code (付款码) off the shopper's phone, to be charged now. WeChat takes a code once. */
export interface NewCharge {
  readonly number: string;
  readonly authCode: Secret<string>;
  readonly amountFen: Fen;
  readonly description: string;
  /** As in {@link NewTrade}. */
  readonly goodsTag?: string | null;
}

/**
 * `code_invalid`, `not_enough`, `card_refused`, `declined`: it cannot be paid with this code. After a refusal other
 * than `account_trouble` the caller queries the trade before it believes that nothing was paid.
 */
export type ChargeRefusal =
  | "already_paid"
  | "closed"
  | "number_used"
  | "code_invalid"
  | "not_enough"
  | "card_refused"
  | "declined"
  | "not_permitted"
  | "account_trouble"
  | "invalid";

/** `not_reversible`: it is too late, or its money went back another way; what was paid stays paid. */
export type ReverseRefusal = "absent" | "not_reversible";

/** Why an account cannot take payment codes: a charge it could not take back must not be made. */
type CodePayObstacle = "no_certificate";

export type CloseRefusal = "already_paid" | "absent";

/** Money to be given back. The same number must always carry the same values. */
export interface NewRefund {
  readonly number: string;
  readonly tradeNumber: string;
  readonly transactionId: string;
  readonly amountFen: Fen;
  /** What was paid in the trade. */
  readonly totalFen: Fen;
  /** The shopper reads it. */
  readonly reason: string | null;
}

/**
 * Why WeChat will not give the money back. `trade_absent` may be spurious just after the payment; with `account_trouble` our
 * keys or account are wrong and the request was not looked at.
 */
/** A refund that its payer's account did not take. */
export interface AbnormalRefund {
  readonly number: string;
  /** WeChat's own id of it. */
  readonly refundId: string;
  readonly destination: AbnormalDestination;
}

export type RefundRefusal =
  | "not_enough"
  | "payer_account_closed"
  | "not_permitted"
  | "number_used"
  | "invalid"
  | "trade_absent"
  | "account_trouble";

/** WeChat's bills of a day: what was traded, and how the account moved by it. */
export type BillKind = "trades" | "funds";

/** A bill as it came, whole and unchanged. */
export interface BillFile {
  readonly gzip: Uint8Array;
}

/**
 * `no_bill`: nothing happened that day. `not_ready`: ask again later. `not_available`: WeChat does not give this day out (it
 * is not over, or more than three months ago).
 */
export type BillRefusal = "no_bill" | "not_ready" | "not_available" | "not_permitted";

export interface Gateway {
  readonly accountId: string;
  /** What it opens trades with. */
  readonly protocol: Protocol;
  readonly appId: string;
  readonly merchantNumber: string;
  /** The real WeChat compares an H5 payer's address with the one that it sees, so a private one only makes it refuse. */
  readonly wantsPublicPayer: boolean;
  openTrade(trade: NewTrade): Promise<Outcome<Handover, OpenRefusal>>;
  findTrade(number: string): Promise<Outcome<Trade, "absent">>;
  closeTrade(number: string): Promise<Outcome<"closed", CloseRefusal>>;
  /** null: payment codes can be taken. */
  readonly codePayObstacle: CodePayObstacle | null;
  /** `done` with a trade that is not paid: the shopper is asked for the password. */
  chargeCode(charge: NewCharge): Promise<Outcome<Trade, ChargeRefusal>>;
  /** Takes a charge back: unpaid is closed, paid goes back to the payer. May be repeated. */
  reverseTrade(number: string): Promise<Outcome<"reversed", ReverseRefusal>>;
  /** `done` means accepted. Safe to repeat under the same number: WeChat makes it one refund. */
  openRefund(refund: NewRefund): Promise<Outcome<TradeRefund, RefundRefusal>>;
  findRefund(number: string): Promise<Outcome<TradeRefund, "absent">>;
  /** Whether `finishAbnormalRefund` is there: API v2 leaves it to WeChat's console. */
  readonly finishesAbnormalRefunds: boolean;
  /** `done` means accepted. Safe to repeat: WeChat pays a refund once. */
  finishAbnormalRefund(asked: AbnormalRefund): Promise<Outcome<TradeRefund, RefundRefusal>>;
  /** @param day of Beijing, `2026-07-01` */
  downloadBill(day: string, kind: BillKind): Promise<Outcome<BillFile, BillRefusal>>;
  /** Signs a prepay id for `WeixinJSBridge`; each call makes fresh parameters. */
  signForBridge(prepayId: string): Promise<BridgeParameters>;
}

/** Bytes as they came, with the headers they came with (names in lower case). Nothing is parsed before it is verified. */
export interface SignedBytes {
  readonly headers: { get(name: string): string | null };
  readonly body: Uint8Array;
}

/** A verified notice, independent of the protocol. `protocol` decides the form of the answer. */
export type Notification = {
  readonly protocol: Protocol;
  /** The account that the notice names, among those in `accountIds`. */
  readonly accountId: string;
  /** Every account with a key that verifies the notice: it counts for their trades and is a hint about all others. */
  readonly accountIds: readonly string[];
  /** WeChat's id of the notice (v2: digest of the body), the same over its repeats. */
  readonly noticeId: string;
} & (
  | { readonly kind: "payment"; readonly trade: PaidTrade }
  | {
      readonly kind: "refund";
      readonly refundNumber: string;
      readonly tradeNumber: string;
      readonly status: string;
      /** Null where the notice is only a hint (v2 refund notices carry no signature): then WeChat is asked first. */
      readonly refund: TradeRefund | null;
    }
  /** Verified, but of a type or state we do not act on. */
  | { readonly kind: "other"; readonly type: string }
);

/** Why a call to the notify route was not believed. `probe`: WeChat's own test that we verify. */
export type NoticeRejectionReason =
  | "missing_headers"
  | "unsupported_signature"
  | "stale"
  | "unknown_key"
  | "probe"
  | "bad_signature"
  | "malformed"
  | "undecryptable"
  | "not_configured";

export interface NoticeRejection {
  readonly kind: "rejection";
  readonly protocol: Protocol;
  readonly reason: NoticeRejectionReason;
}

/** All accounts we hold, retired ones included: their trades are finished with the keys that opened them. */
export interface Gateways {
  /** The account new trades are opened with; null while nothing is configured. */
  active(): Promise<Gateway | null>;
  /** @throws AppError `gateway_unavailable` when the account's keys cannot be read */
  of(accountId: string): Promise<Gateway>;
  readNotification(notice: SignedBytes): Promise<Notification | NoticeRejection>;
}

/** Keyed hash, so that neither openids nor addresses are stored. */
export type PayerHash = (payer: string) => string;

/** What becomes of money that settles nothing: a person decides, or it goes back by itself some time after it came. */
export type ExtraMoneyPolicy = { readonly kind: "manual" } | { readonly kind: "automatic"; readonly afterMs: number };

export type { Attempt, Handover, PaidTrade, Protocol, TimedTrade, Trade, TradeRefund, Voucher };
