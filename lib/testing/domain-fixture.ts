import { type Fen, fen, ZERO_FEN } from "#lib/base/fen.ts";
import type { Attempt } from "#lib/payment/domain/attempt.ts";
import { newOrder, type Order } from "#lib/payment/domain/order.ts";
import type { Refund } from "#lib/payment/domain/refund.ts";

// Plain things of the domain for tests without a database; each test changes what it is about.

export const MOMENT = new Date("2026-07-01T02:00:00Z");
export const later = (ms: number): Date => new Date(MOMENT.getTime() + ms);

export const anOrder = (change: Partial<Order> = {}, totalFen: Fen = fen(1_800)): Order => ({
  ...newOrder({
    ...{ id: "ord_1", outTradeNo: "order-1", totalFen, description: "tea", metadata: {} },
    ...{ createdAt: MOMENT, expiresAt: later(30 * 60_000) },
  }),
  ...change,
});

export const anAttempt = (change: Partial<Attempt> = {}): Attempt => ({
  ...{ id: "att_1", orderId: "ord_1", sequence: 1, accountId: "acc_1", protocol: "v3", appId: "wx1" },
  ...{ merchantNumber: "m1", number: "order-1", channel: "native", status: "waiting", dueFen: fen(1_800) },
  ...{ payerRef: null, handover: null, handoverAt: null, transactionId: null, verdict: null, resolution: null },
  ...{ paidFen: ZERO_FEN, settledFen: ZERO_FEN, payerFen: null, vouchers: [], paidAt: null },
  ...{ refundHeldFen: ZERO_FEN, refundedFen: ZERO_FEN, failure: null, reverseSince: null, createdAt: MOMENT },
  ...change,
});

/** One that was paid in full and settles its order. */
export const aPaidAttempt = (change: Partial<Attempt> = {}): Attempt =>
  anAttempt({
    ...{ status: "succeeded", verdict: "settles", transactionId: "4200001", paidAt: MOMENT },
    ...{ paidFen: fen(1_800), settledFen: fen(1_800), payerFen: fen(1_800) },
    ...change,
  });

export const aRefund = (change: Partial<Refund> = {}): Refund => ({
  ...{ id: "ref_1", orderId: "ord_1", attemptId: "att_1", number: "order-1-R1", origin: "request" },
  ...{ amountFen: fen(300), payerFen: null, settledFen: null, reason: null, items: [], status: "requested" },
  ...{ providerRefundId: null, failure: null, failureDetail: null, createdAt: MOMENT, sendAt: MOMENT },
  ...{ sentAt: MOMENT, acceptedAt: null, succeededAt: null, closedAt: null, checks: 0 },
  ...change,
});
