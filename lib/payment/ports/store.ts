import type { Fen } from "#lib/base/fen.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import type { WebhookEvent } from "#lib/contract/webhook-endpoint.ts";
import type { Attempt, AttemptStatus, Channel, Handover, Resolution, Verdict } from "../domain/attempt.ts";
import type { Confirmation, HintReason } from "../domain/evidence.ts";
import type { JournalEntry } from "../domain/ledger.ts";
import type { Order, OrderItem, OrderPlace } from "../domain/order.ts";
import type { LockedOrder, OrderFile, OrderSnapshot } from "../domain/order-file.ts";
import type { PaymentSplit } from "../domain/voucher.ts";
import type { NoticeRejectionReason, Notification, PaidTrade, Protocol, TimedTrade } from "./gateway.ts";
import type { LearnerStore, LearnerTx } from "./learner.ts";
import type { OfferTx, PricingOffers, PricingWish } from "./offers.ts";
import type {
  CreateOptions,
  CreateResult,
  FoundAnswer,
  KeepResult,
  KeptAnswer,
  NewOrder,
  Once,
  Promoted,
} from "./orders.ts";
import type { PromotionCodeStore } from "./promotion-codes.ts";
import type { PromotionStore } from "./promotions.ts";
import type { RefundStore, RefundTx } from "./refunds.ts";
import type { SceneStore } from "./scenes.ts";

export interface NewAttempt {
  readonly id: string;
  readonly orderId: string;
  readonly sequence: number;
  readonly accountId: string;
  readonly number: string;
  readonly channel: Channel;
  readonly dueFen: Fen;
  readonly payerRef: string | null;
  readonly checkAt: Date;
  readonly createdAt: Date;
}

/** An order that was lost here, made again for a difference from what WeChat answered. */
export interface RecoveredOrder {
  readonly order: Order;
  readonly itemId: string;
  readonly attemptId: string;
  readonly trade: PaidTrade;
  /** Which account asked WeChat. */
  readonly askedAccountId: string;
  readonly discrepancyId: string;
  readonly person: string;
  readonly now: Date;
}

export interface Receipt {
  readonly notification: Notification;
  readonly receivedAt: Date;
}

/** A paid trade as it is booked on its attempt. */
export interface BookedPayment {
  readonly attemptId: string;
  readonly orderId: string;
  readonly trade: TimedTrade;
  readonly split: PaymentSplit;
  readonly verdict: Verdict;
  readonly journal: JournalEntry | null;
  readonly confirmation: Confirmation;
  readonly now: Date;
}

/** An order and one trade of it, as they were read without holding anything. */
export interface FoundTrade {
  readonly order: Order;
  readonly attempt: Attempt;
}

/** A payment that settles its order, if order and attempt still are what was judged. */
export interface Settling {
  readonly payment: BookedPayment;
  /** As it was read. */
  readonly order: Pick<Order, "id" | "version" | "discountFen">;
  /** Of the notice that reported it. */
  readonly receipt: Receipt | null;
  readonly announcement: Announcement | null;
}

export interface AlertDraft {
  readonly kind:
    | "amount_mismatch"
    | "late_payment"
    | "extra_payment"
    | "unknown_order"
    | "notice_unconfirmed"
    | "payment_time_replaced"
    | "paid_without_notice"
    | "backup_restored"
    | "refund_abnormal"
    | "refund_failed"
    | "refund_mismatch"
    | "refund_overdrawn"
    | "refund_unanswered"
    | "reversal_unanswered"
    | "learner_stopped"
    | "foreign_refund"
    | "configuration_refused"
    | "bill_differences"
    | "bill_missing"
    | "anomaly_conversion"
    | "anomaly_wechat_error"
    | "anomaly_notices"
    | "anomaly_refunds"
    | "anomaly_dead_end"
    | "unfair_discounts"
    | "webhook_disabled"
    | "webhook_paused"
    | "webhook_given_up"
    | "api_key_ending"
    | "database_recovered"
    | "health_worker"
    | "health_sweeps"
    | "health_webhooks"
    | "health_backups"
    | "health_ledger"
    | "health_disk"
    | "health_credentials"
    | "no_payments"
    | "silent_notices"
    | "silent_pages"
    | "failing_openings"
    | "falling_success"
    | "unreachable_pages"
    | "channel_failing"
    | "channel_disabled"
    | "printer_failing"
    | "receipt_mail_failing"
    | "epay_not_told"
    | "print_unknown"
    | "passkey_suspended"
    | "recovery_code_used";
  /** One alert per cause, however often it is seen. */
  readonly cause: string;
  readonly orderId: string | null;
  readonly detail: Readonly<Record<string, string | number | null>>;
  readonly at: Date;
}

