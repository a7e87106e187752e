import { addFen, type Fen, fen, partOf, subtractFen, ZERO_FEN } from "#lib/base/fen.ts";
import { REFUNDABLE_MS, REFUNDS_PER_TRADE_MAX } from "#lib/base/limits.ts";
import { stateMachine } from "#lib/base/state-machine.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { Attempt, Resolution } from "./attempt.ts";
import { plausibleTime } from "./evidence.ts";
import { type JournalEntry, journalOfRefund } from "./ledger.ts";
import type { OrderItem } from "./order.ts";
import { plannedSendTime } from "./refund-spacing.ts";
import type { TradeRefund } from "./trade.ts";
import { itemFen } from "./views.ts";
import { settledShare } from "./voucher.ts";

export type RefundStatus = "awaiting_approval" | "requested" | "processing" | "succeeded" | "abnormal" | "closed";
/** Who wanted it: a call of ours, the policy for money that settles nothing, or a person in WeChat's own console. */
export type RefundOrigin = "request" | "policy" | "console";
export type RefundFailure = NonNullable<RefundView["failureReason"]>;

/** `closed` is what WeChat said, money that went back is a fact: every state leads to `succeeded`, and nothing leaves it. */
export const refundMachine = stateMachine<RefundStatus>({
  name: "refund",
  // Where no second person is needed, a refund begins as requested.
  initial: "awaiting_approval",
  moves: {
    awaiting_approval: ["requested", "succeeded", "closed"],
    requested: ["processing", "succeeded", "abnormal", "closed"],
    processing: ["succeeded", "abnormal", "closed"],
    abnormal: ["succeeded", "closed"],
    closed: ["succeeded"],
    succeeded: [],
  },
});

interface RefundItem {
  readonly itemId: string;
  readonly quantity: number;
  readonly amountFen: Fen;
}

/** Money going back from one attempt. */
export interface Refund {
  readonly id: string;
  readonly orderId: string;
  readonly attemptId: string;
  /** The number WeChat knows it by; the same on every repeat. */
  readonly number: string;
  readonly origin: RefundOrigin;
  readonly amountFen: Fen;
  /** Of it: what the payer gets back, and what it takes from the merchant. Null until WeChat reports it. */
  readonly payerFen: Fen | null;
  readonly settledFen: Fen | null;
  readonly reason: string | null;
  readonly items: readonly RefundItem[];
  readonly status: RefundStatus;
  readonly providerRefundId: string | null;
  readonly failure: RefundFailure | null;
  /** WeChat's own message, for people. */
  readonly failureDetail: string | null;
  readonly createdAt: Date;
  /** Not sent before. */
  readonly sendAt: Date;
  readonly sentAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly closedAt: Date | null;
  /** Sends or looks since the last change of status. */
  readonly checks: number;
}

/** Whether the refund's amount is set aside on its attempt. */
export const isHeld = ({ status }: Pick<Refund, "status">): boolean => status !== "succeeded" && status !== "closed";

/** What can still be asked for. */
export const refundableFen = (attempt: Pick<Attempt, "paidFen" | "refundHeldFen" | "refundedFen">): Fen =>
  fen(attempt.paidFen - attempt.refundHeldFen - attempt.refundedFen);

/** What becomes of money that settles nothing, as its refunds go. */
function resolutionOf(attempt: Pick<Attempt, "paidFen" | "refundHeldFen" | "refundedFen">): Resolution {
  if (attempt.refundedFen >= attempt.paidFen) return "refunded";
  return attempt.refundHeldFen > 0 ? "refunding" : "open";
}

export interface RefundWish {
  /** null: all that is left, or what the items come to. */
  readonly amountFen: Fen | null;
  readonly items: readonly { readonly itemId: string; readonly quantity: number }[] | null;
}

export interface RefundInput {
  readonly attempt: Attempt;
  /** What the order consists of; needed only where items are wished for. */
  readonly orderItems: readonly OrderItem[];
  /** All refunds of the attempt so far. */
  readonly refunds: readonly Refund[];
  readonly wish: RefundWish;
  readonly now: Date;
}

export type RefundDecision =
  | { readonly kind: "allowed"; readonly amountFen: Fen; readonly items: readonly RefundItem[]; readonly sendAt: Date }
  | { readonly kind: "exceeds"; readonly leftFen: Fen }
  | { readonly kind: "too_late" | "too_many" }
  /** `at`: which of the wished items, from 0. */
  | { readonly kind: "item_unknown"; readonly at: number }
  | { readonly kind: "item_exceeds"; readonly at: number; readonly left: number }
  | { readonly kind: "items_differ"; readonly itemsFen: Fen }
  | { readonly kind: "nothing_paid" };

