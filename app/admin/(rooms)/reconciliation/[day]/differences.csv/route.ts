import { DISCREPANCIES_MAX } from "#lib/base/limits.ts";
import { differencesCsv } from "#lib/reconcile/index.ts";
import { recordAudit } from "#lib/storage/audit-log.ts";
import { listDiscrepancies, listRuns } from "#lib/storage/discrepancies.ts";
import { detourOf, openGuest, visitOf } from "../../../../visit.ts";
import { isDay } from "../../days.ts";

const RUNS_MAX = 20;

/** A day's differences, open and closed, for office programs. */
export async function GET(_request: Request, { params }: { params: Promise<{ day: string }> }): Promise<Response> {
  const guest = await openGuest();
  const { day } = await params;
  if (detourOf(guest) !== null || !visitOf(guest).may("reconciliation.read")) return refused(401);
  if (!isDay(day)) return refused(404);
  const { container, language, session, text } = visitOf(guest);
  const { pool } = container.database;
  const runs = await listRuns(pool, { day, limit: RUNS_MAX });
  const lists = await Promise.all(runs.map(({ id }) => listDiscrepancies(pool, id, DISCREPANCIES_MAX)));
  const at = container.clock.now();
  await recordAudit(pool, { actor: session.user.email, action: "discrepancy.export", subject: `day:${day}`, at });
  const body = differencesCsv({
    day,
    differences: lists.flat(),
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
