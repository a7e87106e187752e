import { fenFromTyped } from "#lib/base/fen.ts";
import type { OrderFilter } from "#lib/payment/index.ts";

const SETTLING_REFUNDED =
  "(select a.refunded from payment_attempts a where a.order_id = o.id and a.verdict = 'settles')";
const SETTLING_PAID =
  "(select a.amount_paid from payment_attempts a where a.order_id = o.id and a.verdict = 'settles')";
/** The derived statuses, as SQL. */
const STATUS_CONDITIONS: Record<string, string> = {
  pending: "o.status = 'pending'",
  closed: "o.status = 'closed'",
  paid: `o.status = 'paid' and ${SETTLING_REFUNDED} = 0`,
  partially_refunded: `o.status = 'paid' and ${SETTLING_REFUNDED} > 0 and ${SETTLING_REFUNDED} < ${SETTLING_PAID}`,
  refunded: `o.status = 'paid' and ${SETTLING_REFUNDED} >= ${SETTLING_PAID}`,
};

const CODES = "select from collection_orders c where c.order_id = o.id";
const OFFERS = "select from promotion_uses u where u.order_id = o.id and u.state = 'spent'";

/** What a filter asks of `orders o`, as SQL. */
export function orderConditions(filter: Omit<OrderFilter, "limit">): { where: string; values: unknown[] } {
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
  for (const [id, column] of [
    [filter.store, "o.store_id"],
    [filter.till, "o.till_id"],
    [filter.cashier, "o.cashier_id"],
  ] as const) {
    if (id === "") parts.push(`${column} is null`);
    else add(id, (place) => `${column} = ${place}`);
  }
  add(filter.scene, (place) => `coalesce(o.scene, 'other') = ${place}`);
  if (filter.code === "") parts.push(`not exists (${CODES})`);
  else add(filter.code, (place) => `exists (${CODES} and c.code_id = ${place})`);
  if (filter.offer === "") parts.push(`not exists (${OFFERS})`);
  else add(filter.offer, (place) => `exists (${OFFERS} and u.promotion_id = ${place})`);
  const { paidFrom, paidTo, channel } = filter;
  if (paidFrom !== undefined || paidTo !== undefined || channel !== undefined) {
    const settling = ["s.verdict = 'settles'"];
    const addTo = (value: unknown, condition: string) => {
      if (value !== undefined) settling.push(`${condition} $${values.push(value)}`);
    };
    addTo(paidFrom, "s.paid_at >=");
    addTo(paidTo, "s.paid_at <");
    addTo(channel, "s.channel =");
    parts.push(`o.id in (select s.order_id from payment_attempts s where ${settling.join(" and ")})`);
  }
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
  const amount = filter.text === undefined ? null : fenFromTyped(filter.text);
  add(
    filter.text,
    (place) => `(o.id = ${place} or o.out_trade_no = ${place} or position(lower(${place}) in lower(o.description)) > 0
      or starts_with(o.out_trade_no, ${place})
      or exists (select from payment_attempts a where a.order_id = o.id and (a.number = ${place} or a.transaction_id = ${place}))
      ${amount === null ? "" : `or o.amount_due = ${amount} or o.amount_total = ${amount}`})`,
  );
  return { where: parts.length === 0 ? "" : `where ${parts.join(" and ")}`, values };
}
