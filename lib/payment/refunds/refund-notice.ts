import { FOREIGN_REFUND_LOOKS_MAX } from "#lib/base/limits.ts";
import type { Deps } from "../deps.ts";
import { type Evidence, whyOnlyHint } from "../domain/evidence.ts";
import { holding, isHeld, judgeRefund, type Refund } from "../domain/refund.ts";
import type { Notification, TradeRefund } from "../ports/gateway.ts";
import type { ForeignRefund } from "../ports/refunds.ts";
import type { Tx } from "../ports/store.ts";
import { makeRoom } from "./approve-refund.ts";
import { bookMove, concludeRefund, type LockedRefund, lockRefund, nextLook } from "./conclude-refund.ts";

type RefundNotice = Extract<Notification, { kind: "refund" }>;

interface NoticedRefund {
  readonly notice: RefundNotice;
  readonly evidence: Evidence;
}

/**
 * What a notice about a refund sets in motion: a complete one is booked; a hint makes us query at once; a refund that we
 * did not make is put on the merchant's list and booked after asking. A notice of another account or protocol is only a hint.
 */
export async function bookRefundNotice(deps: Deps, tx: Tx, { notice, evidence }: NoticedRefund): Promise<void> {
  const found = await lockRefund(tx, { number: notice.refundNumber });
  const now = deps.clock.now();
  if (found === null) return noteForeign(tx, notice, now);
  const { status } = found.refund;
  const canBeAsked = isHeld(found.refund) && status !== "requested" && status !== "awaiting_approval";
  const reported = whyOnlyHint(found.attempt, evidence) === null ? notice.refund : null;
  if (reported !== null && !(canBeAsked && lacksSplit(found, reported))) {
    await concludeRefund(deps, tx, { ...found, reported });
  } else if (canBeAsked) {
    await tx.refunds.reschedule({ refund: found.refund, checkAt: now });
  }
}

/** Notices do not say what the merchant gives back; where vouchers make that less than the amount, an answer does. */
const lacksSplit = ({ attempt, refund }: LockedRefund, reported: TradeRefund): boolean =>
  attempt.settledFen < attempt.paidFen && refund.settledFen === null && reported.settledFen === undefined;

async function noteForeign(tx: Tx, notice: RefundNotice, now: Date): Promise<void> {
  const { refundNumber: number, tradeNumber, accountId } = notice;
  const isNew = await tx.refunds.insertForeign({ number, accountId, tradeNumber, checks: 0 }, now);
  // A later notice of it: WeChat is asked once more.
  if (!isNew) await tx.refunds.postponeForeign(number, now);
  await tx.raiseAlert({
    kind: "foreign_refund",
    cause: `foreign_refund:${number}`,
    orderId: null,
    detail: { number, tradeNumber, amountFen: notice.refund?.amountFen ?? null, status: notice.status },
    at: now,
  });
}

/** Asks WeChat about a refund that was made in its console, and books it on the trade it belongs to. */
export async function bookForeignRefund(deps: Deps, foreign: ForeignRefund): Promise<void> {
  const gateway = await deps.gateways.of(foreign.accountId);
  const answer = await gateway.findRefund(foreign.number);
  await deps.store.transaction(async (tx) => {
    const booked = answer.kind === "done" && (await bookReportedRefund(deps, tx, answer.value));
    const over = booked || foreign.checks >= FOREIGN_REFUND_LOOKS_MAX;
    await tx.refunds.postponeForeign(foreign.number, over ? null : nextLook(foreign.checks, deps.clock.now()));
  });
}

/** @returns false when it cannot be booked now: the payment is not known yet, or what is held stands in the way */
export async function bookReportedRefund(deps: Deps, tx: Tx, reported: TradeRefund): Promise<boolean> {
  const locked = await tx.lockOrderOfTrade(reported.tradeNumber);
  const paid = locked?.attempts.find(({ number }) => number === reported.tradeNumber);
  // A trade that is not ours may be another system's of the same merchant; the alert stands.
  if (locked === null || paid === undefined) return true;
  const refunds = await tx.refunds.of(locked.order.id);
  if (refunds.some(({ number }) => number === reported.number)) return true;
  // One that failed moved no money.
  if (reported.status === "closed") return true;
  const attempt = await makeRoom(deps, tx, { locked, attempt: paid, refunds, neededFen: reported.amountFen });
  if (attempt === null) return false;
  const now = deps.clock.now();
  const refund: Refund = {
    ...{ id: deps.ids.make("refund"), orderId: locked.order.id, attemptId: attempt.id, number: reported.number },
    ...{ origin: "console", amountFen: reported.amountFen, reason: null, items: [], status: "requested", checks: 0 },
    ...{
      payerFen: null,
      settledFen: null,
      providerRefundId: reported.refundId,
      failure: null,
      failureDetail: null,
      createdAt: now,
      sendAt: now,
      sentAt: now,
    },
    ...{ acceptedAt: null, succeededAt: null, closedAt: null },
  };
  await tx.refunds.insert({ refund, checkAt: now });
  const judgement = judgeRefund({ refund, attempt: holding(attempt, refund), reported, now });
  if (judgement.kind === "moves") await bookMove(deps, tx, { move: judgement.move, now });
  return true;
}
