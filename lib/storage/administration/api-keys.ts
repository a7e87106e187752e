import type pg from "pg";
import { AppError } from "#lib/base/app-error.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, run, statement, viaPrisma } from "../transaction.ts";

// API keys of the merchant's programs.

export interface ApiKeyRow {
  readonly id: string;
  readonly requireSigning: boolean;
  readonly scopes: string[];
  /** Addresses and networks it may call from; empty: all. */
  readonly allowedNetworks: string[];
}

export interface NewKeyRow extends ApiKeyRow {
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly secretSealed: Uint8Array;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Who changes a key, and when. */
interface KeyChange {
  readonly id: string;
  readonly actor: string;
  readonly now: Date;
}

export async function insertApiKey(pool: Pool, key: NewKeyRow, actor: string): Promise<void> {
  const { id, name, scopes, allowedNetworks, expiresAt, createdAt: at } = key;
  await inPrismaTransaction(pool, async ({ prisma, client }) => {
    const secretHash = new Uint8Array(key.secretHash);
    const secretSealed = new Uint8Array(key.secretSealed);
    await prisma.apiKey.create({ data: { ...key, secretHash, secretSealed } });
    const limits = {
      ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
      ...(allowedNetworks.length === 0 ? {} : { networks: allowedNetworks.join(" ") }),
    };
    const detail = { name, scopes: scopes.join(" "), ...limits };
    await recordAudit(client, { actor, action: "key.create", subject: id, detail, at });
  });
}

/** The oldest first. */
export function listApiKeys(pool: Pool, { without }: { readonly without: string[] }) {
  return viaPrisma(pool, (prisma) =>
    prisma.apiKey.findMany({
      where: { id: { notIn: without } },
      omit: { secretHash: true, secretSealed: true, previousSecretHash: true, previousSecretSealed: true },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    }),
  );
}

/** Where a key may call from and until when. @throws AppError `not_found`, `conflict` for a key that was revoked */
export function limitApiKey(
  pool: Pool,
  change: KeyChange & { readonly allowedNetworks: readonly string[]; readonly expiresAt: Date | null },
): Promise<void> {
  const { id, actor, now, allowedNetworks, expiresAt } = change;
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    await lockUsableKey(client, id);
    const data = { allowedNetworks: [...allowedNetworks], expiresAt };
    const { name } = await prisma.apiKey.update({ where: { id }, data, select: { name: true } });
    const detail = { name, networks: allowedNetworks.join(" "), expiresAt: expiresAt?.toISOString() ?? null };
    await recordAudit(client, { actor, action: "key.limit", subject: id, detail, at: now });
  });
}

/** Of a key's webhook endpoints: which got fewer events, and which ended. */
export interface NarrowedEndpoints {
  readonly narrowed: readonly string[];
  readonly ended: readonly string[];
}

// SQL: lists are cut in Postgres, and in the transaction that takes the rights.
const NARROW = statement("narrow_endpoints_of_key")`
  with left_over as (
    select id, url, array(select event from unnest(events) event where event = any ($2::text[])) as events,
           events <@ $2::text[] as whole
      from webhook_endpoints where api_key_id = $1 and kept_at is null and disabled_at is null order by created_at
  ), ended as (
    update webhook_endpoints e set disabled_at = $3, disabled_why = 'its API key may no longer read its events'
      from left_over l where e.id = l.id and cardinality(l.events) = 0
  ), narrowed as (
    update webhook_endpoints e set events = l.events from left_over l
     where e.id = l.id and not l.whole and cardinality(l.events) > 0
  ), given_up as (
    update webhook_deliveries d
       set status = 'given_up', check_at = null, last_error = 'its API key may no longer read it', ended_at = $3
      from left_over l, webhook_events w
     where d.endpoint_id = l.id and w.id = d.event_id and d.status = 'pending' and w.type <> all ($2::text[])
  )
  select url, cardinality(events) = 0 as "isEnded" from left_over where not whole`;

/**
 * What a key may do from now on; empty: everything. Its webhook endpoints get no event that it may no longer read, unless an owner
 * keeps them.
 * @throws AppError `not_found`, `conflict` for a key that was revoked
 */
