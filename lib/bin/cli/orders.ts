import { type Command, InvalidArgumentError, Option } from "commander";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { type Fen, fen, fenFromYuan, formatYuan } from "#lib/base/fen.ts";
import { TRIGGER_TIMEOUT_MS } from "#lib/base/limits.ts";
import { ORDER_STATUSES, type OrderView } from "#lib/contract/order.ts";
import { control } from "#lib/outbound/sandbox-shopper.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { type CommandReport, type OutputOptions, reportOn, table, withProduct } from "./command.ts";
import { parseLimit, parseMoment, parseYuan } from "./options.ts";
import { until } from "./until.ts";

const ACTOR = "command line";
const ID = ["<id>", "ord_…, or your own order number"] as const;
const JSON_OPTION = ["--json", "answer as JSON"] as const;

export function addOrderCommands(program: Command): void {
  const orders = program.command("orders").description("orders");
  orders
    .command("show")
    .description("show all that is known of an order")
    .argument(...ID)
    .option(...JSON_OPTION)
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => shown(await withProduct(({ payments }) => findOrder(payments, id)))),
    );
  orders
    .command("list")
    .description("list orders, newest first")
    .addOption(new Option("--status <status>").choices(ORDER_STATUSES))
    .option("--search <text>", "what people type: a number, an item, an amount of yuan")
    .option("--from <time>", "made from here on, such as 2026-07-01T00:00:00Z", parseMoment)
    .option("--to <time>", "made until here", parseMoment)
    .option("--limit <n>", "rows", parseLimit, 20)
    .option(...JSON_OPTION)
    .action((options: OrderListOptions) => reportOn(options, () => listOrders(options)));
  orders
    .command("create")
    .description("make an order that can be paid")
    .requiredOption("--item <item>", "name:yuan or name:yuan:quantity; once for each", collectItem, [])
    .option(
      "--out-trade-no <number>",
      "your own number; the same one with the same items answers the order that is there",
    )
    .option("--description <text>", "what the shopper reads in WeChat")
    .option(...JSON_OPTION)
    .action((options: NewOrderOptions) => reportOn(options, () => createOrder(options)));
  orders
    .command("pay")
    .description("pay an order as a shopper does; in sandbox mode only")
    .argument(...ID)
    .addOption(new Option("--outcome <outcome>").choices(["success", "cancel", "fail"]).default("success"))
    .option(...JSON_OPTION)
    .action((id: string, options: PayOrderOptions) => reportOn(options, () => payOrder(id, options.outcome)));
  orders
    .command("refund")
    .description("give money of a paid order back; without an amount all that is left")
    .argument(...ID)
    .option("--amount <yuan>", "such as 3.00", parseYuan)
    .option("--reason <text>", "the shopper reads it in WeChat")
    .option(...JSON_OPTION)
    .action((id: string, options: RefundOptions) => reportOn(options, () => refundOrder(id, options)));
}

interface OrderListOptions extends OutputOptions {
  readonly status?: OrderView["status"];
  readonly search?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
}

async function listOrders({ status, search, from, to, limit }: OrderListOptions): Promise<CommandReport> {
  const query = { status, q: search, createdFrom: from, createdTo: to, limit };
  const { data } = await withProduct(({ payments }) => payments.orders(query));
  const rows = data.map((order) => [
    ...[order.createdAt, order.id, order.outTradeNo, order.status, formatYuan(fen(order.amountDue))],
    ...[formatYuan(fen(order.amountRefunded)), order.description],
  ]);
  const columns = ["made", "id", "number", "status", "due", "refunded", "description"];
  return { value: { orders: data }, text: table(columns, rows) };
}

interface NewOrderOptions extends OutputOptions {
  readonly item: readonly { readonly name: string; readonly unitAmount: Fen; readonly quantity: number }[];
  readonly outTradeNo?: string;
  readonly description?: string;
}

async function createOrder({ item, outTradeNo, description }: NewOrderOptions): Promise<CommandReport> {
  const given = {
    ...(outTradeNo === undefined ? {} : { outTradeNo }),
    ...(description === undefined ? {} : { description }),
  };
  return shown(await withProduct(({ payments }) => payments.createOrder({ items: [...item], ...given })));
}

