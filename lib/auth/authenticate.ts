import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { CLOCK_SKEW_S_MAX } from "#lib/base/limits.ts";
import { isInside, type Network, readNetwork } from "#lib/base/networks.ts";
import { addMs, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { spendNonce } from "#lib/storage/administration/nonces.ts";
import type { Database } from "#lib/storage/client.ts";
import type { ApiKey, ApiKeys } from "./api-keys.ts";
import { explainMismatch, stringToSign } from "./explain-signature.ts";
import type { NoteUse } from "./key-uses.ts";
import {
  parseSignature,
  SIGNATURE_SCHEME,
  type SignatureProblem,
  type SignedParts,
  signatureHolds,
  timestampProblem,
} from "./request-signature.ts";

export interface AuthDeps {
  readonly pool: Database["pool"];
  readonly keys: ApiKeys;
  readonly clock: Clock;
  /** Whether errors may show what should have been signed. */
  readonly settings: { readonly sandbox: boolean };
  readonly noteUse: NoteUse;
}

/** A call of the merchant API, as it came over the wire. */
interface RequestCredentials {
  readonly authorization: string | null;
  readonly method: string;
  /** Path and query, raw. */
  readonly target: string;
  /** Where it came from. */
  readonly address: string;
  /** Read only where a signature covers it. */
  readonly readBody: () => Promise<Uint8Array>;
}

export type Authenticate = (credentials: RequestCredentials) => Promise<ApiKey>;

const HEADER = /^([A-Za-z0-9-]+) +(.+)$/;
const SCHEMES = { bearer: "bearer", signed: SIGNATURE_SCHEME.toLowerCase() };

/**
 * Who calls, by Bearer secret or signed request. Fails closed.
 * @throws AppError `unauthenticated` with the part that does not fit, `forbidden` for an address that the key is not for
 */
export const createAuthenticate =
  (deps: AuthDeps): Authenticate =>
  async (credentials) => {
    const key = await identify(deps, credentials);
    checkAddress(key, credentials.address);
    deps.noteUse(key.id, credentials.address);
    return key;
  };

function identify(deps: AuthDeps, credentials: RequestCredentials): Promise<ApiKey> {
  const [, scheme = "", value = ""] = HEADER.exec(credentials.authorization ?? "") ?? [];
  switch (scheme.toLowerCase()) {
    case SCHEMES.bearer:
      return byBearer(deps, value.trim());
    case SCHEMES.signed:
      return bySignature(deps, value, credentials);
    default:
      throw refusal("header", "an API key is required: Authorization: Bearer sk_…, or a signed request");
  }
}

async function byBearer({ keys }: AuthDeps, secret: string): Promise<ApiKey> {
  const key = await keys.findBySecret(secret);
  if (key === null) throw await invalidKey(keys, { secret });
  if (key.requireSigning) throw refusal("header", `this API key takes signed requests only (${SIGNATURE_SCHEME})`);
  return key;
}

async function bySignature(deps: AuthDeps, value: string, credentials: RequestCredentials): Promise<ApiKey> {
  const { pool, keys, clock } = deps;
  const read = parseSignature(value);
  if ("problem" in read) throw refused(read);
  const { keyId, nonce, timestamp, signature } = read;
  const untimely = timestampProblem(timestamp, clock.now());
  if (untimely !== null) throw refused(untimely);
  const found = await keys.findForSigning(keyId);
  if (found === null) throw await invalidKey(keys, { id: keyId });
  const { method, target } = credentials;
  const parts = { method, target, timestamp, nonce, body: await credentials.readBody() };
  if (!found.secrets.some((secret) => signatureHolds(secret.reveal(), signature, parts))) {
    throw mismatch(deps, found.secrets[0]?.reveal() ?? "", { signature, parts });
  }
  // Only after the signature, so that only the key's holder can use up its nonces or fill our table.
  const expiresAt = addMs(new Date((Number(timestamp) + CLOCK_SKEW_S_MAX) * SECOND_MS), MINUTE_MS);
  if (!(await spendNonce(pool, { keyId, nonce, expiresAt }))) throw refusal("nonce", "the nonce was used before");
  return found.key;
}

interface Mismatch {
  readonly signature: Uint8Array;
  readonly parts: SignedParts;
}

const mismatch = ({ settings }: AuthDeps, secret: string, { signature, parts }: Mismatch): AppError =>
  new AppError("unauthenticated", explainMismatch(secret, signature, parts), {
    reason: "signature",
    ...(settings.sandbox ? { stringToSign: stringToSign(parts) } : {}),
  });

const ENDS = {
  revoked: "the API key is not valid: it was revoked",
  expired: "the API key is not valid: it has expired",
  replaced: "the API key is not valid: its secret was replaced, and the overlap is over",
} as const;

/** Its holder learns what became of it; everyone else has neither its secret nor its unguessable id. */
async function invalidKey(keys: ApiKeys, key: { id: string } | { secret: string }): Promise<AppError> {
  const end = await keys.endOf(key);
  return refusal("key", end === null ? "the API key is not valid" : ENDS[end]);
}

/** @throws AppError `forbidden` */
function checkAddress({ allowedNetworks }: ApiKey, address: string): void {
  if (allowedNetworks.length === 0) return;
  const networks = allowedNetworks.map(readNetwork).filter((network): network is Network => network !== null);
  if (isInside(address, networks)) return;
  throw new AppError("forbidden", `this API key may not be used from the address ${address}`, { reason: "address" });
}

const refused = ({ part, problem }: SignatureProblem): AppError => refusal(part, problem);
const refusal = (part: SignatureProblem["part"], detail: string): AppError =>
  new AppError("unauthenticated", detail, { reason: part });
