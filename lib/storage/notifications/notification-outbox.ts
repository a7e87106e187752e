import type pg from "pg";
import { DUE } from "../changed-orders.ts";
import { inTransaction, run, statement } from "../transaction.ts";
import { endChannelAlerts } from "./notification-channels.ts";

// SQL throughout: leases by row locks, statements for several tables, and the worker does each for every notification.

/** A channel that this process alone speaks to until its lease ends. */
export interface LeasedChannel {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly settingsSealed: Uint8Array;
  readonly roles: readonly string[];
  readonly adminUserId: string | null;
  readonly language: string;
  readonly quietFrom: number | null;
  readonly quietTo: number | null;
  readonly quietDrops: boolean;
  readonly criticalPasses: boolean;
  readonly failingSince: Date | null;
  readonly failures: number;
  readonly minuteFrom: Date | null;
  readonly minuteSent: number;
  readonly stormUntil: Date | null;
}

/** A notification as a message is made of it, with the number of its order. */
export interface OutboxNotification {
  readonly id: string;
  readonly event: string;
  readonly kind: string;
  readonly recovered: boolean;
  readonly critical: boolean;
  readonly orderId: string | null;
  readonly outTradeNo: string | null;
  readonly amount: number | null;
  readonly detail: Readonly<Record<string, string | number | null>>;
  readonly createdAt: Date;
  /** Of the one person whose news it is; null: it is everybody's who gets the channel. Left out where nobody asks. */
  readonly person?: { readonly id: string; readonly email: string; readonly disabled: boolean } | null;
  /** Of the message that it was tried in; null: of none yet. */
  readonly messageId?: string | null;
}

const CHANNEL = `id, kind, name, settings_sealed as "settingsSealed", roles, admin_user_id as "adminUserId", language,
  quiet_from as "quietFrom", quiet_to as "quietTo", quiet_drops as "quietDrops", critical_passes as "criticalPasses",
  failing_since as "failingSince", failures, minute_from as "minuteFrom", minute_sent as "minuteSent", storm_until as "stormUntil"`;

// The lease is the claim of all rows of the channel: when its holder dies, the rows are as they were.
const LEASE = statement("lease_channel")`
    update notification_channels c set leased_until = $3
     where id = $1 and (leased_until is null or leased_until <= $2) and (retry_at is null or retry_at <= $2)
       and exists (select from notification_deliveries d where d.channel_id = c.id and d.check_at <= $2)
    returning ${CHANNEL}`;
const NOTIFICATION = `n.id::text, n.event, n.kind, n.recovered, n.critical, n.order_id as "orderId", o.out_trade_no as "outTradeNo",
  n.amount, n.detail, n.created_at as "createdAt"`;
const DUE_OF = statement("due_notifications")`
    select ${NOTIFICATION}, d.message_id as "messageId",
           case when p.id is not null
                then jsonb_build_object('id', p.id, 'email', p.email, 'disabled', p.disabled_at is not null) end as person
      from notification_deliveries d join notifications n on n.id = d.notification_id left join orders o on o.id = n.order_id
           left join admin_users p on p.id = n.person_id
     where d.channel_id = $1 and d.check_at <= $2
     order by d.notification_id limit $3`;
const DUE_CHANNELS = statement("due_channels")`
    select c.id from notification_channels c
     where (c.leased_until is null or c.leased_until <= $1) and (c.retry_at is null or c.retry_at <= $1)
       and exists (select from notification_deliveries d where d.channel_id = c.id and d.check_at <= $1)`;
const END = statement("end_notifications")`
    update notification_deliveries
       set status = $3, check_at = null, ended_at = $4, last_answer = $5, message_id = $6, tries = tries + $7
     where channel_id = $1 and notification_id = any ($2::bigint[]) and status = 'pending'`;
