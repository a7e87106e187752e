import { COUNTER_DAY_ROWS } from "#lib/base/counter-limits.ts";
import type { CounterDay, DayPayment } from "#lib/contract/counter.ts";
import type { Pool } from "../client.ts";
import { run, statement } from "../transaction.ts";

// SQL: sums over many rows, of one moment, read by every open counter at every change of an order.
const SUMS = statement("counter_day_sums")`
    select count(*)::int as count, coalesce(sum(amount_paid), 0)::text as amount,
           (select coalesce(sum(amount), 0)::text from refunds where status = 'succeeded' and succeeded_at >= $1) as refunded
      from payment_attempts where verdict = 'settles' and paid_at >= $1`;
// SQL: the same of one till.
const TILL_SUMS = statement("counter_day_sums_of_till")`
    select count(*)::int as count, coalesce(sum(a.amount_paid), 0)::text as amount,
           (select coalesce(sum(r.amount), 0)::text from refunds r join orders o on o.id = r.order_id
             where r.status = 'succeeded' and r.succeeded_at >= $1 and o.till_id = $2) as refunded
      from payment_attempts a join orders o on o.id = a.order_id
     where a.verdict = 'settles' and a.paid_at >= $1 and o.till_id = $2`;
// SQL: the newest by an index on what was paid, with two more tables.
const ROWS = statement("counter_day_rows")`
    select a.id, a.order_id as "orderId", a.amount_paid as amount, a.refunded + a.refund_held as "givenBack",
           a.channel, a.paid_at as "paidAt", o.description, c.label as "collectionCode"
      from payment_attempts a
      join orders o on o.id = a.order_id
      left join collection_orders l on l.order_id = o.id
      left join collection_codes c on c.id = l.code_id
     where a.verdict = 'settles' and a.paid_at >= $1 and ($2::text is null or o.till_id = $2)
     order by a.paid_at desc limit $3`;

type DayRow = Omit<DayPayment, "paidAt"> & { readonly paidAt: Date };

export async function readCounterDay(
  pool: Pool,
  { since, tillId, now }: { readonly since: Date; readonly tillId: string | null; readonly now: Date },
): Promise<CounterDay> {
  const ofSums = tillId === null ? { text: SUMS, values: [since] } : { text: TILL_SUMS, values: [since, tillId] };
  const [sums, rows] = await Promise.all([
    run<{ count: number; amount: string; refunded: string }>(pool, ofSums.text, ofSums.values),
    run<DayRow>(pool, ROWS, [since, tillId, COUNTER_DAY_ROWS]),
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
