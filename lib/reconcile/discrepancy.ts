export const DISCREPANCY_KINDS = [
  "only_in_bill",
  "only_in_book",
  "amount_differs",
  "status_differs",
  "refund_only_in_bill",
  "refund_only_in_book",
  "refund_amount_differs",
  "fee_differs",
  "fees_disagree",
  "duplicate",
  "unknown_merchant",
  "unresolved_payment",
  "voucher_effect",
  "voucher_differs",
  "summary_differs",
  "unreadable_row",
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];

/**
 * The one thing that is safe to do about it. `ask_wechat`: take the trade's or refund's state from WeChat by its number;
 * `refund`: give the money back; `accept`: close it with a reason.
 */
export type SafeAction = "ask_wechat" | "refund" | "accept";

export const SAFE_ACTIONS: Readonly<Record<DiscrepancyKind, SafeAction>> = {
  only_in_bill: "ask_wechat",
  only_in_book: "ask_wechat",
  amount_differs: "ask_wechat",
  status_differs: "ask_wechat",
  refund_only_in_bill: "ask_wechat",
  refund_only_in_book: "ask_wechat",
  refund_amount_differs: "ask_wechat",
  fee_differs: "accept",
  fees_disagree: "accept",
  duplicate: "accept",
  unknown_merchant: "accept",
  unresolved_payment: "refund",
  voucher_effect: "accept",
  voucher_differs: "accept",
  summary_differs: "accept",
  unreadable_row: "accept",
};

/** What else helps where that did not: an order that was lost here is made again from what WeChat knows of its payment. */
export const isRecoverable = (kind: DiscrepancyKind): boolean => kind === "only_in_bill";

/** A difference between WeChat's bill and our book. `ours` and `theirs` are fen, or words; null where a side has nothing. */
export interface Discrepancy {
  readonly kind: DiscrepancyKind;
  readonly tradeNumber: string | null;
  readonly refundNumber: string | null;
  readonly ours: number | string | null;
  readonly theirs: number | string | null;
  readonly transactionId: string | null;
}

export const discrepancy = (
  kind: DiscrepancyKind,
  facts: Partial<Omit<Discrepancy, "kind">> & Pick<Discrepancy, "ours" | "theirs">,
): Discrepancy => ({ kind, tradeNumber: null, refundNumber: null, transactionId: null, ...facts });
