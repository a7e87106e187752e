import type pg from "pg";
import { callTogether } from "#lib/base/call-together.ts";
import type { Fen } from "#lib/base/fen.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import {
  type Attempt,
  type FoundTrade,
  type OrderFile,
  type OrderFilter,
  type OrderItem,
  statusView,
} from "#lib/payment/index.ts";
import { isRefused } from "../errors.ts";
import { run, statement } from "../transaction.ts";
import { foundOrders } from "./find-orders.ts";
import {
  ATTEMPT_COLUMNS,
  ATTEMPT_SOURCE,
  type AttemptRow,
  type ItemRow,
  ORDER_COLUMNS,
  type OrderRow,
  prefixedAttemptColumns,
  toAttempt,
  toItem,
  toOrder,
  unprefixed,
} from "./rows.ts";

// SQL throughout: measured hot paths. The list shares their rows, and filters by statuses that are derived.
// A list whose length the planner does not see: it would plan anew for each, which takes longer than the look itself.
const ANY = "any (array(select unnest($1::text[])))";
const ORDER = statement("order")`select ${ORDER_COLUMNS} from orders o where id = $1`;
const ORDERS = statement("orders_together")`select ${ORDER_COLUMNS} from orders o where id = ${ANY}`;
const ITEMS = statement("items")`select * from order_items where order_id = ${ANY} order by order_id, position`;
const ATTEMPTS = statement("attempts")`
  select ${ATTEMPT_COLUMNS} from ${ATTEMPT_SOURCE} where a.order_id = ${ANY} order by a.order_id, a.sequence`;
// One index look-up each: the attempt that settles the order, and the one that is open while none does.
const STATUS = statement("status")`
  select o.id, o.status, o.amount_due, o.paid_at, o.expires_at, o.version, a.amount_paid, a.refunded,
         l.sequence as live_sequence, l.channel as live_channel, l.status as live_status, l.handover ->> 'kind' as live_kind,
         l.handover_at as live_handover_at
    from orders o
    left join payment_attempts a on a.order_id = o.id and a.verdict = 'settles'
    left join payment_attempts l on l.order_id = o.id and l.status in ('opening', 'waiting') and o.status = 'pending'
   where o.id = ${ANY}`;

// Order and attempt in one row, and so of one moment.
const TRADE = statement("trade")`
  select ${ORDER_COLUMNS}, ${prefixedAttemptColumns("attempt_")}
    from ${ATTEMPT_SOURCE} join orders o on o.id = a.order_id where a.number = ${ANY}`;

interface StatusRow extends Pick<OrderRow, "id" | "status" | "amount_due" | "paid_at" | "expires_at" | "version"> {
  amount_paid: number | null;
  refunded: number | null;
  live_sequence: number | null;
  live_channel: Attempt["channel"];
  live_status: Attempt["status"];
  live_kind: "code" | "redirect" | "prepay" | null;
  live_handover_at: Date | null;
}

const toStatus = (row: StatusRow): Parameters<typeof statusView>[0] => ({
  id: row.id,
  status: row.status,
  dueFen: row.amount_due as Fen,
  paidAt: row.paid_at,
  expiresAt: row.expires_at,
  version: row.version,
  settling:
    row.amount_paid === null ? undefined : { paidFen: row.amount_paid as Fen, refundedFen: (row.refunded ?? 0) as Fen },
  live:
    row.live_sequence === null
      ? undefined
      : {
          sequence: row.live_sequence,
          channel: row.live_channel,
          status: row.live_status,
          handover: row.live_kind === null ? null : { kind: row.live_kind },
          handoverAt: row.live_handover_at,
        },
});

const VERSIONS = statement("order_versions")`select id, version from orders where id = any($1)`;

/** Of those that exist. */
export async function readOrderVersions(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await run<{ id: string; version: number }>(pool, VERSIONS, [ids]);
  return new Map(rows.map(({ id, version }) => [id, version]));
}

export async function findOrder(pool: pg.Pool, orderId: string): Promise<OrderFile | null> {
  const { rows } = await run<OrderRow>(pool, ORDER, [orderId]);
  return (await completed(pool, rows))[0] ?? null;
}

