import { AppError } from "#lib/base/app-error.ts";
import { addFen, type Fen, fen } from "#lib/base/fen.ts";
import { isId } from "#lib/base/ids.ts";
import { REFUNDS_PER_TRADE_MAX } from "#lib/base/limits.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { Deps } from "../deps.ts";
import type { Attempt } from "../domain/attempt.ts";
import { orderNotFound } from "../domain/order.ts";
import {
  decideRefund,
  type Refund,
  type RefundDecision,
  type RefundOrigin,
  type RefundWish,
  refundableFen,
  refundNumber,
  refundView,
} from "../domain/refund.ts";
import { approvalLimit, askApproval, type RefundAsker } from "../domain/refund-approval.ts";
import { settlingAttempt } from "../domain/views.ts";
import type { KeptAnswer, Once } from "../ports/orders.ts";
import type { AuditNote, LockedOrder, Tx } from "../ports/store.ts";
import { deliverRefund, nextSend } from "./send-refund.ts";

export interface RefundOrder {
  readonly orderId: string;
  /** In fen. Without amount and items all that is left goes back. */
  readonly amount?: number | undefined;
  readonly items?: readonly { readonly itemId: string; readonly quantity: number }[] | undefined;
  readonly reason?: string | undefined;
  readonly once?: Once | null;
  /** What the one who asks may do at most. */
  readonly bounds?: RefundBounds | undefined;
  /** Who asks. An API key is written down in the audit log here, a person by the caller. */
  readonly asker?: RefundAsker | undefined;
}

/** A cashier gives back what was paid at their own till lately, up to an amount of each order. */
interface RefundBounds {
  readonly tillId: string;
  readonly paidSince: Date;
  /** In all, with what was given back before. */
  readonly upToFen: number;
}

export type RefundOrderResult =
  /** Sent, or waiting for a second person (`awaitingApproval`). */
  | { readonly kind: "requested"; readonly refund: RefundView }
  /** The same key and body came before: its first answer. */
  | { readonly kind: "replayed"; readonly answer: KeptAnswer };

/**
 * Gives money of a paid order back. The refund is committed before it is sent to WeChat, and what is answered is what was
 * committed; should WeChat not be reached now, the sweep sends the same number again.
 * @throws AppError `not_found`; `conflict` (not paid, too old, too many, or the key is in use); `amount_exceeds_refundable`;
 * `invalid_request` naming the item; `idempotency_conflict`
 */
export async function refundOrder(deps: Deps, request: RefundOrder): Promise<RefundOrderResult> {
  const { orderId, amount, items, reason = null, once = null, asker = UNNAMED, bounds } = request;
  const made = await deps.store.transaction(async (tx): Promise<Requested | KeptAnswer> => {
    const locked = await tx.lockOrder(orderId);
    if (locked === null) throw orderNotFound();
    const attempt = settlingAttempt(locked.attempts);
    // A repeat is answered before anything is decided: the first call may have used up what is left.
    const held = once === null ? null : await peek(tx, once);
    if (held !== null) return held;
    if (bounds !== undefined) requireWithin(bounds, locked);
    if (attempt === undefined) throw notPaid(locked);
    const wish = { amountFen: amount === undefined ? null : fen(amount), items: items ?? null };
    const requested = await requestRefund(deps, tx, { locked, attempt, wish, reason, origin: "request", asker });
    if (bounds !== undefined) requireUpTo(bounds, requested);
    if (once !== null) await keep(tx, once, requested.refund);
    if (asker.kind === "api") await tx.recordAudit(auditNote(requested.refund, asker.actor));
    return requested;
  });
  if ("body" in made) return { kind: "replayed", answer: made };
  await deliverRefund(deps, made);
  return { kind: "requested", refund: refundView(made.refund) };
}

/** The owner's limit holds for somebody without a name, too. */
const UNNAMED: RefundAsker = { kind: "person", actor: "unknown", userId: null };

function requireWithin({ tillId, paidSince }: RefundBounds, { order }: LockedOrder): void {
  if (order.place?.till?.id !== tillId) throw orderNotFound();
  if (order.paidAt !== null && order.paidAt < paidSince) {
    throw new AppError("forbidden", "the order was paid before this day or shift", { reason: "refund_too_old" });
  }
}