/** Whether and how much may go back, by what was paid, held and refunded. Changes nothing. */
export function decideRefund(input: RefundInput): RefundDecision {
  const { attempt, refunds, wish, now } = input;
  const left = refundableFen(attempt);
  const standing = refunds.filter(({ status }) => status !== "closed");
  if (attempt.paidAt === null || now.getTime() - attempt.paidAt.getTime() > REFUNDABLE_MS) return { kind: "too_late" };
  if (left === 0) return { kind: "exceeds", leftFen: left };
  if (standing.length >= REFUNDS_PER_TRADE_MAX) return { kind: "too_many" };
  const priced = wish.items === null ? [] : priceItems({ ...input, items: wish.items }, standing);
  if ("kind" in priced) return priced;
  const itemsFen = fen(priced.reduce((sum, item) => sum + item.amountFen, 0));
  if (wish.items !== null && itemsFen === 0) return { kind: "nothing_paid" };
  if (wish.items !== null && wish.amountFen !== null && wish.amountFen !== itemsFen) {
    return { kind: "items_differ", itemsFen };
  }
  const amountFen = wish.items === null ? (wish.amountFen ?? left) : itemsFen;
  if (amountFen > left) return { kind: "exceeds", leftFen: left };
  return { kind: "allowed", amountFen, items: priced, sendAt: plannedSendTime(refunds, now) };
}

function priceItems(
  { orderItems, items }: Pick<RefundInput, "orderItems"> & { readonly items: NonNullable<RefundWish["items"]> },
  standing: readonly Refund[],
): RefundItem[] | Extract<RefundDecision, { at: number }> {
  const priced: RefundItem[] = [];
  for (const [at, { itemId, quantity }] of items.entries()) {
    const item = orderItems.find((one) => one.id === itemId);
    if (item === undefined) return { kind: "item_unknown", at };
    const before = standing.flatMap((refund) => refund.items.filter((one) => one.itemId === itemId));
    const unitsBefore = before.reduce((sum, one) => sum + one.quantity, 0);
    if (unitsBefore + quantity > item.quantity) return { kind: "item_exceeds", at, left: item.quantity - unitsBefore };
    const fenBefore = before.reduce((sum, one) => sum + one.amountFen, 0);
    priced.push({ itemId, quantity, amountFen: unitsFen(item, { units: unitsBefore + quantity, fenBefore }) });
  }
  return priced;
}

/**
 * What the units so far come to, rounded down, less what went back of the line before: the last unit takes the rest, so a
 * line gives back exactly what was paid for it. A refund that was closed in between may leave more behind than the formula
 * gives; then nothing is taken back.
 */
function unitsFen(item: OrderItem, { units, fenBefore }: { units: number; fenBefore: number }): Fen {
  const paidLine = subtractFen(itemFen(item), item.discountFen);
  return fen(Math.max(ZERO_FEN, partOf(paidLine, units, item.quantity) - fenBefore));
}

/** @param count refunds that the attempt has had, this one not among them */
export const refundNumber = (attempt: Pick<Attempt, "number">, count: number): string =>
  `${attempt.number}-R${count + 1}`;

const isPending = (status: RefundStatus): status is "awaiting_approval" | "requested" | "processing" =>
  status === "awaiting_approval" || status === "requested" || status === "processing";

export function refundView(refund: Refund): RefundView {
  return {
    id: refund.id,
    orderId: refund.orderId,
    outRefundNo: refund.number,
    amount: refund.amountFen,
    amountPayer: refund.payerFen,
    amountSettled: refund.settledFen,
    status: isPending(refund.status) ? "pending" : refund.status,
    awaitingApproval: refund.status === "awaiting_approval",
    reason: refund.reason,
    items: refund.items.map(({ itemId, quantity, amountFen }) => ({ itemId, quantity, amount: amountFen })),
    failureReason: refund.failure,
    failureDetail: refund.failureDetail,
    createdAt: refund.createdAt.toISOString(),
    succeededAt: refund.succeededAt?.toISOString() ?? null,
  };
}

/** A refund's new state with what follows for its attempt and the books. */
export interface RefundMove {
  readonly from: Refund["status"];
  readonly refund: Refund;
  readonly attempt: Attempt;
  /** What becomes of money that settled nothing; null where the attempt settles its order. */
  readonly resolution: Resolution | null;
  readonly journal: JournalEntry | null;
}

