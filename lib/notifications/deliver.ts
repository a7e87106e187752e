import { CHANNEL_CALLS } from "#lib/base/call-budgets.ts";
import type { Clock } from "#lib/base/clock.ts";
import { NOTIFICATION_DIGEST_MAX } from "#lib/base/limits.ts";
import { addMs, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  addressesOfRoles,
  findSealedChannel,
  isPersonInUse,
  noSuchChannel,
} from "#lib/storage/notifications/notification-channels.ts";
import {
  type LeasedChannel,
  notificationOutbox,
  type OutboxNotification,
} from "#lib/storage/notifications/notification-outbox.ts";
import { FULL_LANGUAGES, HOME_LANGUAGE, type Language } from "#lib/texts/language.ts";
import { channelKind, isChannelKind } from "./channels/index.ts";
import { composeDigest, composeMessage, type MessageReader } from "./compose-message.ts";
import type { PushMessage, SendResult } from "./message.ts";
import { planTurn, type Turn } from "./plan-turn.ts";
import type { PushKeys } from "./push-keys.ts";

/** Where the settings of a channel are sealed for. */
export const settingsPlace = (channelId: string) => ({
  table: "notification_channels",
  column: "settings_sealed",
  row: channelId,
});

export interface NotifierDeps {
  readonly pool: Database["pool"];
  readonly box: { openText(sealed: Uint8Array, place: ReturnType<typeof settingsPlace>): string };
  readonly pushKeys: PushKeys;
  readonly clock: Clock;
  readonly policy: TargetPolicy;
  readonly publicUrl: string;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
  };
  /** From 0 to 1. */
  readonly random?: () => number;
}

export interface PeopleNotifier {
  /** Sends the channel's next message, if one is due. @returns whether there may be more to send at once */
  turn(channelId: string): Promise<"again" | "idle">;
  /** Channels with something to send that nobody is sending. */
  dueChannels(): Promise<readonly string[]>;
  /** One message at once, whatever the hour; it is in the log like any other. @throws AppError `not_found` */
  test(channelId: string, actor: string): Promise<SendResult>;
}

/** A lease outlives the one message it is for; then the channel is anybody's again. */
const LEASE_MS = 45 * SECOND_MS;
/** A job may start a moment before the row it belongs to is due, where clocks differ. */
const EARLY_MS = SECOND_MS;
const TEST_LEASE_MS = 30 * SECOND_MS;

// From one failure to the next try; a channel that fails is tried by one message at a time, whatever waits.
const PAUSES_MS = [5, 15, 30, 60, 120, 300, 600].map((seconds) => seconds * SECOND_MS);
const JITTER = 0.1;
/** From then on it is no passing fault, and an alert is raised. */
const FAILURES_BEFORE_ALERT = 4;

export function createNotifier(deps: NotifierDeps): PeopleNotifier {
  const { pool, clock } = deps;
  const outbox = notificationOutbox(pool);
  return {
    dueChannels: () => outbox.dueChannels(clock.now()),
    async turn(channelId) {
      const now = addMs(clock.now(), EARLY_MS);
      const channel = await outbox.lease(channelId, { now, until: addMs(now, LEASE_MS) });
      if (channel === null) return "idle";
      const due = await outbox.due(channelId, { now, limit: NOTIFICATION_DIGEST_MAX });
      const turn = planTurn({ channel, due, now: clock.now(), perMinute: kindOf(channel)?.perMinute ?? 1 });
      await setAside(deps, channelId, turn);
      if (turn.send.length === 0) {
        await outbox.release(channelId);
        return "idle";
      }
      const again = sameReader(sameAgain(turn));
      const made = makeMessage(again, { language: languageOf(channel), publicUrl: deps.publicUrl });
      if (made.kind === "broken") return setBrokenAside(deps, channelId, made);
      const result = await sendSafely(deps, { channel, message: made.message, person: personOf(again) });
      return conclude(deps, { channel, turn: again, message: made.message, result });
    },
    async test(channelId, actor) {
      const found = await findSealedChannel(pool, channelId);
      if (found === null) throw noSuchChannel();
      const now = clock.now();
      const made = await outbox.insertTest({ channelId, actor, now, checkAt: addMs(now, TEST_LEASE_MS) });
      const message = composeMessage(made, { language: languageOf(found), publicUrl: deps.publicUrl });
      const result = await sendSafely(deps, { channel: found, message, person: null });
      const end = { channelId, ids: [made.id], answer: result.answer, now: clock.now() };
      await outbox.concludeTest({ ...end, sent: result.kind === "sent" });
      deps.log.info("notification.tested", { channelId, outcome: result.kind });
      return result;
    },
  };
}

