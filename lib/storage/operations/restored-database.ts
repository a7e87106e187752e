import pg from "pg";

// What a restore drill finds in the database that it has restored into. Read by a connection of its own: it is not the live one.

export interface RestoredFigures {
  readonly orders: number;
  readonly payments: number;
  readonly refunds: number;
  readonly entries: number;
  /** Journal entries whose debits and credits differ, or that have no lines. */
  readonly unbalanced: number;
  /** Payments and finished refunds without their entry in the journal. */
  readonly unbooked: number;
  /** What all payments less all refunds come to, in fen, by the payments, and by the journal. */
  readonly held: string;
  readonly booked: string;
  readonly newestOrder: { readonly outTradeNo: string; readonly createdAt: string } | null;
}

// SQL: one statement over several tables, each read whole.
const FIGURES = `
  select (select count(*) from orders)::int as orders,
         (select count(*) from payment_attempts where status = 'succeeded')::int as payments,
         (select count(*) from refunds where status = 'succeeded')::int as refunds,
         (select count(*) from journal_entries)::int as entries,
         (select count(*) from journal_entries e
            left join (select entry_id, sum(debit) - sum(credit) as off from journal_lines group by entry_id) l on l.entry_id = e.id
           where l.off is distinct from 0)::int as unbalanced,
         (select count(*) from payment_attempts a where a.status = 'succeeded'
             and not exists (select from journal_entries e where e.cause = 'payment:' || a.id))::int
       + (select count(*) from refunds r where r.status = 'succeeded'
             and not exists (select from journal_entries e where e.cause = 'refund:' || r.id))::int as unbooked,
         (select coalesce(sum(amount_settled), 0) from payment_attempts where status = 'succeeded')
       - (select coalesce(sum(coalesce(settled_amount, amount)), 0) from refunds where status = 'succeeded') as held,
         (select coalesce(sum(l.debit) - sum(l.credit), 0) from journal_lines l join journal_entries e on e.id = l.entry_id
           where l.account = 'wechat_clearing' and (e.cause like 'payment:%' or e.cause like 'refund:%')) as booked,
         (select jsonb_build_object('outTradeNo', out_trade_no, 'createdAt', created_at)
            from orders order by created_at desc, id desc limit 1) as "newestOrder"`;

export async function readRestored(url: string): Promise<RestoredFigures> {
  const client = new pg.Client({ connectionString: url, application_name: "lingfu drill" });
  await client.connect();
  try {
    const { rows } = await client.query<RestoredFigures>(FIGURES);
    const [figures] = rows;
    if (figures === undefined) throw new Error("a statement without groups has one row");
    return { ...figures, held: String(figures.held), booked: String(figures.booked) };
  } finally {
    await client.end();
  }
}

/** Of the live database: what has come since, and how large it is. */
export async function readSince(
  pool: pg.Pool,
  since: Date | null,
): Promise<{ readonly orders: number; readonly payments: number }> {
  const { rows } = await pool.query<{ orders: number; payments: number }>(
    `select (select count(*) from orders where $1::timestamptz is null or created_at > $1)::int as orders,
            (select count(*) from payment_attempts where status = 'succeeded' and ($1::timestamptz is null or paid_at > $1))::int as payments`,
    [since],
  );
  return rows[0] ?? { orders: 0, payments: 0 };
}

export async function databaseBytes(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query<{ bytes: string }>("select pg_database_size(current_database()) as bytes");
  return Number(rows[0]?.bytes ?? 0);
}
