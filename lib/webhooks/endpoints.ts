import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { WEBHOOK_ENDPOINTS_MAX } from "#lib/base/limits.ts";
import type { WebhookEndpointRequest, WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import type { Database, PoolClient } from "#lib/storage/client.ts";
import { recordAudit } from "#lib/storage/operations/audit-log.ts";
import { inTransaction } from "#lib/storage/transaction.ts";
import { type TargetPolicy, targetProblem } from "./target.ts";

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

interface EndpointRow {
  id: string;
  url: string;
  events: WebhookEndpointView["events"];
  created_at: Date;
  disabled_at: Date | null;
  disabled_why: string | null;
  api_key_id: string | null;
  kept_by: string | null;
}

const COLUMNS = "id, url, events, created_at, disabled_at, disabled_why, api_key_id, kept_by";
const SECRET_BYTES = 32;
const UNKNOWN_MAKER: By = { actor: "unknown" };
const noSuch = () => new AppError("not_found", "there is no such webhook endpoint");

export function createWebhookEndpoints(deps: EndpointDeps): WebhookEndpoints {
  const { pool, clock } = deps;
  return {
    create: (request, by = UNKNOWN_MAKER) => createEndpoint(deps, request, by),
    async list() {
      const { rows } = await pool.query<EndpointRow>(
        `select ${COLUMNS} from webhook_endpoints order by created_at, id`,
      );
      return rows.map(toView);
    },
    async get(id) {
      const { rows } = await pool.query<EndpointRow>(`select ${COLUMNS} from webhook_endpoints where id = $1`, [id]);
      if (rows[0] === undefined) throw noSuch();
      return toView(rows[0]);
    },
    remove: (id, { actor }) =>
      inTransaction(pool, async (client) => {
        const sql = `delete from webhook_endpoints where id = $1 returning ${COLUMNS}`;
        const { rows } = await client.query<EndpointRow>(sql, [id]);
        if (rows[0] === undefined) throw noSuch();
        await record(client, rows[0], { actor, action: "webhook.remove", at: clock.now() });
      }),
    keep: (id, { actor }) =>
      inTransaction(pool, async (client) => {
        // What the endpoint itself asked for (410 Gone) stays as it is.
        const { rows } = await client.query<EndpointRow>(
          `update webhook_endpoints set kept_by = $2, kept_at = $3,
                  disabled_at = case when disabled_why = $4 then null else disabled_at end,
                  disabled_why = case when disabled_why = $4 then null else disabled_why end
            where id = $1 returning ${COLUMNS}`,
          [id, actor, clock.now(), ENDED_WITH_KEY],
        );
        if (rows[0] === undefined) throw noSuch();
        await record(client, rows[0], { actor, action: "webhook.keep", at: clock.now() });
        return toView(rows[0]);
      }),
  };
}

/** As the trigger `api_keys_end_endpoints` says it. */
const ENDED_WITH_KEY = "its API key was revoked";

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
  const sealed = Buffer.from(box.seal(secret, secretPlace(id)));
  return inTransaction(pool, async (client) => {
    if (apiKeyId !== undefined) await lockKey(client, apiKeyId);
    const { rows } = await client.query<EndpointRow>(
      `insert into webhook_endpoints (id, url, events, secret_sealed, created_at, api_key_id)
       select $1, $2, $3, $4, $5, $6 where (select count(*) from webhook_endpoints) < $7
       returning ${COLUMNS}`,
      [id, url, events, sealed, now, apiKeyId ?? null, WEBHOOK_ENDPOINTS_MAX],
    );
    if (rows[0] === undefined) {
      throw new AppError("conflict", `there are ${WEBHOOK_ENDPOINTS_MAX} endpoints already; remove one first`);
    }
    await record(client, rows[0], { actor, action: "webhook.create", at: now });
    return { ...toView(rows[0]), secret };
  });
}

/** Waits for a revocation under way, and lets none come before the endpoint is there to be ended with it. */
async function lockKey(client: PoolClient, apiKeyId: string): Promise<void> {
  const sql = "select from api_keys where id = $1 and revoked_at is null for share";
  if ((await client.query(sql, [apiKeyId])).rowCount !== 1) {
    throw new AppError("unauthenticated", "the API key is not valid");
  }
}

const record = (
  client: PoolClient,
  { id, url, events }: EndpointRow,
  entry: { readonly actor: string; readonly action: string; readonly at: Date },
) => recordAudit(client, { ...entry, subject: id, detail: { url: addressOf(url), events: events.join(" ") } });

/** The query may hold a secret. */
const addressOf = (url: string): string => url.split("?", 1)[0] ?? "";

const toView = (row: EndpointRow): WebhookEndpointView => ({
  id: row.id,
  url: row.url,
  events: row.events,
  createdAt: row.created_at.toISOString(),
  disabledAt: row.disabled_at?.toISOString() ?? null,
  disabledReason: row.disabled_why,
  apiKeyId: row.api_key_id,
  keptBy: row.kept_by,
});