const languageOf = ({ language }: { readonly language: string }): Language =>
  FULL_LANGUAGES.find((each) => each === language) ?? HOME_LANGUAGE;
const kindOf = ({ kind }: { readonly kind: string }) => (isChannelKind(kind) ? channelKind(kind) : null);

async function setAside(
  { pool, clock }: NotifierDeps,
  channelId: string,
  turn: Turn<OutboxNotification>,
): Promise<void> {
  const outbox = notificationOutbox(pool);
  const now = clock.now();
  const idsOf = (rows: readonly OutboxNotification[]) => rows.map(({ id }) => id);
  await outbox.skip({ channelId, ids: idsOf(turn.tooOld), answer: "too old", now });
  await outbox.skip({ channelId, ids: idsOf(turn.dropped), answer: "quiet hours", now });
  if (turn.held !== null) await outbox.postpone({ channelId, ids: idsOf(turn.held.rows) }, turn.held.until);
}

/**
 * A message that was tried and may have arrived is tried again as it was, under its own id, so that the receiver can tell the repeat;
 * what has come since waits for the next one.
 */
function sameAgain(turn: Turn<OutboxNotification>): Turn<OutboxNotification> {
  const tried = turn.send.find(({ messageId }) => messageId != null)?.messageId;
  if (tried == null) return turn;
  return { ...turn, send: turn.send.filter(({ messageId }) => messageId === tried) };
}

type NewsReader = NonNullable<OutboxNotification["person"]>;

const personOf = ({ send }: Turn<OutboxNotification>): NewsReader | null => send[0]?.person ?? null;

/** One message has one reader: a person's own news is never summed up with what others read. The rest waits for the next one. */
function sameReader(turn: Turn<OutboxNotification>): Turn<OutboxNotification> {
  const reader = personOf(turn)?.id ?? null;
  return { ...turn, send: turn.send.filter(({ person }) => (person?.id ?? null) === reader) };
}

type MadeMessage =
  | { readonly kind: "made"; readonly message: PushMessage }
  | { readonly kind: "broken"; readonly broken: readonly OutboxNotification[]; readonly cause: unknown };

/** A fault of ours in one notification keeps no other from being sent: it is named, so that it can be set aside. */
function makeMessage(turn: Turn<OutboxNotification>, reader: MessageReader): MadeMessage {
  try {
    const message = messageOf(turn, reader);
    return { kind: "made", message: { ...message, id: turn.send[0]?.messageId ?? message.id } };
  } catch (cause) {
    const broken = turn.send.filter((each) => !canBeMade(each, reader));
    return { kind: "broken", broken: broken.length === 0 ? turn.send : broken, cause };
  }
}

function canBeMade(notification: OutboxNotification, reader: MessageReader): boolean {
  try {
    composeMessage(notification, reader);
    return true;
  } catch {
    return false;
  }
}

async function setBrokenAside(
  { pool, clock, log }: NotifierDeps,
  channelId: string,
  { broken, cause }: Extract<MadeMessage, { kind: "broken" }>,
): Promise<"again"> {
  const outbox = notificationOutbox(pool);
  const ids = broken.map(({ id }) => id);
  log.warn("notification.not_made", { channelId, ids: ids.slice(0, 10), count: ids.length, cause });
  await outbox.skip({ channelId, ids, answer: "the message could not be made", now: clock.now() });
  await outbox.release(channelId);
  return "again";
}

function messageOf({ send, why }: Turn<OutboxNotification>, reader: MessageReader): PushMessage {
  const [first] = send;
  if (send.length === 1 && first !== undefined) return composeMessage(first, reader);
  return composeDigest(send, { why: why === "storm" ? "storm" : "quiet" }, reader);
}

