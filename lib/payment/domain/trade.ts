import type { Fen } from "#lib/base/fen.ts";
import type { Voucher } from "./voucher.ts";

export type TradeState = "not_paid" | "paid" | "closed";

/** A trade as WeChat reports it. */
export interface Trade {
  readonly number: string;
  readonly state: TradeState;
  /** Present when `state` is `paid`. */
  readonly payment: PaidTrade | null;
}

/** WeChat's report that a trade was paid. `appId`, `merchantNumber`, `currency` are compared with what we asked for. */
export interface PaidTrade {
  readonly number: string;
  readonly transactionId: string;
  readonly appId: string;
  readonly merchantNumber: string;
  readonly currency: string;
  /** The order total; WeChat's coupons lower only `payerFen`. */
  readonly totalFen: Fen;
  readonly payerFen: Fen | null;
  /** What the merchant gets, where WeChat states it (v2). */
  readonly settledFen?: Fen;
  /** WeChat's own; absent: none. */
  readonly vouchers?: readonly Voucher[];
  /** Null where WeChat gave no time, or none that can be read. */
  readonly paidAt: Date | null;
}

/** A paid trade with a time of payment that can be kept. */
export interface TimedTrade extends PaidTrade {
  readonly paidAt: Date;
  /** WeChat gave no usable time, so ours stands in its place. */
  readonly isPaidAtOurs: boolean;
}

/** A refund as WeChat reports it. */
export interface TradeRefund {
  readonly number: string;
  /** WeChat's own number of it. */
  readonly refundId: string;
  readonly tradeNumber: string;
  readonly transactionId: string;
  readonly amountFen: Fen;
  /** What the payer gets back, and what the merchant gives; less than the amount by the vouchers' shares. Absent: not reported. */
  readonly payerFen?: Fen;
  readonly settledFen?: Fen;
  readonly status: "processing" | "succeeded" | "abnormal" | "closed";
  /** Present when `status` is `succeeded`. */
  readonly succeededAt: Date | null;
}
