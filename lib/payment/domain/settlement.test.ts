import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fen, fen, ZERO_FEN } from "#lib/base/fen.ts";
import type { Attempt, AttemptStatus } from "./attempt.ts";
import type { JournalEntry } from "./ledger.ts";
import { newOrder, type Order, type OrderStatus } from "./order.ts";
import { afterPayment, judgeTrade } from "./settlement.ts";
import type { TimedTrade } from "./trade.ts";

const moment = new Date("2026-07-01T02:00:00Z");

const orderOf = (status: OrderStatus, dueFen: Fen, discountFen: Fen): Order => ({
  ...newOrder({
    ...{ id: "ord_1", outTradeNo: "order-1", totalFen: fen(dueFen + discountFen), description: "x", metadata: {} },
    ...{ createdAt: moment, expiresAt: moment },
  }),
  status,
  discountFen,
  dueFen,
});

const attemptOf = (status: AttemptStatus, dueFen: Fen): Attempt => ({
  id: "att_1",
  orderId: "ord_1",
  sequence: 1,
  accountId: "acc_1",
  protocol: "v3",
  appId: "wx1",
  merchantNumber: "m1",
  number: "order-1",
  channel: "native",
  status,
  dueFen,
  payerRef: null,
  handover: null,
  handoverAt: null,
  transactionId: null,
  verdict: null,
  resolution: null,
  paidFen: ZERO_FEN,
  settledFen: ZERO_FEN,
  payerFen: null,
  vouchers: [],
  paidAt: null,
  refundHeldFen: ZERO_FEN,
  refundedFen: ZERO_FEN,
  failure: null,
  reverseSince: null,
  createdAt: moment,
});

const tradeOf = (totalFen: Fen, differing: Partial<TimedTrade> = {}): TimedTrade => ({
  number: "order-1",
  transactionId: "4200001",
  appId: "wx1",
  merchantNumber: "m1",
  currency: "CNY",
  totalFen,
  payerFen: null,
  paidAt: moment,
  isPaidAtOurs: false,
  ...differing,
});

const balance = (entry: JournalEntry): number =>
  entry.lines.reduce((sum, line) => sum + line.debitFen - line.creditFen, 0);

