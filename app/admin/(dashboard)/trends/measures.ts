import type { ChartUnit } from "#components/admin/charts/chart-types.ts";
import { signedAmount } from "#components/admin/signed-amount.ts";
import { givenBack, netOf, successOf, type TakingsSums } from "#lib/base/takings.ts";
import { fill, percent } from "#lib/texts/words.ts";
import type { TrendsText } from "#lib/texts/zh-CN/trends.ts";
import { NONE, ordersAddress, type Split } from "../orders/filter.ts";
import type { TrendMeasure } from "./trend-query.ts";

export const UNITS: Readonly<Record<TrendMeasure, ChartUnit>> = {
  paid: "fen",
  net: "fen",
  payments: "count",
  orders: "count",
  success: "share",
  given: "fen",
  discount: "fen",
};

/** Null where there is nothing to divide by. */
export function measured(measure: TrendMeasure, sums: TakingsSums): number | null {
  if (measure === "net") return netOf(sums);
  if (measure === "success") return successOf(sums);
  return measure === "given" ? givenBack(sums) : sums[measure];
}

export function measureText(measure: TrendMeasure, value: number | null): string {
  if (value === null) return "—";
  const unit = UNITS[measure];
  return unit === "fen" ? signedAmount(value) : unit === "share" ? percent(value) : String(value);
}

export type TrendWords = TrendsText["trends"];

/** How a value compares with the one before, in words. */
export function changeText(
  measure: TrendMeasure,
  pair: readonly [number | null, number | null],
  words: TrendWords,
): string {
  const [value, old] = pair;
  if (value === null || old === null) return words.nothingBefore;
  if (value === old) return value === 0 ? words.nothingBefore : words.same;
  if (measure === "success") {
    const change = fill(words.points, { points: Math.abs(Math.round((value - old) * 1_000) / 10) });
    return fill(value > old ? words.more : words.less, { change });
  }
  if (old <= 0) return words.nothingBefore;
  return fill(value > old ? words.more : words.less, { change: percent(Math.abs(value - old) / old) });
}

interface MeasuredPart {
  readonly first: string;
  readonly last: string;
  readonly split: Split | null;
  readonly key: string;
}

/** The list that a figure is the sum of; none for what is the difference of two lists, or where the list has no such filter. */
export function measureHref(measure: TrendMeasure, { first, last, split, key }: MeasuredPart): string | undefined {
  const narrowed = split === null ? {} : { [split]: key === "" ? NONE : key };
  if (measure === "paid" || measure === "payments" || measure === "discount") {
    return ordersAddress({ paidFrom: first, paidTo: last, ...narrowed });
  }
  // Lists of orders and refunds by the day they were made know no hours.
  if (first.includes("T")) return undefined;
  if (measure === "orders" || measure === "success") return ordersAddress({ from: first, to: last, ...narrowed });
  if (measure === "given" && split === null) return `/admin/refunds?status=succeeded&from=${first}&to=${last}`;
  return undefined;
}
