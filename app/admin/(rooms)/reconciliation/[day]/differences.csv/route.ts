import { differencesCsv } from "#lib/reconcile/index.ts";
import { recordAudit } from "#lib/storage/audit-log.ts";
import { listAllOfDay } from "#lib/storage/discrepancies.ts";
import { detourOf, openGuest, visitOf } from "../../../../visit.ts";
import { isDay } from "../../days.ts";

/** A day's differences, open and closed, for office programs. */
export async function GET(_request: Request, { params }: { params: Promise<{ day: string }> }): Promise<Response> {
  const guest = await openGuest();
  const { day } = await params;
  if (detourOf(guest) !== null || !visitOf(guest).may("reconciliation.read")) return refused(401);
  if (!isDay(day)) return refused(404);
  const { container, language, session, text } = visitOf(guest);
  const { pool } = container.database;
  const differences = await listAllOfDay(pool, day);
  const at = container.clock.now();
  await recordAudit(pool, { actor: session.user.email, action: "discrepancy.export", subject: `day:${day}`, at });
  const body = differencesCsv({
    day,
    differences,
    words: text.reconciliation,
    language: language === "en" ? "en" : "zh",
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
