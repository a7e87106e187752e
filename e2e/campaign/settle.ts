import { setTimeout as sleep } from "node:timers/promises";
import type { RunningProduct } from "../support/crash/product.ts";
import { giveBack, type OrderRecord } from "./crowd.ts";
import { eachOf } from "./each-of.ts";
import type { Doors } from "./shop-calls.ts";

// After the last order time passes, more than a day of it, until nothing is open any more. What only waits for its time is made due;
// nothing else of the product is touched.

const MINUTE_MS = 60_000;
/** WeChat's repeats end after 24 h 4 min; together these are more. */
const STEPS_MIN = [0.25, 0.25, 0.5, 3, 10, 20, 30, 30, 30, 60, 180, 180, 180, 360, 360, 360];
const ROUNDS_MIN = STEPS_MIN.length + 2;
const CALLERS = 16;

const MAKE_DUE = [
  "update payment_attempts set check_at = now() where check_at > now()",
  // A minute passes at the counter.
  "update payment_attempts set created_at = created_at - interval '1 minute' where channel = 'codepay' and status in ('opening', 'waiting')",
  "update refunds set send_at = least(send_at, now()), check_at = now() where check_at > now()",
  "update trade_checks set check_at = now() where check_at > now()",
  "update webhook_deliveries set check_at = now() where check_at > now()",
  "update notification_deliveries set check_at = now() where check_at > now()",
];

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
}

/** @returns what is still open when the time is over, in words; none when all has ended */
export async function settle(settling: SettlingTime): Promise<string[]> {
  const { product, doors, stepMs, timeoutMs } = settling;
  const deadline = performance.now() + timeoutMs;
  for (let round = 0; ; round++) {
    await doors.tell("clock", { advanceMs: (STEPS_MIN[round] ?? 1) * MINUTE_MS });
    for (const sql of MAKE_DUE) await product.query(sql);
    await sleep(stepMs);
    await askRefunds(settling);
    if (round >= STEPS_MIN.length) await closePending(settling);
    const open = await product.query<{ what: string; count: number }>(OPEN);
    const isShopDone = settling.records.every(({ refundsDone }) => refundsDone);
    if (open.length === 0 && isShopDone && round >= ROUNDS_MIN) return [];
    if (performance.now() > deadline) return open.map(({ what, count }) => `${count} ${what}`);
  }
}

/** The refunds that the shop meant and could not ask for before. */
async function askRefunds({ doors, product, records }: SettlingTime): Promise<void> {
  const waiting = new Map(records.filter(({ refundsDone }) => !refundsDone).map((record) => [record.orderId, record]));
  if (waiting.size === 0) return;
  const sql = "select id, status from orders where id = any($1) and status <> 'pending'";
  const ended = await product.query<{ id: string; status: string }>(sql, [[...waiting.keys()]]);
  await eachOf(ended, CALLERS, async ({ id, status }) => {
    const record = waiting.get(id);
    if (record === undefined) return;
    if (status === "paid") await giveBack(doors, record, 1);
    else record.refundsDone = true; // Nothing was paid in time.
  });
}

/** When a day has passed the shop closes what nobody paid. */
async function closePending({ doors, product }: SettlingTime): Promise<void> {
  const pending = await product.query<{ id: string }>("select id from orders where status = 'pending'");
  await eachOf(pending, CALLERS, async ({ id }) => {
    await doors.once("POST", `/api/v1/orders/${id}/close`).catch(() => null);
  });
}
