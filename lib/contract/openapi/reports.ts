import { z } from "zod";
import { EVENTS_LISTED_DAYS } from "../../base/webhook-limits.ts";
import { eventListQuerySchema, eventSchema } from "../event.ts";
import { pageOf } from "../order.ts";
import { dailyReportQuerySchema, dailyReportSchema } from "../report.ts";
import type { Operations } from "./operation.ts";

/** One message of JSON-RPC 2.0; what it may say is the Model Context Protocol's. */
const mcpMessageSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  method: z.string(),
  id: z.union([z.string(), z.number()]).optional(),
  params: z.looseObject({}).optional(),
});

const rpcErrorSchema = z.object({
  jsonrpc: z.literal("2.0"),
  error: z.object({ code: z.int(), message: z.string() }),
  id: z.null(),
});

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
  "/mcp": {
    post: {
      id: "callAgentTools",
      tag: "Agents",
      summary: "Speak the Model Context Protocol",
      description:
        "Tools for agents (MCP, Streamable HTTP without a session), with an API key. A key sees the tools whose scope it has, and tools that change something only where the server was started with `MCP_WRITES=1`. A refund takes two calls. Each call is in the audit log.",
      auth: "merchant",
      body: {
        schema: mcpMessageSchema,
        required: true,
        example: { jsonrpc: "2.0", id: 1, method: "tools/list" },
      },
      answers: [
        { status: 200, description: "The answer, in JSON-RPC", schema: z.looseObject({ jsonrpc: z.literal("2.0") }) },
        { status: 202, description: "A notification was taken" },
        { status: 400, description: "No message of the protocol", schema: rpcErrorSchema },
        {
          status: 406,
          description: "`Accept` must name `application/json` and `text/event-stream`",
          schema: rpcErrorSchema,
        },
        { status: 415, description: "`Content-Type` must be `application/json`", schema: rpcErrorSchema },
      ],
      errors: [],
    },
  },
};
