import { readableEvents } from "#lib/auth/scopes.ts";
import { eventListQuerySchema } from "#lib/contract/event.ts";
import { dailyReportQuerySchema } from "#lib/contract/report.ts";
import { readDailyReport } from "#lib/exports/index.ts";
import { readEvents } from "#lib/webhooks/events.ts";
import { json } from "../answer.ts";
import { merchant } from "../endpoint.ts";
import { readQuery } from "../read-request.ts";

/** `GET /api/v1/events`: those whose content the key may read. */
export const listEvents = merchant("webhooks:read", async (call) => {
  const { database, clock } = call.container;
  const query = readQuery(call, eventListQuerySchema);
  return json(200, await readEvents({ pool: database.pool, clock }, query, readableEvents(call.caller.scopes)));
});

/** `GET /api/v1/reports/daily` */
export const getDailyReport = merchant("reports:read", async (call) => {
  const { database, clock } = call.container;
  return json(200, await readDailyReport(database, readQuery(call, dailyReportQuerySchema), clock.now()));
});
