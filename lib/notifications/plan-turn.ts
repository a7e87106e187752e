import { beijingDay, beijingMidnight, beijingMsOfDay } from "#lib/base/beijing-time.ts";
import { NOTIFICATION_AGE_MAX_MS, NOTIFICATION_STORM } from "#lib/base/limits.ts";
import { addMs, DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";

// Which notifications a channel sends next. Pure: a turn sends one message at most, so that it ends within its lease.

/** The state of a channel, as far as it decides about the next message. */
export interface ChannelPace {
  readonly quietFrom: number | null;
  readonly quietTo: number | null;
  readonly quietDrops: boolean;
  readonly criticalPasses: boolean;
  readonly minuteFrom: Date | null;
  readonly minuteSent: number;
  readonly stormUntil: Date | null;
}

export interface DueNotification {
  readonly id: string;
  readonly critical: boolean;
  readonly createdAt: Date;
  /** `test` is sent at any hour. */
  readonly event: string;
}

export interface Turn<Due> {
  /** One alone, or several in a digest; empty: nothing is sent. */
  readonly send: readonly Due[];
  readonly why: "single" | "storm" | "quiet";
  readonly tooOld: readonly Due[];
  /** Fell into quiet hours of a channel that drops what falls into them. */
  readonly dropped: readonly Due[];
  readonly held: { readonly until: Date; readonly rows: readonly Due[] } | null;
  /** What the channel's counters are once the message is sent. */
  readonly minuteFrom: Date;
  readonly minuteSent: number;
  readonly stormUntil: Date | null;
}

/** A digest is followed by a minute's silence: what comes meanwhile is the next digest. */
const STORM_MS = MINUTE_MS;

/** The end of the quiet hours that `moment` lies in; null: it lies in none. */
export function quietUntil(state: Pick<ChannelPace, "quietFrom" | "quietTo">, moment: Date): Date | null {
  const { quietFrom: from, quietTo: to } = state;
  if (from === null || to === null) return null;
  const minute = Math.floor(beijingMsOfDay(moment) / MINUTE_MS);
  const inside = from < to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!inside) return null;
  const end = addMs(beijingMidnight(beijingDay(moment)), to * MINUTE_MS);
  return end.getTime() > moment.getTime() ? end : addMs(end, DAY_MS);
}

interface Choice<Due> {
  readonly channel: ChannelPace;
  /** Oldest first. */
  readonly due: readonly Due[];
  readonly now: Date;
  /** What the receiver takes in a minute. */
  readonly perMinute: number;
}

export function planTurn<Due extends DueNotification>({ channel, due, now, perMinute }: Choice<Due>): Turn<Due> {
  const tooOld = due.filter(({ createdAt }) => now.getTime() - createdAt.getTime() > NOTIFICATION_AGE_MAX_MS);
  const fresh = due.filter((row) => !tooOld.includes(row));
  const quiet = quietUntil(channel, now);
  const passes = (row: Due) => quiet === null || row.event === "test" || (row.critical && channel.criticalPasses);
  const awake = fresh.filter(passes);
  const asleep = fresh.filter((row) => !passes(row));
  const isFreshMinute = channel.minuteFrom === null || now.getTime() - channel.minuteFrom.getTime() >= MINUTE_MS;
  const minuteFrom = isFreshMinute ? now : (channel.minuteFrom ?? now);
  const sent = isFreshMinute ? 0 : channel.minuteSent;
  const base = { tooOld, dropped: channel.quietDrops ? asleep : [], minuteFrom };
  const heldOver = channel.quietDrops ? [] : asleep;
  const nothing = (rows: readonly Due[], until: Date | null): Turn<Due> => ({
    ...base,
    ...{ send: [], why: "single", minuteSent: sent, stormUntil: channel.stormUntil },
    held: rows.length === 0 || until === null ? null : { until, rows },
  });
  if (awake.length === 0) return nothing(heldOver, quiet);
  if (sent >= perMinute) return nothing(awake, addMs(minuteFrom, MINUTE_MS));
  const storm = channel.stormUntil !== null && channel.stormUntil.getTime() > now.getTime() ? channel.stormUntil : null;
  const urgent = awake.filter(({ critical, event }) => critical || event === "test");
  if (storm !== null && urgent.length === 0) return nothing(awake, storm);
  // In a storm only what is critical goes out at once; the rest waits for the next digest.
  const ready = storm === null ? awake : urgent;
  const isStorm = storm !== null || sent + ready.length > NOTIFICATION_STORM;
  const send = isStorm || hasWaited(ready, now) ? ready : ready.slice(0, 1);
  const digest = send.length > 1;
  return {
    ...base,
    send,
    why: digest ? (isStorm ? "storm" : "quiet") : "single",
    held: heldOver.length > 0 && quiet !== null ? { until: quiet, rows: heldOver } : null,
    minuteSent: sent + 1,
    stormUntil: storm ?? (isStorm && digest ? addMs(now, STORM_MS) : null),
  };
}

/** Since quiet hours, or while the channel failed: these go out in one digest. */
const WAITED_MS = 90 * SECOND_MS;
const hasWaited = (rows: readonly DueNotification[], now: Date): boolean =>
  rows.filter(({ createdAt }) => now.getTime() - createdAt.getTime() > WAITED_MS).length > 1;
