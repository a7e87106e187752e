import { addMs, DAY_MS } from "#lib/base/time.ts";
import type { OrderFilter } from "#lib/payment/index.ts";

const REFUNDED = "select from payment_attempts a where a.verdict = 'settles' and a.refunded > 0";
/** The derived statuses, as SQL. */
const STATUS_CONDITIONS: Record<string, string> = {
  pending: "o.status = 'pending'",
  closed: "o.status = 'closed'",
  paid: `o.status = 'paid' and not exists (${REFUNDED} and a.order_id = o.id)`,
  partially_refunded: "s.refunded > 0 and s.refunded < s.amount_paid",
  refunded: "s.refunded > 0 and s.refunded >= s.amount_paid",
};

/** Few orders were given back, and an index has their payments. */
export const isGivenBack = (status: OrderFilter["status"]): boolean =>
  status === "partially_refunded" || status === "refunded";

const PAYMENTS_READ_MS_MAX = 31 * DAY_MS;

const CODES = "select from collection_orders c where c.order_id = o.id";
const OFFERS = "select from promotion_uses u where u.order_id = o.id and u.state = 'spent'";

const EVENTS = "select from webhook_events e where e.order_id = o.id";
/** Few orders change while somebody looks, so they are found by when they did. */
const changedSince = (moment: string): string => `
  select c.id from orders c where c.created_at >= ${moment}
  union select e.order_id from webhook_events e where e.created_at >= ${moment} and e.order_id is not null`;

interface HowRead {
  /** Few orders are looked at, so that what hangs on them is looked up for each; else Postgres may read all of it first. */
  readonly isEachLookedUp?: boolean;
}

export interface OrderConditions {
  /** What is read: `orders o`, with the settling payment `s` where a condition is about it. */
  readonly from: string;
  readonly ofPayment: boolean;
  readonly where: string;
  /** What {@link where} puts together. */
  readonly parts: readonly string[];
  readonly values: unknown[];
}

/** The payment that settles the order, of which there is one at most. */
export const SETTLING = "payment_attempts s on s.order_id = o.id and s.verdict = 'settles'";

/** What a filter asks of `orders o` and of the payment `s` that settles it, as SQL; what was typed is found by `foundOrders`. */
export function orderConditions(
  filter: Omit<OrderFilter, "limit" | "text">,
  { isEachLookedUp = false }: HowRead = {},
): OrderConditions {
  const each = isEachLookedUp ? "offset 0" : "";
  const values: unknown[] = [];
  const parts: string[] = [];
  const add = (value: unknown, part: (place: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    parts.push(part(`$${values.length}`));
  };
  if (filter.status !== undefined) parts.push(STATUS_CONDITIONS[filter.status] ?? "false");
  add(filter.createdFrom, (place) => `o.created_at >= ${place}`);
  add(filter.createdTo, (place) => `o.created_at < ${place}`);
  add(filter.updatedFrom, (place) => `o.id in (${changedSince(place)})`);
  add(
    filter.updatedTo,
    (place) => `o.created_at < ${place} and not exists (${EVENTS} and e.created_at >= ${place} ${each})`,
  );
  for (const [id, column] of [
    [filter.store, "o.store_id"],
    [filter.till, "o.till_id"],
    [filter.cashier, "o.cashier_id"],
  ] as const) {
    if (id === "") parts.push(`${column} is null`);
    else add(id, (place) => `${column} = ${place}`);
  }
  add(filter.scene, (place) => `coalesce(o.scene, 'other') = ${place}`);
  if (filter.code === "") parts.push(`not exists (${CODES} ${each})`);
  else add(filter.code, (place) => `exists (${CODES} and c.code_id = ${place} ${each})`);
  if (filter.offer === "") parts.push(`not exists (${OFFERS} ${each})`);
  else add(filter.offer, (place) => `exists (${OFFERS} and u.promotion_id = ${place} ${each})`);
  const { paidFrom, paidTo, channel } = filter;
  add(paidFrom, (place) => `s.paid_at >= ${place}`);
  add(paidTo, (place) => `s.paid_at < ${place}`);
  add(channel, (place) => `s.channel = ${place}`);
  const ofPayment = [paidFrom, paidTo, channel].some((asked) => asked !== undefined) || isGivenBack(filter.status);
  // What was paid in the past is found by its payments: from the newest order on, all that came since would be looked at first.
  // Of more days it is looked for from their end on, since an order is paid after it is made, however two clocks differ.
  const isPast = paidTo !== undefined && paidTo < new Date();
  const isShort = isPast && paidFrom !== undefined && paidTo.getTime() - paidFrom.getTime() <= PAYMENTS_READ_MS_MAX;
  if (isPast && !isShort) add(addMs(paidTo, DAY_MS), (place) => `o.created_at < ${place}`);
  const payments = `(select * from payment_attempts p where p.verdict = 'settles' and p.paid_at >= $${values.indexOf(paidFrom) + 1}
    and p.paid_at < $${values.indexOf(paidTo) + 1} offset 0) s join orders o on o.id = s.order_id`;
  const from = ofPayment ? (isShort ? payments : `orders o join ${SETTLING}`) : "orders o";
  add(filter.outTradeNo, (place) => `o.out_trade_no = ${place}`);
  add(
    filter.after,
    (place) => `(o.created_at, o.id) < (select c.created_at, c.id from orders c where c.id = ${place})`,
  );
  const storeOf = (place: string) => `(select s.id from stores s where lower(s.code) = lower(${place}))`;
  add(filter.storeCode, (place) => `o.store_id = ${storeOf(place)}`);
  if (filter.storeCode !== undefined) {
    const store = storeOf(`$${values.length}`);
    add(
      filter.tillCode,
      (place) =>
        `o.till_id = (select t.id from tills t where t.store_id = ${store} and lower(t.code) = lower(${place}))`,
    );
  }
  add(filter.cashierId, (place) => `o.cashier_id = ${place}`);
  return { from, ofPayment, parts, where: parts.length === 0 ? "" : `where ${parts.join(" and ")}`, values };
}
