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

export interface OrderConditions {
  /** What is read: `orders o`, with the settling payment `s` where a condition is about it. */
  readonly from: string;
  readonly ofPayment: boolean;
  readonly where: string;
  readonly values: unknown[];
}

/** The payment that settles the order, of which there is one at most. */
export const SETTLING = "payment_attempts s on s.order_id = o.id and s.verdict = 'settles'";

/** What a filter asks of `orders o` and of the payment `s` that settles it, as SQL. */
export function orderConditions(filter: Omit<OrderFilter, "limit">): OrderConditions {
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
  add(paidFrom, (place) => `s.paid_at >= ${place}`);
  add(paidTo, (place) => `s.paid_at < ${place}`);
  add(channel, (place) => `s.channel = ${place}`);
  const ofPayment = paidFrom !== undefined || paidTo !== undefined || channel !== undefined;
  // What was paid in the past is found by its payments: from the newest order on, all that came since would be looked at first.
  const isPast = paidFrom !== undefined && paidTo !== undefined && paidTo < new Date();
  const payments = `(select * from payment_attempts p where p.verdict = 'settles' and p.paid_at >= $${values.indexOf(paidFrom) + 1}
    and p.paid_at < $${values.indexOf(paidTo) + 1} offset 0) s join orders o on o.id = s.order_id`;
  const from = ofPayment ? (isPast ? payments : `orders o join ${SETTLING}`) : "orders o";
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
  if (filter.text !== undefined) parts.push(textCondition(filter.text, values));
  return { from, ofPayment, where: parts.length === 0 ? "" : `where ${parts.join(" and ")}`, values };
}

/** What no description holds: most of a merchant's or a WeChat number, the beginning of a number that we made, an id. */
const NUMBER_START = /^(?:(?=(?:.*\d){6})[0-9A-Za-z_-]{8,64}|LF[0-9A-Z]{4,26}|(?:ord|ref)_[0-9a-z]+)$/;
/** Of a WeChat number the first ten digits tell hardly more than the merchant. */
const TRANSACTION_START_CHARS_MIN = 10;

/** With a point or a currency nothing else is meant, and indexes find it. */
const MEANT_AS_AMOUNT = /[.¥￥元]/;

/** What people type: a number or its beginning, an amount, part of the description, a cashier. */
function textCondition(text: string, values: unknown[]): string {
  const amount = fenFromTyped(text);
  if (amount !== null && MEANT_AS_AMOUNT.test(text)) {
    return `(o.amount_due = ${amount} or (o.amount_discount > 0 and o.amount_total = ${amount}))`;
  }
  const typed = `$${values.push(text)}`;
  const start = `$${values.push(`${text.replaceAll(/[\\%_]/g, "\\$&")}%`)}`;
  const started =
    text.length < TRANSACTION_START_CHARS_MIN ? `a.transaction_id = ${typed}` : `a.transaction_id like ${start}`;
  // Each of these is one look-up in an index; read together they are not looked at order by order.
  const numbers = [
    `o.id = ${typed}`,
    `o.out_trade_no like ${start}`,
    `o.id = any (array(select a.order_id from payment_attempts a where a.number like ${start} or ${started}))`,
    `o.id = any (array(select r.order_id from refunds r where r.number = ${typed} or r.wechat_refund_id = ${typed}))`,
  ];
  if (NUMBER_START.test(text)) return `(${numbers.join(" or ")})`;
  const words = [
    `position(lower(${typed}) in lower(o.description)) > 0`,
    `o.cashier_id = any (array(select c.id from cashiers c where position(lower(${typed}) in lower(c.name)) > 0))`,
    ...(amount === null ? [] : [`o.amount_due = ${amount}`, `o.amount_total = ${amount}`]),
  ];
  return `(${[...numbers, ...words].join(" or ")})`;
}
