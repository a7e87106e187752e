import { beijingMsOfDay, beijingWeekday } from "#lib/base/beijing-time.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";

// When a shop takes payments, learned from a week or more, and how unlikely it is that none comes for so long. Payments of a quarter
// of an hour are a Poisson count whose level, the same for all of a day, is gamma distributed and learned from the last hours: a
// rainy day, growth and a day off make fewer payments less surprising. The count of a gap is then negative binomial.

export const SLOT_MS = 15 * MINUTE_MS;
const SLOTS_OF_DAY = DAY_MS / SLOT_MS;
const SLOTS_OF_WEEK = 7 * SLOTS_OF_DAY;

/** What one quarter of an hour brought; those without anything may be left out. */
export interface SlotCount {
  readonly at: Date;
  readonly payments: number;
}

export interface Rhythm {
  /** Payments of a usual week. */
  readonly perWeek: number;
  /** Payments expected in between, on a usual day. */
  between(from: Date, to: Date): number;
  /** When the shop last usually began after standing still; null: it never stands still. */
  begun(now: Date): Date | null;
}

/** With less, no hour of the week was seen. */
const LEAST_HISTORY_MS = 7 * DAY_MS - 18 * HOUR_MS;
/** As how many weeks the mean of all days counts for one time of one weekday. */
const DRAWN_TO_ALL_DAYS = 1;
const WEEKDAY_WEIGHT = 0.5;
/** Slots to either side that a slot is smoothed with; where payments are many, an opening hour has a sharp edge. */
const SMOOTHED = { few: 4, many: 0, manyPerWeek: 2_000 };
/** A shop stands still where it takes less than this part of its peak for so long. */
const STILL = { share: 0.04, slots: 8 };

/** @returns null when there is too little to know the rhythm by */
export function learnRhythm(
  counted: readonly SlotCount[],
  { since, until }: { since: Date; until: Date },
): Rhythm | null {
  if (until.getTime() - since.getTime() < LEAST_HISTORY_MS) return null;
  const [counts, seen] = [new Float64Array(SLOTS_OF_WEEK), new Float64Array(SLOTS_OF_WEEK)];
  let total = 0;
  for (const { at, payments } of counted) {
    counts[slotOf(at)] = (counts[slotOf(at)] ?? 0) + payments;
    total += payments;
  }
  if (total === 0) return null;
  for (let at = since.getTime(); at < until.getTime(); at += SLOT_MS) {
    const slot = slotOf(new Date(at));
    seen[slot] = (seen[slot] ?? 0) + 1;
  }
  const weeks = (until.getTime() - since.getTime()) / (7 * DAY_MS);
  const rates = smoothed(shrunk(counts, seen), total / weeks < SMOOTHED.manyPerWeek ? SMOOTHED.few : SMOOTHED.many);
  const sums = [0];
  for (const rate of rates) sums.push((sums.at(-1) ?? 0) + rate);
  const perWeek = sums.at(-1) ?? 0;
  const peak = Math.max(...rates);
  const since0 = (moment: Date) => {
    const slot = slotOf(moment);
    return (sums[slot] ?? 0) + (rates[slot] ?? 0) * ((moment.getTime() % SLOT_MS) / SLOT_MS);
  };
  const backToBegin = beginnings(rates.map((rate) => rate < STILL.share * peak));
  return {
    perWeek,
    between(from, to) {
      if (to <= from) return 0;
      const whole = Math.floor((to.getTime() - from.getTime()) / (7 * DAY_MS)) * perWeek;
      const rest = since0(to) - since0(from);
      return whole + (rest < 0 ? rest + perWeek : rest);
    },
    begun(now) {
      const back = backToBegin[slotOf(now)];
      return back === undefined ? null : new Date(now.getTime() - (now.getTime() % SLOT_MS) - back * SLOT_MS);
    },
  };
}

const slotOf = (moment: Date): number =>
  beijingWeekday(moment) * SLOTS_OF_DAY + Math.floor(beijingMsOfDay(moment) / SLOT_MS);

/** Each time of the week, drawn towards the same time of all days, by how busy its weekday is. */
function shrunk(counts: Float64Array, seen: Float64Array): number[] {
  const rateOf = (pick: (slot: number) => boolean) => {
    let [payments, slots] = [0, 0];
    for (let slot = 0; slot < SLOTS_OF_WEEK; slot++) {
      if (!pick(slot)) continue;
      payments += counts[slot] ?? 0;
      slots += seen[slot] ?? 0;
    }
    return { slots, rate: slots === 0 ? 0 : payments / slots };
  };
  const all = rateOf(() => true);
  const weekdays = Array.from({ length: 7 }, (_, day) => {
    const own = rateOf((slot) => Math.floor(slot / SLOTS_OF_DAY) === day);
    const weeks = own.slots / SLOTS_OF_DAY;
    return (weeks * own.rate + WEEKDAY_WEIGHT * all.rate) / (weeks + WEEKDAY_WEIGHT) / all.rate;
  });
  const times = Array.from({ length: SLOTS_OF_DAY }, (_, time) => rateOf((slot) => slot % SLOTS_OF_DAY === time).rate);
  return Array.from({ length: SLOTS_OF_WEEK }, (_, slot) => {
    const usual = (times[slot % SLOTS_OF_DAY] ?? 0) * (weekdays[Math.floor(slot / SLOTS_OF_DAY)] ?? 0);
    return ((counts[slot] ?? 0) + DRAWN_TO_ALL_DAYS * usual) / ((seen[slot] ?? 0) + DRAWN_TO_ALL_DAYS);
  });
}

