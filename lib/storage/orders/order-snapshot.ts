import type pg from "pg";
import type { OrderSnapshot } from "#lib/payment/index.ts";
import { run, statement } from "../transaction.ts";
import { LOOKS_AT_CHANNEL } from "./lock-order.ts";
import {
  ATTEMPT_COLUMNS,
  ATTEMPT_SOURCE,
  type AttemptRow,
  type ItemRow,
  ORDER_COLUMNS,
  type OrderRow,
  toAttempt,
  toItem,
  toOrder,
} from "./rows.ts";

// SQL: on the way of the pay page, and one statement over several tables. An optional promotion with a code is for orders
// that gave one; the demo shop's own mark is no code that a person types.
const SNAPSHOT = statement("order_snapshot")`
  select ${ORDER_COLUMNS}, ${LOOKS_AT_CHANNEL},
         o.status = 'pending' and (o.offers <> '{}'
           or exists (select from promotions p where p.status = 'active' and p.optional
                        and (p.code_key is null and not p.needs_code
                             or exists (select from offer_decisions d where d.order_id = o.id and d.inputs -> 'codes' <> '[]')))
         ) as has_optional_offers,
         exists (select from promotions where status = 'active' and (needs_code or (code is not null and code <> $2))) as takes_codes,
         (select json_agg(i order by i.position) from order_items i where i.order_id = o.id) as items,
         (select json_agg(t order by t.sequence)
            from (select ${ATTEMPT_COLUMNS} from ${ATTEMPT_SOURCE} where a.order_id = o.id) t) as attempts
    from orders o where o.id = $1`;

interface SnapshotRow extends OrderRow {
  offers: string[];
  priced_channel: string | null;
  looks_at_channel: boolean;
  has_optional_offers: boolean;
  takes_codes: boolean;
  items: ItemRow[] | null;
  attempts: TextedAttempt[] | null;
}

const MOMENTS = [
  "handover_at",
  "paid_at",
  "reverse_since",
  "created_at",
] as const satisfies readonly (keyof AttemptRow)[];
type Moment = (typeof MOMENTS)[number];
/** In JSON moments are text. */
type TextedAttempt = Omit<AttemptRow, Moment> & Readonly<Record<Moment, string | null>>;

/** @param demoCode the mark of the demo shop's orders */
export async function findSnapshot(pool: pg.Pool, orderId: string, demoCode: string): Promise<OrderSnapshot | null> {
  const { rows } = await run<SnapshotRow>(pool, SNAPSHOT, [orderId, demoCode]);
  const [row] = rows;
  if (row === undefined) return null;
  const order = toOrder(row);
  return {
    order,
    items: (row.items ?? []).map(toItem),
    attempts: (row.attempts ?? []).map((attempt) => toAttempt(withMoments(attempt))),
    pricing: { offers: row.offers, channel: row.priced_channel, looksAtChannel: row.looks_at_channel },
    mayHaveOffers: row.has_optional_offers || (order.status === "pending" && row.looks_at_channel),
    takesCodes: row.takes_codes,
  };
}

function withMoments(attempt: TextedAttempt): AttemptRow {
  const moments = MOMENTS.map((name) => [name, attempt[name] === null ? null : new Date(attempt[name])] as const);
  return { ...attempt, ...(Object.fromEntries(moments) as Pick<AttemptRow, Moment>) };
}
