import type pg from "pg";
import { recordAudit } from "../operations/audit-log.ts";
import { inTransaction, named, run } from "../transaction.ts";
import type { DeliveryKey } from "./webhook-deliveries.ts";

// Events that are sent again to an endpoint. They follow the schedule from its beginning, after what happens now.

/** A range of events, or one of them. */
export interface EventRange {
  readonly endpointId: string;
  readonly from: Date;
  readonly to: Date;
  /** Null: all that the endpoint subscribes to. */
  readonly types: readonly string[] | null;
  /** Without what was delivered, and what was never meant for it. */
  readonly onlyFailed: boolean;
  readonly limit: number;
}

export interface SentAgain {
  readonly count: number;
  /** The first event that was left over. */
  readonly nextFrom: Date | null;
}

/** Who asks for it, for the audit log. */
interface AskedBy {
  readonly actor: string;
  readonly now: Date;
  /** A delivery that is looked at before this moment may be under way. */
  readonly underWayUntil: Date;
}

// SQL: one statement over several tables. What is under way is left alone; what waits for its next try is tried now. Payments
// of the sandbox are told to no endpoint once real credentials are in use.
const again = (which: string) => `
  with endpoint as (
    select id, events from webhook_endpoints where id = :endpointId
  ), matching as (
    select e.id, e.seq, e.created_at, d.event_id is null as missing
      from webhook_events e join endpoint on e.type = any(endpoint.events)
      left join webhook_deliveries d on d.event_id = e.id and d.endpoint_id = endpoint.id
     where ${which}
       and (d.status is null or d.status <> 'pending' or d.check_at > :underWayUntil)
       and (d.status is distinct from 'delivered' and d.status is not null or not :onlyFailed::boolean)
       and not (exists (select from payment_attempts a join gateway_accounts g on g.id = a.account_id
                         where a.order_id = e.order_id and g.sandbox)
                and exists (select from gateway_accounts where status = 'active' and not sandbox))
     order by e.seq limit :limit::int + 1
  ), chosen as (
    select * from matching order by seq limit :limit::int
  ), again as (
    update webhook_deliveries d
       set status = 'pending', check_at = chosen.created_at, backlog = true, round_from = d.tries, ended_at = null
      from chosen where d.event_id = chosen.id and d.endpoint_id = :endpointId and not chosen.missing
    returning d.event_id
  ), first as (
    insert into webhook_deliveries (event_id, event_seq, endpoint_id, check_at, backlog)
    select id, seq, :endpointId, created_at, true from chosen where missing
    on conflict do nothing returning event_id
  ), counted as (
    select (select count(*) from again)::int + (select count(*) from first)::int as count
  )
  select counted.count, (select created_at from matching order by seq offset :limit::int limit 1) as "nextFrom",
         case when counted.count > 0 then
           (select count(graphile_worker.add_job('deliver-webhook', json_build_object('endpointId', :endpointId::text),
                                                 job_key => 'webhook-endpoint:' || :endpointId::text || n))
              from generate_series(1, 3) n) end as jobs
    from counted`;
const RANGE = named(
  "redeliver_range",
  again("e.created_at >= :from and e.created_at < :to and (:types::text[] is null or e.type = any(:types::text[]))"),
);
const ONE = named("redeliver_one", again("e.id = :eventId"));

/** Everything of the range, the oldest first and no more than the limit. */
export const redeliverRange = (pool: pg.Pool, range: EventRange, asked: AskedBy): Promise<SentAgain> =>
  inTransaction(pool, async (client) => {
    const { endpointId, from, to, types, onlyFailed, limit } = range;
    const { underWayUntil } = asked;
    const values = { endpointId, from, to, types, onlyFailed, limit, underWayUntil };
    const { rows } = await run<SentAgain>(client, RANGE, RANGE.bind(values));
    const { count = 0, nextFrom = null } = rows[0] ?? {};
    const detail = { from: from.toISOString(), to: to.toISOString(), onlyFailed, count };
    await audit(client, { endpointId, detail, asked });
    return { count, nextFrom };
  });

/** One event, whatever became of it before. @returns false when it is under way, or not for this endpoint */
export const redeliverOne = (pool: pg.Pool, { eventId, endpointId }: DeliveryKey, asked: AskedBy): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const values = { eventId, endpointId, onlyFailed: false, limit: 1, underWayUntil: asked.underWayUntil };
    const { rows } = await run<SentAgain>(client, ONE, ONE.bind(values));
    if (rows[0]?.count !== 1) return false;
    await audit(client, { endpointId, detail: { eventId }, asked });
    return true;
  });

interface Audited {
  readonly endpointId: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
  readonly asked: AskedBy;
}

const audit = (client: pg.PoolClient, { endpointId, detail, asked: { actor, now } }: Audited) =>
  recordAudit(client, { actor, action: "webhook.redeliver", subject: endpointId, detail, at: now });
