import "server-only";
import { redirect } from "next/navigation";
import type { ListColumn } from "#components/admin/list/list-types.ts";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { type OwnList, readOwnList, type SavedList } from "#lib/storage/administration/list-views.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { ALL_VIEW, type SearchedFor, shownOf } from "./saved-query.ts";

export interface ShownList extends OwnList {
  readonly list: SavedList;
  /** The columns that are shown. */
  readonly shown: readonly string[];
}

/** The views and columns of the one who asks; an address that says nothing leads to the view they chose to see first. */
export async function openOwnList(
  { container, session }: AdminRequest,
  {
    list,
    search,
    columns,
    shown,
  }: {
    readonly list: SavedList;
    readonly search: SearchedFor;
    readonly columns: readonly ListColumn[];
    readonly shown: readonly string[];
  },
): Promise<ShownList> {
  const own = await readOwnList(container.database.pool, { list, userId: session.user.id });
  const first = own.views.find(({ id }) => id === own.defaultViewId);
  if (first !== undefined && Object.keys(search).length === 0) {
    redirect(`/admin/${list}?${first.query === "" ? `view=${ALL_VIEW}` : first.query}`);
  }
  return { ...own, list, shown: shownOf(columns, { own: own.columns, shown }) };
}

export const todayOf = ({ container }: AdminRequest): string => beijingDay(container.clock.now());
