import { AppError } from "#lib/base/app-error.ts";
import { addFen, type Fen } from "#lib/base/fen.ts";
import { REFUND_APPROVAL_LIFE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { Attempt } from "./attempt.ts";
import { moved, type Refund, type RefundFailure, type RefundMove, refundMachine } from "./refund.ts";

/** What the owner wants of refunds beyond the right to make them; null: off. */
export interface RefundRules {
  /** More than this in all of one order needs a second person. */
  readonly approvalAboveFen: Fen | null;
  readonly approvalCoversApi: boolean;
  /** More than this in all of one order needs a recent second factor. */
  readonly confirmAboveFen: Fen | null;
}

/** Who asks for a refund: a person, or the shop's own server by an API key. */
export interface RefundAsker {
  readonly kind: "person" | "api";
  /** As the audit log names them. */
  readonly actor: string;
  /** Of a dashboard user; null for a cashier and an API key. */
  readonly userId: string | null;
}

/** A refund's wait for a second person, and how it ended. */
export interface RefundApproval {
  readonly refundId: string;
  /** The owner's limit at that time. */
  readonly aboveFen: Fen;
  readonly askedBy: string;
  readonly askedUserId: string | null;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly end: ApprovalEnd | null;
}

export interface ApprovalEnd {
  readonly decision: "approved" | "declined" | "withdrawn" | "expired";
  /** null where it expired. */
  readonly by: { readonly userId: string; readonly actor: string } | null;
  readonly at: Date;
  readonly reason: string | null;
}

/** The reason of a wait that ended early, because the money went back in WeChat's own console meanwhile. */
export const CONSOLE_REFUND = "console_refund";

export interface ApprovalQuestion {
  readonly rules: RefundRules;
  readonly asker: Pick<RefundAsker, "kind">;
  /** Of this trade: what this refund gives back. */
  readonly amountFen: Fen;
  /** The trade's other refunds. */
  readonly others: readonly Pick<Refund, "id" | "status" | "amountFen">[];
  /** Of these, those that a second person approved. */
  readonly approvedIds: ReadonlySet<string>;
}

/**
 * The limit that asks for a second person; null where none does. What went back of the same trade without one counts as well, or
 * a large refund could be made as several small ones.
 */
export function approvalLimit({ rules, asker, amountFen, others, approvedIds }: ApprovalQuestion): Fen | null {
  const { approvalAboveFen, approvalCoversApi } = rules;
  if (approvalAboveFen === null || (asker.kind === "api" && !approvalCoversApi)) return null;
  const alone = others.filter(({ id, status }) => status !== "closed" && !approvedIds.has(id));
  const sum = addFen(amountFen, ...alone.map((other) => other.amountFen));
  return sum > approvalAboveFen ? approvalAboveFen : null;
}

export const askApproval = (refund: Refund, aboveFen: Fen, asker: RefundAsker): RefundApproval => ({
  refundId: refund.id,
  aboveFen,
  askedBy: asker.actor,
  askedUserId: asker.userId,
  askedAt: refund.createdAt,
  expiresAt: addMs(refund.createdAt, REFUND_APPROVAL_LIFE_MS),
  end: null,
});

export interface ApprovalAnswer {
  readonly decision: "approved" | "declined" | "withdrawn";
  readonly by: { readonly userId: string; readonly actor: string };
  readonly reason: string | null;
}

/**
 * The end of the wait by a person's answer.
 * @throws AppError `forbidden` (one's own, or taking back another's), `conflict` (too late)
 */
export function endApproval(approval: RefundApproval, { decision, by, reason }: ApprovalAnswer, at: Date): ApprovalEnd {
  if (at >= approval.expiresAt) {
    throw new AppError("conflict", "nobody answered in time, so this refund is not made", {
      reason: "approval_expired",
    });
  }
  const isOwn = approval.askedUserId === by.userId || approval.askedBy === by.actor;
  if (decision === "withdrawn" && !isOwn) {
    throw new AppError("forbidden", "only the person who asked takes a request back", { reason: "not_own_refund" });
  }
  if (decision !== "withdrawn" && isOwn) {
    throw new AppError("forbidden", "a second person has to answer", { reason: "own_refund" });
  }
  return { decision, by, at, reason };
}

const FAILURES = {
  declined: "approval_declined",
  withdrawn: "approval_withdrawn",
  expired: "approval_expired",
} as const satisfies Record<Exclude<ApprovalEnd["decision"], "approved">, RefundFailure>;

/** Not an error at WeChat, which has never heard of it. */
export const isUnapproved = (failure: RefundFailure | null): boolean =>
  Object.values<RefundFailure | null>(FAILURES).includes(failure);

export interface ApprovalEnding {
  readonly refund: Refund;
  readonly attempt: Attempt;
  readonly end: ApprovalEnd;
  /** When it may be sent. */
  readonly sendAt: Date;
}

/** Approved, it is a refund like every other from here on; else its amount is free again. */
export function moveOfApproval({ refund, attempt, end, sendAt }: ApprovalEnding): RefundMove {
  if (end.decision !== "approved") {
    const closed = { failure: FAILURES[end.decision], failureDetail: null, closedAt: end.at };
    return moved(attempt, refund, refundMachine.move(refund, "closed", closed));
  }
  const atOnce = sendAt <= end.at;
  const sent = { sendAt, sentAt: atOnce ? end.at : null, checks: atOnce ? 1 : 0 };
  return moved(attempt, refund, refundMachine.move(refund, "requested", sent));
}