export function rescopeApiKey(
  pool: Pool,
  change: KeyChange & { readonly scopes: readonly string[]; readonly readable: readonly string[] },
): Promise<NarrowedEndpoints> {
  const { id, actor, now, scopes, readable } = change;
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    await lockUsableKey(client, id);
    const before = await prisma.apiKey.findUniqueOrThrow({ where: { id }, select: { name: true, scopes: true } });
    await prisma.apiKey.update({ where: { id }, data: { scopes: [...scopes] }, select: { id: true } });
    const { rows } = await run<{ url: string; isEnded: boolean }>(client, NARROW, [id, readable, now]);
    const urls = (isEnded: boolean) => rows.filter((row) => row.isEnded === isEnded).map(({ url }) => url);
    const found = { narrowed: urls(false), ended: urls(true) };
    const detail = {
      ...{ name: before.name, scopes: scopes.join(" "), before: before.scopes.join(" ") },
      ...{ endpointsNarrowed: found.narrowed.length, endpointsEnded: found.ended.length },
    };
    await recordAudit(client, { actor, action: "key.scopes", subject: id, detail, at: now });
    return found;
  });
}

export interface NewSecret extends KeyChange {
  readonly secretHash: Uint8Array;
  readonly secretSealed: Uint8Array;
  /** The secret in use now, sealed for its new place. */
  readonly sealPrevious: (sealed: Uint8Array) => Uint8Array;
  /** Until then the secret in use now works as well; null: it ends at once. */
  readonly previousUntil: Date | null;
}

/**
 * A new secret for a key; of two secrets that work already the older one ends.
 * @throws AppError `not_found`, `conflict` for a key that was revoked
 */
export function replaceApiKeySecret(pool: Pool, secret: NewSecret): Promise<void> {
  const { id, actor, now, previousUntil, sealPrevious } = secret;
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    const current = await lockUsableKey(client, id);
    const ends = previousUntil ?? now;
    await client.query(
      `insert into replaced_secrets (secret_hash, api_key_id, ends_at)
       select hash, $1, coalesce(already, $3::timestamptz)
         from (select secret_hash as hash, null::timestamptz as already from api_keys where id = $1
               union all
               select previous_secret_hash, $2::timestamptz from api_keys where id = $1 and previous_secret_hash is not null) replaced
       on conflict (secret_hash) do update set ends_at = least(replaced_secrets.ends_at, excluded.ends_at)`,
      [id, now, ends],
    );
    const kept =
      previousUntil === null
        ? { previousSecretHash: null, previousSecretSealed: null, previousSecretUntil: null }
        : {
            previousSecretHash: new Uint8Array(current.hash),
            previousSecretSealed: new Uint8Array(sealPrevious(current.sealed)),
            previousSecretUntil: previousUntil,
          };
    const { name } = await prisma.apiKey.update({
      where: { id },
      data: {
        secretHash: new Uint8Array(secret.secretHash),
        secretSealed: new Uint8Array(secret.secretSealed),
        ...kept,
      },
      select: { name: true },
    });
    const detail = { name, previousUntil: previousUntil?.toISOString() ?? null };
    await recordAudit(client, { actor, action: "key.rotate", subject: id, detail, at: now });
  });
}

/** SQL: a row lock. Waits for a revocation or rotation under way. */
async function lockUsableKey(client: pg.PoolClient, id: string): Promise<{ hash: Buffer; sealed: Buffer }> {
  const { rows } = await client.query<{ hash: Buffer; sealed: Buffer; revoked: boolean }>(
    `select secret_hash as hash, secret_sealed as sealed, revoked_at is not null as revoked from api_keys
      where id = $1 and octet_length(secret_sealed) > 0 for update`,
    [id],
  );
  const [key] = rows;
  if (key === undefined) throw new AppError("not_found", `there is no key ${id}`);
  if (key.revoked) throw new AppError("conflict", "the API key is revoked");
  return key;
}

/** @returns the addresses of the webhook endpoints that ended with it. @throws AppError `not_found` */
export function revokeApiKey(pool: Pool, { id, actor, now }: KeyChange): Promise<readonly string[]> {
  return inPrismaTransaction(pool, async ({ prisma, client }) => {
    // Stays SQL: row lock.
    await client.query("select from api_keys where id = $1 for update", [id]);
    const key = await prisma.apiKey.findUnique({ where: { id }, select: { name: true, revokedAt: true } });
    if (key === null) throw new AppError("not_found", `there is no key ${id}`);
    if (key.revokedAt !== null) return [];
    await prisma.apiKey.update({ where: { id }, data: { revokedAt: now }, select: { id: true } });
    // A trigger of the table ended them.
    const ended = await prisma.webhookEndpoint.findMany({
      where: { apiKeyId: id, keptAt: null, disabledAt: now },
      select: { url: true },
      orderBy: { createdAt: "asc" },
    });
    const detail = { name: key.name, endpoints: ended.length };
    await recordAudit(client, { actor, action: "key.revoke", subject: id, detail, at: now });
    return ended.map(({ url }) => url);
  });
}

