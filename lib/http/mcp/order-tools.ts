import { z } from "zod";
import { mayDo } from "#lib/auth/scopes.ts";
import { EXPIRES_IN_S_DEFAULT } from "#lib/base/limits.ts";
import { ORDER_STATUSES, type OrderView } from "#lib/contract/order.ts";
import { orderRequestSchema } from "#lib/contract/order-request.ts";
import { REFUND_STATUSES, type RefundView } from "#lib/contract/refund.ts";
import { control } from "#lib/outbound/sandbox-shopper.ts";
import { readOrderStory } from "#lib/storage/orders/order-story.ts";
import { checked } from "../read-request.ts";
import { fewSchema, momentInput, orderIdSchema, type ToolContext, tool } from "./tool.ts";

/** What a model needs of an order; the shop's own metadata and shoppers stay out. */
const shortOrder = (order: OrderView) => ({
  ...{ id: order.id, outTradeNo: order.outTradeNo, status: order.status, description: order.description },
  ...{ amountDue: order.amountDue, amountDiscount: order.amountDiscount },
  ...{ amountPaid: order.amountPaid, amountRefunded: order.amountRefunded, channel: order.channel },
  ...{ createdAt: order.createdAt, paidAt: order.paidAt, closedAt: order.closedAt, expiresAt: order.expiresAt },
  ...(order.status === "pending" ? { payUrl: order.payUrl } : {}),
  ...(order.extraPayments.length === 0 ? {} : { extraPayments: order.extraPayments }),
});

export const shortRefund = (refund: RefundView) => ({
  ...{ id: refund.id, orderId: refund.orderId, amount: refund.amount, status: refund.status, reason: refund.reason },
  ...{ awaitingApproval: refund.awaitingApproval, failureReason: refund.failureReason },
  ...{ createdAt: refund.createdAt, succeededAt: refund.succeededAt },
});

const findOrders = tool({
  name: "find_orders",
  title: "Find orders",
  description:
    "Lists orders, newest first, by status, by what people type (number, item, amount in yuan), and by when they were made or paid. Amounts are in fen.",
  scope: "orders:read",
  input: z.strictObject({
    status: z.enum(ORDER_STATUSES).optional(),
    q: z.string().min(1).max(128).optional(),
    createdFrom: momentInput.optional(),
    createdTo: momentInput.optional(),
    paidFrom: momentInput.optional(),
    paidTo: momentInput.optional(),
    limit: fewSchema,
    cursor: z.string().max(128).optional().describe("nextCursor of the answer before"),
  }),
  async run({ container }, query) {
    const { data, nextCursor } = await container.payments.orders(query);
    return { orders: data.map(shortOrder), nextCursor };
  },
});

const moment = (at: Date | null): string | null => at?.toISOString() ?? null;

/** Each part only for a key that may read it by the API as well. */
async function storyOf({ container, caller }: ToolContext, orderId: string) {
  const story = await readOrderStory(container.database.pool, orderId);
  const may = (scope: Parameters<typeof mayDo>[1]) => mayDo(caller.scopes, scope);
  return {
    attempts: story.attempts.map(({ channel, status, verdict, failure, createdAt, paidAt, endedAt }) => ({
      ...{ channel, status, verdict, failure, createdAt: moment(createdAt) },
      ...{ paidAt: moment(paidAt), endedAt: moment(endedAt) },
    })),
    notices: story.notices.map(({ kind, at }) => ({ kind, at: moment(at) })),
    alerts: story.alerts.map(({ kind, createdAt, acknowledgedAt }) => ({
      ...{ kind, at: moment(createdAt), isOpen: acknowledgedAt === null },
    })),
    ...(may("refunds:read")
      ? {
          refunds: story.refunds.map(({ amount, status, failure, createdAt, succeededAt }) => ({
            ...{ amount, status, failure, createdAt: moment(createdAt), succeededAt: moment(succeededAt) },
          })),
        }
      : {}),
    ...(may("webhooks:read")
      ? {
          webhooks: story.webhooks.map(({ type, status, tries, lastStatus, lastError }) => ({
            ...{ type, status, tries, lastStatus, lastError },
          })),
        }
      : {}),
  };
}

