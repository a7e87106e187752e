import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import { NOTIFICATION_CHANNELS_MAX, NOTIFICATION_DEVICES_PER_PERSON_MAX } from "#lib/base/limits.ts";
import type { NotificationChannel, Prisma } from "../../../prisma/generated/client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** A channel without its secrets. */
export type KnownChannel = Omit<NotificationChannel, "settingsSealed" | "deviceHash">;

/** What people choose of a channel. */
export interface ChannelChoices {
  readonly name: string;
  readonly events: readonly string[];
  readonly roles: readonly string[];
  readonly language: string;
  readonly amountMin: number;
  /** Minutes since midnight in Beijing; null: no quiet hours. */
  readonly quietFrom: number | null;
  readonly quietTo: number | null;
  /** Notifications of these hours are dropped instead of summed up afterwards. */
  readonly quietDrops: boolean;
  readonly criticalPasses: boolean;
}

export interface NewChannel extends ChannelChoices {
  readonly id: string;
  readonly kind: string;
  readonly settingsSealed: Uint8Array;
  readonly target: string;
  readonly adminUserId: string | null;
  /** Of a device: the same browser again is the same channel. */
  readonly deviceHash: Uint8Array | null;
  /** The settings, sealed for a channel that is there already. */
  reseal(channelId: string): Uint8Array;
}

export interface ChannelUpdate extends ChannelChoices {
  /** Left out: as they are. */
  readonly settings?: { readonly sealed: Uint8Array; readonly target: string };
}

/** Who changes a channel, for the audit log. */
export interface ChannelChange {
  readonly actor: string;
  readonly at: Date;
}

const PUBLIC = { omit: { settingsSealed: true, deviceHash: true } } as const;

/** Oldest first. */
export const listChannels = (pool: pg.Pool): Promise<KnownChannel[]> =>
  viaPrisma(pool, (prisma) =>
    prisma.notificationChannel.findMany({ ...PUBLIC, orderBy: [{ createdAt: "asc" }, { id: "asc" }] }),
  );

export const findChannel = (pool: pg.Pool, id: string): Promise<KnownChannel | null> =>
  viaPrisma(pool, (prisma) => prisma.notificationChannel.findUnique({ ...PUBLIC, where: { id } }));

/** With its sealed settings. */
export const findSealedChannel = (pool: pg.Pool, id: string): Promise<NotificationChannel | null> =>
  viaPrisma(pool, (prisma) => prisma.notificationChannel.findUnique({ where: { id } }));

const dataOf = (choices: ChannelChoices) => ({
  name: choices.name,
  events: [...choices.events],
  roles: [...choices.roles],
  language: choices.language,
  amountMin: choices.amountMin,
  quietFrom: choices.quietFrom,
  quietTo: choices.quietTo,
  quietDrops: choices.quietDrops,
  criticalPasses: choices.criticalPasses,
});

/** A device that has a channel keeps it; it goes over to who is signed in there now. @throws AppError `conflict` when there are too many */
export const insertChannel = (pool: pg.Pool, channel: NewChannel, { actor, at }: ChannelChange) =>
  inPrismaTransaction(pool, async ({ prisma, client }): Promise<KnownChannel> => {
    const { id, kind, target, adminUserId, settingsSealed } = channel;
    // SQL: a lock, so that two at once stay within the limits.
    await client.query("lock table notification_channels in share row exclusive mode");
    const known = await sameDevice(prisma, channel);
    if (known !== null && known.adminUserId === adminUserId) {
      const fresh = { settingsSealed: new Uint8Array(channel.reseal(known.id)), target, ...RESUMED };
      const again = await prisma.notificationChannel.update({ ...PUBLIC, where: { id: known.id }, data: fresh });
      await recordAudit(client, auditOf("resume", again, { actor, at }));
      return again;
    }
    if (known !== null) {
      await prisma.notificationChannel.delete({ where: { id: known.id } });
      await endChannelAlerts(client, known.id, at);
      await recordAudit(client, auditOf("remove", known, { actor, at }));
    }
    refuseTooMany(await prisma.notificationChannel.count(), NOTIFICATION_CHANNELS_MAX, "channels");
    if (adminUserId !== null) {
      const devices = await prisma.notificationChannel.count({ where: { adminUserId } });
      refuseTooMany(devices, NOTIFICATION_DEVICES_PER_PERSON_MAX, "devices of this person");
    }
    const own = { id, kind, target, adminUserId, createdAt: at, createdBy: actor };
    const deviceHash = channel.deviceHash === null ? null : new Uint8Array(channel.deviceHash);
    const data = { ...dataOf(channel), ...own, deviceHash, settingsSealed: new Uint8Array(settingsSealed) };
    const made = await prisma.notificationChannel.create({ ...PUBLIC, data });
    await recordAudit(client, auditOf("create", made, { actor, at }));
    return made;
  });

/** A browser that asks for messages again gets them again. */
const RESUMED = {
  ...{ pausedAt: null, disabledAt: null, disabledWhy: null, failingSince: null, failures: 0, retryAt: null },
} as const;

async function sameDevice(
  prisma: Prisma.TransactionClient,
  { deviceHash }: Pick<NewChannel, "deviceHash">,
): Promise<KnownChannel | null> {
  if (deviceHash === null) return null;
  return prisma.notificationChannel.findUnique({ ...PUBLIC, where: { deviceHash: new Uint8Array(deviceHash) } });
}

