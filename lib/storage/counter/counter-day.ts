import type pg from "pg";
import { COUNTER_DAY_ROWS } from "#lib/base/counter-limits.ts";
import type { CounterDay, DayPayment } from "#lib/contract/counter.ts";
import { run, type Statement } from "../transaction.ts";

// SQL: sums over many rows, of one moment, read by every open counter at every change of an order.
const SUMS: Statement = {
  name: "counter_day_sums",
  text: `
    select count(*)::int as count, coalesce(sum(amount_paid), 0)::text as amount,
           (select coalesce(sum(amount), 0)::text from refunds where status = 'succeeded' and succeeded_at >= $1) as refunded
      from payment_attempts where verdict = 'settles' and paid_at >= $1`,
};
// SQL: the newest by an index on what was paid, with two more tables.
const ROWS: Statement = {
  name: "counter_day_rows",
  text: `
    select a.id, a.order_id as "orderId", a.amount_paid as amount, a.refunded + a.refund_held as "givenBack",
           a.channel, a.paid_at as "paidAt", o.description, c.label as "collectionCode"
      from payment_attempts a
      join orders o on o.id = a.order_id
      left join collection_orders l on l.order_id = o.id
      left join collection_codes c on c.id = l.code_id
     where a.verdict = 'settles' and a.paid_at >= $1
     order by a.paid_at desc limit ${COUNTER_DAY_ROWS}`,
};

type DayRow = Omit<DayPayment, "paidAt"> & { readonly paidAt: Date };

export async function readCounterDay(
  pool: pg.Pool,
  { midnight, now }: { readonly midnight: Date; readonly now: Date },
): Promise<CounterDay> {
  const [sums, rows] = await Promise.all([
    run<{ count: number; amount: string; refunded: string }>(pool, SUMS, [midnight]),
    run<DayRow>(pool, ROWS, [midnight]),
  ]);
  const [sum] = sums.rows;
  return {
    count: sum?.count ?? 0,
    amount: Number(sum?.amount ?? 0),
    refunded: Number(sum?.refunded ?? 0),
    payments: rows.rows.map((row) => ({ ...row, paidAt: row.paidAt.toISOString() })),
    now: now.toISOString(),
  };
}
