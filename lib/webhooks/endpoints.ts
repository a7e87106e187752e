import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import type {
  WebhookEndpointPatch,
  WebhookEndpointRequest,
  WebhookEndpointView,
} from "#lib/contract/webhook-endpoint.ts";
import { type TargetPolicy, targetProblem } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  changeEndpoint,
  findEndpoint,
  insertEndpoint,
  type KnownEndpoint,
  keepEndpoint,
  listEndpoints,
  pauseEndpoint,
  removeEndpoint,
  replaceSecret,
  resumeEndpoint,
} from "#lib/storage/webhooks/webhook-endpoints.ts";

/** Where the secret of an endpoint is sealed for. */
export const secretPlace = (endpointId: string) => ({
  table: "webhook_endpoints",
  column: "secret_sealed",
  row: endpointId,
});
/** The same for the secret before, while it still signs. */
export const previousSecretPlace = (endpointId: string) => ({
  ...secretPlace(endpointId),
  column: "previous_secret_sealed",
});

export interface EndpointDeps {
  readonly pool: Database["pool"];
  readonly box: {
    seal(plaintext: string, place: ReturnType<typeof secretPlace>): Uint8Array;
    openText(sealed: Uint8Array, place: ReturnType<typeof secretPlace>): string;
  };
  readonly clock: Clock;
  readonly policy: TargetPolicy;
}

/** Who does it: an API key by its id, a person by their e-mail address, or the command line. */
interface By {
  readonly actor: string;
  /** Where an API key makes an endpoint: the endpoint ends with it. */
  readonly apiKeyId?: string;
  /** Where a person makes one: it belongs to no key. */
  readonly keep?: boolean;
}

export interface WebhookEndpoints {
  /** The secret is given out here and never again. @throws AppError `invalid_request`, `conflict` when there are too many */
  create(request: WebhookEndpointRequest, by?: By): Promise<WebhookEndpointView & { secret: string }>;
  /** Oldest first; there are never many. */
  list(): Promise<WebhookEndpointView[]>;
  /** @throws AppError `not_found` */
  get(id: string): Promise<WebhookEndpointView>;
  /** @throws AppError `not_found`, `invalid_request`, `conflict` for one that ended with its API key and is to be resumed */
  change(id: string, patch: WebhookEndpointPatch, by: By): Promise<WebhookEndpointView>;
  /** Makes a new secret; for `overlapS` seconds the old one signs as well. @throws AppError `not_found` */
  rotateSecret(id: string, overlapS: number, by: By): Promise<WebhookEndpointView & { secret: string }>;
  /** @throws AppError `not_found` */
  remove(id: string, by: By): Promise<void>;
  /** From now on it outlives its API key; one that had ended with it is sent to again. @throws AppError `not_found` */
  keep(id: string, by: By): Promise<WebhookEndpointView>;
}