interface PayOrderOptions extends OutputOptions {
  readonly outcome: string;
}

function payOrder(id: string, outcome: string): Promise<CommandReport> {
  return withProduct(async (product) => {
    const { payments } = product;
    const { id: orderId } = await findOrder(payments, id);
    const answer = await payments.startPayment({ orderId, channel: "native", openid: null, payerIp: null });
    await control(product, "pay", { codeUrl: answer.codeUrl, outcome });
    if (outcome !== "success") return shown(await payments.order(orderId));
    const paid = await until(
      async () => {
        const order = await payments.order(orderId);
        return order.status === "pending" ? undefined : order;
      },
      { timeoutMs: TRIGGER_TIMEOUT_MS, what: "the shop did not hear of the payment" },
    );
    return shown(paid);
  });
}

interface RefundOptions extends OutputOptions {
  readonly amount?: Fen;
  readonly reason?: string;
}

function refundOrder(id: string, { amount, reason }: RefundOptions): Promise<CommandReport> {
  return withProduct(async ({ payments, database, clock }) => {
    const { id: orderId } = await findOrder(payments, id);
    const asker = { kind: "person", actor: ACTOR, userId: null } as const;
    const result = await payments.refundOrder({ orderId, amount, reason, asker });
    if (result.kind === "replayed") throw new Error("a refund without a key cannot be a repeat");
    const { refund } = result;
    const detail = { refundId: refund.id, amount: refund.amount };
    await recordAudit(database.pool, {
      actor: ACTOR,
      action: "order.refund",
      subject: orderId,
      detail,
      at: clock.now(),
    });
    const waits = refund.awaitingApproval ? ", waits for a second person" : "";
    return { value: refund, text: `${refund.id}  ¥${formatYuan(fen(refund.amount))}  ${refund.status}${waits}` };
  });
}

const shown = (order: OrderView): CommandReport => ({ value: order, text: describe(order) });

/** `name:yuan` or `name:yuan:quantity`; the name may hold colons. */
function collectItem(text: string, before: NewOrderOptions["item"]): NewOrderOptions["item"] {
  const [, name, yuan, pieces = "1"] = /^(.+?):([0-9.]+)(?::([0-9]+))?$/.exec(text) ?? [];
  const unitAmount = fenFromYuan(yuan ?? "");
  const quantity = Number(pieces);
  if (name === undefined || unitAmount === null || quantity < 1) {
    throw new InvalidArgumentError("An item such as tea:18.00 or tea:18.00:2.");
  }
  return [...before, { name, unitAmount, quantity }];
}

type Payments = Parameters<Parameters<typeof withProduct>[0]>[0]["payments"];

async function findOrder(payments: Payments, id: string): Promise<OrderView> {
  const [numbered] = (await payments.orders({ outTradeNo: id, limit: 1 })).data;
  return numbered ?? payments.order(id);
}

function describe(order: OrderView): string {
  const yuan = (amount: number) => `¥${formatYuan(fen(amount))}`;
  const moment = (at: string | null) => (at === null ? "–" : `${beijingTime(new Date(at))} Beijing time`);
  const lines = [
    ["order", order.id],
    ["number", order.outTradeNo],
    ["status", order.status],
    ["due", yuan(order.amountDue)],
    ["paid", yuan(order.amountPaid)],
    ["refunded", yuan(order.amountRefunded)],
    ["description", order.description],
    ["channel", order.channel ?? "–"],
    ["transaction", order.transactionId ?? "–"],
    ["created", moment(order.createdAt)],
    ["expires", moment(order.expiresAt)],
    ["paid at", moment(order.paidAt)],
    ["closed at", moment(order.closedAt)],
    ["page", order.payUrl],
    ...order.items.map((item) => ["item", `${item.quantity} × ${item.name}  ${yuan(item.amount)}`]),
    ...order.extraPayments.map((extra) => ["extra", `${extra.verdict} ${yuan(extra.amount)} ${extra.resolution}`]),
  ];
  return lines.map(([name = "", value = ""]) => `${name.padEnd(12)}${value}`).join("\n");
}
