import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { medianOf } from "#lib/intelligence/behaviour/statistics.ts";
import { Random } from "#lib/intelligence/promotions/random.ts";
import {
  BUDGETS,
  judgeGap,
  judgeSignals,
  learnRhythm,
  learnUsual,
  type Rhythm,
  SHARE_SIGNALS,
  SLOT_MS,
  type SlotCount,
  type UsualShares,
} from "#lib/intelligence/silence/index.ts";
import {
  FAULTS,
  type Fault,
  SHOP_BEGINS,
  type SimulatedRhythm,
  type SimulatedTraffic,
  simulateShop,
} from "./simulated-shop.ts";

// Runs the detector over a simulated shop as the worker does: what is usual is learned once an hour, and judged every minute.

const WEEKS_KEPT = 4;
const RECENT = 120;
const KEYS = ["orders", "payments", "openings"] as const;
/** Longer than anything is left before it is judged. */
const STILL_JUDGED_MS = 8 * MINUTE_MS;
const SAMPLE = 3_000;
const DAYS_KEPT = WEEKS_KEPT * 7;

type RaisedAlarm = { readonly signal: string; readonly at: Date };

/** Each alarm's beginning between two moments. */
function alarmsOf(
  shop: SimulatedTraffic,
  { from, to, stopAtFirst = false }: { from: Date; to: Date; stopAtFirst?: boolean },
): RaisedAlarm[] {
  const slots = countSlots(shop);
  const alarms: RaisedAlarm[] = [];
  const open = new Set<string>();
  let learned: { rhythm: Rhythm; usual: UsualShares } | null = null;
  const cursor = { orders: 0, payments: 0, openings: 0 };
  const upTo = (key: keyof typeof cursor, now: Date) => {
    while ((shop[key][cursor[key]]?.at ?? to) < now) cursor[key]++;
    return cursor[key];
  };
  const note = (signal: string, isAlarm: boolean, at: Date) => {
    if (isAlarm && !open.has(signal)) alarms.push({ signal, at });
    if (isAlarm) open.add(signal);
    else open.delete(signal);
  };
  for (let now = from; now < to; now = addMs(now, MINUTE_MS)) {
    if (learned === null || now.getTime() % HOUR_MS === 0) learned = learn(shop, { slots, now });
    if (learned === null) continue;
    const ends = { orders: upTo("orders", now), payments: upTo("payments", now), openings: upTo("openings", now) };
    const newest = Math.max(...KEYS.map((key) => shop[key][ends[key] - 1]?.at.getTime() ?? 0));
    // In a quiet time nothing changes from minute to minute but the silence, and that slowly.
    const isQuiet = now.getTime() - newest > STILL_JUDGED_MS;
    if (isQuiet && now.getTime() % (5 * MINUTE_MS) > 0) continue;
    const recent = recentOf(shop, { ...ends, now });
    if (!isQuiet) {
      const verdicts = judgeSignals(learned.usual, recent, now);
      for (const signal of SHARE_SIGNALS) note(signal, verdicts[signal].isAlarm, now);
    }
    const last = recent.payments.at(-1)?.at;
    if (last !== undefined) {
      const unpaidOrders = recent.orders.filter(
        ({ at, paidAfterMs }) => paidAfterMs === null && at > last && now.getTime() - at.getTime() < 4 * HOUR_MS,
      ).length;
      const gap = judgeGap({
        ...{ rhythm: learned.rhythm, lastPaidAt: last, now, unpaidOrders, budget: BUDGETS.silence },
        recent: slots.slice(Math.max(0, slotIndex(last) - 2 * 96), slotIndex(last)),
      });
      if (gap.kind !== "unclear") note("silence", gap.kind === "silent", now);
    }
    if (stopAtFirst && alarms.length > 0) break;
  }
  return alarms;
}

const slotIndex = (at: Date): number => Math.floor((at.getTime() - SHOP_BEGINS.getTime()) / SLOT_MS);

function countSlots({ payments }: SimulatedTraffic): SlotCount[] {
  const counts: number[] = [];
  for (const { at } of payments) counts[slotIndex(at)] = (counts[slotIndex(at)] ?? 0) + 1;
  return Array.from(counts, (count, slot) => ({ at: addMs(SHOP_BEGINS, slot * SLOT_MS), payments: count ?? 0 }));
}

