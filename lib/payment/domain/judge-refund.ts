import { addFen, fen, ZERO_FEN } from "#lib/base/fen.ts";
import type { Attempt, Resolution } from "./attempt.ts";
import { plausibleTime } from "./evidence.ts";
import { type JournalEntry, journalOfRefund } from "./ledger.ts";
import { isHeld, type Refund, type RefundFailure, refundableFen, refundMachine, resolutionOf } from "./refund.ts";
import type { TradeRefund } from "./trade.ts";
import { settledShare } from "./voucher.ts";

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
  readonly word: TradeRefund;
  readonly now: Date;
}

/** What WeChat's word about a refund means. Notices and queries both end here. */
export function judgeRefund({ refund, attempt, word, now }: RefundJudgementInput): RefundJudgement {
  const differing = [
    ...(word.amountFen === refund.amountFen ? [] : ["amount"]),
    ...(word.tradeNumber === attempt.number ? [] : ["trade"]),
  ];
  if (differing.length > 0) return { kind: "differs", differing: differing.join(",") };
  if (!refundMachine.allows(refund.status, word.status)) return { kind: "repeated" };
  if (!isHeld(refund) && refundableFen(attempt) < refund.amountFen) return { kind: "overdrawn" };
  return { kind: "moves", move: moveOf({ refund, attempt, word, now }) };
}

function moveOf({ refund, attempt, word, now }: RefundJudgementInput): RefundMove {
  const known = {
    ...{ wechatRefundId: word.refundId, acceptedAt: refund.acceptedAt ?? now, checks: 0 },
    ...{ payerFen: word.payerFen ?? refund.payerFen, settledFen: word.settledFen ?? refund.settledFen },
  };
  switch (word.status) {
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
      const succeededAt = plausibleTime(word.succeededAt, attempt.paidAt ?? refund.createdAt, now) ?? now;
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
function moved(attempt: Attempt, before: Refund, refund: Refund): RefundMove {
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
