import type { Fen } from "#lib/base/fen.ts";
import {
  CHECK_LATER_MS,
  CHECK_SOON_MS,
  H5_HANDOVER_FRESH_MS,
  HANDOVER_FRESH_MS,
  PAGE_IN_USE_MS,
} from "#lib/base/limits.ts";
import { stateMachine } from "#lib/base/state-machine.ts";
import { addMs } from "#lib/base/time.ts";
import type { Order } from "./order.ts";
import type { Voucher } from "./voucher.ts";

export type AttemptStatus = "opening" | "waiting" | "succeeded" | "failed" | "closed";
export type Channel = "native" | "jsapi" | "h5" | "miniprogram" | "codepay";
export type Verdict = "settles" | "late" | "extra" | "mismatch";
export type Resolution = "open" | "refunding" | "refunded" | "accepted";

/**
 * `closed` and `failed` are what we believed, `paid` is a fact: every state leads to `succeeded`, and nothing leaves it.
 */
export const attemptMachine = stateMachine<AttemptStatus>({
  name: "attempt",
  initial: "opening",
  moves: {
    opening: ["waiting", "failed", "closed", "succeeded"],
    waiting: ["closed", "succeeded"],
    failed: ["succeeded"],
    closed: ["succeeded"],
    succeeded: [],
  },
});

/** What WeChat gave us for the phone, before it is signed for one. */
export type Handover =
  | { readonly kind: "code"; readonly codeUrl: string }
  | { readonly kind: "redirect"; readonly h5Url: string }
  | { readonly kind: "prepay"; readonly prepayId: string };

/** One trade at WeChat for an order. Attempt 1 uses the order's own number, then `…-2`, `…-3`. */
export interface Attempt {
  readonly id: string;
  readonly orderId: string;
  readonly sequence: number;
  readonly accountId: string;
  /** Whom the account belongs to: what a paid trade is compared with. */
  readonly appId: string;
  readonly merchantNumber: string;
  /** The number WeChat knows the trade by. */
  readonly number: string;
  readonly channel: Channel;
  readonly status: AttemptStatus;
  readonly dueFen: Fen;
  /** A keyed hash of who pays (openid or address): a trade opened for one payer is not handed to another. */
  readonly payerRef: string | null;
  readonly handover: Handover | null;
  readonly handoverAt: Date | null;
  readonly transactionId: string | null;
  readonly verdict: Verdict | null;
  readonly resolution: Resolution | null;
  /** WeChat's order total that was paid; what the payer handed over may be less (WeChat's own coupons). */
  readonly paidFen: Fen;
  /** What of it comes to the merchant: less by vouchers at the merchant's expense. */
  readonly settledFen: Fen;
  /** What the payer handed over; null until it is paid, or where WeChat did not say. */
  readonly payerFen: Fen | null;
  /** WeChat's own. */
  readonly vouchers: readonly Voucher[];
  readonly paidAt: Date | null;
  readonly refundHeldFen: Fen;
  readonly refundedFen: Fen;
  /** Why it failed or was closed. */
  readonly failure: string | null;
  /** Since when WeChat is told to take a code payment back; what was paid by it may be gone. */
  readonly reverseSince: Date | null;
  readonly createdAt: Date;
}

export const isLive = (attempt: Pick<Attempt, "status">): boolean =>
  attempt.status === "opening" || attempt.status === "waiting";

export const liveAttempt = (attempts: readonly Attempt[]): Attempt | undefined => attempts.find(isLive);

/** @param sequence from 1 */
export const attemptNumber = (outTradeNo: string, sequence: number): string =>
  sequence === 1 ? outTradeNo : `${outTradeNo}-${sequence}`;

/**
 * The first sequence from `from` on whose number nobody holds: a shop may have given another order the number `…-2`.
 * @param isTaken whether another trade or another order has the number
 */
export async function freeNumber(
  outTradeNo: string,
  from: number,
  isTaken: (number: string) => Promise<boolean>,
): Promise<{ readonly sequence: number; readonly number: string }> {
  let sequence = from;
  while (await isTaken(attemptNumber(outTradeNo, sequence))) sequence++;
  return { sequence, number: attemptNumber(outTradeNo, sequence) };
}

/** What the shopper asked for, compared with the trade that is already open. */
export interface Wish {
  readonly channel: Channel;
  readonly dueFen: Fen;
  readonly payerRef: string | null;
  readonly accountId: string;
}

export const serves = (attempt: Attempt, wish: Wish): boolean =>
  attempt.channel === wish.channel &&
  attempt.dueFen === wish.dueFen &&
  attempt.payerRef === wish.payerRef &&
  attempt.accountId === wish.accountId;

/** Whether the stored handover can be given out once more. */
export function isFresh(attempt: Attempt, now: Date): boolean {
  if (attempt.handover === null || attempt.handoverAt === null) return false;
  const livesMs = attempt.handover.kind === "redirect" ? H5_HANDOVER_FRESH_MS : HANDOVER_FRESH_MS;
  return now.getTime() - attempt.handoverAt.getTime() < livesMs;
}

/** When to ask WeChat again about an unfinished attempt: soon while somebody looks at the page, seldom otherwise. */
export function nextCheckAt(order: Pick<Order, "seenAt">, now: Date): Date {
  const inUse = order.seenAt !== null && now.getTime() - order.seenAt.getTime() < PAGE_IN_USE_MS;
  return addMs(now, inUse ? CHECK_SOON_MS : CHECK_LATER_MS);
}
