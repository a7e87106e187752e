import type pg from "pg";
import { ROLL_UP_OVERLAP_MS } from "#lib/base/behaviour-limits.ts";
import { EXPIRES_IN_S_MAX } from "#lib/base/limits.ts";
import { addMs, DAY_MS, HOUR_MS } from "#lib/base/time.ts";
import { type BehaviourEvent, type Cell, cellsOf, hourOf, journeysOf } from "#lib/intelligence/index.ts";
import type { Queryable } from "../client.ts";
import { keptMsOf } from "../operations/retention.ts";
import { inTransaction } from "../transaction.ts";
import { replaceBehaviourDays } from "./behaviour-days.ts";
import { CHANGED_ORDERS, FACTS, MEASURED_HOURS } from "./behaviour-facts.ts";

export interface RolledUp {
  /** Hours that were added up anew. */
  readonly hours: number;
  /** Events of the server's own that became known. */
  readonly facts: number;
}

/** One roll-up at a time, over all processes. */
const LOCK = "select pg_try_advisory_xact_lock(hashtext('lingfu.behaviour_roll_up')) as mine";
/** Entries of a transaction that ended later than that of a greater number. */
const JOURNAL_OVERLAP = 2_000;

/**
 * Adds up what has come since the last time: whole hours anew, from their events, so that doing it twice, late or after a
 * crash gives the same sums.
 */
export async function rollUpBehaviour(pool: pg.Pool, now: Date): Promise<RolledUp> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ mine: boolean }>(LOCK);
    if (rows[0]?.mine !== true) return { hours: 0, facts: 0 };
    const { since, journalFrom, journalTo } = await progressOf(client, now);
    const changed = await orderIds(client, CHANGED_ORDERS, [
      since,
      journalFrom,
      `${EXPIRES_IN_S_MAX + 86_400} seconds`,
    ]);
    const facts = await appendFacts(client, changed, addMs(now, -(await keptMsOf(client, "behaviour"))));
    const appended = await orderIds(client, "select distinct order_id from behaviour_events where at >= $1", [since]);
    const touched = [...new Set([...appended, ...facts])];
    const hours = await viewHours(client, touched);
    for (const hour of hours) await replaceCells(client, hour, cellsOfEvents(await eventsOfHour(client, hour), hour));
    await replaceBehaviourDays(client, hours);
    await replaceMeasures(client, [...hoursBetween(since, now), ...(await moneyHours(client, changed))]);
    await client.query("update behaviour_progress set rolled_to = $1, journal_to = $2", [now, journalTo]);
    return { hours: hours.length, facts: facts.length };
  });
}

/** So many orders in one statement: the first roll-up of a shop with a past must not run into its time-out. */
const ORDERS_AT_ONCE = 5_000;

/** @returns the orders of the events that are new */
async function appendFacts(on: Queryable, ids: readonly string[], since: Date): Promise<string[]> {
  const appended: string[] = [];
  for (let at = 0; at < ids.length; at += ORDERS_AT_ONCE) {
    const sql = `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene, props)
      select * from (${FACTS}) facts where order_at >= $2 on conflict do nothing returning order_id`;
    appended.push(...(await orderIds(on, sql, [ids.slice(at, at + ORDERS_AT_ONCE), since])));
  }
  return appended;
}

async function progressOf(on: Queryable, now: Date) {
  const { rows } = await on.query<{ rolled_to: Date; journal_to: string; newest: string }>(
    "select rolled_to, journal_to, (select coalesce(max(id), 0) from journal_entries) as newest from behaviour_progress",
  );
  const [row] = rows;
  if (row === undefined) throw new Error("the roll-up's progress is one row");
  const oldest = await beginningOf(on, now);
  const again = addMs(row.rolled_to, -ROLL_UP_OVERLAP_MS);
  return {
    since: again > oldest ? again : oldest,
    journalFrom: Math.max(0, Number(row.journal_to) - JOURNAL_OVERLAP),
    journalTo: row.newest,
  };
}

