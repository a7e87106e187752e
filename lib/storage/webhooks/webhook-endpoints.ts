import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import { WEBHOOK_ENDPOINTS_MAX } from "#lib/base/limits.ts";
import type { WebhookEndpoint } from "../../../prisma/generated/client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, viaPrisma } from "../transaction.ts";

/** An endpoint without its secret. */
export type KnownEndpoint = Omit<WebhookEndpoint, "secretSealed">;

export interface NewEndpoint {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly secretSealed: Uint8Array;
  /** The key that makes it, with which it ends. */
  readonly apiKeyId: string | null;
}

/** Who changes an endpoint, for the audit log. */
export interface EndpointChange {
  readonly actor: string;
  readonly at: Date;
}

const PUBLIC = { omit: { secretSealed: true } } as const;

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
    const { id, url, events, secretSealed, apiKeyId } = endpoint;
    if (apiKeyId !== null) await lockKey(client, apiKeyId);
    if ((await prisma.webhookEndpoint.count()) >= WEBHOOK_ENDPOINTS_MAX) {
      throw new AppError("conflict", `there are ${WEBHOOK_ENDPOINTS_MAX} endpoints already; remove one first`);
    }
    const made = await prisma.webhookEndpoint.create({
      ...PUBLIC,
      data: { id, url, events: [...events], secretSealed: new Uint8Array(secretSealed), createdAt: at, apiKeyId },
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
