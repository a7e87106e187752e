import { type Attempt, attemptMachine, type Verdict } from "./attempt.ts";
import { type JournalEntry, journalOfOwedMoney, journalOfSettlement } from "./ledger.ts";
import { type Order, orderMachine } from "./order.ts";
import type { PaidTrade, TimedTrade } from "./trade.ts";
import { splitOf } from "./voucher.ts";

export type DifferingField = "app" | "merchant" | "currency" | "total" | "price";

export interface JudgementInput {
  readonly order: Order;
  readonly attempt: Attempt;
  readonly trade: TimedTrade;
}

/** What a paid trade means; `repeated` changes nothing. */
export type Judgement =
  | { readonly verdict: "repeated" }
  | {
      readonly verdict: "mismatch";
      readonly differing: readonly DifferingField[];
      readonly journal: JournalEntry | null;
    }
  | { readonly verdict: "late" | "extra"; readonly journal: JournalEntry }
  | { readonly verdict: "settles"; readonly order: Order; readonly journal: JournalEntry };

/**
 * What a paid trade means for its order. Nothing is stored here; `trade` is WeChat's word, not our memory.
 * @throws AppError `illegal_transition` never: every state of an attempt leads to `succeeded`
 */
export function judgeTrade({ order, attempt, trade }: JudgementInput): Judgement {
  if (attempt.status === "succeeded") return { verdict: "repeated" };
  const paid = attemptMachine.move(attempt, "succeeded", { paidAt: trade.paidAt });
  const { settledFen } = splitOf(trade);
  const differing = differingFields(attempt, trade);
  // An order is paid at the price it has: one that had another when this trade was opened is given that back first.
  if (order.status === "pending" && order.dueFen !== attempt.dueFen) differing.push("price");
  if (differing.length > 0) {
    // Money in another currency or at another merchant is not in our clearing account, so it is shown but not booked.
    const ours = !differing.includes("currency") && !differing.includes("merchant");
    return {
      verdict: "mismatch",
      differing,
      journal: ours ? journalOfOwedMoney(paid.id, { paidFen: trade.totalFen, settledFen }) : null,
    };
  }
  if (order.status !== "pending") {
    const verdict = order.status === "closed" ? "late" : "extra";
    return { verdict, journal: journalOfOwedMoney(paid.id, { paidFen: trade.totalFen, settledFen }) };
  }
  return {
    verdict: "settles",
    order: orderMachine.move(order, "paid", { paidAt: trade.paidAt }),
    journal: journalOfSettlement(order, paid, settledFen),
  };
}

/** In what a paid trade is not the one that the attempt asked for. */
export function differingFields(
  attempt: Pick<Attempt, "appId" | "merchantNumber" | "dueFen">,
  trade: PaidTrade,
): DifferingField[] {
  const differing: DifferingField[] = [];
  if (trade.appId !== attempt.appId) differing.push("app");
  if (trade.merchantNumber !== attempt.merchantNumber) differing.push("merchant");
  if (trade.currency !== "CNY") differing.push("currency");
  if (trade.totalFen !== attempt.dueFen) differing.push("total");
  return differing;
}

/** Whether the verdict leaves money that a person or the policy must give back or accept. */
export const leavesMoneyOpen = (verdict: Verdict): boolean => verdict !== "settles";
