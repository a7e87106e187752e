import "server-only";
import { EXPORT_PAGE_ROWS } from "#lib/base/export-limits.ts";
import { orderTable } from "#lib/exports/index.ts";
import { exportOrders } from "#lib/storage/orders/export-orders.ts";
import { sumOrders } from "#lib/storage/orders/sum-orders.ts";
import { exportsText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { type ExportForm, exportAnswer, stampedName } from "../../export-answer.ts";
import { openLookExport } from "../../look-page.tsx";
import { filterOf, narrowingOf, queryOf, whereOf } from "./filter.ts";

/** Every order that the list shows under its filter, not only the page that is open. */
export async function exportOrderList(request: Request, form: ExportForm): Promise<Response> {
  const adminRequest = await openLookExport();
  if (adminRequest instanceof Response) return adminRequest;
  const { container, language, text } = adminRequest;
  const now = container.clock.now();
  const { cursor: _, ...filter } = filterOf(Object.fromEntries(new URL(request.url).searchParams));
  const asked = {
    ...whereOf(queryOf({ ...filter, cursor: undefined }, 1)),
    ...narrowingOf({ ...filter, cursor: undefined }),
  };
  const where = { ...asked, createdTo: asked.createdTo === undefined || asked.createdTo > now ? now : asked.createdTo };
  const { pool } = adminRequest.look;
  const { orders: rows } = await sumOrders(pool, where);
  const words = exportsText(language).orders;
  return exportAnswer(adminRequest, request, {
    form,
    fileName: stampedName("orders", now),
    action: "order.export",
    filter: Object.fromEntries(Object.entries(filter).filter((entry): entry is [string, string] => !!entry[1])),
    rows,
    table: orderTable(exportOrders(pool, where, EXPORT_PAGE_ROWS), {
      ...words,
      statuses: text.orders.statuses,
      channels: text.orders.channels,
      scenes: sceneText(language).names,
    }),
  });
}
