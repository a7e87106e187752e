import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { CLOCK_SKEW_S_MAX } from "#lib/base/limits.ts";
import { addMs, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { spendNonce } from "#lib/storage/administration/nonces.ts";
import type { Database } from "#lib/storage/client.ts";
import type { ApiKey, ApiKeys } from "./api-keys.ts";
import { isTimely, parseSignature, SIGNATURE_SCHEME, signatureHolds } from "./request-signature.ts";

export interface AuthDeps {
  readonly pool: Database["pool"];
  readonly keys: ApiKeys;
  readonly clock: Clock;
}

/** A call of the merchant API, as it came over the wire. */
interface RequestCredentials {
  readonly authorization: string | null;
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  /** Read only where a signature covers it. */
  readonly readBody: () => Promise<Uint8Array>;
}

export type Authenticate = (credentials: RequestCredentials) => Promise<ApiKey>;

const HEADER = /^([A-Za-z0-9-]+) +(.+)$/;
const SCHEMES = { bearer: "bearer", signed: SIGNATURE_SCHEME.toLowerCase() };

/** Who calls, by Bearer secret or signed request. Fails closed. @throws AppError `unauthenticated` */
export const createAuthenticate =
  (deps: AuthDeps): Authenticate =>
  async (credentials) => {
    const [, scheme = "", value = ""] = HEADER.exec(credentials.authorization ?? "") ?? [];
    switch (scheme.toLowerCase()) {
      case SCHEMES.bearer:
        return byBearer(deps, value);
      case SCHEMES.signed:
        return bySignature(deps, value, credentials);
      default:
        throw refusal("an API key is required: Authorization: Bearer sk_…, or a signed request");
    }
  };

async function byBearer({ keys }: AuthDeps, secret: string): Promise<ApiKey> {
  const key = await keys.findBySecret(secret.trim());
  if (key === null) throw refusal("the API key is not valid");
  if (key.requireSigning) throw refusal(`this API key takes signed requests only (${SIGNATURE_SCHEME})`);
  return key;
}

async function bySignature(
  { pool, keys, clock }: AuthDeps,
  value: string,
  credentials: RequestCredentials,
): Promise<ApiKey> {
  const signature = parseSignature(value);
  if (signature === null) throw refusal(`the Authorization header is not of the form ${SIGNATURE_SCHEME} key_id="…",…`);
  const { keyId, nonce, timestamp } = signature;
  if (!isTimely(timestamp, clock.now())) {
    throw refusal(`the timestamp is more than ${CLOCK_SKEW_S_MAX} s away from our clock`);
  }
  const found = await keys.findForSigning(keyId);
  if (found === null) throw refusal("the API key is not valid");
  const { method, target } = credentials;
  const parts = { method, target, timestamp, nonce, body: await credentials.readBody() };
  if (!signatureHolds(found.secret.reveal(), signature.signature, parts)) throw refusal("the signature does not hold");
  // Only after the signature, so that only the key's holder can use up its nonces or fill our table.
  const expiresAt = addMs(new Date((Number(timestamp) + CLOCK_SKEW_S_MAX) * SECOND_MS), MINUTE_MS);
  if (!(await spendNonce(pool, { keyId, nonce, expiresAt }))) throw refusal("the nonce was used before");
  return found.key;
}

const refusal = (detail: string): AppError => new AppError("unauthenticated", detail);
