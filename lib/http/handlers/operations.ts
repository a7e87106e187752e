import { timingSafeEqual } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { json, text } from "../answer.ts";
import type { Answer, Call } from "../call.ts";

/** `GET /healthz`: the process is alive; nothing else is looked at, so that a database's trouble restarts nobody. */
export const healthz = async (): Promise<Answer> => json(200, { status: "ok" });

/** `GET /readyz`: may traffic come? 503 names what is missing. */
export async function readyz({ container }: Call): Promise<Answer> {
  const { ready, missing, why } = await container.readiness();
  const body = { status: ready ? "ready" : "not_ready", missing, ...(why === undefined ? {} : { why }) };
  return json(ready ? 200 : 503, body);
}

/**
 * `GET /metrics`: with the token alone. A call from this machine may be a stranger's that came through a proxy on it, and a
 * proxy need not say that it is one.
 */
export async function metrics({ container, headers }: Call): Promise<Answer> {
  const token = container.settings.metricsToken;
  if (token === null) throw new AppError("forbidden", "metrics are off: set METRICS_TOKEN to have them");
  if (!isBearer(headers.get("authorization"), token.reveal())) {
    throw new AppError("unauthenticated", "metrics need Authorization: Bearer $METRICS_TOKEN");
  }
  return text(200, await container.metrics.render(), { "content-type": container.metrics.contentType });
}

function isBearer(authorization: string | null, token: string): boolean {
  const [, given = ""] = /^Bearer +(.+)$/i.exec(authorization ?? "") ?? [];
  const [one, other] = [Buffer.from(given.trim()), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
