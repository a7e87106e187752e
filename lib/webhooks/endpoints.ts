import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import type { WebhookEndpointRequest, WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import { type TargetPolicy, targetProblem } from "#lib/outbound/target.ts";
import type { Database } from "#lib/storage/client.ts";
import {
  findEndpoint,
  insertEndpoint,
  type KnownEndpoint,
  keepEndpoint,
  listEndpoints,
  removeEndpoint,
} from "#lib/storage/webhooks/webhook-endpoints.ts";

/** Where the secret of an endpoint is sealed for. */
export const secretPlace = (endpointId: string) => ({
  table: "webhook_endpoints",
  column: "secret_sealed",
  row: endpointId,
});

export interface EndpointDeps {
  readonly pool: Database["pool"];
  readonly box: { seal(plaintext: string, place: ReturnType<typeof secretPlace>): Uint8Array };
  readonly clock: Clock;
  readonly policy: TargetPolicy;
}

/** Who does it: an API key by its id, a person by their e-mail address, or the command line. */
interface By {
  readonly actor: string;
  /** Where an API key makes an endpoint: the endpoint ends with it. */
  readonly apiKeyId?: string;
}

export interface WebhookEndpoints {
  /** The secret is given out here and never again. @throws AppError `invalid_request`, `conflict` when there are too many */
  create(request: WebhookEndpointRequest, by?: By): Promise<WebhookEndpointView & { secret: string }>;
  /** Oldest first; there are never many. */
  list(): Promise<WebhookEndpointView[]>;
  /** @throws AppError `not_found` */
  get(id: string): Promise<WebhookEndpointView>;
  /** @throws AppError `not_found` */
  remove(id: string, by: By): Promise<void>;
  /** From now on it outlives its API key; one that had ended with it is sent to again. @throws AppError `not_found` */
  keep(id: string, by: By): Promise<WebhookEndpointView>;
}

const SECRET_BYTES = 32;
const UNKNOWN_MAKER: By = { actor: "unknown" };
const noSuch = () => new AppError("not_found", "there is no such webhook endpoint");

export function createWebhookEndpoints(deps: EndpointDeps): WebhookEndpoints {
  const { pool, clock } = deps;
  return {
    create: (request, by = UNKNOWN_MAKER) => createEndpoint(deps, request, by),
    list: async () => (await listEndpoints(pool)).map(toView),
    async get(id) {
      const found = await findEndpoint(pool, id);
      if (found === null) throw noSuch();
      return toView(found);
    },
    async remove(id, { actor }) {
      if (!(await removeEndpoint(pool, id, { actor, at: clock.now() }))) throw noSuch();
    },
    async keep(id, { actor }) {
      const kept = await keepEndpoint(pool, id, { actor, at: clock.now() });
      if (kept === null) throw noSuch();
      return toView(kept);
    },
  };
}

async function createEndpoint(
  { pool, box, clock, policy }: EndpointDeps,
  { url, events }: WebhookEndpointRequest,
  { actor, apiKeyId }: By,
): Promise<WebhookEndpointView & { secret: string }> {
  const problem = await targetProblem(url, policy);
  if (problem !== null) {
    throw new AppError("invalid_request", "the endpoint is not valid", {
      errors: [{ path: "url", message: problem }],
    });
  }
  const now = clock.now();
  const id = formatId("webhookEndpoint", now.getTime(), randomBytes(ID_RANDOM_BYTES));
  // The form Standard Webhooks gives its secrets.
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
  const secretSealed = box.seal(secret, secretPlace(id));
  const endpoint = { id, url, events, secretSealed, apiKeyId: apiKeyId ?? null };
  return { ...toView(await insertEndpoint(pool, endpoint, { actor, at: now })), secret };
}

const toView = (endpoint: KnownEndpoint): WebhookEndpointView => ({
  id: endpoint.id,
  url: endpoint.url,
  events: endpoint.events as WebhookEndpointView["events"],
  createdAt: endpoint.createdAt.toISOString(),
  disabledAt: endpoint.disabledAt?.toISOString() ?? null,
  disabledReason: endpoint.disabledWhy,
  apiKeyId: endpoint.apiKeyId,
  keptBy: endpoint.keptBy,
});
