import { createHmac, randomBytes } from "node:crypto";
import type { Clock } from "#lib/base/clock.ts";
import { coalesce } from "#lib/base/coalesce.ts";
import { COLLECTION_KEY_ID, EPAY_KEY_ID, formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { Secret } from "#lib/base/secret.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import {
  findKeyByHash,
  findKeyById,
  findKeyEnd,
  insertApiKey,
  type KeyEnd,
  limitApiKey,
  listApiKeys,
  type NarrowedEndpoints,
  replaceApiKeySecret,
  rescopeApiKey,
  revokeApiKey,
} from "#lib/storage/administration/api-keys.ts";
import type { Database } from "#lib/storage/client.ts";
import { readableEvents } from "./scopes.ts";

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
  /** Addresses and networks in CIDR form; empty: from everywhere. */
  readonly allowedNetworks: readonly string[];
}

/** A key as the operator's list shows it. */
export interface ListedKey extends ApiKey {
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedFrom: string | null;
  /** Until then the secret before the last rotation works as well. */
  readonly previousSecretUntil: Date | null;
}

/** Where a key may call from, and until when. */
interface KeyLimits {
  readonly allowedNetworks: readonly string[];
  readonly expiresAt: Date | null;
}

interface NewKey extends Partial<KeyLimits> {
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
  /** @throws AppError `not_found`, `conflict` for a key that was revoked */
  limit(id: string, limits: KeyLimits, actor: string): Promise<void>;
  /**
   * What the key may do from now on; empty: everything. Events that it may no longer read end for its webhook endpoints.
   * @throws AppError `not_found`, `conflict` for a key that was revoked
   */
  rescope(id: string, scopes: readonly string[], actor: string): Promise<NarrowedEndpoints>;
  /**
   * A new secret, given out here and never again; the one in use now works for `overlapS` seconds more.
   * @throws AppError `not_found`, `conflict` for a key that was revoked
   */
  rotate(id: string, overlapS: number, actor: string): Promise<{ secret: Secret<string>; previousUntil: Date | null }>;
  /** The valid key with this secret. */
  findBySecret(secret: string): Promise<ApiKey | null>;
  /** The valid key with this id, and the secrets that may sign its requests, the newest first. */
  findForSigning(id: string): Promise<{ key: ApiKey; secrets: readonly Secret<string>[] } | null>;
  /** Why a key is not valid, for its holder; null for one that never was. */
  endOf(key: { readonly id: string } | { readonly secret: string }): Promise<KeyEnd | null>;
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
  // Nothing of a key is remembered between requests: what ends it holds at once in every process. Callers share a read only if
  // it begins after they asked.
  const bySecret = coalesce((secret): Promise<ApiKey | null> => findKeyByHash(pool, hash(secret), clock.now()));
  const byId = coalesce(async (id) => {
    const row = await findKeyById(pool, id, clock.now());
    if (row === null) return null;
    const { secretSealed, previousSecretSealed, ...key } = row;
    const opened = [box.open(secretSealed, placeOf(id))];
    if (previousSecretSealed !== null) opened.push(box.open(previousSecretSealed, previousPlaceOf(id)));
    return { key, secrets: opened.map((bytes) => new Secret(Buffer.from(bytes).toString("utf8"))) };
  });
  return {
    async create({ name, requireSigning, scopes, allowedNetworks = [], expiresAt = null, actor }) {
      const now = clock.now();
      const id = formatId("apiKey", now.getTime(), randomBytes(ID_RANDOM_BYTES));
      const secret = newSecret();
      const key = {
        ...{ id, name, requireSigning, scopes: [...scopes], allowedNetworks: [...allowedNetworks], expiresAt },
        secretHash: hash(secret),
        secretSealed: box.seal(secret, placeOf(id)),
        createdAt: now,
      };
      await insertApiKey(pool, key, actor);
      return { id, secret: new Secret(secret) };
    },
    limit: (id, limits, actor) => limitApiKey(pool, { id, actor, now: clock.now(), ...limits }),
    rescope: (id, scopes, actor) =>
      rescopeApiKey(pool, { id, actor, now: clock.now(), scopes, readable: readableEvents(scopes) }),
    async rotate(id, overlapS, actor) {
      const now = clock.now();
      const secret = newSecret();
      const previousUntil = overlapS === 0 ? null : addMs(now, overlapS * SECOND_MS);
      await replaceApiKeySecret(pool, {
        ...{ id, actor, now, previousUntil },
        secretHash: hash(secret),
        secretSealed: box.seal(secret, placeOf(id)),
        sealPrevious: (sealed) => box.seal(box.open(sealed, placeOf(id)), previousPlaceOf(id)),
      });
      return { secret: new Secret(secret), previousUntil };
    },
    revoke: (id, actor) => revokeApiKey(pool, { id, actor, now: clock.now() }),
    list: () => listApiKeys(pool, { without: [DASHBOARD_KEY_ID, COLLECTION_KEY_ID, EPAY_KEY_ID] }),
    findBySecret: async (secret) => (SECRET_FORM.test(secret) ? bySecret(secret) : null),
    findForSigning: async (id) => (KEY_ID_FORM.test(id) ? byId(id) : null),
    async endOf(key) {
      const now = clock.now();
      if ("id" in key) return KEY_ID_FORM.test(key.id) ? findKeyEnd(pool, { id: key.id, hash: null }, now) : null;
      return SECRET_FORM.test(key.secret) ? findKeyEnd(pool, { id: null, hash: hash(key.secret) }, now) : null;
    },
  };
}

const placeOf = (id: string): SealBinding => ({ table: "api_keys", column: "secret_sealed", row: id });
const previousPlaceOf = (id: string): SealBinding => ({ ...placeOf(id), column: "previous_secret_sealed" });
const newSecret = (): string => SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64url");
