import type pg from "pg";
import { run, statement } from "../transaction.ts";

/** One event on its way to one endpoint, claimed by the holder of this object. */
export interface ClaimedDelivery {
  readonly eventId: string;
  readonly endpointId: string;
  /** Tries before this one. */
  readonly tries: number;
  /** The very text that is signed and sent. */
  readonly payload: string;
  readonly type: string;
  readonly url: string;
  readonly secretSealed: Uint8Array;
  readonly disabled: boolean;
}

export interface DeliveryKey {
  readonly eventId: string;
  readonly endpointId: string;
}

export interface DeliveryEnd extends DeliveryKey {
  readonly status: number | null;
  readonly error: string | null;
  readonly now: Date;
}

// SQL throughout: claims by row locks, statements for several tables, and the worker does each for every event.
const CLAIMED = `
  select c.event_id as "eventId", c.endpoint_id as "endpointId", c.tries, e.payload, e.type, w.url,
         w.secret_sealed as "secretSealed", w.disabled_at is not null as disabled
    from claimed c join webhook_events e on e.id = c.event_id join webhook_endpoints w on w.id = c.endpoint_id`;
/** How many deliveries an endpoint may be given now; one that is not named may be given `each`. */
export interface EndpointRoom {
  readonly each: number;
  readonly busy: ReadonlyMap<string, number>;
  /** This endpoint alone; all of them when absent. */
  readonly only?: string;
}

// Pushing check_at on is the claim; when the holder dies, the row comes again at its end.
const CLAIM_ONE = statement("claim_delivery")`
  with claimed as (
    update webhook_deliveries set check_at = $4
     where event_id = $1 and endpoint_id = $2 and status = 'pending' and check_at <= $3
    returning event_id, endpoint_id, tries
  ) ${CLAIMED}`;
const CLAIM_DUE = statement("claim_due_deliveries")`
  with claimed as (
    update webhook_deliveries set check_at = $2
     where (event_id, endpoint_id) in (
       select due.event_id, due.endpoint_id
         from webhook_endpoints w
         left join unnest($4::text[], $5::int[]) as busy(id, room) on busy.id = w.id
         cross join lateral (
           select event_id, endpoint_id from webhook_deliveries
            where endpoint_id = w.id and check_at <= $1
            order by check_at limit coalesce(busy.room, $3::int) for update skip locked) due
        where $6::text is null or w.id = $6)
    returning event_id, endpoint_id, tries
  ) ${CLAIMED}`;
const DELIVERED = statement("delivery_delivered")`
  update webhook_deliveries
     set status = 'delivered', check_at = null, tries = tries + 1, last_status = $3, last_error = null, ended_at = $4
   where event_id = $1 and endpoint_id = $2 and status = 'pending'`;
const GIVEN_UP = statement("delivery_given_up")`
  update webhook_deliveries
     set status = 'given_up', check_at = null, tries = tries + $6, last_status = $3, last_error = $5, ended_at = $4
   where event_id = $1 and endpoint_id = $2 and status = 'pending'`;
// The job makes the next try prompt; the row itself is what cannot be lost.
const RETRY = statement("delivery_retry")`
  with due as (
    update webhook_deliveries set check_at = $5, tries = tries + 1, last_status = $3, last_error = $4
     where event_id = $1 and endpoint_id = $2 and status = 'pending'
    returning event_id, endpoint_id
  )
  select graphile_worker.add_job('deliver-webhook', json_build_object('eventId', event_id, 'endpointId', endpoint_id),
                                 run_at => $5, job_key => 'webhook:' || event_id || ':' || endpoint_id)
    from due`;
// An alert goes with it: from here on the shop's server receives nothing.
const DISABLE = statement("disable_endpoint")`
  with disabled as (
    update webhook_endpoints set disabled_at = $2, disabled_why = $3 where id = $1 and disabled_at is null returning id, url
  ), told as (
    insert into alerts (kind, cause, detail, created_at)
    select 'webhook_disabled', 'webhook_disabled:' || id, json_build_object('endpointId', id, 'url', url), $2 from disabled
    on conflict (cause) do nothing
  )
  update webhook_deliveries set status = 'given_up', check_at = null, last_error = $3, ended_at = $2
   where endpoint_id in (select id from disabled) and status = 'pending'`;

/** Deliveries of webhooks: the rows are the to-do list, even without the jobs. */
export function webhookDeliveries(pool: pg.Pool) {
  const key = ({ eventId, endpointId }: DeliveryKey) => [eventId, endpointId];
  return {
    /** @returns null when it is not due: done, or in another's hands */
    async claim(delivery: DeliveryKey, claim: { now: Date; until: Date }): Promise<ClaimedDelivery | null> {
      const values = [...key(delivery), claim.now, claim.until];
      return (await run<ClaimedDelivery>(pool, CLAIM_ONE, values)).rows[0] ?? null;
    },
    /** The oldest of each endpoint first, and of none more than there is room for. */
    async claimDue(claim: { now: Date; until: Date }, { each, busy, only }: EndpointRoom): Promise<ClaimedDelivery[]> {
      const values = [claim.now, claim.until, each, [...busy.keys()], [...busy.values()], only ?? null];
      return (await run<ClaimedDelivery>(pool, CLAIM_DUE, values)).rows;
    },
    async delivered(end: DeliveryEnd): Promise<void> {
      await run(pool, DELIVERED, [...key(end), end.status, end.now]);
    },
    /** @param tried false when nothing was sent this time */
    async givenUp(end: DeliveryEnd, tried: boolean): Promise<void> {
      await run(pool, GIVEN_UP, [...key(end), end.status, end.now, end.error, tried ? 1 : 0]);
    },
    async retry(end: DeliveryEnd, at: Date): Promise<void> {
      await run(pool, RETRY, [...key(end), end.status, end.error, at]);
    },
    /** Nothing more is sent to the endpoint, and what was on its way is given up. */
    async disable(endpointId: string, why: string, now: Date): Promise<void> {
      await run(pool, DISABLE, [endpointId, now, why]);
    },
  };
}
export type WebhookDeliveries = ReturnType<typeof webhookDeliveries>;
