import { HINT_CHECKS_MS, HINT_UNANSWERED_LOOKS_MAX } from "#lib/base/limits.ts";
import { addMs, HOUR_MS } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import { orderView } from "../domain/views.ts";
import type { Notification } from "../ports/gateway.ts";
import type { TradeCheck, Tx } from "../ports/store.ts";
import { alertOfMismatch, type Hint } from "./conclude-payment.ts";
import { queryByNumber } from "./query-by-number.ts";

// A verified notice that does not count or disagrees with its order decides nothing. It is kept, a mismatch raises an alert, and
// WeChat's answer to a question of ours decides. The row of the question is committed with the receipt, so a crash loses nothing.

export interface Hinted {
  readonly hint: Hint;
  readonly notice: Extract<Notification, { kind: "payment" }>;
  readonly now: Date;
}

/** Keeps the hint within the notice's transaction. @returns the question to ask at once; null when it was asked a moment ago */
export async function keepHint(deps: Deps, tx: Tx, { hint, notice, now }: Hinted): Promise<TradeCheck | null> {
  const { locked, attempt, reason, differing } = hint;
  const { trade } = notice;
  const check = {
    ...{ number: trade.number, orderId: locked.order.id, accountId: attempt?.accountId ?? notice.accountId, reason },
    ...{ transactionId: trade.transactionId, claimedFen: trade.totalFen },
  };
  deps.log.warn("notify.hint", { orderId: locked.order.id, number: trade.number, reason });
  if (reason === "mismatch" && attempt !== null) {
    const isNew = await tx.raiseAlert(alertOfMismatch({ locked, attempt, trade, differing, now }));
    if (isNew) await announceMismatch(deps, tx, { hint, now });
  }
  const isFirst = await tx.insertTradeCheck(check, now);
  return isFirst ? { ...check, checks: 0 } : null;
}

async function announceMismatch(deps: Deps, tx: Tx, { hint, now }: Pick<Hinted, "hint" | "now">): Promise<void> {
  const { order, attempts } = hint.locked;
  const payload = orderView({ order, attempts, items: await tx.items(order.id) }, deps.payUrl(order.id));
  const id = deps.ids.make("event");
  await tx.announce({ id, type: "order.amount_mismatch", orderId: order.id, payload, at: now });
}

/** Asks WeChat about the trade and books what it says. Never throws for want of an answer: the row comes again by itself. */
export async function checkHintedTrade(deps: Deps, check: TradeCheck): Promise<void> {
  const answer = await queryByNumber(deps, check);
  const now = deps.clock.now();
  if (answer.kind === "booked") return deps.store.noteTradeCheck(check.number, { result: "booked" });
  const pauseMs = HINT_CHECKS_MS[check.checks];
  if (answer.kind === "unknown") {
    deps.log.warn("gateway.unknown", { orderId: check.orderId, number: check.number, cause: answer.cause });
    if (check.checks >= HINT_UNANSWERED_LOOKS_MAX) return giveUp(deps, check, "unanswered");
    return deps.store.noteTradeCheck(check.number, {
      checkAt: addMs(now, pauseMs ?? HINT_CHECKS_MS.at(-1) ?? HOUR_MS),
    });
  }
  if (pauseMs === undefined) return giveUp(deps, check, "not_paid");
  return deps.store.noteTradeCheck(check.number, { checkAt: addMs(now, pauseMs) });
}

/** Who can sign like WeChat and is not WeChat holds one of our keys: a person has to know. */
async function giveUp(deps: Deps, check: TradeCheck, result: "not_paid" | "unanswered"): Promise<void> {
  const { number, orderId, transactionId, claimedFen, reason } = check;
  const at = deps.clock.now();
  const detail = { number, transactionId, paidFen: claimedFen, reason, result };
  await deps.store.transaction((tx) =>
    tx.raiseAlert({ kind: "notice_unconfirmed", cause: `notice_unconfirmed:${number}`, orderId, detail, at }),
  );
  await deps.store.noteTradeCheck(number, { result });
}
