import { openListRows } from "../../saved-views/list-rows.ts";
import { withPeriod } from "../../saved-views/saved-query.ts";
import { REFUND_COLUMNS_SHOWN, readRefundPage, refundColumns } from "../refund-list.ts";

/** The rows that follow, for a list that is scrolled. */
export const GET = openListRows(
  { list: "refunds", columnsOf: refundColumns, shown: REFUND_COLUMNS_SHOWN },
  (adminRequest, rows) => readRefundPage(adminRequest, withPeriod(rows.search, rows.today), rows),
);
