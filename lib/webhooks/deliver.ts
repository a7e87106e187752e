import type { Clock } from "#lib/base/clock.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import { type PostResult, post } from "#lib/outbound/post.ts";
import type { TargetPolicy } from "#lib/outbound/target.ts";
import type {
  ClaimedDelivery,
  DeliveryKey,
  EndpointRoom,
  WebhookDeliveries,
} from "#lib/storage/webhooks/webhook-deliveries.ts";
import { secretPlace } from "./endpoints.ts";
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
  /** Called at the end of every try, for the metrics. */
  readonly onTry?: (outcome: TryOutcome) => void;
}

type TryOutcome = "delivered" | "retry" | "given_up" | "disabled";

export interface Deliverer {
  /** Sends one event to one endpoint, if that is due. Never throws for what the endpoint does. */
  deliver(delivery: DeliveryKey): Promise<TryOutcome | "not_due">;
  /** Takes what is due and was missed by its job, as far as there is room. Each is to be sent within the lease. */
  claimDue(room: EndpointRoom): Promise<readonly ClaimedDelivery[]>;
  send(delivery: ClaimedDelivery): Promise<TryOutcome>;
}

const TRY_TIMEOUT_MS = 10 * SECOND_MS;
/** A claim outlives the try it is for; then the row is anybody's again. */
const LEASE_MS = 30 * SECOND_MS;
/** A job may start a moment before the row it belongs to is due, where clocks differ. */
const EARLY_MS = SECOND_MS;
/** The sweep leaves a row this long to its job. */
const LATE_MS = 2 * SECOND_MS;

/** Sends webhooks as Standard Webhooks wants them: signed, at least once, with growing pauses. */
export function createDeliverer(deps: DelivererDeps): Deliverer {
  const { deliveries, clock } = deps;
  return {
    async deliver(key) {
      const now = clock.now();
      const claimed = await deliveries.claim(key, { now: addMs(now, EARLY_MS), until: addMs(now, LEASE_MS) });
      return claimed === null ? "not_due" : tryOnce(deps, claimed);
    },
    claimDue(room) {
      const now = clock.now();
      return deliveries.claimDue({ now: addMs(now, -LATE_MS), until: addMs(now, LEASE_MS) }, room);
    },
    send: (delivery) => tryOnce(deps, delivery),
  };
}

async function tryOnce(deps: DelivererDeps, delivery: ClaimedDelivery): Promise<TryOutcome> {
  const startedAt = deps.clock.now();
  const outcome = delivery.disabled
    ? await giveUp(deps, delivery, { result: { kind: "failed", error: "the endpoint is disabled" }, tried: false })
    : await conclude(deps, delivery, { result: await send(deps, delivery, startedAt), startedAt });
  deps.onTry?.(outcome);
  return outcome;
}

async function send(deps: DelivererDeps, delivery: ClaimedDelivery, sentAt: Date): Promise<PostResult> {
  const { eventId, endpointId, payload, url } = delivery;
  const secret = deps.box.openText(delivery.secretSealed, secretPlace(endpointId));
  return post({
    url,
    headers: signatureHeaders(secret, { id: eventId, payload, sentAt }),
    body: payload,
    policy: deps.policy,
    timeoutMs: TRY_TIMEOUT_MS,
  });
}

interface DeliveryTry {
  readonly result: PostResult;
  readonly startedAt: Date;
}

async function conclude(
  deps: DelivererDeps,
  delivery: ClaimedDelivery,
  { result, startedAt }: DeliveryTry,
): Promise<TryOutcome> {
  const { deliveries, log } = deps;
  const { eventId, endpointId, type } = delivery;
  const status = result.kind === "answered" ? result.status : null;
  const now = deps.clock.now();
  if (status !== null && status >= 200 && status < 300) {
    await deliveries.delivered({ eventId, endpointId, status, error: null, now });
    log.info("webhook.delivered", { eventId, endpointId, type, ms: now.getTime() - startedAt.getTime() });
    return "delivered";
  }
  if (status === 410) {
    // The receiver's own word that it wants nothing more.
    await deliveries.disable(endpointId, "the endpoint answered 410 Gone", now);
    log.warn("webhook.endpoint_disabled", { endpointId });
    return "disabled";
  }
  const tries = delivery.tries + 1;
  const pauseMs = pauseAfter(tries, (deps.random ?? Math.random)());
  if (pauseMs === null) return giveUp(deps, delivery, { result, tried: true });
  const at = addMs(startedAt, Math.max(pauseMs, now.getTime() - startedAt.getTime() + askedMs(result, now)));
  await deliveries.retry({ eventId, endpointId, status, error: reasonOf(result), now }, at);
  log.warn("webhook.failed", { eventId, endpointId, type, tries, reason: reasonOf(result), again: at });
  return "retry";
}

async function giveUp(
  { deliveries, clock, log }: DelivererDeps,
  { eventId, endpointId, tries }: ClaimedDelivery,
  { result, tried }: { result: PostResult; tried: boolean },
): Promise<TryOutcome> {
  const status = result.kind === "answered" ? result.status : null;
  await deliveries.givenUp({ eventId, endpointId, status, error: reasonOf(result), now: clock.now() }, tried);
  log.warn("webhook.given_up", { eventId, endpointId, tries: tries + (tried ? 1 : 0), reason: reasonOf(result) });
  return "given_up";
}

/** Overloaded or away for maintenance: only then does `Retry-After` say when to come again. */
const askedMs = (result: PostResult, now: Date): number =>
  result.kind === "answered" && (result.status === 429 || result.status === 503)
    ? askedPauseMs(result.retryAfter, now)
    : 0;

const reasonOf = (result: PostResult): string =>
  result.kind === "failed" ? result.error : `the endpoint answered ${result.status}`;