// Stays SQL: every worker asks it each minute, and a quiet one loads no Prisma.
const EXPIRED = statement("api_keys_expired")`select id from api_keys where revoked_at is null and expires_at <= $1`;

/** Revokes keys whose end has come, so that their webhook endpoints end as well. @returns their ids */
export async function endExpiredKeys(pool: Pool, now: Date): Promise<readonly string[]> {
  const { rows: expired } = await run<{ id: string }>(pool, EXPIRED, [now]);
  for (const { id } of expired) await revokeApiKey(pool, { id, actor: "expiry", now });
  return expired.map(({ id }) => id);
}

// SQL: one statement for two tables.
const ENDING = statement("api_keys_ending")`
  insert into alerts (kind, cause, detail, created_at)
  select 'api_key_ending', 'api_key_ending:' || id || ':' || extract(epoch from expires_at),
         jsonb_build_object('keyId', id, 'name', name, 'at', to_char(expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')), $1
    from api_keys
   where revoked_at is null and expires_at > $1 and expires_at <= $2 and created_at < expires_at - ($2::timestamptz - $1::timestamptz)
  on conflict (cause) do nothing`;

/** An alert for each key that ends before `until`; none for one that was made for a short time. */
export const tellOfEndingKeys = async (pool: Pool, now: Date, until: Date): Promise<void> =>
  void (await run(pool, ENDING, [now, until]));

const COLUMNS = `id, require_signing as "requireSigning", scopes, allowed_networks as "allowedNetworks"`;
const VALID = "revoked_at is null and (expires_at is null or expires_at > $2)";

// Stays SQL: hot path. Every request of the merchant API asks one of these.
const BY_HASH = statement("api_key_by_hash")`
  select ${COLUMNS} from api_keys
   where (secret_hash = $1 or previous_secret_hash = $1 and previous_secret_until > $2) and ${VALID}`;
const BY_ID = statement("api_key_by_id")`
  select ${COLUMNS}, secret_sealed as "secretSealed",
         case when previous_secret_until > $2 then previous_secret_sealed end as "previousSecretSealed"
    from api_keys where id = $1 and ${VALID}`;

/** The valid key with a secret of this hash. */
export async function findKeyByHash(pool: Pool, hash: Uint8Array, now: Date): Promise<ApiKeyRow | null> {
  return (await run<ApiKeyRow>(pool, BY_HASH, [hash, now])).rows[0] ?? null;
}

interface SigningKeyRow extends ApiKeyRow {
  readonly secretSealed: Uint8Array;
  /** While it still works. */
  readonly previousSecretSealed: Uint8Array | null;
}

/** The valid key with this id. */
export async function findKeyById(pool: Pool, id: string, now: Date): Promise<SigningKeyRow | null> {
  return (await run<SigningKeyRow>(pool, BY_ID, [id, now])).rows[0] ?? null;
}

/** Why a key that somebody has is not valid. */
export type KeyEnd = "revoked" | "expired" | "replaced";

const END_OF = statement("end_of_api_key")`
  select case when k.revoked_at is not null and k.revoked_at is distinct from k.expires_at then 'revoked'
              when k.expires_at <= $3 then 'expired'
              when k.revoked_at is not null then 'revoked'
              when k.secret_hash is distinct from $2 and $2::bytea is not null then 'replaced' end as "end"
    from api_keys k
   where k.id = $1 or k.secret_hash = $2 or k.id = (select api_key_id from replaced_secrets where secret_hash = $2)
   limit 1`;

/** What became of the key with this id, or with a secret of this hash. @returns null for one that never was */
export async function findKeyEnd(
  pool: Pool,
  { id, hash }: { readonly id: string | null; readonly hash: Uint8Array | null },
  now: Date,
): Promise<KeyEnd | null> {
  return (await run<{ end: KeyEnd | null }>(pool, END_OF, [id, hash, now])).rows[0]?.end ?? null;
}

// Stays SQL: guarded by the row's own value, so that of two processes the later use stands.
const USED = statement("api_key_used")`
  update api_keys set last_used_at = $2, last_used_from = $3
   where id = $1 and (last_used_at is null or last_used_at < $2)`;

export const noteKeyUse = async (pool: Pool, id: string, use: { at: Date; from: string }): Promise<void> =>
  void (await run(pool, USED, [id, use.at, use.from]));
