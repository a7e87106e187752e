import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import { WEBHOOK_ENDPOINTS_MAX } from "#lib/base/limits.ts";
import type { WebhookEndpoint } from "../../../prisma/generated/client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** An endpoint without its secrets. */
export type KnownEndpoint = Omit<WebhookEndpoint, "secretSealed" | "previousSecretSealed">;

export interface NewEndpoint {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secretSealed: Uint8Array;
  /** The key that makes it, with which it ends. */
  readonly apiKeyId: string | null;
  /** The person who makes it, without any key. */
  readonly keptBy: string | null;
}

/** Who changes an endpoint, for the audit log. */
export interface EndpointChange {
  readonly actor: string;
  readonly at: Date;
}

const PUBLIC = { omit: { secretSealed: true, previousSecretSealed: true } } as const;

/** Oldest first. */
export const listEndpoints = (pool: pg.Pool): Promise<KnownEndpoint[]> =>
  viaPrisma(pool, (prisma) =>
    prisma.webhookEndpoint.findMany({ ...PUBLIC, orderBy: [{ createdAt: "asc" }, { id: "asc" }] }),
  );

export const findEndpoint = (pool: pg.Pool, id: string): Promise<KnownEndpoint | null> =>
  viaPrisma(pool, (prisma) => prisma.webhookEndpoint.findUnique({ ...PUBLIC, where: { id } }));

/** @throws AppError `conflict` when there are too many, `unauthenticated` when the key has been revoked */
export const insertEndpoint = (pool: pg.Pool, endpoint: NewEndpoint, { actor, at }: EndpointChange) =>
  inPrismaTransaction(pool, async ({ prisma, client }): Promise<KnownEndpoint> => {
    const { id, url, events, secretSealed, apiKeyId, keptBy } = endpoint;
    if (apiKeyId !== null) await lockKey(client, apiKeyId);
    if ((await prisma.webhookEndpoint.count()) >= WEBHOOK_ENDPOINTS_MAX) {
      throw new AppError("conflict", `there are ${WEBHOOK_ENDPOINTS_MAX} endpoints already; remove one first`);
    }
    const made = await prisma.webhookEndpoint.create({
      ...PUBLIC,
      data: {
        ...{ id, url, events: [...events], secretSealed: new Uint8Array(secretSealed), createdAt: at, apiKeyId },
        ...{ keptBy, keptAt: keptBy === null ? null : at },
      },
    });
    await recordAudit(client, auditOf("create", made, { actor, at }));
    return made;
  });

/** @returns false when there is no such endpoint */
export const removeEndpoint = (pool: pg.Pool, id: string, change: EndpointChange): Promise<boolean> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const found = await prisma.webhookEndpoint.findUnique({ ...PUBLIC, where: { id } });
    // Of two who remove it at once, one finds it gone.
    const { count } = await prisma.webhookEndpoint.deleteMany({ where: { id } });
    if (found === null || count === 0) return false;
    await recordAudit(client, auditOf("remove", found, change));
    return true;
  });

/** @returns null when there is no such endpoint */
export const changeEndpoint = (
  pool: pg.Pool,
  id: string,
  { url, events, actor, at }: EndpointChange & { readonly url?: string; readonly events?: readonly string[] },
): Promise<KnownEndpoint | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const data = { ...(url === undefined ? {} : { url }), ...(events === undefined ? {} : { events: [...events] }) };
    const { count } = await prisma.webhookEndpoint.updateMany({ where: { id }, data });
    if (count === 0) return null;
    const changed = await prisma.webhookEndpoint.findUniqueOrThrow({ ...PUBLIC, where: { id } });
    await recordAudit(client, auditOf("change", changed, { actor, at }));
    return changed;
  });

/** Nothing is sent to it until it is resumed; what happens meanwhile is kept for it. @returns null when there is no such endpoint */
export const pauseEndpoint = (
  pool: pg.Pool,
  id: string,
  { actor, at }: EndpointChange,
): Promise<KnownEndpoint | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const data = { pausedAt: at, pausedBy: actor };
    const { count } = await prisma.webhookEndpoint.updateMany({ where: { id, pausedAt: null }, data });
    const found = await prisma.webhookEndpoint.findUnique({ ...PUBLIC, where: { id } });
    if (count > 0 && found !== null) await recordAudit(client, auditOf("pause", found, { actor, at }));
    return found;
  });

