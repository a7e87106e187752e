import type { ExportedRefund } from "#lib/storage/refunds/export-refunds.ts";
import type { WordsByCode } from "./order-table.ts";
import type { ExportRow, ExportTable } from "./table.ts";

/** As the dashboard names things, in the reader's language. */
export interface RefundTableWords {
  readonly name: string;
  readonly columns: Readonly<Record<keyof typeof KINDS, string>>;
  readonly statuses: WordsByCode;
  readonly channels: WordsByCode;
  readonly failures: WordsByCode;
  readonly origins: WordsByCode;
}

const KINDS = {
  number: "number",
  order: "number",
  created: "time",
  succeeded: "time",
  status: "text",
  amount: "amount",
  reason: "text",
  origin: "text",
  failure: "text",
  wechat: "number",
  transaction: "number",
  channel: "text",
  description: "text",
  store: "text",
} as const;

export const refundTable = (pages: AsyncIterable<readonly ExportedRefund[]>, words: RefundTableWords): ExportTable => ({
  name: words.name,
  columns: (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((key) => ({
    title: words.columns[key],
    kind: KINDS[key],
  })),
  pages: rowsOf(pages, words),
});

async function* rowsOf(pages: AsyncIterable<readonly ExportedRefund[]>, words: RefundTableWords) {
  for await (const refunds of pages) yield refunds.map((refund) => rowOf(refund, words));
}

function rowOf(refund: ExportedRefund, { statuses, channels, failures, origins }: RefundTableWords): ExportRow {
  const { status, failure, channel, origin } = refund;
  const shown = status === "succeeded" || status === "abnormal" || status === "closed" ? status : "pending";
  return [
    ...[refund.number, refund.outTradeNo, refund.createdAt, refund.succeededAt, statuses[shown] ?? shown],
    ...[refund.amount, refund.reason, origins[origin] ?? origin],
    failure === null ? null : (failures[failure] ?? failure),
    ...[refund.wechatRefundId, refund.transactionId, channels[channel] ?? channel, refund.description, refund.store],
  ];
}
