import { AppError } from "#lib/base/app-error.ts";
import { addFen, type Fen, ZERO_FEN } from "#lib/base/fen.ts";
import { isId } from "#lib/base/ids.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import { type Refund, refundableFen, refundView } from "../domain/refund.ts";
import {
  type ApprovalAnswer,
  type ApprovalEnd,
  CONSOLE_REFUND,
  endApproval,
  moveOfApproval,
  type RefundApproval,
} from "../domain/refund-approval.ts";
import { plannedSendTime } from "../domain/refund-spacing.ts";
import type { AuditNote, Tx } from "../ports/store.ts";
import { bookMove, type LockedRefund, lockRefund } from "./conclude-refund.ts";
import { deliverRefund, nextSend, type SentRefund } from "./send-refund.ts";

export interface AnswerApproval extends ApprovalAnswer {
  readonly refundId: string;
}

/**
 * A person's answer to a refund that waits for one. An approved refund is committed as meant to be sent before WeChat is called, so
 * that the sweep sends it whatever happens in between. Of two answers at once the first one holds.
 * @throws AppError `not_found`; `conflict` (answered before, or too late); `forbidden` (one's own, or taking back another's)
 */
export async function answerApproval(deps: Deps, answer: AnswerApproval): Promise<RefundView> {
  const { refundId } = answer;
  const ended = await deps.store.transaction(async (tx): Promise<SentRefund | "expired"> => {
    const waiting = isId("refund", refundId) ? await lockWaiting(tx, refundId) : null;
    if (waiting === null) throw new AppError("not_found", "there is no such refund");
    const now = deps.clock.now();
    if (now >= waiting.approval.expiresAt) {
      await expire(deps, tx, waiting);
      return "expired";
    }
    return end(deps, tx, { ...waiting, how: endApproval(waiting.approval, answer, now) });
  });
  if (ended === "expired") {
    throw new AppError("conflict", "nobody answered in time, so this refund is not made", {
      reason: "approval_expired",
    });
  }
  if (answer.decision === "approved") await deliverRefund(deps, ended);
  return refundView(ended.refund);
}

/** Ends the wait of a refund that nobody has answered in time. */
export async function expireApproval(deps: Deps, refundId: string): Promise<void> {
  await deps.store.transaction(async (tx) => {
    const found = await lockRefund(tx, { id: refundId });
    if (found?.refund.status !== "awaiting_approval") return;
    const approval = await tx.refunds.findApproval(refundId);
    if (approval === null) return;
    if (deps.clock.now() >= approval.expiresAt) return expire(deps, tx, { ...found, approval });
    await tx.refunds.reschedule({ refund: found.refund, checkAt: approval.expiresAt });
  });
}

interface NeededRoom {
  readonly locked: LockedRefund["locked"];
  readonly attempt: Attempt;
  /** All of the order. */
  readonly refunds: readonly Refund[];
  readonly neededFen: Fen;
}

/**
 * Ends waits, the newest first, until so much can be booked: money that went back at WeChat is a fact, a request is not. None ends
 * where that would not do.
 * @returns the attempt as it is then, or null where there is no room
 */
export async function makeRoom(
  deps: Deps,
  tx: Tx,
  { locked, attempt, refunds, neededFen }: NeededRoom,
): Promise<Attempt | null> {
  const waiting = refunds.filter((one) => one.attemptId === attempt.id && one.status === "awaiting_approval");
  const waitingFen = addFen(ZERO_FEN, ...waiting.map(({ amountFen }) => amountFen));
  if (refundableFen(attempt) + waitingFen < neededFen) return null;
  let left = attempt;
  for (const refund of waiting.toReversed()) {
    if (refundableFen(left) >= neededFen) break;
    const approval = await tx.refunds.findApproval(refund.id);
    if (approval === null) return null;
    const how = { decision: "expired", by: null, at: deps.clock.now(), reason: CONSOLE_REFUND } as const;
    left = (await end(deps, tx, { locked, refund, attempt: left, approval, how })).attempt;
  }
  return left;
}

interface WaitingRefund extends LockedRefund {
  readonly approval: RefundApproval;
}

/** @throws AppError `conflict` where it does not wait any more */
async function lockWaiting(tx: Tx, refundId: string): Promise<WaitingRefund | null> {
  const found = await lockRefund(tx, { id: refundId });
  if (found === null) return null;
  const approval = await tx.refunds.findApproval(refundId);
  if (approval === null || found.refund.status !== "awaiting_approval") {
    throw new AppError("conflict", "this refund does not wait for an answer", { reason: "approval_answered" });
  }
  return { ...found, approval };
}

const expire = (deps: Deps, tx: Tx, waiting: WaitingRefund): Promise<SentRefund> =>
  end(deps, tx, { ...waiting, how: { decision: "expired", by: null, at: deps.clock.now(), reason: null } });

/** Books the end, with its entry in the audit log. */
async function end(
  deps: Deps,
  tx: Tx,
  { refund, attempt, approval, how }: WaitingRefund & { readonly how: ApprovalEnd },
): Promise<SentRefund> {
  const others = (await tx.refunds.of(refund.orderId)).filter(
    (one) => one.attemptId === attempt.id && one.id !== refund.id,
  );
  const sendAt = plannedSendTime(others, how.at);
  const move = moveOfApproval({ refund, attempt, end: how, sendAt });
  await tx.refunds.endApproval({ ...approval, end: how });
  await bookMove(deps, tx, { move, now: how.at });
  if (how.decision === "approved") {
    const checkAt = move.refund.sentAt === null ? sendAt : nextSend(0, how.at);
    await tx.refunds.reschedule({ refund: move.refund, checkAt });
  }
  await tx.recordAudit(auditNote(move.refund.orderId, approval, { ...how, amountFen: refund.amountFen }));
  return { refund: move.refund, attempt: move.attempt };
}

const ACTIONS = {
  approved: "refund.approve",
  declined: "refund.decline",
  withdrawn: "refund.withdraw",
  expired: "refund.expire",
} as const;

const auditNote = (
  orderId: string,
  { refundId, askedBy }: RefundApproval,
  { decision, by, at, reason, amountFen }: ApprovalEnd & { readonly amountFen: number },
): AuditNote => ({
  actor: by?.actor ?? "sweep",
  action: ACTIONS[decision],
  subject: orderId,
  detail: { refundId, amountFen, askedBy, ...(reason === null ? {} : { reason }) },
  at,
});
