import { randomUUID } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import { type Fen, fen } from "#lib/base/fen.ts";
import { REFUND_SPACING_MS, REFUNDS_PER_TRADE_MAX } from "#lib/base/limits.ts";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import type { NewRefund, PaidTrade, RefundRefusal, TradeRefund } from "#lib/payment/index.ts";

// The refunds of the scripted gateway, by WeChat's rules.

export interface MemoryRefunds {
  open(asked: NewRefund, payment: PaidTrade | null): Outcome<TradeRefund, RefundRefusal>;
  find(number: string): Outcome<TradeRefund, "absent">;
  /** Takes an abnormal one up again. */
  finish(number: string): Outcome<TradeRefund, RefundRefusal>;
  /** The refund's time has come. @throws Error when there is none */
  settle(number: string, status: TradeRefund["status"]): TradeRefund;
  /** A refund made in WeChat's console. */
  makeInConsole(payment: PaidTrade, amountFen: Fen): TradeRefund;
  all(): TradeRefund[];
}

interface MemoryRefund {
  refund: TradeRefund;
  readonly createdMs: number;
}

export function createMemoryRefunds(clock: Clock): MemoryRefunds {
  const refunds = new Map<string, MemoryRefund>();
  const make = (number: string, payment: PaidTrade, amountFen: Fen): TradeRefund => {
    const { transactionId, number: tradeNumber } = payment;
    const refundId = `5030${randomUUID().replaceAll("-", "").slice(0, 24)}`;
    const status = "processing";
    const refund: TradeRefund = { number, refundId, tradeNumber, transactionId, amountFen, status, succeededAt: null };
    refunds.set(number, { refund, createdMs: clock.now().getTime() });
    return refund;
  };
  const ofTrade = (transactionId: string) =>
    [...refunds.values()].filter((one) => one.refund.transactionId === transactionId);
  return {
    open(asked, payment) {
      const known = refunds.get(asked.number)?.refund;
      if (known !== undefined) {
        const same = known.amountFen === asked.amountFen && known.transactionId === asked.transactionId;
        return same ? done(known) : refused("invalid", "the number stands for another refund");
      }
      if (payment === null) return refused("trade_absent");
      const others = ofTrade(asked.transactionId);
      const standing = others.filter(({ refund }) => refund.status !== "closed");
      const taken = standing.reduce((sum, { refund }) => sum + refund.amountFen, 0);
      if (taken + asked.amountFen > payment.totalFen || asked.totalFen !== payment.totalFen) return refused("invalid");
      if (standing.length >= REFUNDS_PER_TRADE_MAX) return refused("invalid");
      const tooSoonMs = clock.now().getTime() - (REFUND_SPACING_MS - SECOND_MS);
      if (others.some(({ createdMs }) => createdMs > tooSoonMs)) return unknown("HTTP 429 FREQUENCYLIMITED");
      return done(make(asked.number, payment, asked.amountFen));
    },
    find(number) {
      const known = refunds.get(number);
      return known === undefined ? refused("absent") : done(known.refund);
    },
    finish(number) {
      const known = refunds.get(number);
      if (known?.refund.status !== "abnormal") return refused("invalid", "the refund is not abnormal");
      known.refund = { ...known.refund, status: "processing" };
      return done(known.refund);
    },
    settle(number, status) {
      const known = refunds.get(number);
      if (known === undefined) throw new Error(`there is no refund ${number}`);
      known.refund = { ...known.refund, status, succeededAt: status === "succeeded" ? clock.now() : null };
      return known.refund;
    },
    makeInConsole: (payment, amountFen) => make(`console-${randomUUID().slice(0, 13)}`, payment, fen(amountFen)),
    all: () => [...refunds.values()].map(({ refund }) => refund),
  };
}