const RESEND = statement("resend_notification")`
    update notification_deliveries d set status = 'pending', check_at = $4, ended_at = null, tries = 0
      from notifications n, notification_channels c
     where d.notification_id = $1 and d.channel_id = $2 and n.id = d.notification_id and n.order_id = $3 and c.id = d.channel_id
       and c.paused_at is null and c.disabled_at is null
    returning '${DUE.outbox}' as changed_topic`;
const POSTPONE = statement("postpone_notifications")`
    update notification_deliveries
       set check_at = $3, last_answer = coalesce($4, last_answer), tries = tries + $5, message_id = coalesce($6, message_id)
     where channel_id = $1 and notification_id = any ($2::bigint[]) and status = 'pending'`;
const SENT = statement("channel_sent")`
    update notification_channels
       set leased_until = null, last_sent_at = $2, last_answer = $3, failing_since = null, failures = 0, retry_at = null,
           minute_from = $4, minute_sent = $5, storm_until = $6
     where id = $1`;
const FAILED = statement("channel_failed")`
    update notification_channels
       set leased_until = null, last_answer = $3, failing_since = coalesce(failing_since, $2), failures = failures + 1, retry_at = $4
     where id = $1`;
const TESTED = statement("channel_tested")`
    update notification_channels
       set last_sent_at = $2, last_answer = $3, failing_since = null, failures = 0, retry_at = null
     where id = $1`;
const RELEASE = statement("release_channel")`update notification_channels set leased_until = null where id = $1`;
const DISABLE = statement("disable_channel")`
    with disabled as (
      update notification_channels set leased_until = null, disabled_at = $2, disabled_why = $3, last_answer = $3
       where id = $1 and disabled_at is null returning id, name
    )
    insert into alerts (kind, cause, detail, created_at)
    select 'channel_disabled', 'channel_disabled:' || id || ':' || $4::text,
           jsonb_build_object('channelId', id, 'channel', name, 'problem', $3::text), $2 from disabled
    on conflict (cause) do nothing`;
const ALERT_FAILING = statement("tell_channel_failing")`
    insert into alerts (kind, cause, detail, created_at)
    select 'channel_failing', 'channel_failing:' || id || ':' || $4::text,
           jsonb_build_object('channelId', id, 'channel', name, 'problem', $3::text), $2
      from notification_channels where id = $1 and failing_since is not null
    on conflict (cause) do nothing`;
const INSERT_TEST = statement("insert_test_notification")`
    with made as (
      insert into notifications (event, kind, detail, created_at)
      values ('test', 'test', jsonb_build_object('actor', $2::text), $3) returning *
    ), delivery as (
      insert into notification_deliveries (notification_id, channel_id, check_at) select id, $1, $4 from made
    )
    select ${NOTIFICATION} from made n left join orders o on o.id = n.order_id`;

/** What becomes of a message. */
export interface MessageEnd {
  readonly channelId: string;
  readonly ids: readonly string[];
  readonly answer: string;
  readonly now: Date;
}

export interface SentMessage extends MessageEnd {
  readonly messageId: string;
  readonly minuteFrom: Date;
  readonly minuteSent: number;
  readonly stormUntil: Date | null;
}

export interface FailedMessage extends MessageEnd {
  /** It may have arrived all the same: the next try is the same message. */
  readonly messageId: string;
  readonly retryAt: Date;
  /** Raised as an alert from now on; null: not yet. */
  readonly alert: { readonly cause: string } | null;
  /** It will not be taken however often it is sent. */
  readonly giveUp: boolean;
}

