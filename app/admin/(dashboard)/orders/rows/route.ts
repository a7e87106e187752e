import { openListRows } from "../../saved-views/list-rows.ts";
import { withPeriod } from "../../saved-views/saved-query.ts";
import { filterOf } from "../filter.ts";
import { ORDER_COLUMNS_SHOWN, orderColumns, readOrderPage } from "../order-list.ts";

/** The rows that follow, for a list that is scrolled. */
export const GET = openListRows(
  { list: "orders", columnsOf: orderColumns, shown: ORDER_COLUMNS_SHOWN },
  (adminRequest, rows) => readOrderPage(adminRequest, filterOf(withPeriod(rows.search, rows.today)), rows),
);
