import { AppError } from "#lib/base/app-error.ts";
import type { Fen } from "#lib/base/fen.ts";
import {
  ATTEMPTS_PER_MINUTE_MAX,
  ATTEMPTS_PER_ORDER_MAX,
  CHECK_LATER_MS,
  CHECK_SOON_MS,
  H5_HANDOVER_FRESH_MS,
  HANDOVER_FRESH_MS,
  NUMBER_TRIES_MAX,
  PAGE_IN_USE_MS,
  TRADE_NUMBER_CHARS_MAX,
  TRADE_SEQUENCE_MAX,
} from "#lib/base/limits.ts";
import { stateMachine } from "#lib/base/state-machine.ts";
import { addMs, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { Order } from "./order.ts";
import type { Protocol } from "./protocol.ts";
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
  /** What it was opened with. Notices of another protocol are only hints. */
  readonly protocol: Protocol;
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
  /** Since when a code payment is being reversed; what was paid by it may be gone. */
  readonly reverseSince: Date | null;
  readonly createdAt: Date;
}

export const isLive = (attempt: Pick<Attempt, "status">): boolean =>
  attempt.status === "opening" || attempt.status === "waiting";

export const liveAttempt = (attempts: readonly Attempt[]): Attempt | undefined => attempts.find(isLive);

/** @param sequence from 1 */
const attemptNumber = (outTradeNo: string, sequence: number): string =>
  sequence === 1 ? outTradeNo : `${outTradeNo}-${sequence}`;

export interface FreeNumber {
  readonly sequence: number;
  readonly number: string;
}

/**
 * The first sequence from `from` on with a free number: a shop may have given another order the number `…-2`.
 * @param isTaken whether another trade or another order has the number
 * @returns null when the next `NUMBER_TRIES_MAX` are taken, or would be longer than WeChat Pay allows
 */
export async function freeNumber(
  outTradeNo: string,
  from: number,
  isTaken: (number: string) => Promise<boolean>,
): Promise<FreeNumber | null> {
  for (let sequence = from; sequence < from + NUMBER_TRIES_MAX; sequence++) {
    const number = attemptNumber(outTradeNo, sequence);
    if (sequence > TRADE_SEQUENCE_MAX || number.length > TRADE_NUMBER_CHARS_MAX) return null;
    if (!(await isTaken(number))) return { sequence, number };
  }
  return null;
}

/**
 * Each change of the way to pay closes one trade at WeChat Pay and opens another, so an order has a budget: without it
 * anyone who knows the order's id could open any number of them. The trade that is open stays payable.
 * @throws AppError `conflict`, reason `too_many_attempts`
 */
export function requireAttemptBudget(attempts: readonly Pick<Attempt, "createdAt">[], now: Date): void {
  const reason = "too_many_attempts";
  if (attempts.length >= ATTEMPTS_PER_ORDER_MAX) {
    const detail = `the order has opened ${attempts.length} trades at WeChat Pay, and no more are allowed: pay by the one that is open, or create a new order`;
    throw new AppError("conflict", detail, { reason });
  }
  const recent = attempts.filter(({ createdAt }) => now.getTime() - createdAt.getTime() < MINUTE_MS);
  if (recent.length < ATTEMPTS_PER_MINUTE_MAX) return;
  const first = Math.min(...recent.map(({ createdAt }) => createdAt.getTime()));
  const retryAfterS = Math.max(1, Math.ceil((first + MINUTE_MS - now.getTime()) / SECOND_MS));
  const detail = `the order has opened ${recent.length} trades at WeChat Pay within a minute; try again in ${retryAfterS} s, or pay by the one that is open`;
  throw new AppError("conflict", detail, { reason, retryAfterS });
}

/** What the shopper asked for, compared with the trade that is already open. */
export interface AttemptWish {
  readonly channel: Channel;
  readonly dueFen: Fen;
  readonly payerRef: string | null;
  readonly accountId: string;
}

export const serves = (attempt: Attempt, wish: AttemptWish): boolean =>
  attempt.channel === wish.channel &&
  attempt.dueFen === wish.dueFen &&
  attempt.payerRef === wish.payerRef &&
  attempt.accountId === wish.accountId;

/** Whether the stored handover can be given out once more. */
export function isFresh(attempt: Pick<HandedOut, "handover" | "handoverAt">, now: Date): boolean {
  if (attempt.handover === null || attempt.handoverAt === null) return false;
  const livesMs = attempt.handover.kind === "redirect" ? H5_HANDOVER_FRESH_MS : HANDOVER_FRESH_MS;
  return now.getTime() - attempt.handoverAt.getTime() < livesMs;
}

/**
 * Names the handover that can be paid with right now, for pages and programs that show one: the value changes when another
 * trade was opened, when this one was opened again, when the price changed and when it can no longer be paid. Its
 * first part is the channel, which our own page reads; to everybody else it is opaque.
 * @returns null when nothing can be paid with
 */
export function handoverName(attempt: HandedOut | undefined, now: Date): string | null {
  if (attempt === undefined || !isLive(attempt) || attempt.handoverAt === null || !isFresh(attempt, now)) return null;
  return `${attempt.channel}.${attempt.sequence}.${attempt.handoverAt.getTime().toString(36)}`;
}

/** The fields of an attempt that decide whether its handover can be used. */
export type HandedOut = Pick<Attempt, "channel" | "sequence" | "status" | "handoverAt"> & {
  readonly handover: Pick<Handover, "kind"> | null;
};

/** When to ask WeChat again about an unfinished attempt: soon while the page is open, seldom otherwise. */
export function nextCheckAt(order: Pick<Order, "seenAt">, now: Date): Date {
  const inUse = order.seenAt !== null && now.getTime() - order.seenAt.getTime() < PAGE_IN_USE_MS;
  return addMs(now, inUse ? CHECK_SOON_MS : CHECK_LATER_MS);
}

/**
 * While a shopper pays at the counter the order cannot be changed or paid in another way, not even on its own pay page.
 * @throws AppError `conflict`
 */
export function refuseWhileCharged(attempts: readonly Attempt[]): void {
  if (liveAttempt(attempts)?.channel !== "codepay") return;
  const detail = "the order is being paid by payment code at the counter; it is decided within a minute";
  throw new AppError("conflict", detail, { retryAfterS: 5 });
}

/** @throws AppError `conflict` when other orders of the shop hold all numbers that could follow */
export async function nextNumber(
  { id, outTradeNo }: Pick<Order, "id" | "outTradeNo">,
  attempts: readonly Pick<Attempt, "sequence">[],
  isTaken: (number: string, orderId: string) => Promise<boolean>,
): Promise<FreeNumber> {
  const next = (attempts.at(-1)?.sequence ?? 0) + 1;
  const free = await freeNumber(outTradeNo, next, (number) => isTaken(number, id));
  if (free !== null) return free;
  const detail = `no number is free for another trade of this order: other orders use ${outTradeNo}-${next} and those after it; create a new order`;
  throw new AppError("conflict", detail, { reason: "no_free_number" });
}
