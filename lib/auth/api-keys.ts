import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import { coalesce } from "#lib/base/coalesce.ts";
import { COLLECTION_KEY_ID, formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import {
  findKeyByHash,
  findKeyById,
  insertApiKey,
  listApiKeys,
  revokeApiKey,
} from "#lib/storage/administration/api-keys.ts";
import type { Database } from "#lib/storage/client.ts";

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

/** A valid key. */
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

interface NewKey {
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
  /** The valid key with this secret. */
  findBySecret(secret: string): Promise<ApiKey | null>;
  /** The valid key with this id, and the secret that signs its requests. */
  findForSigning(id: string): Promise<{ key: ApiKey; secret: Secret<string> } | null>;
}

/** Owns the idempotency keys of the dashboard's forms; revoked from birth, and no key to people. */
export const DASHBOARD_KEY_ID = "key_dashboard";

const SECRET_PREFIX = "sk_";
const SECRET_BYTES = 32;
/** `sk_` + 43 characters of base64url; any other form costs no query. */
const SECRET_FORM = /^sk_[A-Za-z0-9_-]{43}$/;
const KEY_ID_FORM = /^key_[0-9a-z]{26}$/;

export function createApiKeys(deps: ApiKeyDeps): ApiKeys {
  const { pool, box, clock } = deps;
  const hash = (secret: string): Buffer => createHmac("sha256", deps.lookupKey).update(secret).digest();
  // A revoked key stops at once: callers share a read only if it begins after they asked.
  const bySecret = coalesce((secret): Promise<ApiKey | null> => findKeyByHash(pool, hash(secret)));
  const byId = coalesce(async (id) => {
    const row = await findKeyById(pool, id);
    if (row === null) return null;
    const { secretSealed, ...key } = row;
    return { key, secret: new Secret(Buffer.from(box.open(secretSealed, placeOf(id))).toString("utf8")) };
  });
  return {
    async create({ name, requireSigning, scopes, actor }) {
      const now = clock.now();
      const id = formatId("apiKey", now.getTime(), randomBytes(ID_RANDOM_BYTES));
      const secret = SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
      const secretSealed = box.seal(secret, placeOf(id));
      const key = {
        id,
        name,
        requireSigning,
        scopes: [...scopes],
        secretHash: hash(secret),
        secretSealed,
        createdAt: now,
      };
      await insertApiKey(pool, key, actor);
      return { id, secret: new Secret(secret) };
    },
    revoke: (id, actor) => revokeApiKey(pool, { id, actor, now: clock.now() }),
    list: () => listApiKeys(pool, { without: [DASHBOARD_KEY_ID, COLLECTION_KEY_ID] }),
    findBySecret: async (secret) => (SECRET_FORM.test(secret) ? bySecret(secret) : null),
    findForSigning: async (id) => (KEY_ID_FORM.test(id) ? byId(id) : null),
  };
}

const placeOf = (id: string): SealBinding => ({ table: "api_keys", column: "secret_sealed", row: id });
