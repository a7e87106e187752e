import { timingSafeEqual } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { isLoopbackHost } from "#lib/base/networks.ts";
import { json, text } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import type { Container } from "../container.ts";

/** `GET /healthz`: the process is alive. Nothing else is checked, so that a database failure restarts no process. */
export const healthz = async (): Promise<Answer> => json(200, { status: "ok" });

/** `GET /readyz`: may traffic come? 503 names what is missing. */
export async function readyz({ container }: Call): Promise<Answer> {
  const { ready, missing, why } = await container.readiness();
  const body = { status: ready ? "ready" : "not_ready", missing, ...(why === undefined ? {} : { why }) };
  return json(ready ? 200 : 503, body);
}

/**
 * `GET /metrics`: with the token. If none is configured, only from this machine and only while `PUBLIC_URL` is this machine:
 * behind a local proxy every caller seems to be local, and a proxy need not identify itself.
 */
export async function metrics(call: Call): Promise<Answer> {
  const { container, headers } = call;
  const token = container.settings.metricsToken;
  if (token === null) {
    if (!isOfThisMachine(call)) throw new AppError("forbidden", "metrics are off: set METRICS_TOKEN to enable them");
    return renderMetrics(container);
  }
  if (!isBearer(headers.get("authorization"), token.reveal())) {
    throw new AppError("unauthenticated", "metrics need Authorization: Bearer $METRICS_TOKEN");
  }
  return renderMetrics(container);
}

const renderMetrics = async ({ metrics: { render, contentType } }: Container): Promise<Answer> =>
  text(200, await render(), { "content-type": contentType });

function isOfThisMachine({ container, client, headers }: Call): boolean {
  const isForwarded = FORWARDING_HEADERS.some((name) => headers.get(name) !== null);
  return (
    !isForwarded && isLoopbackHost(client.address) && isLoopbackHost(new URL(container.settings.publicUrl).hostname)
  );
}

const FORWARDING_HEADERS = ["x-forwarded-for", "x-real-ip", "forwarded", "via"];

function isBearer(authorization: string | null, token: string): boolean {
  const [, given = ""] = /^Bearer +(.+)$/i.exec(authorization ?? "") ?? [];
  const [one, other] = [Buffer.from(given.trim()), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}