/** Finds an order. Those that are asked for while others are being read share a read. */
export const createFindOrder = (pool: pg.Pool): ((orderId: string) => Promise<OrderFile | null>) =>
  callTogether({
    lanes: READ_LANES,
    callsMax: READ_TOGETHER_MAX,
    runAll: async (ids: readonly string[]) => {
      const { rows } = await run<OrderRow>(pool, ORDERS, [ids]);
      const found = new Map((await completed(pool, rows)).map((file) => [file.order.id, file]));
      return ids.map((id) => found.get(id) ?? null);
    },
    mayRunAlone: isRefused,
  });

/** Finds how an order stands. Those that are asked for while others are being read share a read. */
export function createFindStatus(pool: pg.Pool): (orderId: string, now: Date) => Promise<OrderStatusView | null> {
  const find = callTogether({
    lanes: READ_LANES,
    callsMax: READ_TOGETHER_MAX,
    runAll: async (ids: readonly string[]) => {
      const { rows } = await run<StatusRow>(pool, STATUS, [ids]);
      const found = new Map(rows.map((row) => [row.id, toStatus(row)]));
      return ids.map((id) => found.get(id));
    },
    mayRunAlone: isRefused,
  });
  return async (orderId, now) => {
    const status = await find(orderId);
    return status === undefined ? null : statusView(status, now);
  };
}

/** Reads of one kind under way at once in a process, and what one of them reads. */
const READ_LANES = 2;
const READ_TOGETHER_MAX = 32;

/** Finds a trade by the number WeChat knows it by. Those that are asked for while others are being read share a read. */
export const createFindTrade = (pool: pg.Pool): ((tradeNumber: string) => Promise<FoundTrade | null>) =>
  callTogether({
    lanes: READ_LANES,
    callsMax: READ_TOGETHER_MAX,
    runAll: (numbers: readonly string[]) => findTrades(pool, numbers),
    mayRunAlone: isRefused,
  });

async function findTrades(pool: pg.Pool, numbers: readonly string[]): Promise<(FoundTrade | null)[]> {
  const { rows } = await run<OrderRow>(pool, TRADE, [numbers]);
  const found = new Map(
    rows.map((row): [string, FoundTrade] => {
      const attempt = toAttempt(unprefixed<AttemptRow>(row, "attempt_"));
      return [attempt.number, { order: toOrder(row), attempt }];
    }),
  );
  return numbers.map((number) => found.get(number) ?? null);
}

export async function readItems(
  on: pg.Pool | pg.PoolClient,
  orderIds: readonly string[],
): Promise<(OrderItem & { orderId: string })[]> {
  const { rows } = await run<ItemRow>(on, ITEMS, [orderIds]);
  return rows.map((row) => ({ ...toItem(row), orderId: row.order_id }));
}

export async function readAttempts(on: pg.Pool | pg.PoolClient, orderIds: readonly string[]): Promise<Attempt[]> {
  const { rows } = await run<AttemptRow>(on, ATTEMPTS, [orderIds]);
  return rows.map(toAttempt);
}

/** Newest first. */
export async function listOrders(pool: pg.Pool, filter: OrderFilter): Promise<OrderFile[]> {
  const { from, values } = await foundOrders(pool, filter);
  const text = `select ${ORDER_COLUMNS} from ${from} f join orders o on o.id = f.id order by o.created_at desc, o.id desc`;
  // The text varies with the filter, so it is not prepared.
  const { rows } = await run<OrderRow>(pool, { name: "", text }, values);
  return completed(pool, rows);
}

async function completed(pool: pg.Pool, rows: readonly OrderRow[]): Promise<OrderFile[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [items, attempts] = await Promise.all([readItems(pool, ids), readAttempts(pool, ids)]);
  const itemsOf = grouped(items);
  const attemptsOf = grouped(attempts);
  return rows.map((row) => ({
    order: toOrder(row),
    items: itemsOf.get(row.id) ?? [],
    attempts: attemptsOf.get(row.id) ?? [],
  }));
}

function grouped<Thing extends { readonly orderId: string }>(things: readonly Thing[]): Map<string, Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const group = groups.get(thing.orderId);
    if (group === undefined) groups.set(thing.orderId, [thing]);
    else group.push(thing);
  }
  return groups;
}