/** An entry of the audit log; nothing in it is secret. */
export interface AuditNote {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
  readonly at: Date;
}

export interface Announcement {
  readonly id: string;
  readonly type: WebhookEvent;
  readonly orderId: string;
  /** The view that the event carries, frozen as it is now. */
  readonly payload: unknown;
  readonly at: Date;
}

/** A trade that a notice hinted at: WeChat is asked about it by its number. */
export interface TradeCheck {
  readonly number: string;
  readonly orderId: string;
  /** The account of the trade. */
  readonly accountId: string;
  readonly reason: HintReason;
  /** What the notice claimed. */
  readonly transactionId: string;
  readonly claimedFen: number;
  /** How often WeChat was asked. */
  readonly checks: number;
}

/** What became of it: `not_paid` is WeChat's answer, `unanswered` means that there never was one. */
type TradeCheckResult = "booked" | "not_paid" | "unanswered";

/** The writes of one transaction. Every change of an order increases its version and notifies its watchers at commit. */
export interface Tx {
  /** Locks the order row until the end of the transaction: everything about one order happens one after the other. */
  lockOrder(orderId: string): Promise<LockedOrder | null>;
  /** The same, found by the number WeChat knows one of its trades by. */
  lockOrderOfTrade(tradeNumber: string): Promise<LockedOrder | null>;
  /** The same, found by the shop's number, whether or not a trade was opened for it. */
  lockOrderOfNumber(outTradeNo: string): Promise<LockedOrder | null>;
  items(orderId: string): Promise<OrderItem[]>;
  /** Whether a trade has the number, or an order other than this one. */
  isNumberTaken(number: string, orderId: string): Promise<boolean>;
  insertAttempt(attempt: NewAttempt): Promise<void>;
  /** One that was paid without our having opened it; `failed` until its payment is booked. */
  insertUnforeseenAttempt(attempt: NewAttempt): Promise<void>;
  /** Until the end of the transaction: two who recover one payment come one after the other. */
  lockRecovery(transactionId: string): Promise<void>;
  /** The lost order with its attempt, not paid yet; `number_taken`: by an order that has come in the meantime. */
  insertRecovered(recovered: RecoveredOrder): Promise<"made" | "number_taken" | "no_account">;
  /** Moves the attempt if it is still in one of `from`; false if it is not (it changed in the meantime). */
  moveAttempt(change: AttemptMove): Promise<boolean>;
  /** Says that a live code payment is to be taken back at WeChat. @returns false when it is not live any more */
  markReversed(attemptId: string, when: { readonly now: Date; readonly checkAt: Date }): Promise<boolean>;
  /** WeChat will not take it back, so what was paid stays. */
  giveUpReversal(attemptId: string): Promise<void>;
  /** @returns false, and nothing is booked, when the transaction stands on another attempt already */
  bookPayment(payment: BookedPayment): Promise<boolean>;
  /** @returns false when the order was not pending any more */
  closeOrder(orderId: string, now: Date): Promise<boolean>;
  resolveExtra(attemptId: string, resolution: Resolution): Promise<void>;
  readonly refunds: RefundTx;
  readonly offers: OfferTx;
  readonly learner: LearnerTx;
  /** What was kept under the caller's key before. */
  findAnswer(once: Once): Promise<FoundAnswer>;
  /** Keeps the caller's first answer, or says what was kept before. */
  keepAnswer(once: Once & { readonly answer: KeptAnswer }): Promise<KeepResult>;
  /** @returns false when this notice was here before */
  insertReceipt(receipt: Receipt): Promise<boolean>;
  /** Who did it: in the same commit as what was done. */
  recordAudit(entry: AuditNote): Promise<void>;
  /**
   * Keeps what has to be asked. The caller asks at once; if it dies, a sweep does when the claim has ended.
   * @returns false when the number was asked about a moment ago, so that the sweep asks again in a moment
   */
  insertTradeCheck(check: Omit<TradeCheck, "checks">, now: Date): Promise<boolean>;
  /** @returns false if there is an alert for the cause already */
  raiseAlert(alert: AlertDraft): Promise<boolean>;
  announce(announcement: Announcement): Promise<void>;
  /** Asks the worker to look at the attempt at once (the row's own `check_at` stays the promise). */
  hurryCheck(attemptId: string, at: Date): Promise<void>;
}

