import type { WebhookTryCause } from "#lib/contract/webhook-delivery.ts";
import type { PrimaryPool } from "../client.ts";
import { named, run, statement } from "../transaction.ts";

/** One event on its way to one endpoint, claimed by the holder of this object. */
export interface ClaimedDelivery extends DeliveryKey {
  /** Tries since the schedule began, before this one. */
  readonly triesInRound: number;
  /** The very text that is signed and sent. */
  readonly payload: string;
  readonly type: string;
  /** Null for a test event. */
  readonly orderId: string | null;
  readonly cause: WebhookTryCause;
  readonly url: string;
  readonly secretSealed: Uint8Array;
  /** The secret before, while it still signs as well. */
  readonly previousSecretSealed: Uint8Array | null;
  readonly disabled: boolean;
  /** The first failure since the last delivery of any event that arrived. */
  readonly failingSince: Date | null;
}

export interface DeliveryKey {
  readonly eventId: string;
  readonly endpointId: string;
}

/** A try and its end, for the log. */
export interface DeliveryTry extends DeliveryKey {
  readonly cause: WebhookTryCause;
  /** Without its query. */
  readonly url: string;
  readonly signatures: number;
  readonly startedAt: Date;
  readonly now: Date;
  readonly status: number | null;
  /** What may be kept of the answer's text. */
  readonly answer: string | null;
  readonly error: string | null;
}

// SQL throughout: claims by row locks, statements for several tables, and the worker does each for every event.

// Events of one order reach an endpoint in their order: a later one waits while an earlier one is on its way.
const FIRST_OF_ITS_ORDER = `not exists (
           select from webhook_events e
             join webhook_events earlier on earlier.order_id = e.order_id and earlier.seq < e.seq
             join webhook_deliveries b on b.event_id = earlier.id and b.endpoint_id = d.endpoint_id and b.status = 'pending'
            where e.id = d.event_id)`;
const dueOf = (backlog: boolean): string => `
    select d.event_id, d.endpoint_id from webhook_deliveries d, open
     where d.endpoint_id = open.id and d.backlog = ${backlog} and d.check_at <= :now and ${FIRST_OF_ITS_ORDER}`;
/** The secret before still signs. */
const CLAIMED = `
  select c.event_id as "eventId", c.endpoint_id as "endpointId", c.tries - c.round_from as "triesInRound", e.payload, e.type, e.order_id as "orderId",
         case when e.type = 'webhook.test' then 'test' when c.backlog or c.round_from > 0 then 'again' else 'event' end as cause,
         w.url, w.secret_sealed as "secretSealed",
         case when w.previous_secret_until > :now then w.previous_secret_sealed end as "previousSecretSealed",
         w.disabled_at is not null as disabled, w.failing_since as "failingSince"
    from claimed c join webhook_events e on e.id = c.event_id join webhook_endpoints w on w.id = c.endpoint_id`;
// Pushing check_at on is the claim; when the holder dies, the row comes again at its end. What happens now goes before what is
// sent again or was left from a pause, so that neither delays news.
const TAKE = named(
  "take_delivery",
  `with open as (
    select id from webhook_endpoints where id = :endpointId and paused_at is null and (hold_until is null or hold_until <= :now)
  ), fresh as (${dueOf(false)} order by d.check_at, d.event_seq limit 1 for update of d skip locked
  ), old as (${dueOf(true)} and not exists (select from fresh) order by d.check_at, d.event_seq limit 1 for update of d skip locked
  ), claimed as (
    update webhook_deliveries d set check_at = :until
      from (select * from fresh union all select * from old) taken
     where d.event_id = taken.event_id and d.endpoint_id = taken.endpoint_id
    returning d.*
  ) ${CLAIMED}`,
);
const DUE_ENDPOINTS = statement("due_endpoints")`
  select w.id, due.turns
    from webhook_endpoints w
   cross join lateral (
     select count(*)::int as turns
       from (select from webhook_deliveries d where d.endpoint_id = w.id and d.check_at <= $1 limit $2) found) due
   where w.paused_at is null and (w.hold_until is null or w.hold_until <= $1) and due.turns > 0`;

const logged = (ended: string): string => `logged as (
    insert into webhook_tries (event_id, endpoint_id, number, cause, url, signatures, started_at, duration_ms, status, answer, error)
    select event_id, endpoint_id, tries, :cause, :url, :signatures, :startedAt, :durationMs, :status, :answer, :error
      from ${ended} on conflict do nothing
  )`;
