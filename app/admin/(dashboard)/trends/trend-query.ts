import { beijingDay, beijingDayAfter, beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { SPLITS, type Split } from "../orders/filter.ts";
import { isDay } from "../reconciliation/days.ts";

export const STEPS = ["hour", "day", "week", "month"] as const;
type Step = (typeof STEPS)[number];
export const MEASURES = ["paid", "net", "payments", "orders", "success", "given", "discount"] as const;
export type TrendMeasure = (typeof MEASURES)[number];

/** What the page of trends shows. Days are days in Beijing, the last one included. */
export interface TrendQuery {
  readonly from: string;
  readonly to: string;
  readonly step: Step;
  readonly measure: TrendMeasure;
  /** What it is split by; null: the shop as a whole. */
  readonly split: Split | null;
}

const DAYS_MAX = 3 * 366;
const DAYS_BY_DEFAULT = 30;
/** More points than that are no picture. */
const POINTS_MAX: Readonly<Record<Step, number>> = { hour: 3, day: 100, week: 366, month: DAYS_MAX };

/** Whatever is not said, or cannot be, is what most people want: the last thirty days, by day, takings. */
export function trendQueryOf(search: Readonly<Record<string, string>>, now: Date): TrendQuery {
  const today = beijingDay(now);
  const to = isDay(search.to) && search.to <= today ? search.to : today;
  const asked = isDay(search.from) && search.from <= to ? search.from : back(to, DAYS_BY_DEFAULT - 1);
  const from = daysOf(asked, to) > DAYS_MAX ? back(to, DAYS_MAX - 1) : asked;
  const days = daysOf(from, to);
  const wanted = STEPS.find((each) => each === search.step) ?? (days <= 1 ? "hour" : "day");
  // The finest step that is still a picture, not finer than what was asked for.
  const step = STEPS.slice(STEPS.indexOf(wanted)).find((each) => days <= POINTS_MAX[each]) ?? "month";
  return {
    from,
    to,
    step,
    measure: MEASURES.find((each) => each === search.measure) ?? "paid",
    split: SPLITS.find((each) => each === search.split) ?? null,
  };
}

export const trendAddress = (query: TrendQuery, path = "/admin/trends"): string => {
  const { split, ...rest } = query;
  return `${path}?${new URLSearchParams(split === null ? rest : { ...rest, split })}`;
};

const back = (day: string, days: number): string => beijingDay(addMs(beijingMidnight(day), -days * DAY_MS));
const daysOf = (from: string, to: string): number =>
  Math.round((beijingMidnight(to).getTime() - beijingMidnight(from).getTime()) / DAY_MS) + 1;

interface TimeSpan {
  readonly from: Date;
  readonly to: Date;
}

/** The stretch itself, as far as it has come, and the one before it, as far as it had come by then. */
export function spansOf({ from, to, step }: TrendQuery, now: Date): { span: TimeSpan; before: TimeSpan } {
  const [start, end] = [beijingMidnight(from), beijingMidnight(beijingDayAfter(to))];
  const reached = end > now ? now : end;
  const months = monthsOf(from, to, now);
  const startBefore =
    step === "month" && months !== null
      ? beijingMidnight(`${monthBack(from, months)}-01`)
      : addMs(start, -(end.getTime() - start.getTime()));
  const endBefore = addMs(startBefore, reached.getTime() - start.getTime());
  // A stretch of whole months ends where the next begins, however long the months are.
  const whole = step === "month" && months !== null && end <= now;
  return {
    span: { from: start, to: reached },
    before: { from: startBefore, to: whole ? start : earliest(endBefore, start) },
  };
}

const earliest = (one: Date, other: Date): Date => (one < other ? one : other);

/** How many months it is, from a first of a month to the end of one or until now; null when it is no such stretch. */
function monthsOf(from: string, to: string, now: Date): number | null {
  const endsWhole = beijingDayAfter(to).endsWith("-01") || to === beijingDay(now);
  if (!from.endsWith("-01") || !endsWhole) return null;
  return numberOf(to) - numberOf(from) + 1;
}

const numberOf = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
const monthBack = (day: string, months: number): string => {
  const number = numberOf(day) - months - 1;
  return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
};

/** An hour, day, week or month of the picture, as far as it lies in the stretch. */
export interface Bucket {
  readonly startsAt: Date;
  /** The first and last day or hour of it, as the lists of orders and refunds take them. */
  readonly first: string;
  readonly last: string;
}

/** Every bucket of the stretch, those without takings too. */
export function bucketsOf({ from, to, step }: Pick<TrendQuery, "from" | "to" | "step">): Bucket[] {
  if (step === "hour") return hoursOf(from, to);
  const buckets: { startsAt: Date; first: string; last: string }[] = [];
  for (let day = from; day <= to; day = beijingDayAfter(day)) {
    const startsAt = beijingMidnight(bucketStart(day, step));
    const open = buckets.at(-1);
    if (open?.startsAt.getTime() === startsAt.getTime()) open.last = day;
    else buckets.push({ startsAt, first: day, last: day });
  }
  return buckets;
}

/** Weeks begin on Monday. */
function bucketStart(day: string, step: Step): string {
  if (step === "month") return `${day.slice(0, 7)}-01`;
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return step === "week" ? back(day, (weekday + 6) % 7) : day;
}

function hoursOf(from: string, to: string): Bucket[] {
  const hours: Bucket[] = [];
  for (let day = from; day <= to; day = beijingDayAfter(day)) {
    for (let hour = 0; hour < 24; hour++) {
      const name = `${day}T${String(hour).padStart(2, "0")}`;
      hours.push({ startsAt: new Date(`${name}:00:00+08:00`), first: name, last: name });
    }
  }
  return hours;
}