export interface AttemptMove {
  readonly attemptId: string;
  readonly from: readonly AttemptStatus[];
  readonly to: "waiting" | "failed" | "closed";
  readonly handover?: Handover;
  readonly reason?: string;
  /** null: nothing more to ask. */
  readonly checkAt: Date | null;
  readonly now: Date;
}

/** Narrows a list to the orders that a figure of the dashboard is made of. Empty text: orders without that property. */
export interface OrderNarrowing {
  /** When the payment was made that settles the order. */
  readonly paidFrom?: Date | undefined;
  readonly paidTo?: Date | undefined;
  /** Of the payment that settles the order. */
  readonly channel?: string | undefined;
  readonly scene?: string | undefined;
  /** Ids of where the order was made and who took the money. */
  readonly store?: string | undefined;
  readonly till?: string | undefined;
  readonly cashier?: string | undefined;
  /** Id of a collection code. */
  readonly code?: string | undefined;
  /** Id of a promotion that the payment used. */
  readonly offer?: string | undefined;
}

export interface OrderFilter extends OrderNarrowing {
  readonly status?: string | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** When it was made, or something of it was told last (`webhook_events`). */
  readonly updatedFrom?: Date | undefined;
  readonly updatedTo?: Date | undefined;
  readonly outTradeNo?: string | undefined;
  readonly text?: string | undefined;
  readonly storeCode?: string | undefined;
  /** Of that store. */
  readonly tillCode?: string | undefined;
  readonly cashierId?: string | undefined;
  /** Id of the last order of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** What a merchant's own systems call a store and a till of it. */
export interface PlaceCodes {
  readonly storeCode: string;
  readonly tillCode: string | null;
}

/** An attempt or order that a sweep has claimed. */
export interface DueAttempt {
  readonly attemptId: string;
  readonly orderId: string;
}

export interface Store {
  transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /** Order, items and the kept answer in one durable statement. */
  createOrder(
    draft: NewOrder,
    once: (Once & { answer: KeptAnswer }) | null,
    options?: CreateOptions,
  ): Promise<CreateResult | Promoted>;
  readonly promotions: PromotionStore;
  readonly promotionCodes: PromotionCodeStore;
  readonly learner: LearnerStore;
  readonly scenes: SceneStore;
  findOrder(orderId: string): Promise<OrderFile | null>;
  /** The same; those that are asked for while others are being read share a read. */
  findOrderTogether(orderId: string): Promise<OrderFile | null>;
  /** In one statement. */
  findSnapshot(orderId: string): Promise<OrderSnapshot | null>;
  /** What {@link OfferTx.open} says, without a transaction. */
  openOffers(wish: PricingWish): Promise<PricingOffers>;
  /** The store and till of these codes that are in use. */
  findPlace(codes: PlaceCodes): Promise<Pick<OrderPlace, "till"> & { readonly store: OrderPlace["store"] | null }>;
  /** By the number WeChat knows the trade by. */
  findTrade(tradeNumber: string): Promise<FoundTrade | null>;
  /**
   * Books the payment with its receipt and its event in one durable statement.
   * @returns false, and nothing has changed, if the order, the attempt or the notice changed in the meantime
   */
  settle(settling: Settling): Promise<boolean>;
  findStatus(orderId: string, now: Date): Promise<OrderStatusView | null>;
  listOrders(filter: OrderFilter): Promise<OrderFile[]>;
  /** Notes that the order's page is in use, so that WeChat is asked about it more often. */
  markSeen(orderId: string, now: Date): Promise<void>;
  /** Claims attempts with a due `check_at`, pushing it on so that no other worker takes them meanwhile. */
  claimDueAttempts(now: Date, limit: number): Promise<DueAttempt[]>;
  /** Claims pending orders past their expiry. */
  claimExpiredOrders(now: Date, limit: number): Promise<string[]>;
  postponeCheck(attemptId: string, checkAt: Date): Promise<void>;
  /** Claims trades that notices hinted at, as attempts are claimed. */
  claimDueTradeChecks(now: Date, limit: number): Promise<TradeCheck[]>;
  /** When the trade is asked about again, or what became of it. */
  noteTradeCheck(
    number: string,
    next: { readonly checkAt: Date } | { readonly result: TradeCheckResult },
  ): Promise<void>;
  readonly refunds: RefundStore;
  recordRejection(rejection: { reason: NoticeRejectionReason; protocol: Protocol; at: Date }): Promise<void>;
}

export type { LockedOrder, OrderFile, OrderSnapshot };
