import type { Clock } from "#lib/base/clock.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import {
  BUDGETS,
  judgeGap,
  judgeSignals,
  learnRhythm,
  learnUsual,
  type Rhythm,
  type ShareSignal,
  type ShopActivity,
  type SlotCount,
  type UsualShares,
} from "#lib/intelligence/index.ts";
import type { AlertDraft } from "#lib/payment/index.ts";
import type { Database } from "#lib/storage/client.ts";
import { settleCondition } from "#lib/storage/operations/lasting-alerts.ts";
import { firstPaymentAt, lastPaymentAt, readActivity, readSlots } from "#lib/storage/operations/shop-activity.ts";
import type { DoorWatch } from "./watch-doors.ts";

// Looks every minute whether payments, notices and pages are as they usually are in this shop, and tells people where they are not.
// What is usual is learned once an hour from the last four weeks.

export interface SilenceWatchDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  /** Whether shoppers reach our pages; left out where our address is this machine's own. */
  readonly doors?: DoorWatch;
}

const HISTORY_MS = 28 * DAY_MS;
const LEARN_EVERY_MS = HOUR_MS;
/** What is younger may still be paid, noticed or opened. */
const SETTLED_MS = HOUR_MS;
const SAMPLE = 3_000;
const RECENT = 120;
const RECENT_MS = DAY_MS;
const CUSTOM_MS = 4 * HOUR_MS;

const TOLD_AS: Readonly<Record<ShareSignal, AlertDraft["kind"]>> = {
  notices: "silent_notices",
  pages: "silent_pages",
  openings: "failing_openings",
  success: "falling_success",
};

interface Learned {
  readonly at: Date;
  readonly rhythm: Rhythm | null;
  readonly usual: UsualShares | null;
  readonly slots: readonly SlotCount[];
}

/** @returns looks once */
export function createSilenceWatch({ pool, clock, doors }: SilenceWatchDeps): () => Promise<void> {
  let learned: Learned | null = null;
  return async () => {
    const now = clock.now();
    if (doors !== undefined) await tellOfDoors(pool, { doors, now });
    if (learned === null || now.getTime() - learned.at.getTime() >= LEARN_EVERY_MS) learned = await learn(pool, now);
    const { rhythm, usual, slots } = learned;
    if (rhythm === null || usual === null) return;
    const recent = await readActivity(pool, { before: now, since: addMs(now, -RECENT_MS), limit: RECENT });
    const verdicts = judgeSignals(usual, recent, now);
    for (const [signal, { isAlarm, bad, of }] of Object.entries(verdicts)) {
      const kind = TOLD_AS[signal as ShareSignal];
      await settleCondition(pool, { kind, holds: isAlarm, detail: { count: `${bad} / ${of}` }, at: now });
    }
    const lastPaidAt = await lastPaymentAt(pool, now);
    if (lastPaidAt === null) return;
    const unpaidOrders = unpaidSince(recent, { lastPaidAt, now });
    const gap = judgeGap({ rhythm, recent: slots, lastPaidAt, now, unpaidOrders, budget: BUDGETS.silence });
    // In hours without custom nothing new is seen: what is open stays open until somebody pays.
    if (gap.kind === "unclear") return;
    const detail =
      gap.kind === "silent" ? { expected: Math.round(gap.expected), minutes: minutesOf(lastPaidAt, now) } : {};
    await settleCondition(pool, { kind: "no_payments", holds: gap.kind === "silent", detail, at: now });
  };
}

const minutesOf = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / MINUTE_MS);

function unpaidSince({ orders }: ShopActivity, { lastPaidAt, now }: { lastPaidAt: Date; now: Date }): number {
  const from = Math.max(lastPaidAt.getTime(), now.getTime() - CUSTOM_MS);
  return orders.filter(({ at, paidAfterMs }) => paidAfterMs === null && at.getTime() > from).length;
}

/** Up to the last payment: a silence must not become what is usual. */
async function learn(pool: Database["pool"], now: Date): Promise<Learned> {
  const [first, last] = await Promise.all([firstPaymentAt(pool), lastPaymentAt(pool, now)]);
  const kept = addMs(now, -HISTORY_MS);
  const since = first === null || first < kept ? kept : first;
  const slots = last === null ? [] : await readSlots(pool, { from: since, to: now });
  const rhythm = last === null ? null : learnRhythm(slots, { since, until: last });
  if (rhythm === null) return { at: now, rhythm, usual: null, slots };
  const sample = await readActivity(pool, { before: addMs(now, -SETTLED_MS), since, limit: SAMPLE });
  // A page's order comes about so often for each payment.
  const paid = sample.orders.filter(({ paidAfterMs }) => paidAfterMs !== null).length;
  const ordersPerPayment = paid === 0 ? 1 : sample.orders.length / paid;
  const orders = rhythm.perWeek * ordersPerPayment;
  const perWeek = { orders, payments: rhythm.perWeek, openings: orders };
  return { at: now, rhythm, usual: learnUsual({ sample, perWeek }), slots };
}

async function tellOfDoors(pool: Database["pool"], { doors, now }: { doors: DoorWatch; now: Date }): Promise<void> {
  const { state, problem } = await doors.look();
  if (state === "unknown") return;
  const detail = problem === null ? {} : { problem };
  await settleCondition(pool, { kind: "unreachable_pages", holds: state === "down", detail, at: now });
}