const SECRET_BYTES = 32;
const UNKNOWN_MAKER: By = { actor: "unknown" };
/** The form Standard Webhooks gives its secrets. */
const newSecret = (): string => `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;

function found(endpoint: KnownEndpoint | null): KnownEndpoint {
  if (endpoint === null) throw new AppError("not_found", "there is no such webhook endpoint");
  return endpoint;
}

export function createWebhookEndpoints(deps: EndpointDeps): WebhookEndpoints {
  const { pool, clock } = deps;
  const view = (endpoint: KnownEndpoint | null): WebhookEndpointView => toView(found(endpoint), clock.now());
  return {
    create: (request, by = UNKNOWN_MAKER) => createEndpoint(deps, request, by),
    list: async () => (await listEndpoints(pool)).map((endpoint) => toView(endpoint, clock.now())),
    get: async (id) => view(await findEndpoint(pool, id)),
    async change(id, { url, events, paused }, { actor }) {
      found(await findEndpoint(pool, id));
      const change = { actor, at: clock.now() };
      if (url !== undefined) await checkTarget(url, deps.policy);
      if (url !== undefined || events !== undefined) {
        const fields = { ...(url === undefined ? {} : { url }), ...(events === undefined ? {} : { events }) };
        found(await changeEndpoint(pool, id, { ...fields, ...change }));
      }
      if (paused === true) return view(await pauseEndpoint(pool, id, change));
      if (paused === false) return view(await resumeEndpoint(pool, id, change));
      return view(await findEndpoint(pool, id));
    },
    rotateSecret: (id, overlapS, by) => rotateSecret(deps, { id, overlapS, by }),
    async remove(id, { actor }) {
      if (!(await removeEndpoint(pool, id, { actor, at: clock.now() }))) found(null);
    },
    keep: async (id, { actor }) => view(await keepEndpoint(pool, id, { actor, at: clock.now() })),
  };
}

async function createEndpoint(
  { pool, box, clock, policy }: EndpointDeps,
  { url, events }: WebhookEndpointRequest,
  { actor, apiKeyId, keep = false }: By,
): Promise<WebhookEndpointView & { secret: string }> {
  await checkTarget(url, policy);
  const now = clock.now();
  const id = formatId("webhookEndpoint", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  const secret = newSecret();
  const secretSealed = box.seal(secret, secretPlace(id));
  const endpoint = { id, url, events, secretSealed, apiKeyId: apiKeyId ?? null, keptBy: keep ? actor : null };
  return { ...toView(await insertEndpoint(pool, endpoint, { actor, at: now }), now), secret };
}

async function rotateSecret(
  { pool, box, clock }: EndpointDeps,
  { id, overlapS, by }: { readonly id: string; readonly overlapS: number; readonly by: By },
): Promise<WebhookEndpointView & { secret: string }> {
  const now = clock.now();
  const secret = newSecret();
  const changed = await replaceSecret(pool, id, {
    actor: by.actor,
    at: now,
    previousUntil: overlapS === 0 ? null : addMs(now, overlapS * SECOND_MS),
    seal: (current) => ({
      next: box.seal(secret, secretPlace(id)),
      previous: box.seal(box.openText(current, secretPlace(id)), previousSecretPlace(id)),
    }),
  });
  return { ...toView(found(changed), now), secret };
}

/** @throws AppError `invalid_request` for an address that deliveries may not go to */
async function checkTarget(url: string, policy: TargetPolicy): Promise<void> {
  const problem = await targetProblem(url, policy);
  if (problem === null) return;
  throw new AppError("invalid_request", "the endpoint is not valid", { errors: [{ path: "url", message: problem }] });
}

function statusOf({ disabledAt, pausedAt, failingSince }: KnownEndpoint): WebhookEndpointView["status"] {
  if (disabledAt !== null) return "disabled";
  if (pausedAt !== null) return "paused";
  return failingSince === null ? "active" : "failing";
}

const momentOf = (at: Date | null): string | null => at?.toISOString() ?? null;

const toView = (endpoint: KnownEndpoint, now: Date): WebhookEndpointView => ({
  id: endpoint.id,
  url: endpoint.url,
  events: endpoint.events as WebhookEndpointView["events"],
  createdAt: endpoint.createdAt.toISOString(),
  status: statusOf(endpoint),
  failingSince: momentOf(endpoint.failingSince),
  lastDeliveredAt: momentOf(endpoint.lastDeliveredAt),
  pausedAt: momentOf(endpoint.pausedAt),
  pausedBy: endpoint.pausedBy,
  previousSecretUntil:
    endpoint.previousSecretUntil !== null && endpoint.previousSecretUntil > now
      ? endpoint.previousSecretUntil.toISOString()
      : null,
  disabledAt: momentOf(endpoint.disabledAt),
  disabledReason: endpoint.disabledWhy,
  apiKeyId: endpoint.apiKeyId,
  keptBy: endpoint.keptBy,
});
