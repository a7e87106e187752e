import { beijingDay } from "#lib/base/beijing-time.ts";
import { SHIFTS_EXPORTED_MAX } from "#lib/base/till-limits.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { shiftsCsv } from "#lib/tills/index.ts";
import { openExport } from "../../../export-answer.ts";
import { actorName } from "../../audit-words.ts";
import { readShiftSearch, shiftFilterOf } from "../shift-filter.ts";

/** The hand-overs that the list shows, the newest first, as CSV. */
export async function GET(request: Request): Promise<Response> {
  const opened = await openExport("stores.read");
  if (opened instanceof Response) return opened;
  const { container, language, session, text } = opened;
  const search = readShiftSearch(Object.fromEntries(new URL(request.url).searchParams));
  const { data } = await container.shifts.list(shiftFilterOf({ ...search, cursor: undefined }, SHIFTS_EXPORTED_MAX));
  const at = container.clock.now();
  const { pool } = container.database;
  const detail = { rows: data.length };
  await recordAudit(pool, { actor: session.user.email, action: "shift.export", subject: null, detail, at });
  const body = shiftsCsv({
    shifts: data,
    words: tillsText(language),
    nameOf: (actor) => actorName(actor, text),
    mark: container.settings.sandbox ? text.sandbox : null,
  });
  return new Response(body, {
    headers: {
      "cache-control": "no-store",
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="shifts-${beijingDay(at)}.csv"`,
    },
  });
}
