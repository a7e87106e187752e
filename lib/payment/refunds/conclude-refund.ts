import { REFUND_CHECKS_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import {
  isHeld,
  judgeRefund,
  type Refund,
  type RefundJudgement,
  type RefundMove,
  refundView,
} from "../domain/refund.ts";
import { isUnapproved } from "../domain/refund-approval.ts";
import type { TradeRefund } from "../ports/gateway.ts";
import type { AlertDraft, Announcement, LockedOrder, Tx } from "../ports/store.ts";

/** A refund under its order's lock. */
export interface LockedRefund {
  readonly locked: LockedOrder;
  readonly refund: Refund;
  readonly attempt: Attempt;
}

/** Locks the refund's order and reads the refund as it is then. */
export async function lockRefund(
  tx: Tx,
  key: { readonly id: string } | { readonly number: string },
): Promise<LockedRefund | null> {
  const locked = await tx.refunds.lockOrder(key);
  if (locked === null) return null;
  const refunds = await tx.refunds.of(locked.order.id);
  const refund = refunds.find((one) => ("id" in key ? one.id === key.id : one.number === key.number));
  const attempt = locked.attempts.find(({ id }) => id === refund?.attemptId);
  return refund === undefined || attempt === undefined ? null : { locked, refund, attempt };
}

/** When to look again at a refund that WeChat has, by how often it was looked at. */
export const nextLook = (checks: number, now: Date): Date =>
  addMs(now, REFUND_CHECKS_MS[Math.min(checks, REFUND_CHECKS_MS.length - 1)] ?? 0);

/**
 * Books what WeChat reports about a refund, once. Answers, notices and queries all end here: the second one finds the
 * refund moved and changes nothing.
 */
export async function concludeRefund(
  deps: Deps,
  tx: Tx,
  { refund, attempt, reported }: LockedRefund & { readonly reported: TradeRefund },
): Promise<RefundJudgement["kind"]> {
  const now = deps.clock.now();
  const judgement = judgeRefund({ refund, attempt, reported, now });
  if (judgement.kind === "moves") await bookMove(deps, tx, { move: judgement.move, now });
  else if (judgement.kind !== "repeated") await tx.raiseAlert(contradiction({ refund, judgement, reported, now }));
  return judgement.kind;
}

export interface MoveToBook {
  readonly move: RefundMove;
  readonly now: Date;
}

/** Stores the move, raises its alert and announces its event. */
export async function bookMove(deps: Deps, tx: Tx, { move, now }: MoveToBook): Promise<void> {
  const { refund, from } = move;
  await tx.refunds.move(move, { checkAt: isHeld(refund) ? nextLook(0, now) : null, now });
  deps.log.info("refund.moved", {
    orderId: refund.orderId,
    refundId: refund.id,
    from,
    to: refund.status,
    failure: refund.failure,
  });
  const alert = alertOf(move, now);
  if (alert !== null) await tx.raiseAlert(alert);
  const type = ANNOUNCED[refund.status];
  if (type !== undefined) {
    const id = deps.ids.make("event");
    await tx.announce({ id, type, orderId: refund.orderId, payload: refundView(refund), at: now });
  }
}

const ANNOUNCED: Partial<Record<Refund["status"], Announcement["type"]>> = {
  succeeded: "refund.succeeded",
  closed: "refund.failed",
  // Not the end, but the money hangs until a person acts at WeChat.
  abnormal: "refund.abnormal",
};

function alertOf({ refund }: RefundMove, at: Date): AlertDraft | null {
  if (refund.status !== "abnormal" && refund.status !== "closed") return null;
  // A person's decision, or the lack of one, is no failure.
  if (isUnapproved(refund.failure)) return null;
  const kind = refund.status === "abnormal" ? "refund_abnormal" : "refund_failed";
  const { id, number, amountFen, failure, failureDetail, orderId } = refund;
  return { kind, cause: `${kind}:${id}`, orderId, detail: { number, amountFen, failure, failureDetail }, at };
}

interface Contradiction {
  readonly refund: Refund;
  readonly judgement: Extract<RefundJudgement, { kind: "differs" | "overdrawn" }>;
  readonly reported: TradeRefund;
  readonly now: Date;
}

function contradiction({ refund, judgement, reported, now }: Contradiction): AlertDraft {
  const kind = judgement.kind === "differs" ? "refund_mismatch" : "refund_overdrawn";
  const differing = judgement.kind === "differs" ? judgement.differing : null;
  const { number, amountFen, orderId } = refund;
  const detail = { number, amountFen, theirFen: reported.amountFen, theirStatus: reported.status, differing };
  return { kind, cause: `${kind}:${refund.id}`, orderId, detail, at: now };
}
