import type { Fen } from "#lib/base/fen.ts";

/** A software that may ask for payments. */
export interface EpayAccount {
  readonly pid: string;
  readonly name: string;
  readonly keySealed: Uint8Array;
  readonly mayRefund: boolean;
}

/** What an order was asked with. */
export interface EpayOrder {
  readonly orderId: string;
  readonly pid: string;
  /** The asking software's own number, of any form; the order has one of ours. */
  readonly outTradeNo: string;
  /** As asked for, before any offer. */
  readonly amount: Fen;
  readonly name: string;
  readonly param: string | null;
  readonly notifyUrl: string;
  readonly returnUrl: string | null;
  readonly createdAt: Date;
}

/** By the asking software's number, or by ours. */
export type EpayOrderName = { readonly pid: string } & ({ readonly outTradeNo: string } | { readonly orderId: string });

export interface EpayCounts {
  readonly orders: number;
  readonly paid: number;
  readonly paidToday: number;
  readonly paidYesterday: number;
}

/** A refund that was asked for under this number. */
interface EpayRefund {
  readonly orderId: string;
  readonly number: string;
  readonly amount: Fen;
  readonly askedAt: Date;
  /** Null: not known to be made. */
  readonly refundId: string | null;
}

export interface EpayStore {
  /** Whether any software may ask at all. */
  isOpen(): Promise<boolean>;
  /** Null for one that is not there or was ended. */
  account(pid: string): Promise<EpayAccount | null>;
  /** Its key was shown right: kept by the minute. */
  noteUse(pid: string, at: Date): Promise<void>;
  order(name: EpayOrderName): Promise<EpayOrder | null>;
  /** Newest first. */
  orders(pid: string, page: { readonly limit: number; readonly skip: number }): Promise<EpayOrder[]>;
  /** `taken`: another order has this number, or this order is there already. */
  insert(order: EpayOrder): Promise<"inserted" | "taken">;
  /** Writes down that a refund is asked for; the one of that number where there is one. */
  askRefund(refund: Omit<EpayRefund, "refundId">): Promise<EpayRefund>;
  refundMade(refund: EpayRefund & { readonly refundId: string }): Promise<void>;
  /** It was refused: nothing is made of it. */
  refundRefused(refund: Pick<EpayRefund, "orderId" | "number">): Promise<void>;
  counts(pid: string, days: { readonly today: Date; readonly yesterday: Date }): Promise<EpayCounts>;
}
