import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import type { RunningProduct } from "../support/crash/product.ts";
import { giveBack, note, type OrderRecord } from "./crowd.ts";
import { eachOf } from "./each-of.ts";
import type { Doors } from "./shop-calls.ts";

// After the last order time passes, more than a day of it, until nothing is open any more. What only waits for its time is made due;
// nothing else of the product is touched.

const MINUTE_MS = 60_000;
/** WeChat's repeats end after 24 h 4 min; together these are more. */
const STEPS_MIN = [0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360, 360];
/** For what began only after the day. */
const AFTERWARDS_MIN = 30;
const ROUNDS_MIN = STEPS_MIN.length + 2;
const CALLERS = 16;

/** Rows that wait for their time; $1 is how many minutes pass. */
const PASS_TIME = [
  "update payment_attempts set check_at = now() where check_at > now()",
  // A minute passes at the counter.
  "update payment_attempts set created_at = created_at - interval '1 minute' where channel = 'codepay' and status in ('opening', 'waiting')",
  // WeChat takes one refund of a trade a minute.
  "update refunds set sent_at = sent_at - $1 * interval '1 minute', accepted_at = accepted_at - $1 * interval '1 minute' where order_id in (select order_id from refunds where status = 'requested')",
  "update refunds set send_at = least(send_at, now()), check_at = now() where check_at > now()",
  "update trade_checks set check_at = now() where check_at > now()",
  "update webhook_deliveries set check_at = now() where check_at > now()",
  "update notification_deliveries set check_at = now() where check_at > now()",
  // A channel that had much to say is silent for a minute, and one whose sender was killed until its lease ends.
  `update notification_channels set storm_until = storm_until - $1 * interval '1 minute', minute_from = minute_from - $1 * interval '1 minute',
     retry_at = retry_at - $1 * interval '1 minute', leased_until = leased_until - $1 * interval '1 minute'`,
];
/** As any process tells that it has written something; else a worker looks every four seconds. */
const TELL = "select pg_notify('order_changed', '**')";

/** What has not ended, by kind. */
const OPEN = `select * from (
  select 'attempts' as what, count(*)::int as count from payment_attempts where status in ('opening', 'waiting')
  union all select 'refunds', count(*)::int from refunds where status in ('awaiting_approval', 'requested', 'processing')
  union all select 'questions to WeChat', count(*)::int from trade_checks where result is null
  union all select 'webhook deliveries', count(*)::int from webhook_deliveries where status = 'pending'
  union all select 'pushes', count(*)::int from notification_deliveries where status = 'pending'
  union all select 'orders', count(*)::int from orders where status = 'pending') counted where count > 0`;

export interface SettlingTime {
  readonly product: RunningProduct;
  readonly doors: Doors;
  readonly records: readonly OrderRecord[];
  readonly stepMs: number;
  readonly timeoutMs: number;
  /** What does not change for so long is not waited for. */
  readonly stalledMs: number;
}

interface Settler extends SettlingTime {
  readonly client: pg.Client;
  readonly asking: Set<OrderRecord>;
}

/** @returns what is still open when the time is over, in words; none when all has ended */
export async function settle(time: SettlingTime): Promise<string[]> {
  const client = await time.product.connect();
  try {
    return await passTime({ ...time, client, asking: new Set() });
  } finally {
    await client.end();
  }
}

async function passTime(settler: Settler): Promise<string[]> {
  const { client, doors, records, stepMs, timeoutMs, stalledMs } = settler;
  const deadline = performance.now() + timeoutMs;
  let last = { open: "", at: performance.now() };
  for (let round = 0; ; round++) {
    const minutes = STEPS_MIN[round] ?? AFTERWARDS_MIN;
    await doors.tell("clock", { advanceMs: minutes * MINUTE_MS });
    for (const sql of PASS_TIME) await client.query(sql, sql.includes("$1") ? [minutes] : []);
    await client.query(TELL);
    await sleep(stepMs);
    await askRefunds(settler);
    if (round >= STEPS_MIN.length) await closePending(settler);
    const open = (await client.query<{ what: string; count: number }>(OPEN)).rows;
    const isShopDone = records.every(({ refundsDone }) => refundsDone);
    if (open.length === 0 && isShopDone && round >= ROUNDS_MIN) return [];
    const now = performance.now();
    const state = JSON.stringify(open);
    if (state !== last.open || round < ROUNDS_MIN) last = { open: state, at: now };
    if (now > deadline || now - last.at > stalledMs) {
      const undone = records.filter(({ refundsDone }) => !refundsDone).length;
      return [...open, ...(undone === 0 ? [] : [{ what: "refunds that the shop meant", count: undone }])].map(
        ({ what, count }) => `${count} ${what}`,
      );
    }
  }
}

/** The refunds that the shop meant and could not ask for before. Time does not wait for a call that hangs. */
async function askRefunds({ client, doors, records, asking }: Settler): Promise<void> {
  const open = records.filter((record) => !record.refundsDone && !asking.has(record));
  const waiting = new Map(open.map((record) => [record.orderId, record]));
  if (waiting.size === 0) return;
  const sql = "select id, status from orders where id = any($1) and status <> 'pending'";
  const { rows } = await client.query<{ id: string; status: string }>(sql, [[...waiting.keys()]]);
  for (const { id, status } of rows) {
    const record = waiting.get(id);
    if (record === undefined) continue;
    if (status !== "paid") {
      record.refundsDone = true; // Nothing was paid in time.
      continue;
    }
    if (asking.size >= CALLERS) continue;
    asking.add(record);
    giveBack(doors, record, 1)
      .catch((cause) => note(record, `✗ ${cause}`))
      .finally(() => asking.delete(record));
  }
}

/** When a day has passed the shop closes what nobody paid. A payment has to be found without its help. */
async function closePending({ client, doors, records }: Settler): Promise<void> {
  const paid = records.filter(({ paidAtMs }) => paidAtMs !== null).map(({ orderId }) => orderId);
  const { rows } = await client.query<{ id: string }>(
    `select id from orders o where status = 'pending' and id <> all($1)
        and not exists (select from payment_attempts a where a.order_id = o.id and a.channel = 'codepay' and a.status in ('opening', 'waiting'))`,
    [paid],
  );
  await eachOf(rows, CALLERS, async ({ id }) => {
    await doors.once("POST", `/api/v1/orders/${id}/close`).catch(() => null);
  });
}
