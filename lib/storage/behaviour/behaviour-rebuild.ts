import { isDeepStrictEqual } from "node:util";
import type pg from "pg";
import { beijingMidnight } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { type BehaviourEvent, type Cell, hourOf } from "#lib/intelligence/index.ts";
import { keptMsOf } from "../operations/retention.ts";
import { differingOrderDays, forgetOrderDays } from "../orders/order-days.ts";
import { differingTakings, forgetTakings } from "../takings/takings-roll-up.ts";
import { inTransaction } from "../transaction.ts";
import { differingBehaviourDays, rebuildBehaviourDays } from "./behaviour-days.ts";
import { FACTS, MEASURED_HOURS } from "./behaviour-facts.ts";
import { beginningOf, cellsOfEvents, eventsOfHour, hoursBetween } from "./behaviour-roll-up.ts";
import { readCells } from "./insights.ts";

export interface RebuildReport {
  readonly hours: number;
  readonly orders: number;
  /** Hours with sums that differ from their rows. */
  readonly differing: readonly Date[];
}

/**
 * Adds everything up anew, from the page's events and from the rows of payments, refunds and orders themselves, and compares
 * it with what was rolled up bit by bit.
 */
export async function checkRollUp(pool: pg.Pool, now: Date): Promise<RebuildReport> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read read only");
    const report = await compare(client, now);
    await client.query("commit");
    client.release();
    return report;
  } catch (cause) {
    client.release(true);
    throw cause;
  }
}

/** The next roll-up begins at the beginning; hours that have lost their events keep their sums. */
export async function forgetRollUp(pool: pg.Pool): Promise<void> {
  await pool.query("update behaviour_progress set rolled_to = '1970-01-01Z', journal_to = 0");
  await inTransaction(pool, rebuildBehaviourDays);
  await forgetTakings(pool);
  await forgetOrderDays(pool);
}

async function compare(client: pg.PoolClient, now: Date): Promise<RebuildReport> {
  const { rows } = await client.query<{ rolled_to: Date }>("select rolled_to from behaviour_progress");
  const to = rows[0]?.rolled_to ?? now;
  // An hour that is leaving has lost some of its events already.
  const kept = addMs(now, DAY_MS - (await keptMsOf(client, "behaviour")));
  const first = await beginningOf(client, now);
  const from = first > kept ? hourOf(first) : kept;
  const hours = to > from ? hoursBetween(from, to) : [];
  const differing = new Map<number, Date>();
  let orders = 0;
  for (const hour of await hoursWithCells(client, from)) {
    const anew = cellsOfEvents(await rebuiltEvents(client, hour), hour);
    const kept = await readCells(client, { from: hour, to: addMs(hour, HOUR_MS) });
    orders += anew.reduce((sum, { viewed }) => sum + viewed, 0);
    if (!isDeepStrictEqual(anew.map(plain), kept.map(plain))) differing.set(hour.getTime(), hour);
  }
  for (let at = 0; at < hours.length; at += 168) {
    for (const hour of await differingMeasures(client, hours.slice(at, at + 168))) differing.set(hour.getTime(), hour);
  }
  const days = [...(await differingBehaviourDays(client)), ...(await differingOrderDays(client))].map(beijingMidnight);
  for (const hour of [...(await differingTakings(client)), ...days]) differing.set(hour.getTime(), hour);
  return { hours: hours.length, orders, differing: [...differing.values()] };
}

async function hoursWithCells(client: pg.PoolClient, from: Date): Promise<Date[]> {
  const { rows } = await client.query<{ hour: Date }>(
    `select date_trunc('hour', at, 'UTC') as hour from behaviour_events where type = 'page_viewed' and at >= $1
     union select starts_at from behaviour_cells where span = 'hour' and starts_at >= $1 order by 1`,
    [from],
  );
  return rows.map(({ hour }) => hour);
}

/** What the page reported, and what the rows say now: the server's own events are derived again. */
async function rebuiltEvents(client: pg.PoolClient, hour: Date): Promise<BehaviourEvent[]> {
  const pageEvents = await eventsOfHour(client, hour, "e.session <> 'server'");
  const ids = [...new Set(pageEvents.map(({ orderId }) => orderId))];
  const { rows } = await client.query<BehaviourEvent>(
    `select id::text, order_id as "orderId", session, type, at, env, form, os, channel, scene, props from (${FACTS}) facts`,
    [ids],
  );
  return [...pageEvents, ...rows];
}

const plain = (cell: Cell): unknown => JSON.parse(JSON.stringify(cell, sortKeys));

/** jsonb keeps keys in an order of its own. */
const sortKeys = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

async function differingMeasures(client: pg.PoolClient, hours: readonly Date[]): Promise<Date[]> {
  const { rows } = await client.query<{ hour: Date }>(
    `with anew as (${MEASURED_HOURS}),
          kept as (select starts_at, measure, key, hits, total from insight_hours where starts_at = any($1::timestamptz[]))
     select distinct starts_at as hour from (
       (select starts_at, measure, key, hits::bigint, total::bigint from anew except select * from kept)
       union all (select * from kept except select starts_at, measure, key, hits::bigint, total::bigint from anew)
     ) differing`,
    [hours],
  );
  return rows.map(({ hour }) => hour);
}
