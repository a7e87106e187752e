import { createHmac, randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { coalesce } from "#lib/base/coalesce.ts";
import { COLLECTION_KEY_ID, formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Database } from "#lib/storage/client.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { inTransaction, run, type Statement } from "#lib/storage/transaction.ts";

/** Seals what must be read again later; a value moved to another place does not open. */
export interface SecretBox {
  seal(plaintext: string | Uint8Array, binding: SealBinding): Uint8Array;
  /** @throws when the value was not sealed for this place */
  open(sealed: Uint8Array, binding: SealBinding): Uint8Array;
}
export interface SealBinding {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

export interface ApiKeyDeps {
  readonly pool: Database["pool"];
  readonly box: SecretBox;
  /** Keys the hash that Bearer secrets are found by; derived from MASTER_KEY for this purpose alone. */
  readonly lookupKey: Uint8Array;
  readonly clock: Clock;
}

/** A key in force. */
export interface ApiKey {
  readonly id: string;
  readonly requireSigning: boolean;
  /** Empty: everything. */
  readonly scopes: readonly string[];
}

/** A key as the operator's list shows it. */
export interface ListedKey extends ApiKey {
  readonly name: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface NewKey {
  readonly name: string;
  readonly requireSigning: boolean;
  readonly scopes: readonly string[];
  /** For the audit log: a person's e-mail address, or the part of the product. */
  readonly actor: string;
}

export interface ApiKeys {
  /** The secret is given out here and never again. */
  create(key: NewKey): Promise<{ id: string; secret: Secret<string> }>;
  /**
   * Ends the key and the webhook endpoints that it made, unless an owner keeps them. Revoking twice is fine.
   * @returns the addresses that ended with it. @throws AppError `not_found`
   */
  revoke(id: string, actor: string): Promise<readonly string[]>;
  list(): Promise<ListedKey[]>;
  /** The key in force whose secret this is. */
  findBySecret(secret: string): Promise<ApiKey | null>;
  /** The key in force with this id, and the secret that signs its requests. */
  findForSigning(id: string): Promise<{ key: ApiKey; secret: Secret<string> } | null>;
}

/** Owns the idempotency keys of the dashboard's forms; revoked from birth, and no key to people. */
export const DASHBOARD_KEY_ID = "key_dashboard";

const SECRET_PREFIX = "sk_";
const SECRET_BYTES = 32;
/** `sk_` + 43 characters of base64url; whatever is not of this form costs no look into the database. */
const SECRET_FORM = /^sk_[A-Za-z0-9_-]{43}$/;
const KEY_ID_FORM = /^key_[0-9a-z]{26}$/;

const COLUMNS = "id, require_signing, scopes";
const BY_HASH: Statement = {
  name: "api_key_by_hash",
  text: `select ${COLUMNS} from api_keys where secret_hash = $1 and revoked_at is null`,
};
const BY_ID: Statement = {
  name: "api_key_by_id",
  text: `select ${COLUMNS}, secret_sealed from api_keys where id = $1 and revoked_at is null`,
};

interface KeyRow {
  id: string;
  require_signing: boolean;
  scopes: string[];
}

export function createApiKeys(deps: ApiKeyDeps): ApiKeys {
  const { pool, box, clock } = deps;
  const hash = (secret: string): Buffer => createHmac("sha256", deps.lookupKey).update(secret).digest();
  // A revoked key stops at once: callers share a read only if it begins after they asked.
  const bySecret = coalesce(async (secret): Promise<ApiKey | null> => {
    const { rows } = await run<KeyRow>(pool, BY_HASH, [hash(secret)]);
    return rows[0] === undefined ? null : toKey(rows[0]);
  });
  const byId = coalesce(async (id) => {
    const { rows } = await run<KeyRow & { secret_sealed: Buffer }>(pool, BY_ID, [id]);
    const row = rows[0];
    if (row === undefined) return null;
    const secret = Buffer.from(box.open(row.secret_sealed, placeOf(id))).toString("utf8");
    return { key: toKey(row), secret: new Secret(secret) };
  });
  return {
    async create({ name, requireSigning, scopes, actor }) {
      const now = clock.now();
      const id = formatId("apiKey", now.getTime(), randomBytes(ID_RANDOM_BYTES));
      const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
      await inTransaction(pool, async (client) => {
        await client.query(
          `insert into api_keys (id, name, secret_hash, secret_sealed, require_signing, scopes, created_at)
           values ($1, $2, $3, $4, $5, $6, $7)`,
          [id, name, hash(secret), Buffer.from(box.seal(secret, placeOf(id))), requireSigning, scopes, now],
        );
        const detail = { name, scopes: scopes.join(" ") };
        await recordAudit(client, { actor, action: "key.create", subject: id, detail, at: now });
      });
      return { id, secret: new Secret(secret) };
    },
    revoke: (id, actor) => revoke(deps, id, actor),
    async list() {
      const { rows } = await pool.query<KeyRow & { name: string; created_at: Date; revoked_at: Date | null }>(
        `select ${COLUMNS}, name, created_at, revoked_at from api_keys where id <> all ($1) order by created_at, id`,
        [[DASHBOARD_KEY_ID, COLLECTION_KEY_ID]],
      );
      return rows.map((row) => ({
        ...toKey(row),
        name: row.name,
        createdAt: row.created_at,
        revokedAt: row.revoked_at,
      }));
    },
    findBySecret: async (secret) => (SECRET_FORM.test(secret) ? bySecret(secret) : null),
    findForSigning: async (id) => (KEY_ID_FORM.test(id) ? byId(id) : null),
  };
}

async function revoke({ pool, clock }: ApiKeyDeps, id: string, actor: string): Promise<readonly string[]> {
  const now = clock.now();
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ name: string; revoked_at: Date | null }>(
      "select name, revoked_at from api_keys where id = $1 for update",
      [id],
    );
    const key = rows[0];
    if (key === undefined) throw new AppError("not_found", `there is no key ${id}`);
    if (key.revoked_at !== null) return [];
    await client.query("update api_keys set revoked_at = $2 where id = $1", [id, now]);
    // A trigger of the table ended them.
    const { rows: ended } = await client.query<{ url: string }>(
      "select url from webhook_endpoints where api_key_id = $1 and kept_at is null and disabled_at = $2 order by created_at",
      [id, now],
    );
    const detail = { name: key.name, endpoints: ended.length };
    await recordAudit(client, { actor, action: "key.revoke", subject: id, detail, at: now });
    return ended.map(({ url }) => url);
  });
}

const placeOf = (id: string): SealBinding => ({ table: "api_keys", column: "secret_sealed", row: id });

const toKey = (row: KeyRow): ApiKey => ({ id: row.id, requireSigning: row.require_signing, scopes: row.scopes });
