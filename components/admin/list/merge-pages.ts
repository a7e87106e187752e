import type { ListPage, ListRow } from "./list-types.ts";

const isNewer = (one: ListRow, other: ListRow): boolean =>
  one.at === other.at ? one.id > other.id : one.at > other.at;

/**
 * A list that was read further down, once its first page is read again: what is new stands above, what has left the first page's
 * stretch is gone, and nothing between the first page and the second is lost, however much has come meanwhile.
 */
export function withFirstPage(known: ListPage, first: ListPage): ListPage {
  const last = first.rows.at(-1);
  if (last === undefined || first.next === null) return first;
  const older = known.rows.filter((row) => isNewer(last, row));
  // Nothing that is known follows it: the list goes on where the first page ends.
  const knownIds = new Set(known.rows.map(({ id }) => id));
  const isJoined = first.rows.some(({ id }) => knownIds.has(id));
  if (!isJoined || older.length === 0) return first;
  return { rows: [...first.rows, ...older], next: known.next };
}

/** A page that was asked for by the last row known. */
export function withNextPage(known: ListPage, page: ListPage): ListPage {
  const ids = new Set(known.rows.map(({ id }) => id));
  const more = page.rows.filter(({ id }) => !ids.has(id));
  // A page without anything new would be asked for again and again.
  return { rows: [...known.rows, ...more], next: more.length === 0 ? null : page.next };
}
