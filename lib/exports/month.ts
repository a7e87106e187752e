import { beijingDay, beijingDayAfter, beijingMidnight } from "#lib/base/beijing-time.ts";
import { addTakings, netOf, type TakingsSums } from "#lib/base/takings.ts";
import { addMs } from "#lib/base/time.ts";
import type { Pool } from "#lib/storage/client.ts";
import { readDayFees } from "#lib/storage/reconciliation/day-fees.ts";
import { readTakings } from "#lib/storage/takings/read-takings.ts";
import type { ExportRow, ExportTable } from "./table.ts";

/** A day of the statement. `fees` is null until the day is reconciled. */
interface StatementDay {
  readonly day: string;
  readonly sums: TakingsSums;
  readonly fees: number | null;
}

/** A month in Beijing. Of the present month, the days that have begun. */
export interface MonthFacts {
  /** `2026-11` */
  readonly month: string;
  readonly days: readonly StatementDay[];
  /** By channel, the greatest takings first. */
  readonly channels: readonly { readonly channel: string; readonly sums: TakingsSums }[];
  readonly whole: TakingsSums;
  readonly fees: number;
  /** Days with payments whose fees are not known. */
  readonly daysWithoutFees: number;
  readonly isOver: boolean;
  /** Hours are missing that the worker has not added up yet: nothing to hand to an accountant. */
  readonly isIncomplete: boolean;
}

const MONTH = /^20\d\d-(0[1-9]|1[0-2])$/;
export const isMonth = (text: string): boolean => MONTH.test(text);

/** @param month {@link isMonth}, begun before `now` */
export async function readMonth({ pool }: { readonly pool: Pool }, month: string, now: Date): Promise<MonthFacts> {
  const from = beijingMidnight(`${month}-01`);
  const end = beijingMidnight(`${beijingDay(addMs(from, 32 * 24 * 3_600_000)).slice(0, 7)}-01`);
  const to = end < now ? end : now;
  const [byDay, byChannel, fees] = await Promise.all([
    readTakings(pool, { from, to, step: "day", dimension: "all" }),
    readTakings(pool, { from, to, step: "month", dimension: "channel" }),
    readDayFees(pool, `${month}-01`, beijingDay(addMs(to, -1))),
  ]);
  const days = daysOf(from, to).map((day) => ({
    day,
    sums: addTakings(byDay.takings.filter(({ startsAt }) => beijingDay(startsAt) === day)),
    fees: fees.get(day) ?? null,
  }));
  const channels = byChannel.takings
    .filter(({ payments, refunds }) => payments + refunds > 0)
    .map(({ key, ...sums }) => ({ channel: key, sums }))
    .toSorted((one, other) => other.sums.paid - one.sums.paid);
  return {
    month,
    days,
    channels,
    whole: addTakings(days.map(({ sums }) => sums)),
    fees: days.reduce((sum, day) => sum + (day.fees ?? 0), 0),
    daysWithoutFees: days.filter((day) => day.fees === null && day.sums.payments > 0).length,
    isOver: end <= now,
    isIncomplete: byDay.isIncomplete || byChannel.isIncomplete,
  };
}

function daysOf(from: Date, to: Date): string[] {
  const days: string[] = [];
  for (let day = beijingDay(from); beijingMidnight(day) < to; day = beijingDayAfter(day)) days.push(day);
  return days;
}

const KINDS = {
  day: "text",
  orders: "count",
  payments: "count",
  paid: "amount",
  discount: "amount",
  refunds: "count",
  refunded: "amount",
  other: "amount",
  net: "amount",
  fees: "amount",
  after: "amount",
} as const;
export type MonthColumn = keyof typeof KINDS;
export const MONTH_COLUMNS = Object.keys(KINDS) as MonthColumn[];

/** A month by day. */
export const monthTable = (facts: MonthFacts, words: Readonly<Record<MonthColumn, string>>): ExportTable => ({
  name: facts.month,
  columns: MONTH_COLUMNS.map((key) => ({ title: words[key], kind: KINDS[key] })),
  pages: onePage(facts.days.map(({ day, sums, fees }) => [day, ...figuresOf(sums, fees)])),
});

/** In the order of the columns, without the day. */
export function figuresOf(sums: TakingsSums, fees: number | null): (number | null)[] {
  const net = netOf(sums);
  return [
    ...[sums.orders, sums.payments, sums.paid, sums.discount, sums.refunds, sums.refunded, sums.otherRefunded, net],
    ...[fees, fees === null ? null : net - fees],
  ];
}

async function* onePage(rows: readonly ExportRow[]): AsyncGenerator<readonly ExportRow[]> {
  yield rows;
}
