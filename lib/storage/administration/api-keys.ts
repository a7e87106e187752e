import { AppError } from "#lib/base/app-error.ts";
import type { Pool } from "../client.ts";
import { recordAudit } from "../operations/audit-log.ts";
import { inPrismaTransaction, run, statement, viaPrisma } from "../transaction.ts";

// API keys of the merchant's programs.

export interface ApiKeyRow {
  readonly id: string;
  readonly requireSigning: boolean;
  readonly scopes: string[];
}

export interface NewKeyRow extends ApiKeyRow {
  readonly name: string;
  readonly secretHash: Uint8Array;
  readonly secretSealed: Uint8Array;
  readonly createdAt: Date;
}

export async function insertApiKey(pool: Pool, key: NewKeyRow, actor: string): Promise<void> {
  const { id, name, scopes, createdAt: at } = key;
  await inPrismaTransaction(pool, async ({ prisma, client }) => {
    const secretHash = new Uint8Array(key.secretHash);
    const secretSealed = new Uint8Array(key.secretSealed);
    await prisma.apiKey.create({ data: { ...key, secretHash, secretSealed } });
    const detail = { name, scopes: scopes.join(" ") };
    await recordAudit(client, { actor, action: "key.create", subject: id, detail, at });
  });
}

/** The oldest first. */
export function listApiKeys(pool: Pool, { without }: { readonly without: string[] }) {
  return viaPrisma(pool, (prisma) =>
    prisma.apiKey.findMany({
      where: { id: { notIn: without } },
      select: { id: true, requireSigning: true, scopes: true, name: true, createdAt: true, revokedAt: true },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    }),
  );
}

/** @returns the addresses of the webhook endpoints that ended with it. @throws AppError `not_found` */
export function revokeApiKey(
  pool: Pool,
  { id, actor, now }: { readonly id: string; readonly actor: string; readonly now: Date },
): Promise<readonly string[]> {
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

const COLUMNS = `id, require_signing as "requireSigning", scopes`;

// Stays SQL: hot path. Every request of the merchant API asks one of these.
const BY_HASH = statement("api_key_by_hash")`
  select ${COLUMNS} from api_keys where secret_hash = $1 and revoked_at is null`;
const BY_ID = statement("api_key_by_id")`
  select ${COLUMNS}, secret_sealed as "secretSealed" from api_keys where id = $1 and revoked_at is null`;

/** The valid key with a secret of this hash. */
export async function findKeyByHash(pool: Pool, hash: Uint8Array): Promise<ApiKeyRow | null> {
  return (await run<ApiKeyRow>(pool, BY_HASH, [hash])).rows[0] ?? null;
}

/** The valid key with this id. */
export async function findKeyById(
  pool: Pool,
  id: string,
): Promise<(ApiKeyRow & { readonly secretSealed: Uint8Array }) | null> {
  return (await run<ApiKeyRow & { secretSealed: Buffer }>(pool, BY_ID, [id])).rows[0] ?? null;
}