function learn(shop: SimulatedTraffic, { slots, now }: { slots: readonly SlotCount[]; now: Date }) {
  const kept = addMs(now, -DAYS_KEPT * DAY_MS);
  const since = kept > SHOP_BEGINS ? kept : SHOP_BEGINS;
  const past = slots.slice(Math.max(0, slotIndex(since)), slotIndex(now));
  const last = past.findLast(({ payments }) => payments > 0)?.at ?? since;
  const rhythm = learnRhythm(past, { since, until: addMs(last, SLOT_MS) });
  if (rhythm === null) return null;
  const until = addMs(now, -HOUR_MS);
  const sampled = <One extends { at: Date }>(all: readonly One[]) => {
    let end = all.length;
    let low = 0;
    while (low < end) {
      const middle = (low + end) >> 1;
      if ((all[middle]?.at ?? now) < until) low = middle + 1;
      else end = middle;
    }
    return all.slice(Math.max(0, end - SAMPLE), end).filter(({ at }) => at >= since);
  };
  const sample = { orders: sampled(shop.orders), payments: sampled(shop.payments), openings: sampled(shop.openings) };
  const ratio = sample.payments.length === 0 ? 1 : sample.orders.length / sample.payments.length;
  const perWeek = { orders: rhythm.perWeek * ratio, payments: rhythm.perWeek, openings: rhythm.perWeek * ratio };
  return { rhythm, usual: learnUsual({ sample, perWeek }) };
}

/** What the database would know at this moment. */
function recentOf(
  shop: SimulatedTraffic,
  { orders, payments, openings, now }: { orders: number; payments: number; openings: number; now: Date },
) {
  const known = (at: Date, afterMs: number | null) => (afterMs !== null && addMs(at, afterMs) <= now ? afterMs : null);
  return {
    orders: shop.orders.slice(Math.max(0, orders - RECENT), orders).map(({ at, viewedAfterMs, paidAfterMs }) => ({
      ...{ at, viewedAfterMs: known(at, viewedAfterMs), paidAfterMs: known(at, paidAfterMs) },
    })),
    payments: shop.payments.slice(Math.max(0, payments - RECENT), payments),
    openings: shop.openings.slice(Math.max(0, openings - RECENT), openings),
  };
}

export interface SilenceRow {
  readonly shop: string;
  readonly paymentsPerDay: number;
  /** A week, in the weeks after the first. */
  readonly falseAlarms: number;
  /** By what raised them. */
  readonly falseBySignal: Readonly<Record<string, number>>;
  /** Median minutes from the beginning of a fault in rush hours. */
  readonly minutes: Readonly<Record<Fault, number>>;
  /** Found within three hours. */
  readonly found: number;
}

export interface SilenceBench {
  readonly rhythms: readonly SimulatedRhythm[];
  readonly seed: string;
  /** Quiet runs of five weeks. */
  readonly quietRuns: number;
  /** Broken runs of each fault, begun in a rush hour of the second week. */
  readonly brokenRuns: number;
}

const QUIET_DAYS = 35;

export function benchSilence({ rhythms, seed, quietRuns, brokenRuns }: SilenceBench): SilenceRow[] {
  return rhythms.map((rhythm) => {
    const alarms: RaisedAlarm[] = [];
    for (let run = 0; run < quietRuns; run++) {
      const shop = simulateShop({ rhythm, seed: `${seed}/quiet/${run}`, days: QUIET_DAYS });
      const [from, to] = [addMs(SHOP_BEGINS, 7 * DAY_MS), addMs(SHOP_BEGINS, QUIET_DAYS * DAY_MS)];
      alarms.push(...alarmsOf(shop, { from, to }));
    }
    const weeks = quietRuns * (QUIET_DAYS / 7 - 1);
    const share = (signal: string) => alarms.filter((alarm) => alarm.signal === signal).length / weeks;
    const found = FAULTS.map((fault) =>
      Array.from({ length: brokenRuns }, (_, run) => detect(rhythm, { fault, seed: `${seed}/${fault}/${run}` })),
    );
    const all = found.flat();
    return {
      shop: rhythm.name,
      paymentsPerDay: rhythm.paymentsPerDay,
      falseAlarms: alarms.length / weeks,
      falseBySignal: Object.fromEntries([...SHARE_SIGNALS, "silence"].map((signal) => [signal, share(signal)])),
      minutes: Object.fromEntries(
        FAULTS.map((fault, at) => [fault, medianOf(found[at] ?? [])]),
      ) as SilenceRow["minutes"],
      found: all.filter((minutes) => minutes < NOT_FOUND).length / all.length,
    };
  });
}

const WATCHED_MS = 3 * HOUR_MS;
const NOT_FOUND = WATCHED_MS / MINUTE_MS;

function detect(rhythm: SimulatedRhythm, { fault, seed }: { fault: Fault; seed: string }): number {
  const random = new Random(`when/${seed}`);
  for (;;) {
    const [day, hour] = [7 + random.whole(0, 6), 24 * random.unit()];
    if (!rhythm.isRush(day, hour)) continue;
    const from = addMs(SHOP_BEGINS, day * DAY_MS + hour * HOUR_MS);
    const shop = simulateShop({ rhythm, seed, days: day + 2, breakage: { fault, from } });
    // From a whole minute, as the worker looks.
    const first = new Date(Math.ceil(from.getTime() / MINUTE_MS) * MINUTE_MS);
    const [alarm] = alarmsOf(shop, { from: first, to: addMs(from, WATCHED_MS), stopAtFirst: true });
    return alarm === undefined ? NOT_FOUND : (alarm.at.getTime() - from.getTime()) / MINUTE_MS;
  }
}