// SQL: statements over several tables. What waited goes on from where it stopped, oldest first and with a new schedule.
const RESUME = `
  with resumed as (
    update webhook_endpoints
       set paused_at = null, paused_by = null, failing_since = null, hold_until = null, disabled_at = null, disabled_why = null
     where id = $1 and (paused_at is not null or disabled_at is not null) returning id
  ), moved as (
    update webhook_deliveries d set check_at = e.created_at, backlog = true, round_from = d.tries
      from webhook_events e, resumed where e.id = d.event_id and d.endpoint_id = resumed.id and d.status = 'pending'
  )
  select graphile_worker.add_job('deliver-webhook', json_build_object('endpointId', id), job_key => 'webhook-endpoint:' || id)
    from resumed`;

/**
 * Sends to a paused or disabled endpoint again, from where it stopped.
 * @returns null when there is no such endpoint. @throws AppError `conflict` when it ended with its API key
 */
export const resumeEndpoint = (
  pool: pg.Pool,
  id: string,
  { actor, at }: EndpointChange,
): Promise<KnownEndpoint | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    const before = await prisma.webhookEndpoint.findUnique({ ...PUBLIC, where: { id } });
    if (before === null) return null;
    if (before.disabledWhy === ENDED_WITH_KEY) {
      throw new AppError("conflict", "the endpoint ended with its API key; an owner may keep it in the dashboard");
    }
    const { rowCount } = await client.query(RESUME, [id]);
    const found = await prisma.webhookEndpoint.findUnique({ ...PUBLIC, where: { id } });
    if (rowCount === 1 && found !== null) await recordAudit(client, auditOf("resume", found, { actor, at }));
    return found;
  });

export interface SecretChange extends EndpointChange {
  /** The new secret, and the one in use now sealed for its new place. */
  readonly seal: (current: Uint8Array) => { readonly next: Uint8Array; readonly previous: Uint8Array };
  /** Until then both sign; null: the old one ends at once. */
  readonly previousUntil: Date | null;
}

/** A new secret; of two secrets that sign already the older one ends. @returns null when there is no such endpoint */
export const replaceSecret = (
  pool: pg.Pool,
  id: string,
  { actor, at, seal, previousUntil }: SecretChange,
): Promise<KnownEndpoint | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    // SQL: a row lock, so that of two rotations at once none seals what the other has replaced.
    const { rows } = await client.query<{ sealed: Buffer }>(
      "select secret_sealed as sealed from webhook_endpoints where id = $1 for update",
      [id],
    );
    if (rows[0] === undefined) return null;
    const { next, previous } = seal(rows[0].sealed);
    const kept =
      previousUntil === null
        ? { previousSecretSealed: null, previousSecretUntil: null }
        : { previousSecretSealed: new Uint8Array(previous), previousSecretUntil: previousUntil };
    const changed = await prisma.webhookEndpoint.update({
      ...PUBLIC,
      where: { id },
      data: { secretSealed: new Uint8Array(next), ...kept },
    });
    await recordAudit(client, auditOf("rotate", changed, { actor, at }));
    return changed;
  });

/** As the trigger `api_keys_end_endpoints` says it. */
const ENDED_WITH_KEY = "its API key was revoked";

/** From now on it outlives its API key. @returns null when there is no such endpoint */
export const keepEndpoint = (pool: pg.Pool, id: string, { actor, at }: EndpointChange): Promise<KnownEndpoint | null> =>
  inPrismaTransaction(pool, async ({ prisma, client }) => {
    await prisma.webhookEndpoint.updateMany({ where: { id }, data: { keptBy: actor, keptAt: at } });
    // What the endpoint itself asked for (410 Gone) stays as it is.
    await prisma.webhookEndpoint.updateMany({
      where: { id, disabledWhy: ENDED_WITH_KEY },
      data: { disabledAt: null, disabledWhy: null },
    });
    const kept = await prisma.webhookEndpoint.findUnique({ ...PUBLIC, where: { id } });
    if (kept !== null) await recordAudit(client, auditOf("keep", kept, { actor, at }));
    return kept;
  });

/**
 * SQL: a row lock. Waits for a revocation under way, and lets none come before the endpoint is there to be ended with it.
 */
async function lockKey(client: pg.PoolClient, apiKeyId: string): Promise<void> {
  const sql = "select from api_keys where id = $1 and revoked_at is null for share";
  if ((await client.query(sql, [apiKeyId])).rowCount !== 1) {
    throw new AppError("unauthenticated", "the API key is not valid");
  }
}

const auditOf = (verb: string, { id, url, events }: KnownEndpoint, { actor, at }: EndpointChange) => ({
  actor,
  action: `webhook.${verb}`,
  subject: id,
  // The query may hold a secret.
  detail: { url: url.split("?", 1)[0] ?? "", events: events.join(" ") },
  at,
});
