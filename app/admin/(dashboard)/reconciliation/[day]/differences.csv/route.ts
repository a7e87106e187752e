import { differencesCsv } from "#lib/reconcile/index.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { listAllOfDay } from "#lib/storage/reconciliation/discrepancies.ts";
import { adminRequestOf, detourOf, openGuest } from "../../../../admin-request.ts";
import { isDay } from "../../days.ts";

/** A day's differences, open and closed, as CSV. */
export async function GET(_request: Request, { params }: { params: Promise<{ day: string }> }): Promise<Response> {
  const guest = await openGuest();
  const { day } = await params;
  if (detourOf(guest) !== null || !adminRequestOf(guest).may("reconciliation.read")) return refused(401);
  if (!isDay(day)) return refused(404);
  const { container, language, session, text } = adminRequestOf(guest);
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

const refused = (status: number): Response => new Response(null, { status, headers: { "cache-control": "no-store" } });
