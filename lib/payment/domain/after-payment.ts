import type { Attempt } from "./attempt.ts";
import type { OrderFile } from "./order-file.ts";
import type { Judgement } from "./settlement.ts";
import type { TimedTrade } from "./trade.ts";
import { splitOf } from "./voucher.ts";

interface Judged {
  readonly attempt: Attempt;
  readonly judgement: Exclude<Judgement, { verdict: "repeated" }>;
  readonly trade: TimedTrade;
}

/** The order as it will stand once the judged payment is booked. */
export function afterPayment(before: OrderFile, { attempt, judgement, trade }: Judged): OrderFile {
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
