import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import {
  type Prior,
  type ShareModel,
  type ShareVerdict,
  usualShare,
  watchOutcomes,
  watchShare,
} from "./watch-share.ts";

// Four shares that jump when something is broken. Each is judged order by order, so a shop of twenty payments a day needs no more
// of them to go by than a shop of two thousand: one payment without a notice, two orders whose page nobody opens.

/** An order whose shopper is sent to the pay page, and what had become of it how long after it was made. */
export interface OrderProgress {
  readonly at: Date;
  readonly viewedAfterMs: number | null;
  readonly paidAfterMs: number | null;
}

export interface PaymentProgress {
  readonly at: Date;
  /** null: no notice told of it. */
  readonly noticedAfterMs: number | null;
}

/** A trade that was to be opened at WeChat. */
export interface OpeningProgress {
  readonly at: Date;
  /** Refused, or no certain answer yet. */
  readonly isFailed: boolean;
}

export interface ShopActivity {
  readonly orders: readonly OrderProgress[];
  readonly payments: readonly PaymentProgress[];
  readonly openings: readonly OpeningProgress[];
}

export const SHARE_SIGNALS = ["notices", "pages", "openings", "success"] as const;
export type ShareSignal = (typeof SHARE_SIGNALS)[number];

/** A model, and how long an order or payment is left before it is judged. */
interface SignalModel extends ShareModel {
  readonly afterMs: number;
}
interface SuccessModel extends SignalModel {
  /** From the page to the payment, shortest first. */
  readonly payDelaysMs: readonly number[];
}
export type UsualShares = Readonly<Record<Exclude<ShareSignal, "success">, SignalModel>> & {
  readonly success: SuccessModel;
};

/** One false alarm a week in all, the silence of {@link judgeGap} included. */
export const BUDGETS = { notices: 0.2, pages: 0.1, openings: 0.05, success: 0.5, silence: 0.15 } as const;

/** WeChat repeats a notice that was not taken after 15, 15 and 30 seconds. */
const NOTICE_WAIT_MS = MINUTE_MS;
const VIEW_WAIT_MS = 45 * SECOND_MS;
const OPENING_WAIT_MS = 20 * SECOND_MS;
/** Who has not paid by then does not pay. */
const PAY_WAIT_MS = 10 * MINUTE_MS;
/** How long people take to pay, before this shop has shown it: as many payments as it counts for. */
const PAY_PRIOR_MS = [8, 15, 20, 30, 40, 60, 90, 240].map((seconds) => seconds * SECOND_MS);
/** A broken time leaves so much of what usually succeeds. */
const LEFT_WHEN_BROKEN = 0.25;

export interface UsualWeek {
  /** What was long judged: the newest of the last weeks. */
  readonly sample: ShopActivity;
  readonly perWeek: Readonly<Record<"orders" | "payments" | "openings", number>>;
}

/** What is usual for this shop. */
export function learnUsual({ sample, perWeek }: UsualWeek): UsualShares {
  const share = <Outcome>(all: readonly Outcome[], isBad: (one: Outcome) => boolean, prior: Prior) =>
    usualShare({ bad: all.filter(isBad).length, total: all.length }, prior);
  const viewed = sample.orders.filter(({ viewedAfterMs }) => viewedAfterMs !== null);
  const unpaid = share(viewed, (order) => payDelayOf(order) === null, { share: 0.25, weight: 30 });
  const payDelaysMs = [...PAY_PRIOR_MS, ...viewed.flatMap((order) => payDelayOf(order) ?? [])].toSorted(
    (one, other) => one - other,
  );
  return {
    notices: {
      usual: share(sample.payments, (one) => isLate(one.noticedAfterMs, NOTICE_WAIT_MS), { share: 0.001, weight: 400 }),
      ...{ broken: 0.95, perWeek: perWeek.payments, budget: BUDGETS.notices, afterMs: NOTICE_WAIT_MS },
    },
    pages: {
      usual: share(sample.orders, (one) => isLate(one.viewedAfterMs, VIEW_WAIT_MS), { share: 0.03, weight: 50 }),
      ...{ broken: 0.96, perWeek: perWeek.orders, budget: BUDGETS.pages, afterMs: VIEW_WAIT_MS },
    },
    openings: {
      usual: share(sample.openings, ({ isFailed }) => isFailed, { share: 0.005, weight: 200 }),
      ...{ broken: 0.9, perWeek: perWeek.openings, budget: BUDGETS.openings, afterMs: OPENING_WAIT_MS },
    },
    success: {
      ...{ usual: unpaid, broken: 1 - LEFT_WHEN_BROKEN * (1 - unpaid), payDelaysMs, afterMs: 0 },
      ...{ perWeek: perWeek.orders, budget: BUDGETS.success, isGradual: true },
    },
  };
}

const isLate = (afterMs: number | null, waitMs: number): boolean => afterMs === null || afterMs > waitMs;
/** From the page to the payment; null: not paid. */
function payDelayOf({ paidAfterMs, viewedAfterMs }: OrderProgress): number | null {
  const delay = paidAfterMs === null ? null : Math.max(0, paidAfterMs - (viewedAfterMs ?? 0));
  return delay !== null && delay <= PAY_WAIT_MS ? delay : null;
}

/**
 * An order that is not paid yet shows something from its first seconds on: most people would have paid within this minute. So nothing is
 * waited for, and a busy shop is told by many young orders what a quiet one is told by few old ones.
 */
function weighOrder(order: OrderProgress, { usual, broken, payDelaysMs }: SuccessModel, sinceViewMs: number) {
  if (payDelayOf(order) !== null) return { isBad: false, ratio: Math.log((1 - broken) / (1 - usual)) };
  const paidByNow = countUpTo(payDelaysMs, sinceViewMs) / payDelaysMs.length;
  const ratio = Math.log((1 - (1 - broken) * paidByNow) / (1 - (1 - usual) * paidByNow));
  return { isBad: true, ratio };
}

/** How many are not above the limit. @param sorted smallest first */
function countUpTo(sorted: readonly number[], limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param recent the newest hundred or so of each, oldest first */
export function judgeSignals(
  usual: UsualShares,
  recent: ShopActivity,
  now: Date,
): Readonly<Record<ShareSignal, ShareVerdict>> {
  const judged = <Outcome extends { readonly at: Date }>(
    all: readonly Outcome[],
    model: SignalModel,
    isBad: (one: Outcome) => boolean,
  ) => watchShare(all.filter(({ at }) => now.getTime() - at.getTime() >= model.afterMs).map(isBad), model);
  // From its view on: an order that nobody opens is the pages' matter.
  const viewed = recent.orders.flatMap((order) =>
    order.viewedAfterMs === null ? [] : [{ ...order, at: new Date(order.at.getTime() + order.viewedAfterMs) }],
  );
  return {
    // A notice that came late came: once a pause is over, the payments in it are nothing to be told of any more.
    notices: judged(recent.payments, usual.notices, ({ noticedAfterMs }) => noticedAfterMs === null),
    pages: judged(recent.orders, usual.pages, (one) => isLate(one.viewedAfterMs, usual.pages.afterMs)),
    openings: judged(recent.openings, usual.openings, ({ isFailed }) => isFailed),
    success: watchOutcomes(
      viewed.map((order) => weighOrder(order, usual.success, now.getTime() - order.at.getTime())),
      usual.success,
    ),
  };
}
