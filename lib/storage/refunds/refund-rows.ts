import type pg from "pg";
import type { Fen } from "#lib/base/fen.ts";
import type { Refund } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";
import { foundRefunds, type RefundFilter } from "./find-refunds.ts";

interface RefundRow {
  id: string;
  order_id: string;
  attempt_id: string;
  number: string;
  origin: Refund["origin"];
  amount: number;
  payer_amount: number | null;
  settled_amount: number | null;
  reason: string | null;
  status: Refund["status"];
  wechat_refund_id: string | null;
  failure: Refund["failure"];
  failure_detail: string | null;
  created_at: Date;
  send_at: Date;
  sent_at: Date | null;
  accepted_at: Date | null;
  succeeded_at: Date | null;
  closed_at: Date | null;
  checks: number;
  items: { itemId: string; quantity: number; amount: number }[];
}

// SQL: read inside the transactions that lock the order, too.
const COLUMNS = `r.*, coalesce((
  select jsonb_agg(jsonb_build_object('itemId', i.order_item_id, 'quantity', i.quantity, 'amount', i.amount) order by o.position)
    from refund_items i join order_items o on o.id = i.order_item_id where i.refund_id = r.id), '[]') as items`;
const BY_ID = statement("refund")`select ${COLUMNS} from refunds r where r.id = $1`;
const OF_ORDER = statement("refunds_of_order")`
  select ${COLUMNS} from refunds r where r.order_id = $1 order by r.created_at, r.id`;

export async function readRefund(on: pg.Pool | pg.PoolClient, refundId: string): Promise<Refund | null> {
  const { rows } = await run<RefundRow>(on, BY_ID, [refundId]);
  return rows.map(toRefund)[0] ?? null;
}

export async function readRefunds(on: pg.Pool | pg.PoolClient, orderId: string): Promise<Refund[]> {
  return (await run<RefundRow>(on, OF_ORDER, [orderId])).rows.map(toRefund);
}

/** Newest first. The text varies with the filter, so it is not prepared. */
export async function findRefunds(on: pg.Pool, filter: RefundFilter): Promise<Refund[]> {
  const { from, values } = foundRefunds(filter);
  const text = `select ${COLUMNS} from ${from} r order by r.created_at desc, r.id desc`;
  return (await run<RefundRow>(on, { name: "", text }, values)).rows.map(toRefund);
}

const toRefund = (row: RefundRow): Refund => ({
  id: row.id,
  orderId: row.order_id,
  attemptId: row.attempt_id,
  number: row.number,
  origin: row.origin,
  amountFen: row.amount as Fen,
  payerFen: row.payer_amount as Fen | null,
  settledFen: row.settled_amount as Fen | null,
  reason: row.reason,
  items: row.items.map(({ itemId, quantity, amount }) => ({ itemId, quantity, amountFen: amount as Fen })),
  status: row.status,
  providerRefundId: row.wechat_refund_id,
  failure: row.failure,
  failureDetail: row.failure_detail,
  createdAt: row.created_at,
  sendAt: row.send_at,
  sentAt: row.sent_at,
  acceptedAt: row.accepted_at,
  succeededAt: row.succeeded_at,
  closedAt: row.closed_at,
  checks: row.checks,
});