type SendingChannel = Pick<LeasedChannel, "id" | "kind" | "settingsSealed" | "roles" | "adminUserId" | "language">;

interface MessageSending {
  readonly channel: SendingChannel;
  readonly message: PushMessage;
  /** Whose own news it is. */
  readonly person: NewsReader | null;
}

/** A fault of our own is a failed try like any other: the row stays, and is looked at again. */
async function sendSafely(deps: NotifierDeps, sending: MessageSending): Promise<SendResult> {
  try {
    return await send(deps, sending);
  } catch (cause) {
    const { id: channelId, kind } = sending.channel;
    deps.log.warn("notification.broken_off", { channelId, kind, cause });
    return { kind: "failed", answer: "the message could not be made" };
  }
}

async function send(deps: NotifierDeps, { channel, message, person }: MessageSending): Promise<SendResult> {
  const { pool, box, clock, policy, publicUrl, pushKeys } = deps;
  const kind = kindOf(channel);
  if (kind === null) return { kind: "refused", answer: "an unknown kind of channel" };
  // A device of someone who may no longer sign in gets nothing.
  if (channel.adminUserId !== null && !(await isPersonInUse(pool, channel.adminUserId))) {
    return { kind: "revoked", answer: "its owner may no longer sign in" };
  }
  if (person?.disabled === true) return { kind: "refused", answer: "its person may no longer sign in" };
  const settings: unknown = JSON.parse(box.openText(channel.settingsSealed, settingsPlace(channel.id)));
  const onlyTo = person?.email ?? null;
  const addresses = onlyTo !== null || channel.roles.length === 0 ? [] : await addressesOfRoles(pool, channel.roles);
  const context = { now: clock.now(), policy, timeoutMs: CHANNEL_CALLS.totalMs, addresses, onlyTo, publicUrl };
  return kind.send(settings, message, { ...context, language: languageOf(channel), pushKeys: pushKeys.both });
}

interface Sent {
  readonly channel: LeasedChannel;
  readonly turn: Turn<OutboxNotification>;
  readonly message: PushMessage;
  readonly result: SendResult;
}

async function conclude(deps: NotifierDeps, { channel, turn, message, result }: Sent): Promise<"again" | "idle"> {
  const { pool, clock, log } = deps;
  const outbox = notificationOutbox(pool);
  const now = clock.now();
  const end = { channelId: channel.id, ids: turn.send.map(({ id }) => id), answer: result.answer, now };
  const about = { channelId: channel.id, kind: channel.kind, count: end.ids.length };
  if (result.kind === "sent") {
    const { minuteFrom, minuteSent, stormUntil } = turn;
    await outbox.sent({ ...end, messageId: message.id, minuteFrom, minuteSent, stormUntil });
    const oldest = turn.send[0]?.createdAt ?? now;
    log.info("notification.sent", { ...about, messageId: message.id, ms: now.getTime() - oldest.getTime() });
    return "again";
  }
  log.warn("notification.failed", { ...about, outcome: result.kind, answer: result.answer });
  if (result.kind === "revoked") {
    await outbox.disable(end);
    return "idle";
  }
  const failures = channel.failures + 1;
  const pauseMs = Math.max(
    pauseAfter(failures, (deps.random ?? Math.random)()),
    "pauseMs" in result ? (result.pauseMs ?? 0) : 0,
  );
  const since = channel.failingSince ?? now;
  const giveUp = result.kind === "refused";
  await outbox.failed({
    ...end,
    messageId: message.id,
    // What was refused for itself says nothing of the next one.
    retryAt: giveUp && failures < FAILURES_BEFORE_ALERT ? now : addMs(now, pauseMs),
    alert: failures >= FAILURES_BEFORE_ALERT ? { cause: since.toISOString() } : null,
    giveUp,
  });
  return giveUp && failures < FAILURES_BEFORE_ALERT ? "again" : "idle";
}

/** @param random from 0 to 1: spreads channels that failed together */
export function pauseAfter(failures: number, random: number): number {
  const pauseMs = PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? MINUTE_MS;
  return Math.round(pauseMs * (1 + JITTER * (2 * random - 1)));
}
