import { type Command, InvalidArgumentError } from "commander";
import { TRIGGER_TIMEOUT_MS } from "#lib/base/limits.ts";
import type { Composed } from "#lib/compose.ts";
import { type EventView, subjectOf } from "#lib/contract/event.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "#lib/contract/webhook-endpoint.ts";
import { control } from "#lib/outbound/sandbox-shopper.ts";
import { readEvents } from "#lib/webhooks/events.ts";
import { type CommandReport, type OutputOptions, reportOn, withProduct } from "./command.ts";
import { until } from "./until.ts";

export function addTriggerCommand(program: Command): void {
  program
    .command("trigger")
    .description("make an event really happen, in the sandbox: an order is made, paid, closed or refunded as it takes")
    .argument("<event>", WEBHOOK_EVENTS.join(", "), parseEvent)
    .option("--json", "answer as JSON")
    .action((event: WebhookEvent, options: OutputOptions) => reportOn(options, () => trigger(event)));
}

const AMOUNT = 100;

type TriggerStep = (product: Composed, order: OrderView) => Promise<unknown>;

const open: TriggerStep = ({ payments }, { id }) =>
  payments.startPayment({ orderId: id, channel: "native", openid: null, payerIp: null });
/** By another way: the first trade is closed, and the second has a number of its own. */
const openAgain: TriggerStep = ({ payments }, { id }) =>
  payments.startPayment({ orderId: id, channel: "h5", openid: null, payerIp: "127.0.0.1" });
const pay =
  (ending = ""): TriggerStep =>
  (product, { outTradeNo }) =>
    control(product, "pay", { outTradeNo: outTradeNo + ending });
/** What the shop believes closed is paid all the same. */
const payLate: TriggerStep = (product, { outTradeNo }) => control(product, "pay", { outTradeNo, force: true });
const close: TriggerStep = ({ payments }, { id }) => payments.closeOrder(id);
const faults =
  (group: object): TriggerStep =>
  (product, { outTradeNo }) =>
    control(product, "faults", { ...group, outTradeNo });
const untilPaid: TriggerStep = async ({ payments }, { id }) =>
  until(async () => ((await payments.order(id)).status === "pending" ? undefined : true), {
    ...{ timeoutMs: TRIGGER_TIMEOUT_MS, what: "the order was not paid" },
  });
const refund: TriggerStep = ({ payments }, { id }) =>
  payments.refundOrder({ orderId: id, asker: { kind: "person", actor: "command line", userId: null } });

const PAID = [open, pay(), untilPaid];
const WRONG_TOTAL = { notify: { override: { amount: { total: 1 } }, overrideTries: 1 } };

/** What leads to each event, one step after the other. */
const STEPS: Readonly<Record<WebhookEvent, readonly TriggerStep[]>> = {
  "order.paid": PAID,
  "order.closed": [close],
  "order.amount_mismatch": [faults(WRONG_TOTAL), open, pay()],
  "payment.late": [open, close, payLate],
  "payment.extra": [open, openAgain, pay("-2"), untilPaid, payLate],
  "refund.succeeded": [...PAID, refund],
  "refund.failed": [...PAID, faults({ refund: { outcome: "CLOSED" } }), refund],
  "refund.abnormal": [...PAID, faults({ refund: { outcome: "ABNORMAL" } }), refund],
};

async function trigger(type: WebhookEvent): Promise<CommandReport> {
  const event = await withProduct((product) => makeHappen(product, type));
  const { id } = event;
  const { orderId } = subjectOf(event);
  return { value: { event: id, type, orderId }, text: `${type} happened: ${id}, order ${orderId}` };
}

/** @throws AppError `conflict` with real credentials, `unavailable` where the product or its sandbox does not run */
export async function makeHappen(product: Composed, type: WebhookEvent): Promise<EventView> {
  // Before an order is made: nothing of a trial belongs into real books.
  await control(product, "faults", {});
  const order = await product.payments.createOrder({
    items: [{ name: `trigger ${type}`, unitAmount: AMOUNT, quantity: 1 }],
  });
  for (const step of STEPS[type]) await step(product, order);
  return until(() => happened(product, order.id, type), {
    ...{ timeoutMs: TRIGGER_TIMEOUT_MS, what: `${type} did not happen` },
  });
}

async function happened(
  { database: { pool }, clock }: Composed,
  orderId: string,
  type: WebhookEvent,
): Promise<EventView | undefined> {
  const { data } = await readEvents({ pool, clock }, { orderId, type, order: "newest", limit: 1 });
  return data[0];
}

function parseEvent(text: string): WebhookEvent {
  const event = WEBHOOK_EVENTS.find((each) => each === text);
  if (event !== undefined) return event;
  throw new InvalidArgumentError(`Events are ${WEBHOOK_EVENTS.join(", ")}.`);
}
