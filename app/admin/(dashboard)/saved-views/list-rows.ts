import "server-only";
import type { ListColumn, ListPage } from "#components/admin/list/list-types.ts";
import { readOwnList, type SavedList } from "#lib/storage/administration/list-views.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { NOT_KEPT } from "../../data-answer.ts";
import { type LookRequest, openLookData } from "../../look-page.tsx";
import { todayOf } from "./own-list.ts";
import { shownOf } from "./saved-query.ts";

interface ListOfRows {
  readonly list: SavedList;
  readonly columnsOf: (adminRequest: AdminRequest) => readonly ListColumn[];
  readonly shown: readonly string[];
}

interface AskedRows {
  readonly search: Readonly<Record<string, string>>;
  readonly today: string;
  readonly columns: readonly string[];
  readonly limit: number;
}

/** More than on the first page: whoever scrolls wants to see more. */
const ROWS_AT_ONCE = 50;
const VALUE_CHARS_MAX = 200;

/** Answers the pages of a list that follow the first, with the columns that the one who asks has chosen. */
export const openListRows =
  ({ list, columnsOf, shown }: ListOfRows, read: (adminRequest: LookRequest, rows: AskedRows) => Promise<ListPage>) =>
  async (request: Request): Promise<Response> => {
    const adminRequest = await openLookData("orders.read");
    if (adminRequest instanceof Response) return adminRequest;
    const own = await readOwnList(adminRequest.container.database.pool, { list, userId: adminRequest.session.user.id });
    const search = [...new URL(request.url).searchParams].filter(([, value]) => value.length <= VALUE_CHARS_MAX);
    const page = await read(adminRequest, {
      search: Object.fromEntries(search),
      today: todayOf(adminRequest),
      columns: shownOf(columnsOf(adminRequest), { own: own.columns, shown }),
      limit: ROWS_AT_ONCE,
    });
    return Response.json(page, { headers: NOT_KEPT });
  };
