import { differencesCsv } from "#lib/reconcile/index.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { listAllOfDay } from "#lib/storage/reconciliation/discrepancies.ts";
import { refusal } from "../../../../data-answer.ts";
import { openExport } from "../../../../export-answer.ts";
import { isDay } from "../../days.ts";

/** A day's differences, open and closed, as CSV. */
export async function GET(_request: Request, { params }: { params: Promise<{ day: string }> }): Promise<Response> {
  const opened = await openExport("reconciliation.read");
  if (opened instanceof Response) return opened;
  const { day } = await params;
  if (!isDay(day)) return refusal(404);
  const { container, language, session, text } = opened;
  const { pool } = container.database;
  const differences = await listAllOfDay(pool, day);
  const at = container.clock.now();
  await recordAudit(pool, { actor: session.user.email, action: "discrepancy.export", subject: `day:${day}`, at });
  const body = differencesCsv({
    day,
    differences,
    words: text.reconciliation,
    language,
    mark: container.settings.sandbox ? text.sandbox : null,
  });
  return new Response(body, {
    headers: {
      "cache-control": "no-store",
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="differences-${day}.csv"`,
    },
  });
}
