import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { type BreakerBudget, WEBHOOK_CALLS } from "#lib/base/call-budgets.ts";
import type { Clock } from "#lib/base/clock.ts";
import { formatId, ID_RANDOM_BYTES } from "#lib/base/ids.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import { type Trace, untraced } from "#lib/base/trace.ts";
import { WEBHOOK_FAILING_MS_MAX, WEBHOOKS_PER_ENDPOINT } from "#lib/base/webhook-limits.ts";
import { WEBHOOK_TEST_EVENT, type WebhookTestView } from "#lib/contract/webhook-delivery.ts";
import { createGuard } from "#lib/outbound/guard.ts";
import { type PostResult, post } from "#lib/outbound/post.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import type { ClaimedDelivery, DeliveryTry, WebhookDeliveries } from "#lib/storage/webhooks/webhook-deliveries.ts";
import { previousSecretPlace, secretPlace } from "./endpoints.ts";
import { maskAnswer } from "./mask-answer.ts";
import { askedPauseMs, pauseAfter } from "./retry-schedule.ts";
import { signatureHeaders } from "./sign.ts";

export interface DelivererDeps {
  readonly deliveries: WebhookDeliveries;
  readonly box: { openText(sealed: Uint8Array, place: ReturnType<typeof secretPlace>): string };
  readonly clock: Clock;
  readonly policy: TargetPolicy;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
  };
  /** From 0 to 1. */
  readonly random?: () => number;
  /** How long an endpoint may take to answer. */
  readonly timeoutMs?: number;
  /** When an endpoint that fails is left alone. */
  readonly breaker?: BreakerBudget;
  /** Shows each try. */
  readonly trace?: Trace;
  /** Called at the end of every try, for the metrics. */
  readonly onTry?: (outcome: TryOutcome) => void;
}

type TryOutcome = "delivered" | "retry" | "given_up" | "paused" | "disabled";

export interface Deliverer {
  /** Sends the endpoint's next event, if one is due. Never throws for what the endpoint does. */
  turn(endpointId: string): Promise<"again" | "idle">;
  /** Endpoints with something due, each as often as it has turns to take. */
  due(): Promise<readonly string[]>;
  /** Sends a test event at once, and only once; it is in the log like any other. @throws AppError `not_found` */
  test(endpointId: string): Promise<WebhookTestView>;
}

/** A claim outlives the try it is for; then the row is anybody's again. */
export const LEASE_MS = 30 * SECOND_MS;
/** A job may start a moment before the row it belongs to is due, where clocks differ. */
const EARLY_MS = SECOND_MS;

interface EndpointTurn {
  readonly kind: "taken";
  /** Null: nothing was due. */
  readonly outcome: TryOutcome | null;
}

/** Sends webhooks as Standard Webhooks wants them: signed, at least once, with growing pauses. */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { deliveries, clock } = deps;
  const guard = createGuard<EndpointTurn>({
    budget: deps.breaker ?? WEBHOOK_CALLS,
    isFailure: ({ outcome }) => outcome !== null && outcome !== "delivered",
    onChange: (endpointId, state) =>
      state === "resting"
        ? deps.log.warn("webhook.endpoint_rests", { endpointId })
        : deps.log.info("webhook.endpoint_answers", { endpointId }),
  });
  return {
    // Nothing is taken for an endpoint that rests: its rows stay due, and no try of theirs is used up.
    async turn(endpointId) {
      const turn = await guard.run(endpointId, async () => {
        const now = clock.now();
        const claimed = await deliveries.take(endpointId, { now: addMs(now, EARLY_MS), until: addMs(now, LEASE_MS) });
        return { kind: "taken", outcome: claimed === null ? null : (await tryOnce(deps, claimed)).outcome };
      });
      return turn.kind === "not_sent" || turn.outcome === null ? "idle" : "again";
    },
    async due() {
      const due = await deliveries.dueEndpoints(clock.now(), WEBHOOKS_PER_ENDPOINT);
      return due.flatMap(({ id, turns }) => Array<string>(turns).fill(id));
    },
    async test(endpointId) {
      const now = clock.now();
      const eventId = formatId("event", now.getTime(), randomBytes(ID_RANDOM_BYTES));
      const payload = JSON.stringify({ type: WEBHOOK_TEST_EVENT, timestamp: now.toISOString(), data: { endpointId } });
      const until = addMs(now, LEASE_MS);
      const claimed = await deliveries.insertTest({ eventId, endpointId, payload, now, until });
      if (claimed === null) throw new AppError("not_found", "there is no such webhook endpoint");
      const { outcome, end } = await tryOnce(deps, claimed);
      const durationMs = end.now.getTime() - end.startedAt.getTime();
      return { eventId, delivered: outcome === "delivered", status: end.status, error: end.error, durationMs };
    },
  };
}

interface ConcludedTry {
  readonly outcome: TryOutcome;
  readonly end: DeliveryTry;
}

async function tryOnce(deps: DelivererDeps, delivery: ClaimedDelivery): Promise<ConcludedTry> {
  const tried = await (delivery.disabled ? refuse(deps, delivery) : sendAndConclude(deps, delivery));
  deps.onTry?.(tried.outcome);
  return tried;
}

