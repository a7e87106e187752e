import type pg from "pg";
import { SHIFT_ODD_PAYMENTS_SHOWN } from "#lib/base/till-limits.ts";
import type { ShiftAccount, ShiftBillDay, ShiftHead, ShiftLine, ShiftOddPayment } from "#lib/tills/index.ts";
import { run, statement } from "../transaction.ts";

// What a shift consists of. SQL: sums over several tables.

/** The entries of a closed shift, or those of its till that count in none yet. */
const ENTRIES = (isOpen: boolean): string =>
  `shift_entries e where ${isOpen ? "e.till_id = $1 and e.shift_id is null" : "e.shift_id = $1"}`;

const KIND =
  "case when e.refund_id is not null then 'refunds' when e.verdict = 'settles' then 'payments' else 'other' end";
const lines = (isOpen: boolean) => statement(`shift_lines_${isOpen}`)`
  select g.kind, g.channel, g.count, g.sum, c.id as "cashierId", c.name as "cashierName"
           from (select ${KIND} as kind, e.channel, e.cashier_id, count(*)::integer as count, sum(e.amount) as sum
                   from ${ENTRIES(isOpen)} group by 1, 2, 3) g
           left join cashiers c on c.id = g.cashier_id
          order by array_position('{payments,other,refunds}'::text[], g.kind), g.channel, c.name nulls last, c.id`;
const oddPayments = (isOpen: boolean) => statement(`shift_odd_payments_${isOpen}`)`
  select e.order_id as "orderId", o.out_trade_no as "outTradeNo", e.verdict, e.amount as "amountFen", e.at
           from (select * from ${ENTRIES(isOpen)}) e join orders o on o.id = e.order_id
          where e.verdict <> 'settles' order by e.at, e.id limit $2`;
// A day is compared once its run is done; the bill is that of the merchant number, so the account may have been replaced.
const billDays = (isOpen: boolean) => statement(`shift_bill_days_${isOpen}`)`
    with days as (
      select (e.at at time zone 'Asia/Shanghai')::date as day, g.merchant_number, count(*)::integer as entries,
             array_agg(a.number) filter (where e.attempt_id is not null) as trades,
             array_agg(r.number) filter (where e.refund_id is not null) as refunds
        from (select * from ${ENTRIES(isOpen)}) e
        left join refunds r on r.id = e.refund_id
        join payment_attempts a on a.id = coalesce(e.attempt_id, r.attempt_id)
        join gateway_accounts g on g.id = a.account_id
       group by 1, 2
    ), compared as (
      select d.*, array(select n.id from reconciliation_runs n join gateway_accounts g on g.id = n.account_id
                         where n.day = d.day and g.merchant_number = d.merchant_number and n.status = 'done' and n.has_bill) as runs
        from days d
    )
    select to_char(c.day, 'YYYY-MM-DD') as day, sum(c.entries)::integer as entries, bool_and(cardinality(c.runs) > 0) as "isCompared",
           sum((select count(*) from discrepancies x
                 where x.run_id = any(c.runs) and (x.refund_number = any(c.refunds)
                       or x.refund_number is null and x.trade_number = any(c.trades))))::integer as differences
      from compared c group by c.day order by c.day`;

interface LineRow {
  kind: ShiftLine["kind"];
  channel: ShiftLine["channel"];
  count: number;
  sum: string;
  cashierId: string | null;
  cashierName: string | null;
}

export async function shiftAccount(pool: pg.Pool, head: ShiftHead): Promise<ShiftAccount> {
  const isOpen = head.closedAt === null;
  const key = isOpen ? head.till.id : head.id;
  const [lineRows, odd, days] = await Promise.all([
    run<LineRow>(pool, lines(isOpen), [key]),
    run<ShiftOddPayment & pg.QueryResultRow>(pool, oddPayments(isOpen), [key, SHIFT_ODD_PAYMENTS_SHOWN]),
    run<ShiftBillDay & pg.QueryResultRow>(pool, billDays(isOpen), [key]),
  ]);
  return { ...head, lines: lineRows.rows.map(toLine), oddPayments: odd.rows, billDays: days.rows };
}

const toLine = ({ kind, channel, count, sum, cashierId, cashierName }: LineRow): ShiftLine => ({
  kind,
  channel,
  count,
  sumFen: Number(sum),
  cashier: cashierId === null || cashierName === null ? null : { id: cashierId, name: cashierName },
});
