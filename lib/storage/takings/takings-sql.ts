/** What takings are split by. `all` is the shop as a whole; the others split the same payments by one property. */
export const TAKINGS_DIMENSIONS = ["all", "channel", "scene", "store", "till", "cashier", "code", "offer"] as const;
export type TakingsDimension = (typeof TAKINGS_DIMENSIONS)[number];

/** Sums of one row of `takings_hours`, in the order of its columns. */
export const TAKINGS_SUMS = [
  "orders",
  "orders_paid",
  "orders_closed",
  "payments",
  "paid",
  "discount",
  "discounted",
  "refunds",
  "refunded",
  "other_refunds",
  "other_refunded",
] as const;
type TakingsSum = (typeof TAKINGS_SUMS)[number];

const fact = (sums: Partial<Record<TakingsSum, string>>): string =>
  TAKINGS_SUMS.map((name) => `${sums[name] ?? "0"}::bigint as ${name}`).join(", ");

// What is counted, one row each: orders made, payments, refunds. `offset 0` keeps each window a range of its index: joined as
// plain ranges, Postgres may read the whole table for each window.
const FACTS = `
  with windows as (select * from unnest($1::timestamptz[], $2::timestamptz[]) as w (starts_at, ends_at)),
  facts as (
    select w.starts_at, m.id as order_id, m.scene, m.store_id, m.till_id, m.cashier_id, s.channel, m.status = 'paid' as is_paid, ${fact(
      {
        orders: "1",
        orders_paid: "(m.status = 'paid')::int",
        orders_closed: "(m.status = 'closed')::int",
      },
    )}
      from windows w
     cross join lateral (
       select o.id, o.scene, o.store_id, o.till_id, o.cashier_id, o.status from orders o
        where o.created_at >= w.starts_at and o.created_at < w.ends_at offset 0) m
      left join payment_attempts s on s.order_id = m.id and s.verdict = 'settles'
    union all
    select w.starts_at, p.order_id, o.scene, o.store_id, o.till_id, o.cashier_id, p.channel, true, ${fact({
      payments: "1",
      paid: "p.amount_paid",
      discount: "o.amount_discount",
      discounted: "(o.amount_discount > 0)::int",
    })}
      from windows w
     cross join lateral (
       select a.order_id, a.channel, a.amount_paid from payment_attempts a
        where a.verdict = 'settles' and a.paid_at >= w.starts_at and a.paid_at < w.ends_at offset 0) p
      join orders o on o.id = p.order_id
    union all
    select w.starts_at, g.order_id, o.scene, o.store_id, o.till_id, o.cashier_id, a.channel, true, ${fact({
      refunds: "(a.verdict = 'settles')::int",
      refunded: "case when a.verdict = 'settles' then g.amount else 0 end",
      other_refunds: "(a.verdict <> 'settles')::int",
      other_refunded: "case when a.verdict <> 'settles' then g.amount else 0 end",
    })}
      from windows w
     cross join lateral (
       select r.order_id, r.attempt_id, r.amount from refunds r
        where r.status = 'succeeded' and r.succeeded_at >= w.starts_at and r.succeeded_at < w.ends_at offset 0) g
      join payment_attempts a on a.id = g.attempt_id
      join orders o on o.id = g.order_id
  )`;

interface Place {
  readonly key: string;
  readonly from?: string;
  /** Sums that are not those of the facts. */
  readonly sums?: Partial<Record<TakingsSum, string>>;
}

// Looked up order by order: joined as a whole, Postgres may read every use there ever was for the orders of one hour.
const IN_OFFERS =
  "left join lateral (select * from promotion_uses x where x.order_id = f.order_id and x.state = 'spent' offset 0) u on true";
const FROM_CODES =
  "left join lateral (select * from collection_orders x where x.order_id = f.order_id offset 0) c on true";

/** An order that is not paid has neither channel nor offer: which it would have been may still change without a trace. */
const PLACES: Readonly<Record<TakingsDimension, Place>> = {
  all: { key: "''" },
  scene: { key: "coalesce(f.scene, 'other')" },
  store: { key: "coalesce(f.store_id, '')" },
  till: { key: "coalesce(f.till_id, '')" },
  cashier: { key: "coalesce(f.cashier_id, '')" },
  channel: { key: "f.channel", from: "where f.is_paid" },
  code: { key: "coalesce(c.code_id, '')", from: FROM_CODES },
  // An order with two offers is in the rows of both, each with what that offer gave.
  offer: {
    key: "coalesce(u.promotion_id, '')",
    from: `${IN_OFFERS} where f.is_paid`,
    sums: { discount: "f.payments * coalesce(u.amount, 0)", discounted: "f.payments * (u.amount is not null)::int" },
  },
};

/**
 * The rows of the windows from `$1` to `$2` (not included), added up by window and by these dimensions. The roll-up, its
 * check, and the part of today that is not rolled up yet are this one statement, so they cannot disagree.
 */
export const takingsOfWindows = (dimensions: readonly TakingsDimension[]): string =>
  FACTS +
  dimensions
    .map((dimension) => {
      const { key, from = "", sums = {} } = PLACES[dimension];
      const added = TAKINGS_SUMS.map((name) => `sum(${sums[name] ?? `f.${name}`})::bigint as ${name}`).join(", ");
      return `
  select '${dimension}' as dimension, f.starts_at, ${key} as key, ${added} from facts f ${from} group by 2, 3`;
    })
    .join("\n  union all");
