import { SHOPPERS_PER_FIGURE_MIN } from "#lib/base/behaviour-limits.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { groupBy } from "./statistics.ts";

/** A payment of a shopper whom we may know again. */
export interface ShopperPayment {
  readonly shopperId: string;
  readonly at: Date;
  /** In fen, less what was given back. */
  readonly amount: number;
}

/** Shoppers of one month of first payment, month by month since. */
export interface Cohort {
  /** `2026-11`, of Beijing. */
  readonly month: string;
  /** Null where they are too few for any figure; then there are no cells. */
  readonly shoppers: number | null;
  /** The first is the month itself; as many as have begun. */
  readonly cells: readonly CohortCell[];
}

interface CohortCell {
  readonly since: number;
  readonly returning: number;
  readonly share: number;
  /** Fen per shopper of the cohort. */
  readonly perShopper: number;
  /** Fewer than 20 shoppers: a hint, no figure to build on. */
  readonly few: boolean;
}

const FEW = 20;

const monthOf = (moment: Date): string => beijingDay(moment).slice(0, 7);
const numberOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));

/** A triangle: later cohorts have fewer months behind them. */
export function cohorts(payments: Iterable<ShopperPayment>, { now }: { readonly now: Date }): Cohort[] {
  const shoppers = [...groupBy(payments, ({ shopperId }) => shopperId).values()].map((own) => {
    const months = own.map(({ at, amount }) => ({ month: monthOf(at), amount }));
    return { months, first: months.reduce((least, { month }) => (month < least ? month : least), monthOf(now)) };
  });
  const lastMonth = numberOf(monthOf(now));
  return [...groupBy(shoppers, ({ first }) => first)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([month, own]) => {
      if (own.length < SHOPPERS_PER_FIGURE_MIN) return { month, shoppers: null, cells: [] };
      const length = lastMonth - numberOf(month) + 1;
      return {
        month,
        shoppers: own.length,
        cells: Array.from({ length }, (_, since) => cellOf(own, { month, since })),
      };
    });
}

type Months = readonly { readonly month: string; readonly amount: number }[];

function cellOf(own: readonly { months: Months }[], { month, since }: { month: string; since: number }): CohortCell {
  const wanted = numberOf(month) + since;
  let [returning, spent] = [0, 0];
  for (const { months } of own) {
    const inMonth = months.filter((each) => numberOf(each.month) === wanted);
    if (inMonth.length > 0) returning += 1;
    for (const { amount } of inMonth) spent += amount;
  }
  const size = own.length;
  return { since, returning, share: returning / size, perShopper: Math.round(spent / size), few: size < FEW };
}
