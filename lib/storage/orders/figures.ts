import type pg from "pg";

/** What the dashboard's first page shows. Amounts in fen. */
export interface Figures {
  readonly paidToday: number;
  readonly paymentsToday: number;
  readonly refundedToday: number;
  readonly refundsToday: number;
  readonly ordersToday: number;
  readonly pendingNow: number;
  readonly openAlerts: number;
  readonly waitingRefunds: number;
  readonly abnormalRefunds: number;
  /** The last days, oldest first, today included. */
  readonly days: readonly { readonly day: string; readonly paid: number; readonly payments: number }[];
}

export interface FiguresSpan {
  /** The moment today began in Beijing. */
  readonly today: Date;
  readonly days: number;
}

/** Counting stops at a figure that is not read exactly any more; shown with a plus. */
export const COUNTED_MAX = { pendingNow: 10_000, openAlerts: 1_000 } as const;

// SQL: sums over many rows, of one moment.
const NOW = `
  select (select count(*) from (select from orders where status = 'pending' limit ${COUNTED_MAX.pendingNow}) p)::int as "pendingNow",
         (select count(*) from (select from alerts where acknowledged_at is null limit ${COUNTED_MAX.openAlerts}) a)::int as "openAlerts",
         (select count(*) from orders where created_at >= $1)::int as "ordersToday",
         (select count(*) from refunds where check_at is not null and status <> 'abnormal')::int as "waitingRefunds",
         (select count(*) from refunds where check_at is not null and status = 'abnormal')::int as "abnormalRefunds",
         coalesce(sum(amount), 0)::text as "refundedToday", count(*)::int as "refundsToday"
    from refunds where status = 'succeeded' and succeeded_at >= $1`;
const BY_DAY = `
  select to_char(d.day, 'YYYY-MM-DD') as day, coalesce(sum(a.amount_paid), 0)::text as paid, count(a.paid_at)::int as payments
    from generate_series(0, $2 - 1) as back(days)
    cross join lateral (select ($1::timestamptz at time zone 'Asia/Shanghai')::date - back.days as day) d
    left join payment_attempts a on a.verdict = 'settles'
      and a.paid_at >= $1::timestamptz - make_interval(days => back.days)
      and a.paid_at < $1::timestamptz - make_interval(days => back.days - 1)
   group by d.day order by d.day`;

type NowRow = Omit<Figures, "days" | "paidToday" | "paymentsToday" | "refundedToday"> & { refundedToday: string };

export async function readFigures(pool: pg.Pool, { today, days: count }: FiguresSpan): Promise<Figures> {
  const [now, byDay] = await Promise.all([
    pool.query<NowRow>(NOW, [today]),
    pool.query<{ day: string; paid: string; payments: number }>(BY_DAY, [today, count]),
  ]);
  const row = now.rows[0];
  if (row === undefined) throw new Error("a sum without grouping has one row");
  const days = byDay.rows.map(({ day, paid, payments }) => ({ day, paid: Number(paid), payments }));
  const last = days.at(-1);
  return {
    ...row,
    refundedToday: Number(row.refundedToday),
    paidToday: last?.paid ?? 0,
    paymentsToday: last?.payments ?? 0,
    days,
  };
}