/** The outbox: rows are the to-do list, whatever becomes of the jobs. */
export function notificationOutbox(pool: pg.Pool) {
  return {
    /** @returns null when nothing is due, or another process holds the channel */
    async lease(channelId: string, lease: { now: Date; until: Date }): Promise<LeasedChannel | null> {
      return (await run<LeasedChannel>(pool, LEASE, [channelId, lease.now, lease.until])).rows[0] ?? null;
    },
    /** Oldest first. */
    async due(channelId: string, { now, limit }: { now: Date; limit: number }): Promise<OutboxNotification[]> {
      return (await run<OutboxNotification>(pool, DUE_OF, [channelId, now, limit])).rows;
    },
    async dueChannels(now: Date): Promise<string[]> {
      return (await run<{ id: string }>(pool, DUE_CHANNELS, [now])).rows.map(({ id }) => id);
    },
    async skip({ channelId, ids, answer, now }: MessageEnd): Promise<void> {
      if (ids.length > 0) await run(pool, END, [channelId, ids, "skipped", now, answer, null, 0]);
    },
    async postpone({ channelId, ids }: Pick<MessageEnd, "channelId" | "ids">, until: Date): Promise<void> {
      if (ids.length > 0) await run(pool, POSTPONE, [channelId, ids, until, null, 0, null]);
    },
    /** Sends a message about this order again. @returns false for a channel that is paused or disabled, or no message about the order */
    async resend(
      { notificationId, channelId }: { readonly notificationId: string; readonly channelId: string },
      { orderId, now }: { readonly orderId: string; readonly now: Date },
    ): Promise<boolean> {
      return ((await run(pool, RESEND, [notificationId, channelId, orderId, now])).rowCount ?? 0) > 0;
    },
    release: async (channelId: string): Promise<void> => void (await run(pool, RELEASE, [channelId])),
    /** The message has arrived, which also ends a failure of the channel. */
    sent: (end: SentMessage): Promise<void> =>
      inTransaction(pool, async (client) => {
        const { channelId, ids, answer, now, messageId } = end;
        await run(client, END, [channelId, ids, "sent", now, answer, messageId, 1]);
        await run(client, SENT, [channelId, now, answer, end.minuteFrom, end.minuteSent, end.stormUntil]);
        await endChannelAlerts(client, channelId, now);
      }),
    failed: (end: FailedMessage): Promise<void> =>
      inTransaction(pool, async (client) => {
        const { channelId, ids, answer, now, retryAt, alert, giveUp, messageId } = end;
        if (giveUp) await run(client, END, [channelId, ids, "given_up", now, answer, messageId, 1]);
        else await run(client, POSTPONE, [channelId, ids, retryAt, answer, 1, messageId]);
        await run(client, FAILED, [channelId, now, answer, retryAt]);
        if (alert !== null) await run(client, ALERT_FAILING, [channelId, now, answer, alert.cause]);
      }),
    /** The receiver is gone: a trigger skips what waits, and an alert is raised. */
    disable: ({ channelId, ids, answer, now }: MessageEnd): Promise<void> =>
      inTransaction(pool, async (client) => {
        await run(client, END, [channelId, ids, "given_up", now, answer, null, 1]);
        await run(client, DISABLE, [channelId, now, answer, now.toISOString()]);
      }),
    /** A message by hand, for this channel alone; the sweep takes it at `checkAt` if nobody concludes it before. */
    async insertTest(test: {
      channelId: string;
      actor: string;
      now: Date;
      checkAt: Date;
    }): Promise<OutboxNotification> {
      const values = [test.channelId, test.actor, test.now, test.checkAt];
      const made = (await run<OutboxNotification>(pool, INSERT_TEST, values)).rows[0];
      if (made === undefined) throw new Error("the test notification was not written");
      return made;
    },
    /** The end of a message by hand, which leaves lease and counts alone; one that arrived ends a failure of the channel. */
    concludeTest: ({ channelId, ids, answer, now, sent }: MessageEnd & { sent: boolean }): Promise<void> =>
      inTransaction(pool, async (client) => {
        await run(client, END, [channelId, ids, sent ? "sent" : "given_up", now, answer, `ntf_${ids[0]}`, 1]);
        if (!sent) return;
        await run(client, TESTED, [channelId, now, answer]);
        await endChannelAlerts(client, channelId, now);
      }),
  };
}