/** It was on its way while the endpoint was disabled. */
async function refuse({ deliveries, clock }: DelivererDeps, delivery: ClaimedDelivery): Promise<ConcludedTry> {
  const { eventId, endpointId, cause, url } = delivery;
  const now = clock.now();
  const error = "the endpoint is disabled";
  await deliveries.notSent({ eventId, endpointId }, error, now);
  const end = {
    eventId,
    endpointId,
    cause,
    url,
    signatures: 1,
    startedAt: now,
    now,
    status: null,
    answer: null,
    error,
  };
  return { outcome: "given_up", end };
}

async function sendAndConclude(deps: DelivererDeps, delivery: ClaimedDelivery): Promise<ConcludedTry> {
  const { eventId, endpointId, orderId, type, cause, payload, url } = delivery;
  const startedAt = deps.clock.now();
  const secrets = secretsOf(deps, delivery);
  const attributes = { "lingfu.event_type": type, "lingfu.event_id": eventId, "lingfu.endpoint_id": endpointId };
  const start = { name: "deliver webhook", kind: "client" as const, orderId, attributes };
  const result = await (deps.trace ?? untraced)(start, async (span) => {
    const posted = await post({
      url,
      headers: { ...signatureHeaders(secrets, { id: eventId, payload, sentAt: startedAt }), ...span.headers() },
      body: payload,
      policy: deps.policy,
      timeoutMs: deps.timeoutMs ?? WEBHOOK_CALLS.totalMs,
      keepText: true,
    });
    if (posted.kind === "answered") span.note({ "http.response.status_code": posted.status });
    return posted;
  });
  const answered = result.kind === "answered";
  const end: DeliveryTry = {
    ...{ eventId, endpointId, cause, startedAt },
    url: withoutQuery(url),
    signatures: secrets.length,
    now: deps.clock.now(),
    status: answered ? result.status : null,
    answer: answered ? maskAnswer(result.text) : null,
    error: answered && isSuccess(result.status) ? null : reasonOf(result),
  };
  const outcome = await conclude(deps, delivery, { end, result });
  const fields = {
    ...(orderId === null ? {} : { orderId }),
    eventId,
    endpointId,
    type,
    ms: end.now.getTime() - startedAt.getTime(),
  };
  if (outcome === "delivered") deps.log.info("webhook.delivered", fields);
  else deps.log.warn(`webhook.${outcome}`, { ...fields, tries: delivery.triesInRound + 1, reason: end.error });
  return { outcome, end };
}

/** The newest first. */
function secretsOf(
  { box }: DelivererDeps,
  { endpointId, secretSealed, previousSecretSealed }: ClaimedDelivery,
): string[] {
  const secret = box.openText(secretSealed, secretPlace(endpointId));
  if (previousSecretSealed === null) return [secret];
  return [secret, box.openText(previousSecretSealed, previousSecretPlace(endpointId))];
}

interface AnsweredTry {
  readonly end: DeliveryTry;
  readonly result: PostResult;
}

async function conclude(
  { deliveries, random = Math.random }: DelivererDeps,
  delivery: ClaimedDelivery,
  { end, result }: AnsweredTry,
): Promise<TryOutcome> {
  const { startedAt, now, status } = end;
  if (status !== null && isSuccess(status)) {
    await deliveries.delivered(end);
    return "delivered";
  }
  if (status === 410) {
    // The receiver itself says that it wants nothing more.
    await deliveries.disable(end, "the endpoint answered 410 Gone");
    return "disabled";
  }
  if (delivery.cause === "test") {
    await deliveries.givenUp(end);
    return "given_up";
  }
  const failingBefore = addMs(now, -WEBHOOK_FAILING_MS_MAX);
  if (delivery.failingSince !== null && delivery.failingSince <= failingBefore) {
    if (await deliveries.pauseFailing(end, failingBefore)) return "paused";
  }
  const pauseMs = pauseAfter(delivery.triesInRound + 1, random());
  if (pauseMs === null) {
    await deliveries.givenUp(end);
    return "given_up";
  }
  const askedMs = askedMsOf(result, now);
  const at = addMs(startedAt, Math.max(pauseMs, now.getTime() - startedAt.getTime() + askedMs));
  await deliveries.retry(end, { at, holdUntil: askedMs > 0 ? addMs(now, askedMs) : null });
  return "retry";
}

/** Overloaded or away for maintenance: only then does `Retry-After` say when to come again, for all that is due. */
const askedMsOf = (result: PostResult, now: Date): number =>
  result.kind === "answered" && (result.status === 429 || result.status === 503)
    ? askedPauseMs(result.retryAfter, now)
    : 0;

const isSuccess = (status: number): boolean => status >= 200 && status < 300;
const withoutQuery = (url: string): string => url.split("?", 1)[0] ?? "";

const reasonOf = (result: PostResult): string =>
  result.kind === "failed" ? result.error : `the endpoint answered ${result.status}`;