export type RefundJudgement =
  | { readonly kind: "moves"; readonly move: RefundMove }
  /** Nothing new: a repeat, or older than what we know. */
  | { readonly kind: "repeated" }
  /** WeChat speaks of another amount or trade under our number. */
  | { readonly kind: "differs"; readonly differing: string }
  /** Went back although we had given it up, and more than is left: a person has to look. */
  | { readonly kind: "overdrawn" };

export interface RefundJudgementInput {
  readonly refund: Refund;
  readonly attempt: Attempt;
  readonly reported: TradeRefund;
  readonly now: Date;
}

/** What WeChat's report about a refund means. Notices and queries both end here. */
export function judgeRefund({ refund, attempt, reported, now }: RefundJudgementInput): RefundJudgement {
  const differing = [
    ...(reported.amountFen === refund.amountFen ? [] : ["amount"]),
    ...(reported.tradeNumber === attempt.number ? [] : ["trade"]),
  ];
  if (differing.length > 0) return { kind: "differs", differing: differing.join(",") };
  if (!refundMachine.allows(refund.status, reported.status)) return { kind: "repeated" };
  if (!isHeld(refund) && refundableFen(attempt) < refund.amountFen) return { kind: "overdrawn" };
  return { kind: "moves", move: moveOf({ refund, attempt, reported, now }) };
}

function moveOf({ refund, attempt, reported, now }: RefundJudgementInput): RefundMove {
  const known = {
    ...{ providerRefundId: reported.refundId, acceptedAt: refund.acceptedAt ?? now, checks: 0 },
    ...{ payerFen: reported.payerFen ?? refund.payerFen, settledFen: reported.settledFen ?? refund.settledFen },
  };
  switch (reported.status) {
    case "processing":
      return moved(attempt, refund, refundMachine.move(refund, "processing", known));
    case "abnormal":
      return moved(attempt, refund, refundMachine.move(refund, "abnormal", { ...known, ...why("abnormal_at_wechat") }));
    case "closed":
      return moved(
        attempt,
        refund,
        refundMachine.move(refund, "closed", { ...known, ...why("closed_at_wechat"), closedAt: now }),
      );
    case "succeeded": {
      const settledFen = known.settledFen ?? settledShare(refund.amountFen, attempt);
      // A refund made in WeChat's console may be older than our row of it, never older than the payment.
      const succeededAt = plausibleTime(reported.succeededAt, attempt.paidAt ?? refund.createdAt, now) ?? now;
      const end = { ...known, settledFen, failure: null, failureDetail: null, succeededAt };
      return moved(attempt, refund, refundMachine.move(refund, "succeeded", end));
    }
  }
}

/** WeChat refused the request, and nothing was made there: the amount is free again. */
export function moveOfRefusal(input: {
  readonly refund: Refund;
  readonly attempt: Attempt;
  readonly failure: RefundFailure;
  readonly detail: string | null;
  readonly now: Date;
}): RefundMove {
  const { refund, attempt, failure, detail, now } = input;
  const end = { failure, failureDetail: detail, closedAt: now };
  return moved(attempt, refund, refundMachine.move(refund, "closed", end));
}

const why = (failure: RefundFailure) => ({ failure, failureDetail: null });

/** The attempt's sums follow from the two states alone. */
export function moved(attempt: Attempt, before: Refund, refund: Refund): RefundMove {
  const { amountFen } = refund;
  const heldFen = (one: Refund) => (isHeld(one) ? amountFen : ZERO_FEN);
  const gone = refund.status === "succeeded";
  const after: Attempt = {
    ...attempt,
    refundHeldFen: fen(attempt.refundHeldFen - heldFen(before) + heldFen(refund)),
    refundedFen: gone ? addFen(attempt.refundedFen, amountFen) : attempt.refundedFen,
  };
  const { verdict } = attempt;
  const settles = verdict === "settles" || verdict === null;
  return {
    from: before.status,
    refund,
    attempt: settles ? after : { ...after, resolution: resolutionOf(after) },
    resolution: settles ? null : resolutionOf(after),
    journal: gone && verdict !== null ? journalOfRefund(settled(refund), verdict) : null,
  };
}

const settled = ({ id, amountFen, settledFen }: Refund) => ({ id, amountFen, settledFen: settledFen ?? amountFen });

/** The attempt with a refund's amount set aside. */
export function holding(attempt: Attempt, refund: Pick<Refund, "amountFen">): Attempt {
  const held = { ...attempt, refundHeldFen: addFen(attempt.refundHeldFen, refund.amountFen) };
  return attempt.verdict === "settles" ? held : { ...held, resolution: resolutionOf(held) };
}
