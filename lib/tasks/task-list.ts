import { z } from "zod";
import { isAppError } from "#lib/base/app-error.ts";
import type { Log } from "#lib/base/log.ts";
import type { ScheduledTask, Task } from "#lib/jobs/index.ts";
import { traced } from "#lib/ops/tracing.ts";
import type { Lanes } from "#lib/outbound/lanes.ts";
import type { Erasure } from "#lib/storage/behaviour/shoppers.ts";

/** What jobs set in motion. */
export interface TaskFlows {
  readonly payments: { syncOrder(orderId: string): Promise<unknown> };
  /** Lanes by webhook endpoint, notification channel and printer. */
  readonly deliveries: Pick<Lanes, "offer">;
  readonly notifications: Pick<Lanes, "offer">;
  readonly prints: Pick<Lanes, "offer">;
  readonly cleanup: () => Promise<unknown>;
  readonly reconcile: () => Promise<unknown>;
  readonly insights: {
    rollUp(): Promise<unknown>;
    watchAnomalies(): Promise<unknown>;
    watchFairness(): Promise<unknown>;
    keepSummaryFresh(): Promise<unknown>;
    eraseShopper(erasure: Erasure): Promise<unknown>;
  };
  readonly log: Log;
}

/** Names and payloads are what `lib/storage` enqueues. */
export function taskList(flows: TaskFlows): Readonly<Record<string, Task>> {
  const { payments, deliveries, notifications, prints, cleanup, reconcile, insights, log } = flows;
  const task = <Payload>(name: string, schema: z.ZodType<Payload>, work: (payload: Payload) => Promise<unknown>) => ({
    [name]: async (payload: unknown) => {
      const parsed = schema.safeParse(payload);
      // A payload that cannot be read will not become better by being tried again.
      if (!parsed.success) return log.error("job.unreadable", { task: name, problem: z.prettifyError(parsed.error) });
      await traced({ name: `job ${name}`, kind: "consumer", orderId: orderOf(parsed.data) }, () => work(parsed.data));
    },
  });
  return {
    // The sweeps are woken instead; processes of an older version still add these while an upgrade is under way.
    ...task("check-attempt", z.object({ orderId: z.string() }), ({ orderId }) => ask(payments, orderId)),
    ...task("deliver-notifications", z.object({ channelId: z.string() }), async ({ channelId }) =>
      notifications.offer(channelId),
    ),
    ...task("print", z.object({ printerId: z.string() }), async ({ printerId }) => prints.offer(printerId)),
    // Handed on at once: no job waits for what an endpoint does, least of all the questions to WeChat.
    ...task("deliver-webhook", z.object({ endpointId: z.string() }), async ({ endpointId }) =>
      deliveries.offer(endpointId),
    ),
    ...task("cleanup", z.unknown(), cleanup),
    ...task("reconcile", z.unknown(), reconcile),
    ...task("roll-up", z.unknown(), () => insights.rollUp()),
    ...task("watch-anomalies", z.unknown(), () => insights.watchAnomalies()),
    ...task("watch-fairness", z.unknown(), () => insights.watchFairness()),
    ...task("summarise-shoppers", z.unknown(), () => insights.keepSummaryFresh()),
    ...task("erase-shopper", z.object({ shopperId: z.string(), actor: z.string() }), insights.eraseShopper),
  };
}

const orderOf = (payload: unknown): string | null =>
  typeof payload === "object" && payload !== null && "orderId" in payload && typeof payload.orderId === "string"
    ? payload.orderId
    : null;

// UTC. A day's bill is to be had from 10:00 in Shanghai, which is 02:00; what is late or failed is tried again each hour.
export const SCHEDULE: readonly ScheduledTask[] = [
  { task: "cleanup", cron: "17 * * * *" },
  { task: "reconcile", cron: "23 2-15 * * *" },
  { task: "roll-up", cron: "*/5 * * * *" },
  // An hour stands still 20 minutes after its end.
  { task: "watch-anomalies", cron: "21 * * * *" },
  { task: "watch-fairness", cron: "37 3 2 * *" },
  // Made once a day; asked every hour, so that a new shop and a worker that was away need not wait for the night.
  { task: "summarise-shoppers", cron: "47 * * * *" },
];

/** Where WeChat gave no certain answer the row itself says when to ask again; a job that did so too would only double it. */
async function ask(payments: TaskFlows["payments"], orderId: string): Promise<void> {
  try {
    await payments.syncOrder(orderId);
  } catch (cause) {
    if (!isAppError(cause) || !["gateway_unavailable", "not_found"].includes(cause.code)) throw cause;
  }
}