function refuseTooMany(count: number, max: number, what: string): void {
  if (count >= max) throw new AppError("conflict", `there are ${max} ${what} already; remove one first`);
}

/** @throws AppError `not_found` */
export const updateChannel = (
  pool: pg.Pool,
  { id, update }: { id: string; update: ChannelUpdate },
  { actor, at }: ChannelChange,
): Promise<KnownChannel> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const { settings } = update;
    const { count } = await prisma.notificationChannel.updateMany({
      where: { id },
      data: {
        ...dataOf(update),
        ...(settings === undefined
          ? {}
          : {
              settingsSealed: new Uint8Array(settings.sealed),
              target: settings.target,
              // A new address begins anew.
              ...{ disabledAt: null, disabledWhy: null, failingSince: null, failures: 0, retryAt: null },
            }),
      },
    });
    const found = await prisma.notificationChannel.findUnique({ ...PUBLIC, where: { id } });
    if (count === 0 || found === null) throw noSuchChannel();
    await recordAudit(client, auditOf("update", found, { actor, at }));
    return found;
  });

export const noSuchChannel = () => new AppError("not_found", "there is no such notification channel");

/** Pauses a channel, or lets it go on; one that its receiver disabled is tried again. @throws AppError `not_found` */
export const setChannelPaused = (
  pool: pg.Pool,
  { id, paused }: { id: string; paused: boolean },
  { actor, at }: ChannelChange,
): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const again = { pausedAt: null, disabledAt: null, disabledWhy: null, retryAt: null };
    const data = paused ? { pausedAt: at } : { ...again, failingSince: null, failures: 0 };
    const { count } = await prisma.notificationChannel.updateMany({ where: { id }, data });
    const found = await prisma.notificationChannel.findUnique({ ...PUBLIC, where: { id } });
    if (count === 0 || found === null) throw noSuchChannel();
    if (!paused) await endChannelAlerts(client, id, at);
    await recordAudit(client, auditOf(paused ? "pause" : "resume", found, { actor, at }));
  });

/** @throws AppError `not_found` */
export const removeChannel = (pool: pg.Pool, id: string, { actor, at }: ChannelChange): Promise<void> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const found = await prisma.notificationChannel.findUnique({ ...PUBLIC, where: { id } });
    const { count } = await prisma.notificationChannel.deleteMany({ where: { id } });
    if (found === null || count === 0) throw noSuchChannel();
    await endChannelAlerts(client, id, at);
    await recordAudit(client, auditOf("remove", found, { actor, at }));
  });

/** SQL: a jsonb field decides, on the connection of the transaction. */
export async function endChannelAlerts(client: pg.PoolClient, channelId: string, at: Date): Promise<void> {
  await client.query(
    `update alerts set recovered_at = $2, acknowledged_at = coalesce(acknowledged_at, $2)
      where kind in ('channel_failing', 'channel_disabled') and detail ->> 'channelId' = $1 and recovered_at is null`,
    [channelId, at],
  );
}

export interface ListedDelivery {
  readonly id: string;
  readonly event: string;
  readonly kind: string;
  readonly recovered: boolean;
  readonly amount: number | null;
  readonly orderId: string | null;
  readonly outTradeNo: string | null;
  readonly createdAt: Date;
  readonly status: string;
  readonly tries: number;
  readonly lastAnswer: string | null;
  readonly endedAt: Date | null;
  readonly checkAt: Date | null;
  readonly messageId: string | null;
}

/** Newest first. @param before the id of the last one of the page before */
export const listChannelDeliveries = (
  pool: pg.Pool,
  { channelId, before, limit }: { channelId: string; before?: string; limit: number },
): Promise<ListedDelivery[]> =>
  viaPrisma(pool, async (prisma) => {
    const rows = await prisma.notificationDelivery.findMany({
      where: { channelId, ...(before === undefined ? {} : { notificationId: { lt: BigInt(before) } }) },
      orderBy: { notificationId: "desc" },
      take: limit,
      include: { notification: { include: { order: { select: { outTradeNo: true } } } } },
    });
    return rows.map(({ notification, ...row }) => ({
      id: String(row.notificationId),
      event: notification.event,
      kind: notification.kind,
      recovered: notification.recovered,
      amount: notification.amount,
      orderId: notification.orderId,
      outTradeNo: notification.order?.outTradeNo ?? null,
      createdAt: notification.createdAt,
      status: row.status,
      tries: row.tries,
      lastAnswer: row.lastAnswer,
      endedAt: row.endedAt,
      checkAt: row.checkAt,
      messageId: row.messageId,
    }));
  });

/** E-mail addresses of the people of these roles who may still sign in. */
export const addressesOfRoles = (pool: pg.Pool, roles: readonly string[]): Promise<string[]> =>
  viaPrisma(pool, async (prisma) => {
    const people = await prisma.adminUser.findMany({
      where: { role: { in: [...roles] }, disabledAt: null },
      select: { email: true },
      orderBy: { email: "asc" },
    });
    return people.map(({ email }) => email);
  });

/** Whether this person may still sign in. */
export const isPersonInUse = (pool: pg.Pool, userId: string): Promise<boolean> =>
  viaPrisma(pool, async (prisma) => (await prisma.adminUser.count({ where: { id: userId, disabledAt: null } })) === 1);

const auditOf = (verb: string, { id, kind, name, target, events }: KnownChannel, { actor, at }: ChannelChange) => ({
  actor,
  action: `notification_channel.${verb}`,
  subject: id,
  detail: { kind, name, target, events: events.join(" ") },
  at,
});