/** Under the order's lock, so that two refunds at once do not go beyond the limit together. */
function requireUpTo({ upToFen }: RefundBounds, { refund, attempt }: Requested): void {
  if (addFen(attempt.refundedFen, attempt.refundHeldFen, refund.amountFen) <= upToFen) return;
  throw new AppError("forbidden", `more of one order than ${upToFen} fen`, { reason: "refund_limit" });
}

const auditNote = ({ id, orderId, amountFen, createdAt }: Refund, by: string): AuditNote => ({
  actor: by,
  action: "order.refund",
  subject: orderId,
  detail: { refundId: id, amountFen },
  at: createdAt,
});

function notPaid({ order, attempts }: Pick<LockedOrder, "order" | "attempts">): AppError {
  const extra = attempts.some((attempt) => attempt.resolution === "open");
  const hint = extra ? "; it has an extra payment, which is refunded or accepted separately" : "";
  return new AppError("conflict", `the order is ${order.status}, so it has no payment to refund${hint}`);
}

export interface Requested {
  readonly refund: Refund;
  readonly attempt: Attempt;
}

export interface RefundDraft {
  readonly locked: LockedOrder;
  readonly attempt: Attempt;
  readonly wish: RefundWish;
  readonly reason: string | null;
  readonly origin: RefundOrigin;
  /** undefined: money that is not the shop's, which goes back without anybody's approval. */
  readonly asker?: RefundAsker | undefined;
}

/** Sets the amount aside and stores the refund, marked as sent where its turn is now. @throws AppError as {@link refundOrder} */
export async function requestRefund(deps: Deps, tx: Tx, draft: RefundDraft): Promise<Requested> {
  const { locked, attempt, wish, reason, origin } = draft;
  const now = deps.clock.now();
  const refunds = (await tx.refunds.of(locked.order.id)).filter((refund) => refund.attemptId === attempt.id);
  const orderItems = wish.items === null ? [] : await tx.items(locked.order.id);
  const decision = decideRefund({ attempt, orderItems, refunds, wish, now });
  if (decision.kind !== "allowed") throw refusalOf(decision);
  const { amountFen, items, sendAt } = decision;
  const aboveFen = await limitAbove(tx.refunds, { asker: draft.asker, orderId: locked.order.id, amountFen, refunds });
  const atOnce = aboveFen === null && sendAt <= now;
  const refund: Refund = {
    ...{
      id: deps.ids.make("refund"),
      orderId: locked.order.id,
      attemptId: attempt.id,
      origin,
      amountFen,
      reason,
      items,
    },
    ...{ number: refundNumber(attempt, refunds.length), checks: atOnce ? 1 : 0 },
    status: aboveFen === null ? "requested" : "awaiting_approval",
    ...{ payerFen: null, settledFen: null, providerRefundId: null, failure: null, failureDetail: null },
    ...{ createdAt: now, sendAt, sentAt: atOnce ? now : null, acceptedAt: null, succeededAt: null, closedAt: null },
  };
  const approval = aboveFen === null || draft.asker === undefined ? null : askApproval(refund, aboveFen, draft.asker);
  await tx.refunds.insert({ refund, checkAt: approval?.expiresAt ?? (atOnce ? nextSend(0, now) : sendAt) });
  if (approval !== null) await tx.refunds.insertApproval(approval);
  deps.log.info("refund.requested", { refundId: refund.id, orderId: refund.orderId, amountFen, origin });
  return { refund, attempt };
}

interface LimitQuestion {
  readonly asker: RefundAsker | undefined;
  readonly orderId: string;
  readonly amountFen: Fen;
  readonly refunds: readonly Refund[];
}

/** The limit that asks for a second person; a refund is made under the order's lock. */
async function limitAbove(
  reads: Pick<Tx["refunds"], "rules" | "approvedIds">,
  { asker, orderId, amountFen, refunds }: LimitQuestion,
): Promise<Fen | null> {
  const rules = await reads.rules();
  if (asker === undefined || rules.approvalAboveFen === null) return null;
  const approvedIds = await reads.approvedIds(orderId);
  return approvalLimit({ rules, asker, amountFen, others: refunds, approvedIds });
}

