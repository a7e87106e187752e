import { AppError } from "#lib/base/app-error.ts";
import { beijingDay, beijingDayAfter, beijingMidnight } from "#lib/base/beijing-time.ts";
import { REPORT_DAYS_DEFAULT, REPORT_DAYS_MAX } from "#lib/base/limits.ts";
import { addTakings, netOf, type TakingsSums } from "#lib/base/takings.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import type { DailyReport, DailyReportQuery } from "#lib/contract/report.ts";
import type { Database } from "#lib/storage/client.ts";
import { readDayFees } from "#lib/storage/reconciliation/day-fees.ts";
import { readTakings } from "#lib/storage/takings/read-takings.ts";

type ReportDay = DailyReport["data"][number];

/** Hours that are not added up yet are soon. */
const RETRY_AFTER_S = 60;

/**
 * The figures of each day, read as the dashboard reads them. Days to come are left out.
 * @throws AppError `invalid_request`; `unavailable` while hours are missing that the worker has not added up
 */
export async function readDailyReport(
  { pool }: Pick<Database, "pool">,
  query: DailyReportQuery,
  now: Date,
): Promise<DailyReport> {
  const today = beijingDay(now);
  const to = query.to === undefined || query.to > today ? today : query.to;
  const from = query.from ?? beijingDay(addMs(beijingMidnight(to), -(REPORT_DAYS_DEFAULT - 1) * DAY_MS));
  const days = daysOf(from, to);
  const end = beijingMidnight(beijingDayAfter(to));
  const span = { from: beijingMidnight(from), to: end < now ? end : addMs(now, 1), step: "day" } as const;
  const [byDay, byChannel, fees] = await Promise.all([
    readTakings(pool, { ...span, dimension: "all" }),
    readTakings(pool, { ...span, dimension: "channel" }),
    readDayFees(pool, from, to),
  ]);
  if (byDay.isIncomplete || byChannel.isIncomplete) {
    throw new AppError("unavailable", "some hours are not added up yet; is the worker running?", {
      retryAfterS: RETRY_AFTER_S,
    });
  }
  const data = days.map((day): ReportDay => {
    const isOfDay = ({ startsAt }: { readonly startsAt: Date }) => beijingDay(startsAt) === day;
    const sums = addTakings(byDay.takings.filter(isOfDay));
    const amountFees = fees.get(day) ?? null;
    const figures = figuresOf(sums);
    return {
      ...{ day, isOver: day < today, orders: sums.orders, ...figures, amountDiscount: sums.discount },
      ...{ otherRefunds: sums.otherRefunds, amountOtherRefunded: sums.otherRefunded, amountFees },
      amountAfterFees: amountFees === null ? null : figures.amountNet - amountFees,
      channels: byChannel.takings
        .filter((each) => isOfDay(each) && each.payments + each.refunds > 0)
        .map(({ key, ...own }) => ({ channel: key as ReportDay["channels"][number]["channel"], ...figuresOf(own) }))
        .toSorted((one, other) => other.amountPaid - one.amountPaid),
    };
  });
  return { from, to, currency: "CNY", generatedAt: now.toISOString(), data, nextCursor: null };
}

const figuresOf = (sums: TakingsSums) => ({
  ...{ payments: sums.payments, amountPaid: sums.paid, refunds: sums.refunds, amountRefunded: sums.refunded },
  amountNet: netOf(sums),
});

/** @throws AppError `invalid_request` */
function daysOf(from: string, to: string): string[] {
  const refuse = (path: string, message: string): never => {
    throw new AppError("invalid_request", "the query is not valid", { errors: [{ path, message }] });
  };
  if (from > to) refuse("from", "lies in the future");
  const days: string[] = [];
  for (let day = from; day <= to; day = beijingDayAfter(day)) {
    days.push(day);
    if (days.length > REPORT_DAYS_MAX) refuse("from", `must be at most ${REPORT_DAYS_MAX} days before \`to\``);
  }
  return days;
}
