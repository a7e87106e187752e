import type { Attempt } from "./attempt.ts";
import { type JournalEntry, journalOfOwedMoney, journalOfSettlement } from "./ledger.ts";
import { type Order, orderMachine } from "./order.ts";
import type { OrderFile } from "./order-file.ts";
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

/** What a paid trade means for its order. Nothing is stored here; `trade` is what WeChat reports, not what we stored. */
export function judgeTrade({ order, attempt, trade }: JudgementInput): Judgement {
  if (attempt.status === "succeeded") return { verdict: "repeated" };
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
      journal: ours ? journalOfOwedMoney(attempt.id, { paidFen: trade.totalFen, settledFen }) : null,
    };
  }
  if (order.status !== "pending") {
    const verdict = order.status === "closed" ? "late" : "extra";
    return { verdict, journal: journalOfOwedMoney(attempt.id, { paidFen: trade.totalFen, settledFen }) };
  }
  return {
    verdict: "settles",
    order: orderMachine.move(order, "paid", { paidAt: trade.paidAt }),
    journal: journalOfSettlement(order, attempt, settledFen),
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

interface JudgedAttempt {
  readonly attempt: Attempt;
  readonly judgement: Exclude<Judgement, { verdict: "repeated" }>;
  readonly trade: TimedTrade;
}

/** The order as it will stand once the judged payment is booked. */
export function afterPayment(before: OrderFile, { attempt, judgement, trade }: JudgedAttempt): OrderFile {
  const { verdict } = judgement;
  const paid: Attempt = {
    ...attempt,
    ...splitOf(trade),
    status: "succeeded",
    verdict,
    resolution: verdict === "settles" ? null : "open",
    transactionId: trade.transactionId,
    paidFen: trade.totalFen,
    paidAt: trade.paidAt,
  };
  // An adopted attempt was not there when the order was read.
  const others = before.attempts.filter((one) => one.id !== attempt.id);
  return {
    order: verdict === "settles" ? judgement.order : before.order,
    items: before.items,
    attempts: [...others, paid].toSorted((one, two) => one.sequence - two.sequence),
  };
}