/** What is kept begins so many days ago as it is kept for, or with the first order. */
export async function beginningOf(on: Queryable, now: Date): Promise<Date> {
  const { rows } = await on.query<{ first: Date | null }>("select min(created_at) as first from orders");
  const kept = addMs(now, -(await keptMsOf(on, "behaviour")));
  const first = rows[0]?.first ?? now;
  return first > kept ? first : kept;
}

export async function orderIds(on: Queryable, sql: string, values: readonly unknown[]): Promise<string[]> {
  const { rows } = await on.query<{ order_id: string }>(sql, [...values]);
  return rows.map(({ order_id }) => order_id);
}

/** When these orders' pages were first seen, by the hour. */
async function viewHours(on: Queryable, ids: readonly string[]): Promise<Date[]> {
  const { rows } = await on.query<{ hour: Date }>(
    `select distinct date_trunc('hour', min(at), 'UTC') as hour from behaviour_events
      where order_id = any($1::text[]) and type = 'page_viewed' group by order_id`,
    [ids],
  );
  return rows.map(({ hour }) => hour);
}

const EVENT_COLUMNS = `e.id::text, e.order_id as "orderId", e.session, e.type, e.at, e.env, e.form, e.os, e.channel, e.scene, e.props`;

/** Everything of the orders that were looked at in this hour. */
export async function eventsOfHour(on: Queryable, hour: Date, only = "true"): Promise<BehaviourEvent[]> {
  const { rows } = await on.query<BehaviourEvent>(
    `select ${EVENT_COLUMNS} from behaviour_events e
      where e.order_id in (select order_id from behaviour_events where type = 'page_viewed' and at >= $1 and at < $2)
        and ${only}`,
    [hour, addMs(hour, HOUR_MS)],
  );
  return rows;
}

/** Cells of the orders that were *first* looked at in this hour; they depend on nothing but the events. */
export const cellsOfEvents = (events: readonly BehaviourEvent[], hour: Date): Cell[] =>
  cellsOf(journeysOf(events, hour).filter(({ viewedAt }) => hourOf(viewedAt).getTime() === hour.getTime()));

async function replaceCells(on: Queryable, hour: Date, cells: readonly Cell[]): Promise<void> {
  await on.query("delete from behaviour_cells where starts_at = $1 and span = 'hour'", [hour]);
  for (const cell of cells) {
    await on.query(
      `insert into behaviour_cells (starts_at, span, channel, scene, env, viewed, tapped, paid, paid_soon, reasons, pay_seconds)
       values ($1, 'hour', $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        ...[cell.startsAt, cell.channel, cell.scene, cell.env, cell.viewed, cell.tapped, cell.paid, cell.paidSoon],
        ...[JSON.stringify(cell.reasons), JSON.stringify(cell.paySeconds)],
      ],
    );
  }
}

/** Hours in which these orders were paid, given back or made. */
export async function moneyHours(on: Queryable, ids: readonly string[]): Promise<Date[]> {
  const { rows } = await on.query<{ hour: Date }>(
    `select distinct date_trunc('hour', moment, 'UTC') as hour from (
       select created_at as moment from orders where id = any($1::text[])
       union all select paid_at from payment_attempts where order_id = any($1::text[]) and paid_at is not null
       union all select succeeded_at from refunds where order_id = any($1::text[]) and succeeded_at is not null
     ) moments`,
    [ids],
  );
  return rows.map(({ hour }) => hour);
}

export function hoursBetween(from: Date, to: Date): Date[] {
  const first = hourOf(from).getTime();
  const count = Math.floor((to.getTime() - first) / HOUR_MS) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => new Date(first + at * HOUR_MS));
}

const HOURS_AT_ONCE = (7 * DAY_MS) / HOUR_MS;

async function replaceMeasures(on: Queryable, wanted: readonly Date[]): Promise<void> {
  const hours = [...new Set(wanted.map((hour) => hour.getTime()))].map((moment) => new Date(moment));
  for (let at = 0; at < hours.length; at += HOURS_AT_ONCE) {
    const some = hours.slice(at, at + HOURS_AT_ONCE);
    await on.query("delete from insight_hours where starts_at = any($1::timestamptz[])", [some]);
    await on.query(`insert into insight_hours (starts_at, measure, key, hits, total) ${MEASURED_HOURS}`, [some]);
  }
}
