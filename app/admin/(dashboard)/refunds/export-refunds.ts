import "server-only";
import { EXPORT_PAGE_ROWS } from "#lib/base/export-limits.ts";
import { refundTable } from "#lib/exports/index.ts";
import { exportRefunds } from "#lib/storage/refunds/export-refunds.ts";
import { sumRefunds } from "#lib/storage/refunds/list-refunds.ts";
import { exportsText } from "#lib/texts/admin.ts";
import { type ExportForm, exportAnswer, stampedName } from "../../export-answer.ts";
import { openLookExport } from "../../look-page.tsx";
import { refundFilterOf } from "./filter.ts";

/** Every refund that the list shows under its filter, not only the page that is open. */
export async function exportRefundList(request: Request, form: ExportForm): Promise<Response> {
  const adminRequest = await openLookExport();
  if (adminRequest instanceof Response) return adminRequest;
  const { container, language, text } = adminRequest;
  const { filter, kept } = refundFilterOf(Object.fromEntries(new URL(request.url).searchParams));
  const { pool } = adminRequest.look;
  const { refunds: rows } = await sumRefunds(pool, filter);
  const words = exportsText(language).refunds;
  return exportAnswer(adminRequest, request, {
    form,
    fileName: stampedName("refunds", container.clock.now()),
    action: "refund.export",
    filter: kept,
    rows,
    table: refundTable(exportRefunds(pool, filter, EXPORT_PAGE_ROWS), {
      ...words,
      statuses: text.refunds.statuses,
      channels: text.orders.channels,
      failures: text.refunds.failures,
    }),
  });
}
