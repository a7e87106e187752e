import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { WEBHOOK_ENDPOINTS_MAX } from "#lib/base/limits.ts";
import type { Clock } from "#lib/base/time.ts";
import type { WebhookEndpointRequest, WebhookEndpointView } from "#lib/contract/webhook-endpoint.ts";
import type { Database } from "#lib/storage/client.ts";
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

export interface WebhookEndpoints {
  /** The secret is given out here and never again. @throws AppError `invalid_request`, `conflict` when there are too many */
  create(request: WebhookEndpointRequest): Promise<WebhookEndpointView & { secret: string }>;
  /** Oldest first; there are never many. */
  list(): Promise<WebhookEndpointView[]>;
  /** @throws AppError `not_found` */
  get(id: string): Promise<WebhookEndpointView>;
  /** @throws AppError `not_found` */
  remove(id: string): Promise<void>;
}

interface EndpointRow {
  id: string;
  url: string;
  events: WebhookEndpointView["events"];
  created_at: Date;
  disabled_at: Date | null;
  disabled_why: string | null;
}

const COLUMNS = "id, url, events, created_at, disabled_at, disabled_why";
const SECRET_BYTES = 32;

export function createWebhookEndpoints({ pool, box, clock, policy }: EndpointDeps): WebhookEndpoints {
  const noSuch = () => new AppError("not_found", "there is no such webhook endpoint");
  return {
    async create({ url, events }) {
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
      const { rows } = await pool.query<EndpointRow>(
        `insert into webhook_endpoints (id, url, events, secret_sealed, created_at)
         select $1, $2, $3, $4, $5 where (select count(*) from webhook_endpoints) < $6
         returning ${COLUMNS}`,
        [id, url, events, Buffer.from(box.seal(secret, secretPlace(id))), now, WEBHOOK_ENDPOINTS_MAX],
      );
      if (rows[0] === undefined) {
        throw new AppError("conflict", `there are ${WEBHOOK_ENDPOINTS_MAX} endpoints already; remove one first`);
      }
      return { ...toView(rows[0]), secret };
    },
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
    async remove(id) {
      const { rowCount } = await pool.query("delete from webhook_endpoints where id = $1", [id]);
      if (rowCount === 0) throw noSuch();
    },
  };
}

const toView = (row: EndpointRow): WebhookEndpointView => ({
  id: row.id,
  url: row.url,
  events: row.events,
  createdAt: row.created_at.toISOString(),
  disabledAt: row.disabled_at?.toISOString() ?? null,
  disabledReason: row.disabled_why,
});
