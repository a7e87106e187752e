import type { Command } from "commander";
import { beijingTime } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { type OutputOptions, reportOn, withProduct } from "./command.ts";

export function addOrderCommands(program: Command): void {
  program
    .command("orders")
    .description("orders")
    .command("show")
    .description("show all that is known of an order")
    .argument("<id>", "ord_…, or your own order number")
    .option("--json", "answer as JSON")
    .action((id: string, options: OutputOptions) =>
      reportOn(options, async () => {
        const order = await withProduct(({ payments }) => findOrder(payments, id));
        return { value: order, text: describe(order) };
      }),
    );
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
