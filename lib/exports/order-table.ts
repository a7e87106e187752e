import type { ExportedOrder } from "#lib/storage/orders/export-orders.ts";
import type { ExportRow, ExportTable } from "./table.ts";

export type WordsByCode = Readonly<Record<string, string>>;

/** As the dashboard names things, in the reader's language. */
export interface OrderTableWords {
  readonly name: string;
  readonly columns: Readonly<Record<keyof typeof KINDS, string>>;
  readonly statuses: WordsByCode;
  readonly channels: WordsByCode;
  readonly scenes: WordsByCode;
}

const KINDS = {
  number: "number",
  created: "time",
  paidAt: "time",
  status: "text",
  total: "amount",
  discount: "amount",
  due: "amount",
  paid: "amount",
  refunded: "amount",
  left: "amount",
  channel: "text",
  transaction: "number",
  description: "text",
  items: "text",
  scene: "text",
  store: "text",
  till: "text",
  cashier: "text",
  code: "text",
  promotionCodes: "number",
} as const;

export const orderTable = (pages: AsyncIterable<readonly ExportedOrder[]>, words: OrderTableWords): ExportTable => ({
  name: words.name,
  columns: (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((key) => ({
    title: words.columns[key],
    kind: KINDS[key],
  })),
  pages: rowsOf(pages, words),
});

async function* rowsOf(pages: AsyncIterable<readonly ExportedOrder[]>, words: OrderTableWords) {
  for await (const orders of pages) yield orders.map((order) => rowOf(order, words));
}

function rowOf(order: ExportedOrder, { statuses, channels, scenes }: OrderTableWords): ExportRow {
  const { paid, refunded, channel, scene } = order;
  return [
    ...[order.outTradeNo, order.createdAt, order.paidAt, statuses[statusOf(order)] ?? order.status],
    ...[order.total, order.discount, order.due, paid, paid === null ? null : refunded],
    paid === null ? null : paid - refunded,
    ...[channel === null ? null : (channels[channel] ?? channel), order.transactionId, order.description, order.items],
    scene === null ? null : (scenes[scene] ?? scene),
    ...[order.store, order.till, order.cashier, order.code, order.promotionCodes],
  ];
}

/** The status that people see. */
function statusOf({ status, paid, refunded }: ExportedOrder): string {
  if (status !== "paid" || refunded === 0) return status;
  return refunded < (paid ?? 0) ? "partially_refunded" : "refunded";
}
