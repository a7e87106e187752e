import type { Fen } from "#lib/base/fen.ts";
import type { KeptSceneDetail } from "#lib/contract/scene.ts";
import type { Attempt, Handover, Order, OrderItem } from "#lib/payment/index.ts";

// Rows as the driver gives them, and their way into our words. Integers come as numbers, times as Date.

/** Each field of an order and the column that holds it as it is. Rows are read and inserted by this list. */
export const ORDER_FIELDS = {
  id: "id",
  outTradeNo: "out_trade_no",
  status: "status",
  version: "version",
  totalFen: "amount_total",
  discountFen: "amount_discount",
  dueFen: "amount_due",
  description: "description",
  metadata: "metadata",
  discounts: "discounts",
  scene: "scene",
  returnUrl: "return_url",
  shopperId: "shopper_id",
  goodsTag: "goods_tag",
  createdAt: "created_at",
  expiresAt: "expires_at",
  paidAt: "paid_at",
  closedAt: "closed_at",
  seenAt: "seen_at",
} as const satisfies Record<Exclude<keyof Order, "sceneDetail" | "place">, string>;
type Field = keyof typeof ORDER_FIELDS;

export type OrderRow = { [Each in Field as (typeof ORDER_FIELDS)[Each]]: Order[Each] } & {
  scene_decision: ({ scene: string } & KeptSceneDetail) | null;
  store_id: string | null;
  till_id: string | null;
  cashier_id: string | null;
  store_code: string | null;
  till_code: string | null;
  cashier_name: string | null;
};

const FIELDS = Object.entries(ORDER_FIELDS);

export function toOrder(row: OrderRow): Order {
  const order: Record<string, unknown> = { sceneDetail: toSceneDetail(row.scene_decision), place: toPlace(row) };
  for (const [field, column] of FIELDS) order[field] = row[column];
  return order as unknown as Order;
}

/** The columns of an order, with what its place is called. Where it has none, no row is looked for. */
export const ORDER_COLUMNS = `o.*, (select code from stores where id = o.store_id) as store_code,
  (select code from tills where id = o.till_id) as till_code,
  (select name from cashiers where id = o.cashier_id) as cashier_name`;

type PlaceColumns = "store_id" | "till_id" | "cashier_id" | "store_code" | "till_code" | "cashier_name";

const toPlace = (row: Pick<OrderRow, PlaceColumns>): Order["place"] =>
  row.store_id === null || row.store_code === null
    ? null
    : {
        store: { id: row.store_id, code: row.store_code },
        till: row.till_id === null || row.till_code === null ? null : { id: row.till_id, code: row.till_code },
        cashier:
          row.cashier_id === null || row.cashier_name === null ? null : { id: row.cashier_id, name: row.cashier_name },
      };

function toSceneDetail(decision: OrderRow["scene_decision"]): KeptSceneDetail | null {
  if (decision === null) return null;
  const { scene: _scene, ...detail } = decision;
  return detail;
}

export interface ItemRow {
  id: string;
  order_id: string;
  name: string;
  sku: string | null;
  category: string | null;
  unit_amount: number;
  quantity: number;
  discount: number;
}

export const toItem = (row: ItemRow): OrderItem => ({
  id: row.id,
  name: row.name,
  sku: row.sku,
  category: row.category,
  unitFen: row.unit_amount as Fen,
  quantity: row.quantity,
  discountFen: row.discount as Fen,
});

export interface AttemptRow {
  id: string;
  order_id: string;
  sequence: number;
  account_id: string;
  protocol: Attempt["protocol"];
  app_id: string;
  merchant_number: string;
  number: string;
  channel: Attempt["channel"];
  status: Attempt["status"];
  amount_due: number;
  payer_ref: string | null;
  handover: Handover | null;
  handover_at: Date | null;
  transaction_id: string | null;
  verdict: Attempt["verdict"];
  resolution: Attempt["resolution"];
  amount_paid: number;
  amount_settled: number;
  payer_amount: number | null;
  vouchers: Attempt["vouchers"];
  paid_at: Date | null;
  refund_held: number;
  refunded: number;
  failure: string | null;
  reverse_since: Date | null;
  created_at: Date;
}

/** Columns of an attempt together with whom its account belongs to. */
export const ATTEMPT_COLUMNS = `a.id, a.order_id, a.sequence, a.account_id, a.protocol, g.app_id, g.merchant_number, a.number, a.channel,
  a.status, a.amount_due, a.payer_ref, a.handover, a.handover_at, a.transaction_id, a.verdict, a.resolution, a.amount_paid,
  a.amount_settled, a.payer_amount, a.vouchers, a.paid_at, a.refund_held, a.refunded, a.failure, a.reverse_since, a.created_at`;
export const ATTEMPT_SOURCE = "payment_attempts a join gateway_accounts g on g.id = a.account_id";

export const toAttempt = (row: AttemptRow): Attempt => ({
  id: row.id,
  orderId: row.order_id,
  sequence: row.sequence,
  accountId: row.account_id,
  protocol: row.protocol,
  appId: row.app_id,
  merchantNumber: row.merchant_number,
  number: row.number,
  channel: row.channel,
  status: row.status,
  dueFen: row.amount_due as Fen,
  payerRef: row.payer_ref,
  handover: row.handover,
  handoverAt: row.handover_at,
  transactionId: row.transaction_id,
  verdict: row.verdict,
  resolution: row.resolution,
  paidFen: row.amount_paid as Fen,
  settledFen: row.amount_settled as Fen,
  payerFen: row.payer_amount as Fen | null,
  vouchers: row.vouchers,
  paidAt: row.paid_at,
  refundHeldFen: row.refund_held as Fen,
  refundedFen: row.refunded as Fen,
  failure: row.failure,
  reverseSince: row.reverse_since,
  createdAt: row.created_at,
});

/** The same columns under other names, for a row that also holds its order's. */
export const prefixedAttemptColumns = (prefix: string): string =>
  ATTEMPT_COLUMNS.split(",")
    .map((column) => column.trim())
    .map((column) => `${column} as ${prefix}${column.slice(column.indexOf(".") + 1)}`)
    .join(", ");

export const unprefixed = <Row>(row: object, prefix: string): Row =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value] as const] : [],
    ),
  ) as Row;
