import { TRADE_NUMBER_CHARS_MAX } from "#lib/base/limits.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, freeNumber } from "../domain/attempt.ts";
import type { PaidTrade } from "../ports/gateway.ts";
import type { LockedOrder, Tx } from "../ports/store.ts";

export interface Unforeseen {
  readonly found: LockedOrder;
  readonly trade: PaidTrade;
  /** The account whose keys opened the notice. */
  readonly accountId: string;
  readonly now: Date;
}

/**
 * An attempt for money that WeChat vouches for and no attempt of ours explains: the order's row is older than the trade
 * (a database that was restored), or one number was paid twice. It is judged like any other, so it is shown and can be
 * given back. It starts as `failed`, because a live one may stand beside it.
 */
export async function adoptPayment(deps: Deps, tx: Tx, what: Unforeseen): Promise<Attempt | null> {
  const { found, trade, accountId, now } = what;
  const { order, attempts } = found;
  const own = attempts.some((one) => one.number === trade.number) ? null : trade.number;
  const next = (attempts.at(-1)?.sequence ?? 0) + 1;
  const id = deps.ids.make("attempt");
  const free = await freeNumber(order.outTradeNo, next, (number) => tx.isNumberTaken(number, order.id));
  await tx.insertUnforeseenAttempt({
    ...{ id, orderId: order.id, sequence: free?.sequence ?? next, accountId },
    // Money is never refused for want of a number.
    number: own ?? free?.number ?? id.slice(0, TRADE_NUMBER_CHARS_MAX),
    // What was paid by is not told here; every refund goes by WeChat's own number of the payment.
    ...{ channel: attempts.at(-1)?.channel ?? "native", dueFen: order.dueFen, payerRef: null },
    ...{ checkAt: now, createdAt: now },
  });
  deps.log.warn("payment.unforeseen", { orderId: order.id, attemptId: id });
  const after = await tx.lockOrder(order.id);
  return after?.attempts.find((one) => one.id === id) ?? null;
}
