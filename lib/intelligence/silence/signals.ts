import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import {
  outcomesToAlarm,
  type Prior,
  type ShareModel,
  type ShareVerdict,
  usualShare,
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
export type UsualShares = Readonly<Record<ShareSignal, SignalModel>>;

/** One false alarm a week in all, the silence of {@link judgeGap} included. */
export const BUDGETS = { notices: 0.3, pages: 0.2, openings: 0.1, success: 0.08, silence: 0.15 } as const;

/** WeChat repeats a notice that was not taken after 15, 15 and 30 seconds. */
const NOTICE_WAIT_MS = MINUTE_MS;
const VIEW_WAIT_MS = 45 * SECOND_MS;
const OPENING_WAIT_MS = 20 * SECOND_MS;
/** How long a payment is waited for: a busy shop learns more from more orders, a quiet one from better judged ones. */
const PAY_WAITS_MS = [45 * SECOND_MS, 90 * SECOND_MS, 3 * MINUTE_MS, 6 * MINUTE_MS];
/** A broken time leaves so much of what usually succeeds. */
const LEFT_WHEN_BROKEN = 0.35;

export interface UsualWeek {
  /** What was long judged: the newest of the last weeks. */
  readonly sample: ShopActivity;
  readonly perWeek: Readonly<Record<"orders" | "payments" | "openings", number>>;
  /** Orders an hour in the busiest hour. */
  readonly peakOrders: number;
}

/** What is usual for this shop. */
export function learnUsual({ sample, perWeek, peakOrders }: UsualWeek): UsualShares {
  const share = <Outcome>(all: readonly Outcome[], isBad: (one: Outcome) => boolean, prior: Prior) =>
    usualShare({ bad: all.filter(isBad).length, total: all.length }, prior);
  const viewed = sample.orders.filter(({ viewedAfterMs }) => viewedAfterMs !== null);
  const success = PAY_WAITS_MS.map((afterMs): SignalModel => {
    const usual = share(viewed, (order) => isUnpaid(order, afterMs), { share: 0.25, weight: 50 });
    const broken = 1 - LEFT_WHEN_BROKEN * (1 - usual);
    return { usual, broken, perWeek: perWeek.orders, budget: BUDGETS.success, afterMs };
  });
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
    success: success.toSorted((one, other) => delayOf(one, peakOrders) - delayOf(other, peakOrders))[0] as SignalModel,
  };
}

/** About how long an alarm takes in the busiest hour. */
const delayOf = (model: SignalModel, perHour: number): number =>
  model.afterMs + (outcomesToAlarm(model) / Math.max(perHour, 0.1)) * 60 * MINUTE_MS;

const isLate = (afterMs: number | null, waitMs: number): boolean => afterMs === null || afterMs > waitMs;
const isUnpaid = ({ paidAfterMs, viewedAfterMs }: OrderProgress, waitMs: number): boolean =>
  paidAfterMs === null || paidAfterMs > waitMs + (viewedAfterMs ?? 0);

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
    success: judged(viewed, usual.success, (order) => isUnpaid(order, usual.success.afterMs)),
  };
}
