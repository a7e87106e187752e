import type pg from "pg";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { EXPORT_ROWS_MAX } from "#lib/base/export-limits.ts";
import { ORDERS_SUMMED_MAX, ORDERS_SUMMED_TIMEOUT_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { OrderFilter } from "#lib/payment/index.ts";
import { isOutOfTime } from "../errors.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { foundOrders } from "./find-orders.ts";
import { orderConditions, SETTLING } from "./order-conditions.ts";
import { completeTo, DAYS_PROGRESS, type DaysProgress, dirtyDays } from "./order-days.ts";

/** What the orders of a list come to, all its pages together. Amounts in fen. */
export interface OrderSums {
  readonly orders: number;
  readonly ordersPaid: number;
  readonly ordersClosed: number;
  readonly due: number;
  /** Of the payments that settle these orders, before refunds. */
  readonly paid: number;
  readonly discount: number;
  readonly refunded: number;
}

/** The sums of a list as soon as a page can wait for them. */
export interface ListSums extends OrderSums {
  /** There are more orders than these, the newest of the list. */
  readonly hasMore: boolean;
}

type SumFilter = Omit<OrderFilter, "limit" | "after">;

const SUMMED = `
  count(*)::int as orders, count(*) filter (where o.status = 'paid')::int as "ordersPaid",
  count(*) filter (where o.status = 'closed')::int as "ordersClosed",
  coalesce(sum(o.amount_due), 0)::float8 as due, coalesce(sum(s.amount_paid), 0)::float8 as paid,
  coalesce(sum(o.amount_discount) filter (where s.id is not null), 0)::float8 as discount,
  coalesce(sum(s.refunded), 0)::float8 as refunded`;

// SQL throughout: sums over many rows, with the conditions of the list. The texts vary with the filter, so they are not prepared.

/** Of every order of the list, however long that takes. */
export async function sumOrders(pool: pg.Pool, filter: SumFilter): Promise<OrderSums> {
  const { text, values } = await newestSum(pool, filter, EXPORT_ROWS_MAX + 1);
  return onlyRow((await run<OrderSums>(pool, { name: "", text }, values)).rows);
}

interface SumLimits {
  readonly ordersMax?: number;
  readonly timeoutMs?: number;
}

/**
 * Of the list that a page shows, as soon as a page can wait for it: days that are added up are read from there, so that a year
 * costs no more than a day; for any other filter the newest orders count. @returns null when even these take too long
 */
export async function sumList(
  pool: pg.Pool,
  filter: SumFilter,
  { ordersMax = ORDERS_SUMMED_MAX, timeoutMs = ORDERS_SUMMED_TIMEOUT_MS }: SumLimits = {},
): Promise<ListSums | null> {
  const days = daysOf(filter);
  const progress = days === null ? null : await readyDays(pool);
  if (days !== null && progress !== null) {
    const { text, values } = rolledSum(filter, days, progress);
    return { ...onlyRow((await run<OrderSums>(pool, { name: "", text }, values)).rows), hasMore: false };
  }
  const newest = await newestSum(pool, filter, ordersMax);
  const rows = await withinTime<OrderSums>(pool, newest, timeoutMs);
  if (rows === null) return null;
  const sums = onlyRow(rows);
  return { ...sums, hasMore: sums.orders >= ordersMax };
}

interface Sql {
  readonly text: string;
  readonly values: readonly unknown[];
}

async function newestSum(pool: pg.Pool, filter: SumFilter, ordersMax: number): Promise<Sql> {
  const found = await foundOrders(pool, { ...filter, limit: ordersMax });
  return {
    text: `select ${SUMMED} from ${found.from} f join orders o on o.id = f.id left join ${SETTLING}`,
    values: found.values,
  };
}

/** What a day is added up by: at most one of these. */
const DIMENSIONS = ["channel", "scene", "store", "till", "cashier", "code", "offer"] as const;

interface SummedDays {
  readonly basis: "created" | "paid";
  readonly dimension: "all" | (typeof DIMENSIONS)[number];
  readonly key: string;
  /** The first and last day in Beijing. */
  readonly from: string;
  readonly to: string;
}

/** Null for a filter that days are not added up by. */
function daysOf(filter: SumFilter): SummedDays | null {
  const {
    text,
    outTradeNo,
    storeCode,
    tillCode,
    cashierId,
    updatedFrom,
    updatedTo,
    createdFrom,
    createdTo,
    paidFrom,
    paidTo,
  } = filter;
  if ([text, outTradeNo, storeCode, tillCode, cashierId, updatedFrom, updatedTo].some((each) => each !== undefined))
    return null;
  const narrowed = DIMENSIONS.filter((each) => filter[each] !== undefined);
  const [created, paid] = [createdFrom ?? createdTo, paidFrom ?? paidTo];
  if (narrowed.length > 1 || (created !== undefined && paid !== undefined)) return null;
  const [from, to] = paid === undefined ? [createdFrom, createdTo] : [paidFrom, paidTo];
  if (![from, to].every(isMidnight)) return null;
  const dimension = narrowed[0] ?? "all";
  return {
    basis: paid === undefined ? "created" : "paid",
    dimension,
    key: dimension === "all" ? "" : (filter[dimension] ?? ""),
    from: from === undefined ? "-infinity" : beijingDay(from),
    to: to === undefined ? "infinity" : beijingDay(addMs(to, -1)),
  };
}

const isMidnight = (moment: Date | undefined): boolean =>
  moment === undefined || beijingMidnight(beijingDay(moment)).getTime() === moment.getTime();

/** More days than these are not read from their rows while somebody waits. */
const LIVE_DAYS_MAX = 3;

/** How far days are added up; null while that is not nearly everything. */
async function readyDays(pool: pg.Pool): Promise<DaysProgress | null> {
  const { rows } = await run<DaysProgress>(pool, READY_DAYS, [LIVE_DAYS_MAX]);
  return rows[0] ?? null;
}

const READY_DAYS = statement("order_days_ready")`
  select ${DAYS_PROGRESS} from order_days_progress
   where rolled_to >= (select max(created_at) from orders) - make_interval(days => $1::int)`;

const WINDOW = `>= (d.day::timestamp at time zone 'Asia/Shanghai')`;
const WINDOW_END = `< ((d.day + 1)::timestamp at time zone 'Asia/Shanghai')`;
const SETTLING_OF_ORDER = "select * from payment_attempts a where a.order_id = o.id and a.verdict = 'settles' offset 0";
const DAY_OF_ORDER = "(o.created_at at time zone 'Asia/Shanghai')::date";

const STATUS_OF_ROW: Readonly<Record<string, string>> = {
  pending: "o.status = 'pending'",
  closed: "o.status = 'closed'",
  paid: "o.status = 'paid' and s.refunded = 0",
  partially_refunded: "s.refunded > 0 and s.refunded < s.amount_paid",
  refunded: "s.refunded >= s.amount_paid",
};

/** Of orders that are made and of payments that come to older ones. */
const NEWEST_DAY = `(select (greatest((select max(created_at) from orders),
  (select max(paid_at) from payment_attempts where verdict = 'settles')) at time zone 'Asia/Shanghai')::date)`;

/** Days as they were added up, with what may have changed since then read from its rows: always what the rows come to. */
function rolledSum(filter: SumFilter, { basis, dimension, key, from, to }: SummedDays, progress: DaysProgress): Sql {
  const { createdFrom: _, createdTo: __, paidFrom: ___, paidTo: ____, status: wanted, ...rest } = filter;
  const { ofPayment, parts: others, values: given } = orderConditions(rest, { isEachLookedUp: true });
  // The payment is read anyway, so a status is looked at row by row, not looked up.
  const parts = wanted === undefined ? others : [...others, STATUS_OF_ROW[wanted] ?? "false"];
  const values = [...given];
  const add = (value: unknown): string => `$${values.push(value)}`;
  const [first, last] = [`${add(from)}::date`, `${add(to)}::date`];
  const narrowed = parts.map((part) => `and ${part}`).join(" ");
  // Of each order by itself: Postgres takes the days that are read live for thousands, and reads all payments for them.
  const join = `${ofPayment ? "cross" : "left"} join lateral (${SETTLING_OF_ORDER}) s ${ofPayment ? "" : "on true"}`;
  const ofDay =
    basis === "created"
      ? `cross join lateral (select * from orders o where o.created_at ${WINDOW} and o.created_at ${WINDOW_END} offset 0) o ${join}`
      : `cross join lateral (select * from payment_attempts a where a.verdict = 'settles' and a.paid_at ${WINDOW} and a.paid_at ${WINDOW_END} offset 0) s
         join orders o on o.id = s.order_id`;
  const status = wanted === undefined ? "" : `and r.status = ${add(wanted)}`;
  const pending =
    wanted !== undefined && wanted !== "pending"
      ? ""
      : `union all
      select ${SUMMED} from orders o ${basis === "created" ? join : `cross join lateral (${SETTLING_OF_ORDER}) s`}
       where o.status = 'pending' and ${DAY_OF_ORDER} between ${first} and ${last}
         and not exists (select from live l where l.day = ${DAY_OF_ORDER}) ${narrowed}`;
  const sums = ["orders", "ordersPaid", "ordersClosed", "due", "paid", "discount", "refunded"];
  const text = `
    with ${dirtyDays(progress, add)},
    newest as (select ${add(beijingDay(completeTo(progress)))}::date as day),
    live as (
      select day from dirty_days where basis = '${basis}' and day between ${first} and ${last}
      union
      select n.day + later from newest n, generate_series(0, ${NEWEST_DAY} - n.day) later
       where n.day + later between ${first} and ${last}),
    parts as (
      select coalesce(sum(r.orders), 0) as orders, coalesce(sum(r.orders) filter (where r.status <> 'closed'), 0) as "ordersPaid",
             coalesce(sum(r.orders) filter (where r.status = 'closed'), 0) as "ordersClosed",
             ${["due", "paid", "discount", "refunded"].map((name) => `coalesce(sum(r.${name}), 0) as ${name}`).join(", ")}
        from order_days r
       where r.basis = '${basis}' and r.dimension = '${dimension}' and r.key = ${add(key)} and r.day between ${first} and ${last}
         and r.day < (select day from newest) and not exists (select from live l where l.day = r.day) ${status}
      union all
      select ${SUMMED} from live d ${ofDay} where true ${narrowed}
      ${pending})
    select ${sums.map((name) => `sum("${name}")::float8 as "${name}"`).join(", ")} from parts`;
  return { text, values };
}

/** @returns null when it takes longer */
async function withinTime<Row extends pg.QueryResultRow>(
  pool: pg.Pool,
  { text, values }: Sql,
  timeoutMs: number,
): Promise<Row[] | null> {
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`set local statement_timeout = ${timeoutMs}`);
      return (await client.query<Row>(text, [...values])).rows;
    });
  } catch (cause) {
    if (isOutOfTime(cause)) return null;
    throw cause;
  }
}

function onlyRow<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Error("a sum without grouping has one row");
  return row;
}