describe("judgeTrade", () => {
  const due = fen(1800);

  test.each(["opening", "waiting", "failed", "closed"] as const)(
    "a %s attempt of a pending order settles",
    (status) => {
      const judgement = judgeTrade({
        order: orderOf("pending", due, ZERO_FEN),
        attempt: attemptOf(status, due),
        trade: tradeOf(due),
      });
      expect(judgement).toMatchObject({ verdict: "settles", order: { status: "paid", paidAt: moment } });
    },
  );

  test("an attempt that succeeded is a repeat, for any trade", () => {
    const attempt = attemptOf("succeeded", due);
    expect(judgeTrade({ order: orderOf("paid", due, ZERO_FEN), attempt, trade: tradeOf(fen(1)) })).toEqual({
      verdict: "repeated",
    });
  });

  test.each([
    ["closed", "late"],
    ["paid", "extra"],
  ] as const)("for a %s order it is %s", (status, verdict) => {
    const judgement = judgeTrade({
      order: orderOf(status, due, ZERO_FEN),
      attempt: attemptOf("closed", due),
      trade: tradeOf(due),
    });
    expect(judgement.verdict).toBe(verdict);
  });

  test("every differing field is named, and money at another merchant is not booked", () => {
    const trade = tradeOf(fen(1), { appId: "wx2", merchantNumber: "m2", currency: "USD" });
    expect(judgeTrade({ order: orderOf("pending", due, ZERO_FEN), attempt: attemptOf("waiting", due), trade })).toEqual(
      {
        verdict: "mismatch",
        differing: ["app", "merchant", "currency", "total"],
        journal: null,
      },
    );
  });

  test("the total is compared, never what the payer handed over", () => {
    const trade = tradeOf(due, { payerFen: fen(1) });
    expect(
      judgeTrade({ order: orderOf("pending", due, ZERO_FEN), attempt: attemptOf("waiting", due), trade }).verdict,
    ).toBe("settles");
  });

  test("an order whose price changed after the trade was opened is not settled at the old one", () => {
    const judge = (status: OrderStatus) =>
      judgeTrade({
        order: orderOf(status, fen(1_500), ZERO_FEN),
        attempt: attemptOf("waiting", due),
        trade: tradeOf(due),
      });
    expect(judge("pending")).toMatchObject({
      verdict: "mismatch",
      differing: ["price"],
      journal: { cause: "payment:att_1" },
    });
    // Once it is closed, its price is not asked about any more.
    expect(judge("closed").verdict).toBe("late");
  });

  test.each([
    [{ currency: "USD" }, null],
    [{ merchantNumber: "m2" }, null],
    [{ appId: "wx2" }, "payment:att_1"],
  ])("money with %j is booked where it is ours: %s", (differing, cause) => {
    const order = orderOf("pending", due, ZERO_FEN);
    const judgement = judgeTrade({ order, attempt: attemptOf("waiting", due), trade: tradeOf(due, differing) });
    expect(judgement).toMatchObject({ verdict: "mismatch", journal: cause === null ? null : { cause } });
  });

  // Goal: for any payment of any order the books balance, and clearing takes exactly what WeChat holds.
  test("every journal balances", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.integer({ min: 0, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.constantFrom<OrderStatus>("pending", "paid", "closed"),
        fc.boolean(),
        (dueFen, discountFen, otherFen, status, same) => {
          const total = fen(same ? dueFen : otherFen);
          const order = orderOf(status, fen(dueFen), fen(discountFen));
          const judgement = judgeTrade({ order, attempt: attemptOf("waiting", fen(dueFen)), trade: tradeOf(total) });
          if (judgement.verdict === "repeated" || judgement.journal === null) throw new Error("nothing was booked");
          expect(balance(judgement.journal)).toBe(0);
          const clearing = judgement.journal.lines.find((line) => line.account === "wechat_clearing");
          expect(clearing?.debitFen).toBe(total);
          expect(judgement.verdict === "settles").toBe(status === "pending" && total === dueFen);
        },
      ),
    );
  });
});

describe("the order after a payment", () => {
  const due = fen(1_800);
  const trade = tradeOf(due, { payerFen: fen(1_700) });
  const first = attemptOf("closed", due);
  const second = { ...attemptOf("waiting", due), id: "att_2", sequence: 2, number: "order-1-2" };
  const paid = {
    ...{ status: "succeeded", transactionId: "4200001", paidFen: 1_800, settledFen: 1_800, payerFen: 1_700 },
    ...{ vouchers: [], paidAt: moment },
  };

  test("that settles it is paid, with its other trades as they were", () => {
    const order = orderOf("pending", due, ZERO_FEN);
    const judgement = judgeTrade({ order, attempt: first, trade });
    if (judgement.verdict !== "settles") throw new Error("it has to settle");
    const before = { order, items: [], attempts: [first, second] };
    expect(afterPayment(before, { attempt: first, judgement, trade })).toEqual({
      ...{ order: { ...order, status: "paid", paidAt: moment }, items: [] },
      attempts: [{ ...first, ...paid, verdict: "settles", resolution: null }, second],
    });
  });

  test("that settles nothing stays as it is, and an adopted trade takes its place", () => {
    const order = orderOf("closed", due, ZERO_FEN);
    const judgement = judgeTrade({ order, attempt: first, trade });
    if (judgement.verdict !== "late") throw new Error("it has to be late");
    const after = afterPayment({ order, items: [], attempts: [second] }, { attempt: first, judgement, trade });
    expect(after).toEqual({
      ...{ order, items: [] },
      attempts: [{ ...first, ...paid, verdict: "late", resolution: "open" }, second],
    });
  });
});
