import pg from "pg";

/** Orders with an open trade, as many as asked; the numbers WeChat would know them by. */
export async function seedWaitingOrders(databaseUrl: string, prefix: string, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query("begin");
    await client.query(
      `insert into orders (id, out_trade_no, amount_total, amount_due, description, created_at, expires_at, check_at)
       select 'ord_' || lpad($1 || n, 26, '0'), 'bench-' || $1 || '-' || n, 1800, 1800, '拿铁', now(), now() + interval '2h', now() + interval '2h'
         from generate_series(1, $2::int) n`,
      [prefix, count],
    );
    await client.query(
      `insert into order_items (id, order_id, position, name, unit_amount, quantity)
       select 'itm_' || lpad($1 || n, 26, '0'), 'ord_' || lpad($1 || n, 26, '0'), 0, '拿铁', 1800, 1 from generate_series(1, $2::int) n`,
      [prefix, count],
    );
    await client.query(
      `insert into payment_attempts (id, order_id, sequence, account_id, number, channel, status, amount_due, handover, handover_at, created_at, check_at)
       select 'att_' || lpad($1 || n, 26, '0'), 'ord_' || lpad($1 || n, 26, '0'), 1, g.id, 'bench-' || $1 || '-' || n, 'native', 'waiting', 1800,
              jsonb_build_object('kind', 'code', 'codeUrl', 'weixin://wxpay/bizpayurl?pr=' || $1 || n), now(), now(), now() + interval '2h'
         from generate_series(1, $2::int) n, gateway_accounts g where g.status = 'active'`,
      [prefix, count],
    );
    await client.query("commit");
    // Not of all tables: what is looked up in one that was counted while it was empty is read from its beginning for a while.
    await client.query("analyze orders, order_items, payment_attempts");
  } finally {
    await client.end();
  }
  return Array.from({ length: count }, (_, index) => `bench-${prefix}-${index + 1}`);
}

/** The id that {@link seedWaitingOrders} gave the n-th order, from 1. */
export const seededOrderId = (prefix: string, n: number): string => `ord_${`${prefix}${n}`.padStart(26, "0")}`;
