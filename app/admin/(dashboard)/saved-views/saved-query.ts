import type { ListColumn } from "#components/admin/list/list-types.ts";
import { daysOfPeriod, nameOfRange } from "#components/controls/day-ranges.ts";

/** In an address: the list as it is, whatever somebody has chosen to see first. */
export const ALL_VIEW = "all";

export type SearchedFor = Readonly<Record<string, string>>;

/** Puts days in the place of `period=month`, as they are today. */
export function withPeriod(search: SearchedFor, today: string): SearchedFor {
  const days = daysOfPeriod(search.period, today);
  if (days === undefined) return search;
  const { period: _, ...rest } = search;
  return {
    ...rest,
    ...(days.from === undefined ? {} : { from: days.from }),
    ...(days.to === undefined ? {} : { to: days.to }),
  };
}

/** What is saved of a filter: without the place in the list, and with days by their distance from today where they have one. */
export function savedQuery(filter: Readonly<Record<string, string | undefined>>, today: string): string {
  const { cursor: _, from, to, ...rest } = filter;
  const period = from === undefined && to === undefined ? undefined : nameOfRange({ from, to }, today);
  const days = period === undefined ? { from, to } : { period };
  const said = Object.entries({ ...rest, ...days }).filter((entry): entry is [string, string] => !!entry[1]);
  return new URLSearchParams(said.toSorted(([one], [other]) => (one < other ? -1 : 1))).toString();
}

/** The columns that somebody chose, as far as there are such; else the usual ones. */
export function shownOf(
  columns: readonly ListColumn[],
  { own, shown }: { readonly own: readonly string[]; readonly shown: readonly string[] },
): readonly string[] {
  const chosen = columns.map(({ key }) => key).filter((key) => own.includes(key));
  return chosen.length === 0 ? shown : chosen;
}