const LATER_OF_ITS_ORDER = `
     where n.endpoint_id = :endpointId and n.status = 'pending'
       and n.event_id in (select later.id from webhook_events e
                            join webhook_events later on later.order_id = e.order_id and later.seq > e.seq
                           where e.id = :eventId)`;
const HELD_OF = "event_id = :eventId and endpoint_id = :endpointId and status = 'pending'";
// The next event of the order has waited for this one.
const FREED = `freed as (
    update webhook_deliveries n set check_at = :now ${LATER_OF_ITS_ORDER} and n.tries = n.round_from and n.check_at > :now
  )`;
const DELIVERED = named(
  "delivery_delivered",
  `with ended as (
    update webhook_deliveries
       set status = 'delivered', check_at = null, tries = tries + 1, backlog = false, last_status = :status, last_error = null,
           ended_at = :now
     where ${HELD_OF} returning event_id, endpoint_id, tries
  ), ${logged("ended")}, ${FREED}
  update webhook_endpoints set failing_since = null, last_delivered_at = :now
   where id = :endpointId and exists (select from ended)
     and (failing_since is not null or last_delivered_at is null or last_delivered_at < :now::timestamptz - interval '1 minute')`,
);
const GIVEN_UP = named(
  "delivery_given_up",
  `with ended as (
    update webhook_deliveries
       set status = 'given_up', check_at = null, tries = tries + 1, backlog = false, last_status = :status, last_error = :error,
           ended_at = :now
     where ${HELD_OF} returning event_id, endpoint_id, tries
  ), ${logged("ended")}, ${FREED}
  insert into alerts (kind, cause, detail, created_at)
  select 'webhook_given_up', 'webhook_given_up:' || w.id || ':' || to_char(:now::timestamptz at time zone 'UTC', 'YYYY-MM-DD'),
         json_build_object('endpointId', w.id, 'url', :url::text), :now
    from ended join webhook_endpoints w on w.id = ended.endpoint_id where :cause <> 'test'
  on conflict (cause) do nothing`,
);
const NOT_SENT = named(
  "delivery_not_sent",
  `update webhook_deliveries
      set status = 'given_up', check_at = null, backlog = false, last_error = :error, ended_at = :now
    where ${HELD_OF}`,
);
// The job makes the next try prompt; the row itself is what cannot be lost. What waits for it is looked at no sooner.
const RETRY = named(
  "delivery_retry",
  `with due as (
    update webhook_deliveries set check_at = :at, tries = tries + 1, last_status = :status, last_error = :error
     where ${HELD_OF} returning event_id, endpoint_id, tries
  ), ${logged("due")}, failing as (
    update webhook_endpoints
       set failing_since = coalesce(failing_since, :startedAt), hold_until = greatest(hold_until, :holdUntil::timestamptz)
     where id = :endpointId and exists (select from due)
       and (failing_since is null or :holdUntil::timestamptz is not null)
  ), waiting as (
    update webhook_deliveries n set check_at = :at ${LATER_OF_ITS_ORDER} and n.check_at < :at
  )
  select graphile_worker.add_job('deliver-webhook', json_build_object('eventId', event_id, 'endpointId', endpoint_id),
                                 run_at => :at, job_key => 'webhook:' || event_id || ':' || endpoint_id)
    from due`,
);
// Nothing on its way is given up: it waits for a person who resumes the endpoint.
const PAUSE = named(
  "pause_failing_endpoint",
  `with paused as (
    update webhook_endpoints set paused_at = :now, paused_by = null
     where id = :endpointId and paused_at is null and disabled_at is null and failing_since <= :failingBefore
    returning id
  ), told as (
    insert into alerts (kind, cause, detail, created_at)
    select 'webhook_paused', 'webhook_paused:' || id || ':' || extract(epoch from :now::timestamptz),
           json_build_object('endpointId', id, 'url', :url::text), :now from paused
    on conflict (cause) do nothing
  ), waiting as (
    update webhook_deliveries set tries = tries + 1, last_status = :status, last_error = :error
     where ${HELD_OF} and exists (select from paused) returning event_id, endpoint_id, tries
  ), ${logged("waiting")}
  select from paused`,
);
// An alert goes with it: from here on the shop's server receives nothing.
const DISABLE = named(
  "disable_endpoint",
  `with disabled as (
    update webhook_endpoints set disabled_at = :now, disabled_why = :why where id = :endpointId and disabled_at is null
    returning id, url
  ), told as (
    insert into alerts (kind, cause, detail, created_at)
    select 'webhook_disabled', 'webhook_disabled:' || id || ':' || extract(epoch from :now::timestamptz),
           json_build_object('endpointId', id, 'url', url), :now from disabled
    on conflict (cause) do nothing
  ), ended as (
    update webhook_deliveries
       set status = 'given_up', check_at = null, backlog = false, last_error = :why, ended_at = :now,
           tries = tries + (event_id = :eventId)::int, last_status = case when event_id = :eventId then :status else last_status end
     where endpoint_id in (select id from disabled) and status = 'pending' returning event_id, endpoint_id, tries
  ), own as (select * from ended where event_id = :eventId), ${logged("own")}
  select from disabled`,
);
// It is claimed from birth, by the caller who sends it.
const INSERT_TEST = named(
  "insert_test_event",
  `with event as (
    insert into webhook_events (id, type, payload, created_at)
    select :eventId::text, 'webhook.test', :payload, :now from webhook_endpoints where id = :endpointId returning *
  ), made as (
    insert into webhook_deliveries (event_id, event_seq, endpoint_id, check_at)
    select event.id, event.seq, :endpointId, :until from event returning *
  )
  select e.id as "eventId", w.id as "endpointId", 0 as "triesInRound", e.payload, e.type, 'test' as cause, w.url,
         w.secret_sealed as "secretSealed",
         case when w.previous_secret_until > :now then w.previous_secret_sealed end as "previousSecretSealed",
         w.disabled_at is not null as disabled, w.failing_since as "failingSince"
    from event e join made on true join webhook_endpoints w on w.id = made.endpoint_id`,
);