async function peek(tx: Tx, once: Once): Promise<KeptAnswer | null> {
  const found = await tx.findAnswer(once);
  if (found.kind === "absent") return null;
  if (found.kind === "replayed") return found.answer;
  if (found.kind === "key_used_differently") {
    throw new AppError("idempotency_conflict", "this Idempotency-Key was used with another request");
  }
  throw keyUnderWay();
}

async function keep(tx: Tx, once: Once, refund: Refund): Promise<void> {
  const answer = { status: 201, body: JSON.stringify(refundView(refund)) };
  // Taken since it was looked for, by a call about another order: what was done here is rolled back.
  if ((await tx.keepAnswer({ ...once, answer })).kind !== "kept") throw keyUnderWay();
}

const keyUnderWay = (): AppError =>
  new AppError("conflict", "the first request with this Idempotency-Key is still under way", { retryAfterS: 1 });

const itemError = (at: number, field: string, message: string) => ({
  errors: [{ path: `items.${at}.${field}`, message }],
});

function refusalOf(decision: Exclude<RefundDecision, { kind: "allowed" }>): AppError {
  switch (decision.kind) {
    case "exceeds":
      return exceeds(decision.leftFen);
    case "too_late":
      return new AppError(
        "conflict",
        "WeChat Pay allows refunds within 365 days of the payment; this payment is older",
      );
    case "too_many":
      return new AppError(
        "conflict",
        `WeChat Pay allows ${REFUNDS_PER_TRADE_MAX} refunds per order; this order already has ${REFUNDS_PER_TRADE_MAX}`,
      );
    case "item_unknown":
      return new AppError(
        "invalid_request",
        "an item does not belong to this order",
        itemError(decision.at, "itemId", "is not an item of this order"),
      );
    case "item_exceeds": {
      const message = `at most ${decision.left} of this item can still be refunded`;
      return new AppError("amount_exceeds_refundable", message, itemError(decision.at, "quantity", message));
    }
    case "items_differ":
      return new AppError("invalid_request", "amount does not match the items", {
        errors: [{ path: "amount", message: `the items add up to ${decision.itemsFen} fen; leave amount out` }],
      });
    case "nothing_paid":
      return new AppError("invalid_request", "nothing was paid for these items", {
        errors: [{ path: "items", message: "cost nothing, so there is nothing to refund" }],
      });
  }
}

const exceeds = (left: Fen): AppError =>
  new AppError(
    "amount_exceeds_refundable",
    left === 0 ? "nothing is left to refund" : `at most ${left} fen are left to refund`,
    { errors: [{ path: "amount", message: `must be at most ${left}` }] },
  );

/** A refund as it would be made now, in fen. */
export interface RefundPreview {
  readonly amount: number;
  readonly items: readonly { readonly itemId: string; readonly quantity: number; readonly amount: number }[];
  /** What could still go back afterwards. */
  readonly leftAfter: number;
  /** In the future where WeChat's minute between refunds is not over. */
  readonly sendAt: Date;
  /** Where a person asks, a second one has to approve. */
  readonly needsApproval: boolean;
}

/** The same decision as {@link refundOrder} takes, without the lock and without its effect. @throws AppError as it does */
export async function previewRefund(
  deps: Deps,
  { orderId, amount, items }: Pick<RefundOrder, "orderId" | "amount" | "items">,
): Promise<RefundPreview> {
  const file = isId("order", orderId) ? await deps.store.findOrder(orderId) : null;
  if (file === null) throw orderNotFound();
  const attempt = settlingAttempt(file.attempts);
  if (attempt === undefined) throw notPaid(file);
  const refunds = (await deps.store.refunds.ofOrder(orderId)).filter((refund) => refund.attemptId === attempt.id);
  const wish = { amountFen: amount === undefined ? null : fen(amount), items: items ?? null };
  const decision = decideRefund({ attempt, orderItems: file.items, refunds, wish, now: deps.clock.now() });
  if (decision.kind !== "allowed") throw refusalOf(decision);
  const { amountFen } = decision;
  const needsApproval =
    (await limitAbove(deps.store.refunds, { asker: UNNAMED, orderId, amountFen, refunds })) !== null;
  return {
    needsApproval,
    amount: decision.amountFen,
    items: decision.items.map(({ itemId, quantity, amountFen }) => ({ itemId, quantity, amount: amountFen })),
    leftAfter: refundableFen(attempt) - decision.amountFen,
    sendAt: decision.sendAt,
  };
}
