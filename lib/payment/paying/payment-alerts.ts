import type { Attempt } from "../domain/attempt.ts";
import type { DifferingField, Judgement } from "../domain/settlement.ts";
import type { PaidTrade, TimedTrade } from "../domain/trade.ts";
import type { AlertDraft, LockedOrder } from "../ports/store.ts";

// What a person is told of payments that are not plain. One alert per attempt and cause, whether a notice or a query saw it first.

interface Judged {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly judgement: Exclude<Judgement, { verdict: "repeated" }>;
  readonly trade: TimedTrade;
  readonly now: Date;
}

/** Null for a payment that settles its order. */
export function alertOfPayment({ locked, attempt, judgement, trade, now }: Judged): AlertDraft | null {
  const { verdict } = judgement;
  if (verdict === "settles") return null;
  if (verdict === "mismatch") return alertOfMismatch({ locked, attempt, trade, differing: judgement.differing, now });
  return {
    kind: verdict === "late" ? "late_payment" : "extra_payment",
    cause: `${verdict}:${attempt.id}`,
    orderId: locked.order.id,
    detail: { transactionId: trade.transactionId, paidFen: trade.totalFen, dueFen: attempt.dueFen, differing: null },
    at: now,
  };
}

export interface Differing {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly trade: PaidTrade;
  readonly differing: readonly DifferingField[];
  readonly now: Date;
}

export const alertOfMismatch = ({ locked, attempt, trade, differing, now }: Differing): AlertDraft => ({
  kind: "amount_mismatch",
  cause: `mismatch:${attempt.id}`,
  orderId: locked.order.id,
  detail: {
    transactionId: trade.transactionId,
    paidFen: trade.totalFen,
    dueFen: attempt.dueFen,
    differing: differing.join(","),
  },
  at: now,
});

/** WeChat's time of the payment was missing or absurd. */
export const alertOfTime = ({ locked, attempt, trade, now }: Omit<Judged, "judgement">): AlertDraft => ({
  kind: "payment_time_replaced",
  cause: `payment_time_replaced:${attempt.id}`,
  orderId: locked.order.id,
  detail: { transactionId: trade.transactionId, paidFen: trade.totalFen },
  at: now,
});
