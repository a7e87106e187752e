import { readableEvents } from "#lib/auth/scopes.ts";
import { eventListQuerySchema } from "#lib/contract/event.ts";
import { dailyReportQuerySchema } from "#lib/contract/report.ts";
import { readDailyReport } from "#lib/exports/index.ts";
import { readEvents } from "#lib/webhooks/events.ts";
import { json } from "../answer.ts";
import { merchantQuery } from "../endpoint.ts";

/** `GET /api/v1/events`: those whose content the key may read. */
export const listEvents = merchantQuery("webhooks:read", eventListQuerySchema, async ({ container, caller }, query) => {
  const { database, clock } = container;
  return json(200, await readEvents({ pool: database.pool, clock }, query, readableEvents(caller.scopes)));
});

/** `GET /api/v1/reports/daily` */
export const getDailyReport = merchantQuery("reports:read", dailyReportQuerySchema, async ({ container }, query) => {
  const { database, clock } = container;
  return json(200, await readDailyReport(database, query, clock.now()));
});
