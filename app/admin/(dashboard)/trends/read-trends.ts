import { beijingDay } from "#lib/base/beijing-time.ts";
import { addTakings, type TakingsSums } from "#lib/base/takings.ts";
import { addMs } from "#lib/base/time.ts";
import type { Look } from "#lib/storage/replica.ts";
import { readTakings, type Takings } from "#lib/storage/takings/read-takings.ts";
import { measured } from "./measures.ts";
import { type Bucket, bucketsOf, spansOf, type TrendQuery } from "./trend-query.ts";

export interface TrendPart {
  readonly key: string;
  readonly sums: TakingsSums;
  readonly before: TakingsSums;
  /** One for each bucket. */
  readonly buckets: readonly TakingsSums[];
}

export interface Trends {
  readonly buckets: readonly Bucket[];
  readonly whole: TrendPart;
  /** The same of the period before, bucket by bucket, as many as there are. */
  readonly wholeBefore: readonly TakingsSums[];
  /** The greatest first; empty without a split. */
  readonly parts: readonly TrendPart[];
  readonly before: { readonly from: Date; readonly to: Date };
  /** Some hours are not added up yet. */
  readonly isIncomplete: boolean;
}

/** Takings of the stretch and of the one before it, and of the parts they are split into. */
export async function readTrends({ pool }: Pick<Look, "pool">, query: TrendQuery, now: Date): Promise<Trends> {
  const { span, before } = spansOf(query, now);
  const { step, split, measure } = query;
  const [all, allBefore, own, ownBefore] = await Promise.all([
    readTakings(pool, { ...span, step, dimension: "all" }),
    readTakings(pool, { ...before, step, dimension: "all" }),
    split === null ? null : readTakings(pool, { ...span, step, dimension: split }),
    split === null ? null : readTakings(pool, { ...before, step: "month", dimension: split }),
  ]);
  const buckets = bucketsOf(query);
  const partOf = (key: string, takings: readonly Takings[], old: readonly Takings[]): TrendPart => ({
    key,
    sums: addTakings(takings),
    before: addTakings(old),
    buckets: inBuckets(buckets, takings),
  });
  const keys = [...new Set([...(own?.takings ?? []), ...(ownBefore?.takings ?? [])].map(({ key }) => key))];
  const of = (key: string) => (row: Takings) => row.key === key;
  const parts = keys.map((key) =>
    partOf(key, (own?.takings ?? []).filter(of(key)), (ownBefore?.takings ?? []).filter(of(key))),
  );
  const size = ({ sums }: TrendPart) => measured(measure, sums) ?? -1;
  return {
    buckets,
    whole: partOf("", all.takings, allBefore.takings),
    wholeBefore: inBuckets(bucketsBefore(query, before), allBefore.takings),
    parts: parts.toSorted((one, other) => size(other) - size(one)),
    before,
    isIncomplete: all.isIncomplete || allBefore.isIncomplete,
  };
}

const inBuckets = (buckets: readonly Bucket[], takings: readonly Takings[]): TakingsSums[] =>
  buckets.map(({ startsAt }) => addTakings(takings.filter((row) => row.startsAt.getTime() === startsAt.getTime())));

function bucketsBefore({ step }: TrendQuery, { from, to }: { from: Date; to: Date }): Bucket[] {
  return bucketsOf({ from: beijingDay(from), to: beijingDay(addMs(to, -1)), step });
}