/** Triangular weights over the neighbours. */
function smoothed(rates: readonly number[], reach: number): number[] {
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => reach + 1 - Math.abs(at - reach));
  const sum = (reach + 1) ** 2;
  return rates.map((_, slot) =>
    weights.reduce(
      (total, weight, at) => total + (weight / sum) * (rates[(slot + at - reach + SLOTS_OF_WEEK) % SLOTS_OF_WEEK] ?? 0),
      0,
    ),
  );
}

/** For each slot how many slots back the shop began, after standing still long enough; nothing where it never does. */
function beginnings(still: readonly boolean[]): number[] {
  const back: number[] = [];
  let [quiet, sinceBegun] = [0, Number.NaN];
  // Twice around, so that the first slots know of the last ones.
  for (let turn = 0; turn < 2 * SLOTS_OF_WEEK; turn++) {
    const slot = turn % SLOTS_OF_WEEK;
    if (still[slot]) quiet += 1;
    else {
      sinceBegun = quiet >= STILL.slots ? 0 : sinceBegun;
      quiet = 0;
    }
    if (!Number.isNaN(sinceBegun)) back[slot] = sinceBegun;
    sinceBegun += 1;
  }
  return back;
}

export interface Gap {
  readonly rhythm: Rhythm;
  /** The last two days before the gap, or more. */
  readonly recent: readonly SlotCount[];
  readonly lastPaidAt: Date;
  readonly now: Date;
  /** Orders of the last hours that are newer than the last payment, and not paid. */
  readonly unpaidOrders: number;
  /** False alarms a week that are put up with. */
  readonly budget: number;
}

/** `over`: payments come. `unclear`: at this time none would be expected either way. */
export type GapVerdict = { readonly kind: "silent"; readonly expected: number } | { readonly kind: "over" | "unclear" };

/** As many payments as the level of a usual day counts for, against those of the last hours. */
const LEVEL_WEIGHT = 5;
const LEVEL_HALF_LIFE_MS = 5 * HOUR_MS;
const RECENT_MS = 2 * DAY_MS;
/** A shop that stood still may open late or not at all: half a day must be gone, unless people order and cannot pay. */
const HALF_A_DAY = 0.5;
const ORDERS_THAT_SHOW_CUSTOM = 4;

export function judgeGap(gap: Gap): GapVerdict {
  const { rhythm, lastPaidAt, now } = gap;
  const begun = rhythm.begun(now);
  const stoodStill = begun !== null && begun > lastPaidAt;
  const from = stoodStill ? begun : lastPaidAt;
  const expected = rhythm.between(from, now);
  const { shown, predicted } = levelOf(gap);
  // Negative binomial with these two parameters, at 0.
  const chance = (1 + expected / predicted) ** -shown;
  if (chance >= gap.budget / rhythm.perWeek) {
    return expected < 1 && !stoodStill ? { kind: "over" } : { kind: "unclear" };
  }
  if (stoodStill && gap.unpaidOrders < ORDERS_THAT_SHOW_CUSTOM) {
    const day = rhythm.between(from, new Date(from.getTime() + DAY_MS));
    if (expected < HALF_A_DAY * day) return { kind: "unclear" };
  }
  return { kind: "silent", expected };
}

/** What the last hours say of the level: payments that came, and those that a usual day would have brought. */
function levelOf({ rhythm, recent, lastPaidAt }: Gap): { shown: number; predicted: number } {
  const end = lastPaidAt.getTime() - (lastPaidAt.getTime() % HOUR_MS);
  const weightAt = (at: number) => 0.5 ** ((end - at) / LEVEL_HALF_LIFE_MS);
  let [shown, predicted] = [LEVEL_WEIGHT, LEVEL_WEIGHT];
  for (const { at, payments } of recent) {
    const time = at.getTime();
    if (time < end && time >= end - RECENT_MS) shown += weightAt(time) * payments;
  }
  for (let at = end - RECENT_MS; at < end; at += HOUR_MS) {
    predicted += weightAt(at + HOUR_MS / 2) * rhythm.between(new Date(at), new Date(at + HOUR_MS));
  }
  return { shown, predicted };
}
