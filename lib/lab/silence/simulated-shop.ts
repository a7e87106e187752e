import { addMs, DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { Random } from "#lib/intelligence/promotions/random.ts";
import type { OpeningProgress, OrderProgress, PaymentProgress } from "#lib/intelligence/silence/index.ts";

// A shop by the second, with what its database would know of it, and if asked for something that breaks.

/** Midnight of a Monday in Beijing. */
export const SHOP_BEGINS = new Date("2027-03-07T16:00:00Z");

export interface SimulatedRhythm {
  readonly name: string;
  readonly paymentsPerDay: number;
  /** How busy a moment is, in any unit: day of the run (0 is a Monday), hour of the day with fractions. */
  readonly busy: (day: number, hour: number) => number;
  /** Hours that count as rush hours; none: the busiest two of the day. */
  readonly isRush: (day: number, hour: number) => boolean;
  /** How much days differ: standard deviation of the logarithm. */
  readonly mood?: number;
  /** Median seconds from the page to the payment. */
  readonly payS?: number;
}

export const FAULTS = ["notices", "pages", "openings", "success"] as const;
export type Fault = (typeof FAULTS)[number];

interface Breakage {
  readonly fault: Fault;
  readonly from: Date;
}

export interface SimulatedTraffic {
  /** Oldest first by when they were made. */
  readonly orders: readonly OrderProgress[];
  readonly payments: readonly PaymentProgress[];
  readonly openings: readonly OpeningProgress[];
}

export interface SimulationRun {
  readonly rhythm: SimulatedRhythm;
  readonly seed: string;
  readonly days: number;
  readonly breakage?: Breakage;
}

const SUCCEEDS = 0.86;
const NEVER_VIEWED = 0.02;
/** Taken only when WeChat repeats it, 15 to 45 seconds later; and never. */
const NOTICE_LATE = 0.005;
const NOTICE_LOST = 0.0003;
const OPENING_FAILS = 0.005;
/** Of the shoppers who could not pay, so many try once more, with a new order. */
const TRIES_AGAIN = 0.5;
const STEP_H = 0.25;

export function simulateShop({ rhythm, seed, days, breakage }: SimulationRun): SimulatedTraffic {
  const random = new Random(`${rhythm.name}/${seed}`);
  const shop = { orders: [] as OrderProgress[], payments: [] as PaymentProgress[], openings: [] as OpeningProgress[] };
  // A usual week brings seven times the payments of a day, whatever the shape.
  let week = 0;
  for (let day = 0; day < 7; day++)
    for (let hour = 0; hour < 24; hour += STEP_H) week += rhythm.busy(day, hour) * STEP_H;
  const scale = (7 * rhythm.paymentsPerDay) / SUCCEEDS / week;
  for (let day = 0; day < days; day++) {
    const mood = Math.exp((rhythm.mood ?? 0.2) * random.normal());
    for (let hour = 0; hour < 24; hour += STEP_H) {
      const expected = rhythm.busy(day, hour) * scale * mood * STEP_H;
      for (let waited = nextWait(random); waited < expected; waited += nextWait(random)) {
        const at = addMs(SHOP_BEGINS, day * DAY_MS + (hour + STEP_H * random.unit()) * HOUR_MS);
        visit({ random, shop, rhythm, breakage }, at, true);
      }
    }
  }
  const byTime = (one: { at: Date }, other: { at: Date }) => one.at.getTime() - other.at.getTime();
  return {
    orders: shop.orders.sort(byTime),
    payments: shop.payments.sort(byTime),
    openings: shop.openings.sort(byTime),
  };
}

interface ShopperVisit {
  readonly random: Random;
  readonly shop: { orders: OrderProgress[]; payments: PaymentProgress[]; openings: OpeningProgress[] };
  readonly rhythm: SimulatedRhythm;
  readonly breakage: Breakage | undefined;
}

function visit(parts: ShopperVisit, at: Date, mayTryAgain: boolean): void {
  const { random, shop, rhythm, breakage } = parts;
  const isBroken = (fault: Fault, when: Date) => breakage?.fault === fault && when >= breakage.from;
  const isViewed = !random.chance(NEVER_VIEWED) && !isBroken("pages", at);
  const viewedAfterMs = isViewed ? Math.exp(Math.log(4) + 0.6 * random.normal()) * SECOND_MS : null;
  const viewedAt = addMs(at, viewedAfterMs ?? 0);
  const isOpened = isViewed && !random.chance(isBroken("openings", viewedAt) ? 0.97 : OPENING_FAILS);
  if (isViewed) shop.openings.push({ at: viewedAt, isFailed: !isOpened });
  const succeeds = isBroken("success", viewedAt) ? 0.2 * SUCCEEDS : SUCCEEDS;
  const isPaid = isOpened && random.chance(succeeds / ((1 - NEVER_VIEWED) * (1 - OPENING_FAILS)));
  const paidAfterMs = isPaid
    ? (viewedAfterMs ?? 0) + Math.exp(Math.log(rhythm.payS ?? 30) + 0.7 * random.normal()) * SECOND_MS
    : null;
  shop.orders.push({ at, viewedAfterMs, paidAfterMs });
  if (paidAfterMs !== null) {
    const paidAt = addMs(at, paidAfterMs);
    const isNoticed = !random.chance(NOTICE_LOST) && !isBroken("notices", paidAt);
    shop.payments.push({ at: paidAt, noticedAfterMs: isNoticed ? noticeDelay(random) : null });
    return;
  }
  const isAnnoyed = breakage !== undefined && at >= breakage.from && breakage.fault !== "notices";
  if (isAnnoyed && mayTryAgain && random.chance(TRIES_AGAIN))
    visit(parts, addMs(at, (0.5 + random.unit()) * MINUTE_MS), false);
}

const noticeDelay = (random: Random): number =>
  (1 + 2 * random.unit() + (random.chance(NOTICE_LATE) ? 15 + 30 * random.unit() : 0)) * SECOND_MS;

/** Of a Poisson stream, in its own unit. */
const nextWait = (random: Random): number => -Math.log(1 - random.unit());