/** Deliveries of webhooks: the rows are the to-do list, even without the jobs. */
export function webhookDeliveries(pool: PrimaryPool) {
  const tryOf = (end: DeliveryTry) => ({
    ...end,
    durationMs: Math.max(0, Math.round(end.now.getTime() - end.startedAt.getTime())),
  });
  return {
    /** The next delivery that is due to this endpoint. @returns null when none is, or the endpoint is paused */
    async take(endpointId: string, { now, until }: { now: Date; until: Date }): Promise<ClaimedDelivery | null> {
      return (await run<ClaimedDelivery>(pool, TAKE, TAKE.bind({ endpointId, now, until }))).rows[0] ?? null;
    },
    /** Endpoints that have something due, each with how many turns it needs, up to `most`. */
    async dueEndpoints(now: Date, most: number): Promise<{ id: string; turns: number }[]> {
      return (await run<{ id: string; turns: number }>(pool, DUE_ENDPOINTS, [now, most])).rows;
    },
    async delivered(end: DeliveryTry): Promise<void> {
      await run(pool, DELIVERED, DELIVERED.bind(tryOf(end)));
    },
    async givenUp(end: DeliveryTry): Promise<void> {
      await run(pool, GIVEN_UP, GIVEN_UP.bind(tryOf(end)));
    },
    /** Given up without being sent this time. */
    async notSent({ eventId, endpointId }: DeliveryKey, error: string, now: Date): Promise<void> {
      await run(pool, NOT_SENT, NOT_SENT.bind({ eventId, endpointId, error, now }));
    },
    /** @param holdUntil nothing else is sent to the endpoint before; null: it did not ask for that */
    async retry(end: DeliveryTry, { at, holdUntil }: { at: Date; holdUntil: Date | null }): Promise<void> {
      await run(pool, RETRY, RETRY.bind({ ...tryOf(end), at, holdUntil }));
    },
    /** Pauses an endpoint that has failed since before `failingBefore`. @returns false when something arrived meanwhile */
    async pauseFailing(end: DeliveryTry, failingBefore: Date): Promise<boolean> {
      return (await run(pool, PAUSE, PAUSE.bind({ ...tryOf(end), failingBefore }))).rows.length === 1;
    },
    /** Nothing more is sent to the endpoint, and what was on its way is given up. */
    async disable(end: DeliveryTry, why: string): Promise<void> {
      await run(pool, DISABLE, DISABLE.bind({ ...tryOf(end), why }));
    },
    /** An event for this endpoint alone. @returns null when there is no such endpoint */
    async insertTest(test: {
      eventId: string;
      endpointId: string;
      payload: string;
      now: Date;
      until: Date;
    }): Promise<ClaimedDelivery | null> {
      return (await run<ClaimedDelivery>(pool, INSERT_TEST, INSERT_TEST.bind(test))).rows[0] ?? null;
    },
  };
}
export type WebhookDeliveries = ReturnType<typeof webhookDeliveries>;
