import { PAYMENT_TIME_SKEW_MS } from "#lib/base/limits.ts";
import type { Attempt } from "./attempt.ts";
import type { Order } from "./order.ts";
import type { Protocol } from "./protocol.ts";
import { differingFields } from "./settlement.ts";
import type { PaidTrade, TimedTrade } from "./trade.ts";

/** What a payment is believed by: a verified notice, or WeChat's answer to a call of ours. */
export interface Evidence {
  readonly kind: "notice" | "query";
  /** Accounts with a key that verifies the notice (accounts of one merchant often share it); or the account that asked. */
  readonly accountIds: readonly string[];
  readonly protocol: Protocol;
}

/** What is kept with a payment of what it was believed by. */
export interface Confirmation {
  readonly by: Evidence["kind"];
  readonly accountId: string;
  readonly protocol: Protocol;
}

/**
 * Why a notice is not enough, so that WeChat is asked: it disagrees with the order, another account's key or another protocol
 * verified it, or no attempt of ours explains it.
 */
export type HintReason = "mismatch" | "other_account" | "other_protocol" | "unexplained";

export interface NoticedTrade {
  readonly attempts: readonly Attempt[];
  readonly trade: PaidTrade;
  readonly evidence: Evidence;
}

/**
 * Whether the evidence counts for the attempt. A key that a later configuration replaced, or one of the weaker protocol,
 * must not decide about trades that were not opened with it.
 */
export function whyOnlyHint(attempt: Attempt, { kind, accountIds, protocol }: Evidence): HintReason | null {
  if (kind === "query") return null;
  if (attempt.protocol !== protocol) return "other_protocol";
  return accountIds.includes(attempt.accountId) ? null : "other_account";
}

/** The same for a notice about an order with known attempts. Null: it may be judged. */
export function hintReason({ attempts, trade, evidence }: NoticedTrade): HintReason | null {
  if (evidence.kind === "query") return null;
  const booked = attempts.find((one) => one.transactionId === trade.transactionId);
  const named = attempts.find((one) => one.number === trade.number);
  const attempt = booked ?? named;
  if (attempt === undefined) return "unexplained";
  // A repeat, whichever key signed it; one that differs from what was booked raises an alert.
  if (booked !== undefined && saysTheSame(booked, trade)) return null;
  const stranger = whyOnlyHint(attempt, evidence);
  if (stranger !== null) return stranger;
  const isOther =
    booked !== undefined || (attempt.status === "succeeded" && differingFields(attempt, trade).length > 0);
  return isOther ? "mismatch" : null;
}

function saysTheSame(booked: Attempt, trade: PaidTrade): boolean {
  const { number, paidFen, verdict } = booked;
  if (number !== trade.number || paidFen !== trade.totalFen) return false;
  // What was booked as a mismatch differed already then.
  return verdict === "mismatch" || differingFields({ ...booked, dueFen: paidFen }, trade).length === 0;
}

export function confirmationOf(attempt: Pick<Attempt, "accountId">, evidence: Evidence): Confirmation {
  const { kind: by, accountIds, protocol } = evidence;
  const own = accountIds.find((id) => id === attempt.accountId);
  return { by, accountId: own ?? accountIds[0] ?? attempt.accountId, protocol };
}

/**
 * The trade with a time of payment that can be kept: a payment is never lost for a clock's sake. A time before the order was
 * made, or after now, is not a time of this payment; a day either way is left for clocks that differ.
 */
export function withTime(trade: PaidTrade, order: Pick<Order, "createdAt">, now: Date): TimedTrade {
  const paidAt = plausibleTime(trade.paidAt, order.createdAt, now);
  return paidAt === null ? { ...trade, paidAt: now, isPaidAtOurs: true } : { ...trade, paidAt, isPaidAtOurs: false };
}

/** The moment, unless it lies before `from` or after now by more than clocks differ. */
export function plausibleTime(moment: Date | null, from: Date, now: Date): Date | null {
  if (moment === null) return null;
  const isPlausible =
    moment.getTime() >= from.getTime() - PAYMENT_TIME_SKEW_MS &&
    moment.getTime() <= now.getTime() + PAYMENT_TIME_SKEW_MS;
  return isPlausible ? moment : null;
}
