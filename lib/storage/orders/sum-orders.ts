import type pg from "pg";
import type { OrderFilter } from "#lib/payment/index.ts";
import { run } from "../transaction.ts";
import { orderConditions, SETTLING } from "./order-conditions.ts";

/** What the orders of a list come to, all its pages together. Amounts in fen. */
export interface OrderSums {
  readonly orders: number;
  readonly ordersPaid: number;
  readonly ordersClosed: number;
  readonly due: number;
  /** Of the payments that settle these orders, before refunds. */
  readonly paid: number;
  readonly discount: number;
  readonly refunded: number;
}

// SQL: sums over many rows, with the conditions of the list.
export async function sumOrders(pool: pg.Pool, filter: Omit<OrderFilter, "limit" | "after">): Promise<OrderSums> {
  const { from, ofPayment, where, values } = orderConditions(filter);
  const text = `
    select count(*)::int as orders, count(*) filter (where o.status = 'paid')::int as "ordersPaid",
           count(*) filter (where o.status = 'closed')::int as "ordersClosed",
           coalesce(sum(o.amount_due), 0)::float8 as due, coalesce(sum(s.amount_paid), 0)::float8 as paid,
           coalesce(sum(o.amount_discount) filter (where s.id is not null), 0)::float8 as discount,
           coalesce(sum(s.refunded), 0)::float8 as refunded
      from ${from} ${ofPayment ? "" : `left join ${SETTLING}`} ${where}`;
  // The text varies with the filter, so it is not prepared.
  const { rows } = await run<OrderSums>(pool, { name: "", text }, values);
  const [sums] = rows;
  if (sums === undefined) throw new Error("a sum without grouping has one row");
  return sums;
}
