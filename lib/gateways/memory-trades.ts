import { randomUUID } from "node:crypto";
import { done, type Outcome, refused } from "#lib/base/outcome.ts";
import type {
  ChargeRefusal,
  Handover,
  NewCharge,
  NewTrade,
  PaidTrade,
  ReverseRefusal,
  Trade,
} from "#lib/payment/index.ts";

export interface MemoryTrade {
  readonly asked: NewTrade | NewCharge;
  /** null: charged by a payment code. */
  readonly handover: Handover | null;
  state: Trade["state"];
  payment: PaidTrade | null;
}

export type MemoryStamp = Pick<PaidTrade, "appId" | "merchantNumber" | "paidAt">;

export function paymentOf(asked: MemoryTrade["asked"], stamp: MemoryStamp): PaidTrade {
  return {
    ...stamp,
    number: asked.number,
    transactionId: `4200${randomUUID().replaceAll("-", "").slice(0, 24)}`,
    currency: "CNY",
    totalFen: asked.amountFen,
    payerFen: asked.amountFen,
  };
}

// Payment codes of the scripted double: each works once, and the phone may ask for the password.

export interface MemoryCounter {
  /** The next charges ask for the password; the shopper then pays (`pay`) or cancels. */
  askPassword(times: number): void;
  /** The shopper closes the password screen. */
  cancel(number: string): void;
  /** What was paid and given back by reversing. */
  readonly reversed: string[];
  readonly state: CounterState;
}

interface CounterState {
  passwords: number;
  readonly usedCodes: Set<string>;
}

export function createMemoryCounter(trades: Map<string, MemoryTrade>): MemoryCounter {
  const state: CounterState = { passwords: 0, usedCodes: new Set() };
  return {
    state,
    reversed: [],
    askPassword: (times) => {
      state.passwords += times;
    },
    cancel(number) {
      const trade = trades.get(number);
      if (trade?.state !== "not_paid") throw new Error(`trade ${number} does not wait for a password`);
      trade.state = "closed";
    },
  };
}

export interface CounterTrades {
  readonly trades: Map<string, MemoryTrade>;
  readonly counter: MemoryCounter;
}

export function chargeInMemory(
  { trades, counter: { state } }: CounterTrades,
  charge: NewCharge,
  stamp: MemoryStamp,
): Outcome<Trade, ChargeRefusal> {
  const { number } = charge;
  const known = trades.get(number);
  if (known !== undefined) {
    if (known.handover !== null) return refused("number_used");
    if (known.state === "paid") return refused("already_paid");
    if (known.state === "closed") return refused("closed");
    return done({ number, state: "not_paid", payment: null });
  }
  const code = charge.authCode.reveal();
  if (state.usedCodes.has(code)) return refused("code_invalid", "the code was used");
  state.usedCodes.add(code);
  const asks = state.passwords > 0;
  if (asks) state.passwords--;
  const payment = asks ? null : paymentOf(charge, stamp);
  const trade: MemoryTrade = { asked: charge, handover: null, state: asks ? "not_paid" : "paid", payment };
  trades.set(number, trade);
  return done({ number, state: trade.state, payment });
}

export function reverseInMemory(
  { trades, counter }: CounterTrades,
  number: string,
): Outcome<"reversed", ReverseRefusal> {
  const trade = trades.get(number);
  if (trade === undefined) return refused("absent");
  if (trade.handover !== null) return refused("not_reversible");
  if (trade.state === "paid") counter.reversed.push(number);
  trade.state = "closed";
  trade.payment = null;
  return done("reversed");
}