const explainOrder = tool({
  name: "explain_order",
  title: "Explain an order",
  description:
    "One order with its items and all that happened around it: every try to pay with its outcome, notices of WeChat Pay, alerts, and (if the key may read them) refunds and webhook deliveries. Use it to answer why an order is not paid, or what became of it.",
  scope: "orders:read",
  input: z.strictObject({ orderId: orderIdSchema }),
  async run(context, { orderId }) {
    const order = await context.container.payments.order(orderId);
    const items = order.items.map(({ name, quantity, unitAmount, discount }) => ({
      ...{ name, quantity, unitAmount, discount },
    }));
    return { ...shortOrder(order), items, ...(await storyOf(context, order.id)) };
  },
});

const findRefunds = tool({
  name: "find_refunds",
  title: "Find refunds",
  description: "Lists refunds of all orders, newest first, by status, time and what people type. Amounts are in fen.",
  scope: "refunds:read",
  input: z.strictObject({
    status: z.enum(REFUND_STATUSES).optional(),
    q: z.string().min(1).max(128).optional(),
    createdFrom: momentInput.optional(),
    createdTo: momentInput.optional(),
    limit: fewSchema,
    cursor: z.string().max(128).optional(),
  }),
  async run({ container }, query) {
    const { data, nextCursor } = await container.payments.findRefunds(query);
    return { refunds: data.map(shortRefund), nextCursor };
  },
});

const createOrder = tool({
  name: "create_order",
  title: "Create an order",
  description:
    "Makes an order and answers with the address of its pay page (payUrl). Give your own outTradeNo: the same number with the same content answers the order that is there, so that a repeat makes no second one.",
  scope: "orders:write",
  isWrite: true,
  input: z.strictObject({
    items: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(256),
          unitAmount: z.int().min(0).describe("Price of one piece in fen"),
          quantity: z.int().min(1),
        }),
      )
      .min(1)
      .max(100),
    outTradeNo: z.string().describe("6 to 28 characters of 0-9 A-Z a-z _ -"),
    description: z.string().optional(),
    expiresIn: z.int().default(EXPIRES_IN_S_DEFAULT).describe("Seconds until it closes"),
  }),
  async run({ container }, input) {
    const request = checked(orderRequestSchema, input, "the order is not valid");
    const result = await container.payments.createOrderOnce(request, null);
    if (result.kind === "replayed") throw new Error("an order without a key cannot be a repeat");
    return { isNew: result.kind === "created", ...shortOrder(result.order) };
  },
});

const closeOrder = tool({
  name: "close_order",
  title: "Close an order",
  description:
    "Closes an order that is not paid. WeChat Pay is asked first: an order that turns out to be paid is answered as paid, and nothing is closed.",
  scope: "orders:write",
  isWrite: true,
  input: z.strictObject({ orderId: orderIdSchema }),
  run: async ({ container }, { orderId }) => shortOrder(await container.payments.closeOrder(orderId)),
});

const paySandboxOrder = tool({
  name: "pay_sandbox_order",
  title: "Pay an order in the sandbox",
  description:
    "Pays an open order as a shopper does, at the sandbox WeChat Pay: no money moves. It answers the order, paid, and the webhook order.paid follows. With real credentials there is no such tool.",
  scope: "orders:write",
  isWrite: true,
  isSandbox: true,
  input: z.strictObject({ orderId: orderIdSchema }),
  async run({ container }, { orderId }) {
    const { payments } = container;
    const { codeUrl } = await payments.startPayment({ orderId, channel: "native", openid: null, payerIp: null });
    await control(container, "pay", { codeUrl, outcome: "success" });
    // The notice may still be on its way.
    await payments.syncOrder(orderId);
    return shortOrder(await payments.order(orderId));
  },
});

export const ORDER_TOOLS = [findOrders, explainOrder, findRefunds, createOrder, closeOrder, paySandboxOrder];
