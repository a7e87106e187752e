import { EVENTS_LISTED_DAYS } from "../../base/webhook-limits.ts";
import { eventListQuerySchema, eventSchema } from "../event.ts";
import { pageOf } from "../order.ts";
import { dailyReportQuerySchema, dailyReportSchema } from "../report.ts";
import type { Operations } from "./operation.ts";

/** What happened, and what the days come to. */
export const reportOperations: Operations = {
  "/api/v1/events": {
    get: {
      id: "listEvents",
      tag: "Events",
      summary: "List what happened",
      description: `The events of the last ${EVENTS_LISTED_DAYS} days whose orders and refunds the key may read, with the very payloads that webhooks carry; no endpoint is needed. To poll, ask with \`order=oldest\` and the id of the last event that you have as \`cursor\`; ask again at once while \`nextCursor\` is not null, and after some seconds otherwise. Each event comes once, and those of an order in the order in which they happened.`,
      auth: "merchant",
      scope: "webhooks:read",
      query: eventListQuerySchema,
      answers: [{ status: 200, description: "A page of events", schema: pageOf(eventSchema) }],
      errors: ["invalid_request"],
    },
  },
  "/api/v1/reports/daily": {
    get: {
      id: "getDailyReport",
      tag: "Reports",
      summary: "Get figures by day",
      description:
        "Payments, refunds, what is left and WeChat Pay's fees of each day in Beijing time, by channel. The figures are those of the dashboard's trends and statements, exact to the fen; a payment counts on the day it was made, a refund on the day the money went back. While the worker has not added up some hours, the answer is `unavailable` rather than too little.",
      auth: "merchant",
      scope: "reports:read",
      query: dailyReportQuerySchema,
      answers: [{ status: 200, description: "The days", schema: dailyReportSchema }],
      errors: ["invalid_request", "unavailable"],
    },
  },
};
