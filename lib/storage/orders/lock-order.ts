import type pg from "pg";
import type { LockedOrder } from "#lib/payment/index.ts";
import { run, type Statement, statement } from "../transaction.ts";
import { readAttempts } from "./read-orders.ts";
import { ORDER_COLUMNS, type OrderRow, toOrder } from "./rows.ts";

// The same words as in the index that is empty where no promotion looks at the channel.
export const LOOKS_AT_CHANNEL = `exists (select from promotions where status = 'active' and not optional
                                  and definition -> 'audience' ? 'channels') as looks_at_channel`;
const LOCK = statement("lock_order")`
  select ${ORDER_COLUMNS}, ${LOOKS_AT_CHANNEL} from orders o where o.id = $1 for update of o`;
const LOCK_OF_TRADE = statement("lock_order_of_trade")`
  select ${ORDER_COLUMNS} from orders o
   where o.id = (select order_id from payment_attempts where number = $1) for update of o`;
const LOCK_OF_NUMBER = statement("lock_order_of_number")`
  select ${ORDER_COLUMNS} from orders o where o.out_trade_no = $1 for update of o`;

interface LockedRow extends OrderRow {
  offers: string[];
  priced_channel: string | null;
  looks_at_channel?: boolean;
}

/** How an order is found. */
export type OrderKey = { readonly id: string } | { readonly tradeNumber: string } | { readonly outTradeNo: string };

/**
 * Two statements on purpose: the second takes its snapshot after the lock was granted, so it sees what the previous
 * holder of the lock has committed. One joined statement would show the attempts as they were before the wait.
 */
export async function lockOrder(client: pg.PoolClient, key: OrderKey): Promise<LockedOrder | null> {
  const [statement, value] = look(key);
  const { rows } = await run<LockedRow>(client, statement, [value]);
  const [row] = rows;
  if (row === undefined) return null;
  const attempts = await readAttempts(client, [row.id]);
  const { offers, priced_channel: channel, looks_at_channel: looksAtChannel = false } = row;
  return {
    order: toOrder(row),
    attempts,
    pricing: { offers, channel, looksAtChannel },
  };
}

function look(key: OrderKey): [Statement, string] {
  if ("id" in key) return [LOCK, key.id];
  return "tradeNumber" in key ? [LOCK_OF_TRADE, key.tradeNumber] : [LOCK_OF_NUMBER, key.outTradeNo];
}
