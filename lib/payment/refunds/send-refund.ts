import { REFUND_ABSENT_BELIEVED_MS, REFUND_RESENDS_MS, REFUND_SENDS_QUIET } from "#lib/base/limits.ts";
import type { Outcome } from "#lib/base/outcome.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import { moveOfRefusal, type Refund, type RefundFailure } from "../domain/refund.ts";
import { earliestSendTime } from "../domain/refund-spacing.ts";
import type { RefundRefusal, TradeRefund } from "../ports/gateway.ts";
import { bookMove, concludeRefund, lockRefund } from "./conclude-refund.ts";

/** A refund that is marked as sent, with the attempt that it goes back from. */
export interface SentRefund {
  readonly refund: Refund;
  readonly attempt: Attempt;
}

/** When to send once more what was not answered, by how often it was sent before this time. */
export const nextSend = (before: number, now: Date): Date =>
  addMs(now, REFUND_RESENDS_MS[Math.min(before, REFUND_RESENDS_MS.length - 1)] ?? 0);

/** Sends a requested refund, the first time or again, as soon as WeChat's minute since the trade's last one is over. */
export async function sendRefund(deps: Deps, refundId: string): Promise<void> {
  const marked = await deps.store.transaction(async (tx): Promise<SentRefund | null> => {
    const found = await lockRefund(tx, { id: refundId });
    if (found?.refund.status !== "requested") return null;
    const { refund, attempt } = found;
    const now = deps.clock.now();
    const others = (await tx.refunds.of(refund.orderId)).filter((one) => one.attemptId === attempt.id);
    const sendAt = earliestSendTime(refund, others, now);
    if (sendAt > now) {
      await tx.refunds.reschedule({ refund: { ...refund, sendAt }, checkAt: sendAt });
      return null;
    }
    const sent: Refund = { ...refund, sentAt: now, checks: refund.checks + 1 };
    await tx.refunds.reschedule({ refund: sent, checkAt: nextSend(refund.checks, now) });
    return { refund: sent, attempt };
  });
  if (marked !== null) await callProvider(deps, marked);
}

/** The first sending, right after the refund was committed. If it fails, the row brings the sweep to it. */
export async function deliverRefund(deps: Deps, sent: SentRefund): Promise<void> {
  if (sent.refund.sentAt === null) return;
  try {
    await callProvider(deps, sent);
  } catch (cause) {
    deps.log.warn("refund.not_sent", { orderId: sent.refund.orderId, refundId: sent.refund.id, cause });
  }
}

async function callProvider(deps: Deps, { refund, attempt }: SentRefund): Promise<void> {
  const gateway = await deps.gateways.of(attempt.accountId);
  const answer = await gateway.openRefund({
    number: refund.number,
    tradeNumber: attempt.number,
    transactionId: attempt.transactionId ?? "",
    amountFen: refund.amountFen,
    totalFen: attempt.paidFen,
    reason: refund.reason,
  });
  if (answer.kind === "done") return concludeAnswer(deps, refund, answer.value);
  if (answer.kind === "refused") {
    const believed = believedRefusal(answer, { attempt, now: deps.clock.now() });
    if (believed !== null) {
      // An earlier send may have been carried out, and a refusal may come unsigned: the amount is free only if WeChat knows
      // of no such refund.
      const found = await gateway.findRefund(refund.number);
      if (found.kind === "done") return concludeAnswer(deps, refund, found.value);
      if (found.kind === "refused") return concludeRefusal(deps, refund, believed);
    }
  }
  return alertIfUnanswered(deps, refund, answer.kind === "unknown" ? answer.cause : answer.reason);
}

type Refusal = Extract<Outcome<TradeRefund, RefundRefusal>, { kind: "refused" }>;
interface Believed {
  readonly failure: RefundFailure;
  readonly detail: string | null;
}

/** @returns null where the same request may still be taken later */
function believedRefusal(
  { reason, detail }: Refusal,
  { attempt, now }: { attempt: Attempt; now: Date },
): Believed | null {
  // Wrong keys: the request was not looked at, and is as good as before once they are mended.
  if (reason === "account_trouble") return null;
  const paidAgoMs = now.getTime() - (attempt.paidAt?.getTime() ?? 0);
  if (reason === "trade_absent" && paidAgoMs < REFUND_ABSENT_BELIEVED_MS) return null;
  return { failure: reason, detail: detail ?? null };
}

function concludeAnswer(deps: Deps, { id }: Refund, reported: TradeRefund): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { id });
    if (found !== null) await concludeRefund(deps, tx, { ...found, reported });
  });
}

function concludeRefusal(deps: Deps, { id }: Refund, { failure, detail }: Believed): Promise<void> {
  return deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { id });
    // A notice may have overtaken us.
    if (found?.refund.status !== "requested") return;
    const { refund, attempt } = found;
    const now = deps.clock.now();
    await bookMove(deps, tx, { move: moveOfRefusal({ refund, attempt, failure, detail, now }), now });
  });
}

/** The row already says when it is sent again; an alert is raised once this has gone on for a while. */
async function alertIfUnanswered(deps: Deps, refund: Refund, cause: string): Promise<void> {
  deps.log.warn("refund.unanswered", { orderId: refund.orderId, refundId: refund.id, cause, sends: refund.checks });
  if (refund.checks < REFUND_SENDS_QUIET) return;
  const { id, number, amountFen, orderId } = refund;
  const kind = "refund_unanswered";
  const detail = { number, amountFen, cause: cause.slice(0, 200) };
  await deps.store.transaction((tx) =>
    tx.raiseAlert({ kind, cause: `${kind}:${id}`, orderId, detail, at: deps.clock.now() }),
  );
}
