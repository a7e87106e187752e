import { z } from "zod";
import { mayDo, readableEvents } from "#lib/auth/scopes.ts";
import { AppError } from "#lib/base/app-error.ts";
import { beijingDay, beijingDayAfter, beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { type EventView, subjectOf } from "#lib/contract/event.ts";
import { quoteRequestSchema } from "#lib/contract/quote.ts";
import { WEBHOOK_EVENTS } from "#lib/contract/webhook-endpoint.ts";
import { readDailyReport } from "#lib/exports/index.ts";
import { funnelOf } from "#lib/intelligence/index.ts";
import { type Discrepancy, sentenceOf } from "#lib/reconcile/index.ts";
import { readFunnelSums } from "#lib/storage/behaviour/funnel-sums.ts";
import { readToldAnomalies } from "#lib/storage/behaviour/insight-alerts.ts";
import { listAlerts } from "#lib/storage/operations/alerts.ts";
import { readOrderDecisions } from "#lib/storage/orders/order-decisions.ts";
import { listDiscrepancies, listRuns } from "#lib/storage/reconciliation/discrepancies.ts";
import { doctorText } from "#lib/texts/admin.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { readEvents } from "#lib/webhooks/events.ts";
import { checked } from "../read-request.ts";
import { daySchema, fewSchema, momentInput, orderIdSchema, tool } from "./tool.ts";

const LANGUAGE = "en";
const DIFFERENCES_SHOWN = 20;

const whyOffer = tool({
  name: "why_was_this_offer_given",
  title: "Why was this offer given?",
  description:
    "For one order: which promotions it got at each pricing, which ones it did not get and why, and which optional offer it was shown and why.",
  scope: "promotions:read",
  input: z.strictObject({ orderId: orderIdSchema }),
  async run({ container, caller }, { orderId }) {
    if (!mayDo(caller.scopes, "orders:read")) throw lacks("orders:read");
    await container.payments.order(orderId);
    const { prices, offers } = await readOrderDecisions(container.database.pool, orderId);
    return {
      pricings: prices.map(({ at, discountFen, applied, rejected }) => ({
        ...{ at: at.toISOString(), discount: discountFen },
        got: applied.map(({ id, name, amountFen }) => ({ id, name, amount: amountFen })),
        notGot: rejected.map(({ id, name, reason }) => ({ id, name, reason })),
      })),
      optionalOffers: offers.map(({ at, arm, propensity, sentence, arms }) => ({
        ...{ at: at.toISOString(), chosen: arm, probability: propensity, sentence, candidates: arms },
      })),
    };
  },
});

const lacks = (scope: string) => new AppError("forbidden", `this API key lacks the scope ${scope}`);

const quoteCart = tool({
  name: "quote_cart",
  title: "Quote a cart",
  description: "What a cart would cost with the best legal combination of promotions, and why. Nothing is stored.",
  scope: "promotions:read",
  input: z.strictObject({
    items: z
      .array(z.strictObject({ name: z.string(), unitAmount: z.int().min(0), quantity: z.int().min(1) }))
      .min(1)
      .max(100),
    promotionCodes: z.array(z.string()).max(20).optional(),
  }),
  run: ({ container }, input) => container.payments.quote(checked(quoteRequestSchema, input, "the cart is not valid")),
});

const promotionsStatus = tool({
  name: "promotions_status",
  title: "Status of promotions",
  description:
    "Promotions, newest first: what each does, whether it runs, and what of its budget is spent and reserved.",
  scope: "promotions:read",
  input: z.strictObject({
    status: z.enum(["active", "paused", "archived"]).optional(),
    q: z.string().min(1).max(128).optional().describe("A part of the name"),
    limit: fewSchema,
  }),
  async run({ container }, query) {
    const { data, nextCursor } = await container.payments.promotions.list(query);
    return { promotions: data, nextCursor };
  },
});

const figuresOfDays = tool({
  name: "figures_of_days",
  title: "Figures by day",
  description:
    "Payments, refunds, net and WeChat Pay's fees of each day in Beijing time, by channel, in fen; the same as the dashboard shows.",
  scope: "reports:read",
  input: z.strictObject({ from: daySchema.optional(), to: daySchema.optional() }),
  run: ({ container }, { from, to }) =>
    readDailyReport(
      container.database,
      { from: from ?? to ?? beijingDay(container.clock.now()), to },
      container.clock.now(),
    ),
});

const insights = tool({
  name: "insights",
  title: "How shoppers pay",
  description:
    "The funnel of the pay page (looked, tapped, paid) by way of paying, the median time to pay, reasons for not paying, and anomalies that were told. Groups too small to hide a person are left blank.",
  scope: "reports:read",
  input: z.strictObject({ days: z.int().min(1).max(90).default(7) }),
  async run({ container: { database, clock } }, { days }) {
    const now = clock.now();
    const from = addMs(beijingMidnight(beijingDay(now)), -(days - 1) * DAY_MS);
    const [cells, anomalies] = await Promise.all([
      readFunnelSums(database.pool, { firstDay: beijingDay(from), lastDay: beijingDay(now) }),
      readToldAnomalies(database.pool, from),
    ]);
    return {
      ...{ from: from.toISOString(), to: now.toISOString(), all: funnelOf(cells, [])[0] ?? null },
      byChannel: cells.flatMap((cell) => funnelOf([cell], ["channel"])),
      anomalies,
    };
  },
});

const difference = (one: Discrepancy) => ({
  ...{ kind: one.kind, outTradeNo: one.tradeNumber, outRefundNo: one.refundNumber },
  ...{ ours: one.ours, theirs: one.theirs, sentence: sentenceOf(one, LANGUAGE) },
});

const reconcileDay = tool({
  name: "reconcile_day",
  title: "Reconcile a day",
  description:
    "What came of comparing a day with WeChat Pay's bill: sums of both sides, fees, and each open difference in words. The worker compares each day after ten the next morning.",
  scope: "reports:read",
  input: z.strictObject({ day: daySchema }),
  async run({ container: { database } }, { day }) {
    const runs = await listRuns(database.pool, { day });
    if (runs.length === 0)
      return { day, isCompared: false, next: "reconcile_day_now compares it, if writes are allowed" };
    const accounts = runs.map(async ({ id, status, problem, hasBill, trades, refunds, open, sums, finishedAt }) => {
      const found = await listDiscrepancies(database.pool, id, DIFFERENCES_SHOWN);
      const differences = found.filter(({ closedAt }) => closedAt === null).map(difference);
      return {
        ...{ status, problem, hasBill, trades, refunds, sums, openDifferences: open, differences },
        comparedAt: finishedAt.toISOString(),
      };
    });
    return { day, isCompared: true, accounts: await Promise.all(accounts) };
  },
});

const reconcileNow = tool({
  name: "reconcile_day_now",
  title: "Reconcile a day now",
  description:
    "Reads WeChat Pay's bill of a day that is over and compares it with the books. Changes no order, payment or refund; what differs raises an alert.",
  scope: "reports:read",
  isWrite: true,
  input: z.strictObject({ day: daySchema }),
  async run({ container: { reconciliation, clock } }, { day }) {
    if (reconciliation === undefined) throw new AppError("unavailable", "this process cannot reconcile");
    if (beijingMidnight(beijingDayAfter(day)) > clock.now()) throw new AppError("conflict", "the day is not over");
    const { trades, refunds, discrepancies, more } = await reconciliation.run(day);
    const shown = discrepancies.slice(0, DIFFERENCES_SHOWN).map(difference);
    return { day, trades, refunds, openDifferences: discrepancies.length + more, differences: shown };
  },
});

/** Without its whole payload. */
const shortEvent = (event: EventView) => ({
  ...{ id: event.id, type: event.type, timestamp: event.timestamp },
  ...subjectOf(event),
});

const listEvents = tool({
  name: "list_events",
  title: "List events",
  description: "What happened in the last 30 days, newest first: payments, closed orders, refunds.",
  scope: "webhooks:read",
  input: z.strictObject({
    type: z.enum(WEBHOOK_EVENTS).optional(),
    orderId: orderIdSchema.optional(),
    createdFrom: momentInput.optional(),
    createdTo: momentInput.optional(),
    limit: fewSchema,
    cursor: z.string().max(64).optional(),
  }),
  async run({ container: { database, clock }, caller }, query) {
    const asked = { ...query, order: "newest" } as const;
    const page = await readEvents({ pool: database.pool, clock }, asked, readableEvents(caller.scopes));
    return { events: page.data.map(shortEvent), nextCursor: page.nextCursor };
  },
});

const webhookDeliveries = tool({
  name: "webhook_deliveries",
  title: "Webhook deliveries",
  description: "What was sent to the shop's webhook endpoints and what became of it, newest event first.",
  scope: "webhooks:read",
  input: z.strictObject({
    endpointId: z.string().max(64).optional(),
    orderId: orderIdSchema.optional(),
    status: z.enum(["pending", "delivered", "given_up"]).optional(),
    limit: fewSchema,
  }),
  async run({ container: { webhookLog, webhookEndpoints }, caller }, query) {
    const [{ data, nextCursor }, endpoints] = await Promise.all([
      webhookLog.list(query, readableEvents(caller.scopes)),
      webhookEndpoints.list(),
    ]);
    const states = endpoints.map(({ id, status, failingSince, lastDeliveredAt, disabledReason }) => ({
      ...{ id, status, failingSince, lastDeliveredAt, disabledReason },
    }));
    return { endpoints: states, deliveries: data, nextCursor };
  },
});

const redeliver = tool({
  name: "redeliver_webhook",
  title: "Send a webhook again",
  description: "Sends one event to one endpoint again, whatever became of it before.",
  scope: "webhooks:write",
  isWrite: true,
  input: z.strictObject({ endpointId: z.string().min(1).max(64), eventId: z.string().min(1).max(64) }),
  run: ({ container, caller }, key) => container.webhookLog.redeliver(key, caller.id),
});

const doctor = tool({
  name: "doctor",
  title: "Examine the installation",
  description:
    "Looks at credentials, clock, certificates, addresses, the connection to WeChat Pay and this installation, in ten seconds at most, and says of each fault what to do. Changes nothing.",
  scope: "operations:read",
  input: z.strictObject({}),
  async run({ container }) {
    if (container.doctor === undefined) throw new AppError("unavailable", "this process has no doctor");
    const { result, findings } = await container.doctor();
    const told = findings.filter((one) => one.result === "failed" || one.result === "warning");
    return {
      ...{ result, examined: findings.length },
      faults: told.map(({ check, result: found, evidence, next }) => ({
        ...{
          check,
          result: found,
          title: doctorText(LANGUAGE).checks[check],
          evidence: wordSentence(evidence, LANGUAGE),
        },
        next: next === null ? null : wordSentence(next, LANGUAGE),
      })),
    };
  },
});

const openAlerts = tool({
  name: "open_alerts",
  title: "Open alerts",
  description:
    "What a person at the shop should look at, newest first: late or extra payments, differences, failing webhooks.",
  scope: "operations:read",
  input: z.strictObject({ limit: fewSchema }),
  async run({ container }, { limit }) {
    const alerts = await listAlerts(container.database.pool, { onlyOpen: true, limit });
    return {
      alerts: alerts.map(({ kind, orderId, outTradeNo, createdAt }) => ({
        ...{ kind, orderId, outTradeNo, since: createdAt.toISOString() },
      })),
    };
  },
});

export const SHOP_TOOLS = [
  ...[whyOffer, quoteCart, promotionsStatus, figuresOfDays, insights, reconcileDay, reconcileNow],
  ...[listEvents, webhookDeliveries, redeliver, doctor, openAlerts],
];
