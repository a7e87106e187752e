import type { ChartData, ChartSeries, ChartTone } from "#components/admin/charts/chart-types.ts";
import { monthText, shortDay } from "#components/admin/moments.ts";
import { addTakings, type TakingsSums } from "#lib/base/takings.ts";
import type { Language } from "#lib/texts/language.ts";
import { fill } from "#lib/texts/words.ts";
import { measured, measureHref, measureText, type TrendWords, UNITS } from "./measures.ts";
import type { Trends } from "./read-trends.ts";
import type { Bucket, TrendQuery } from "./trend-query.ts";

interface TrendReader {
  readonly words: TrendWords;
  readonly language: Language;
}

interface TrendChart extends TrendReader {
  readonly query: TrendQuery;
  readonly trends: Trends;
  readonly nameOf: (key: string) => string;
}

const PART_TONES: readonly ChartTone[] = ["part1", "part2", "part3", "part4", "part5"];

/** The stretch before the one before it; or, split, its greatest parts and the rest. */
export function trendChart({ query, trends, words, language, nameOf }: TrendChart): ChartData {
  const { measure, split, step } = query;
  const series = split === null ? compared(query, trends, words) : partSeries({ query, trends, words, nameOf });
  return {
    title: words.measures[measure],
    pointName: words.steps[step],
    unit: UNITS[measure],
    stacked: split !== null && measure !== "success",
    points: trends.buckets.map((bucket) => ({
      label: bucketLabel(bucket, query, { words, language }),
      href: measureHref(measure, { ...bucket, split: null, key: "" }),
    })),
    series,
  };
}

function compared({ measure }: TrendQuery, { whole, wholeBefore, buckets }: Trends, words: TrendWords): ChartSeries[] {
  // A month before may have fewer days: where it had none there is no point.
  const before = buckets.map((_, at) => wholeBefore[at]);
  const seriesOf = (all: readonly (TakingsSums | undefined)[]) => {
    const values = all.map((sums) => (sums === undefined ? null : measured(measure, sums)));
    return { values, texts: values.map((value) => measureText(measure, value)) };
  };
  const form = measure === "success" ? "line" : "bar";
  return [
    { name: words.measures[measure], form, tone: "main", ...seriesOf(whole.buckets) },
    { name: words.before, form: "line", tone: "quiet", ...seriesOf(before) },
  ];
}

function partSeries({ query, trends, words, nameOf }: Omit<TrendChart, "language">): ChartSeries[] {
  const { measure } = query;
  const shown = trends.parts.slice(0, PART_TONES.length);
  const rest = trends.parts.slice(PART_TONES.length);
  const form = measure === "success" ? "line" : "bar";
  const seriesOf = (name: string, tone: ChartTone, sums: readonly TakingsSums[]): ChartSeries => {
    const values = sums.map((each) => measured(measure, each));
    return { name, form, tone, values, texts: values.map((value) => measureText(measure, value)) };
  };
  const parts = shown.map(({ key, buckets }, at) => seriesOf(nameOf(key), PART_TONES[at] ?? "quiet", buckets));
  if (rest.length === 0) return parts;
  const together = trends.buckets.map((_, at) => addTakings(rest.flatMap(({ buckets }) => buckets[at] ?? [])));
  return [...parts, seriesOf(words.rest, "quiet", together)];
}

function bucketLabel({ first }: Bucket, { step, from, to }: TrendQuery, { words, language }: TrendReader): string {
  const day = shortDay(first, language);
  if (step === "hour") return from === to ? `${first.slice(11)}:00` : `${day} ${first.slice(11)}:00`;
  if (step === "month") return monthText(first, language);
  return step === "week" ? fill(words.weekOf, { day }) : day;
}
