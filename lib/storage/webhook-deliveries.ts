import type pg from "pg";
import { run, type Statement } from "./transaction.ts";

/** One event on its way to one endpoint, claimed by whoever holds this. */
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

const CLAIMED = `
  select c.event_id as "eventId", c.endpoint_id as "endpointId", c.tries, e.payload, e.type, w.url,
         w.secret_sealed as "secretSealed", w.disabled_at is not null as disabled
    from claimed c join webhook_events e on e.id = c.event_id join webhook_endpoints w on w.id = c.endpoint_id`;
// Pushing check_at on is the claim; when the holder dies, the row comes again at its end.
const CLAIM_ONE: Statement = {
  name: "claim_delivery",
  text: `
    with claimed as (
      update webhook_deliveries set check_at = $4
       where event_id = $1 and endpoint_id = $2 and status = 'pending' and check_at <= $3
      returning event_id, endpoint_id, tries
    ) ${CLAIMED}`,
};
const CLAIM_DUE: Statement = {
  name: "claim_due_deliveries",
  text: `
    with claimed as (
      update webhook_deliveries set check_at = $2
       where (event_id, endpoint_id) in (select event_id, endpoint_id from webhook_deliveries where check_at <= $1
                                          order by check_at limit $3 for update skip locked)
      returning event_id, endpoint_id, tries
    ) ${CLAIMED}`,
};
const DELIVERED: Statement = {
  name: "delivery_delivered",
  text: `
    update webhook_deliveries
       set status = 'delivered', check_at = null, tries = tries + 1, last_status = $3, last_error = null, ended_at = $4
     where event_id = $1 and endpoint_id = $2 and status = 'pending'`,
};
const GIVEN_UP: Statement = {
  name: "delivery_given_up",
  text: `
    update webhook_deliveries
       set status = 'given_up', check_at = null, tries = tries + $6, last_status = $3, last_error = $5, ended_at = $4
     where event_id = $1 and endpoint_id = $2 and status = 'pending'`,
};
// The job makes the next try prompt; the row itself is what cannot be lost.
const RETRY: Statement = {
  name: "delivery_retry",
  text: `
    with due as (
      update webhook_deliveries set check_at = $5, tries = tries + 1, last_status = $3, last_error = $4
       where event_id = $1 and endpoint_id = $2 and status = 'pending'
      returning event_id, endpoint_id
    )
    select graphile_worker.add_job('deliver-webhook', json_build_object('eventId', event_id, 'endpointId', endpoint_id),
                                   run_at => $5, job_key => 'webhook:' || event_id || ':' || endpoint_id)
      from due`,
};
const DISABLE: Statement = {
  name: "disable_endpoint",
  text: `
    with disabled as (
      update webhook_endpoints set disabled_at = $2, disabled_why = $3 where id = $1 and disabled_at is null returning id
    )
    update webhook_deliveries set status = 'given_up', check_at = null, last_error = $3, ended_at = $2
     where endpoint_id in (select id from disabled) and status = 'pending'`,
};

/** Deliveries of webhooks: the rows are the to-do list, whatever becomes of the jobs. */
export function webhookDeliveries(pool: pg.Pool) {
  const key = ({ eventId, endpointId }: DeliveryKey) => [eventId, endpointId];
  return {
    /** @returns null when it is not due: done, or in another's hands */
    async claim(delivery: DeliveryKey, claim: { now: Date; until: Date }): Promise<ClaimedDelivery | null> {
      const values = [...key(delivery), claim.now, claim.until];
      return (await run<ClaimedDelivery>(pool, CLAIM_ONE, values)).rows[0] ?? null;
    },
    async claimDue(claim: { now: Date; until: Date; limit: number }): Promise<ClaimedDelivery[]> {
      return (await run<ClaimedDelivery>(pool, CLAIM_DUE, [claim.now, claim.until, claim.limit])).rows;
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
