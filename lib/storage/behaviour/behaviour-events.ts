import type pg from "pg";
import { BEHAVIOUR_EVENTS_PER_ORDER_MAX, BEHAVIOUR_EVENTS_PER_SESSION_MAX } from "#lib/base/behaviour-limits.ts";
import type { BehaviourRequest } from "#lib/contract/behaviour.ts";
import { SENSITIVE_SCENES } from "#lib/intelligence/index.ts";
import { run, statement } from "../transaction.ts";

export interface KeptPageEvents {
  readonly orderId: string;
  readonly request: BehaviourRequest;
  readonly visitor: { readonly env: string; readonly form: string; readonly os: string };
  /** Only of who agreed to be remembered. */
  readonly shopperId: string | null;
  readonly at: Date;
}

// SQL: one statement for several tables.
// One statement on the primary key of the order and of its events. Who touches "pay" is more surely the shopper than who
// was the first to look. What is no longer kept links no one either.
const KEEP = statement("keep_page_events")`
  with known as (select id, created_at, status, coalesce(scene, 'other') as scene from orders where id = $1),
  taken as (
    select count(*)::int as of_order, count(*) filter (where e.session = $2)::int as of_session
      from known k join behaviour_events e on e.order_id = k.id and e.order_at = k.created_at
  ),
  reported as (
    select distinct on (e ->> 'id') e, n
      from jsonb_array_elements($3::jsonb) with ordinality as x (e, n) order by e ->> 'id', n
  ),
  kept as (
    insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene, props)
    select k.id, k.created_at, (e ->> 'id')::uuid, $2, e ->> 'type', $4, $5, $6, $7, $8, k.scene, e -> 'props'
      from known k, taken, reported
     where taken.of_session + n <= $9 and taken.of_order + n <= $10
    on conflict do nothing returning 1
  ),
  linked as (
    insert into order_shoppers as s (order_id, shopper_id, linked_at)
    select id, $11, $4 from known
     where $11::text is not null and status = 'pending' and not (scene = any($12::text[])) and exists (select from kept)
    on conflict (order_id) do update set shopper_id = excluded.shopper_id, linked_at = excluded.linked_at
      where $13 and s.shopper_id <> excluded.shopper_id
    returning 1
  )
  select (select count(*) from known)::int as known, (select count(*) from kept)::int as kept,
         (select count(*) from linked)::int as linked`;

const SENSITIVE = [...SENSITIVE_SCENES];

/** Appends what is new of it, up to what one visit and one order may tell. @returns false when there is no such order */
export async function keepPageEvents(pool: pg.Pool, reported: KeptPageEvents): Promise<boolean> {
  const { orderId, request, visitor, shopperId, at } = reported;
  const { rows } = await run<{ known: number }>(pool, KEEP, [
    ...[orderId, request.session, JSON.stringify(request.events), at],
    ...[visitor.env, visitor.form, visitor.os, request.channel],
    ...[BEHAVIOUR_EVENTS_PER_SESSION_MAX, BEHAVIOUR_EVENTS_PER_ORDER_MAX],
    ...[shopperId, SENSITIVE, request.events.some(({ type }) => type === "pay_tapped")],
  ]);
  return rows[0]?.known === 1;
}
