import { BEHAVIOUR_KEPT_MS, BEHAVIOUR_MONTHS_AHEAD } from "#lib/base/behaviour-limits.ts";
import type { Clock } from "#lib/base/clock.ts";
import {
  ADMIN_TRIES_KEPT_MS,
  CLEANUP_BATCH,
  GATEWAY_MESSAGES_KEPT_MS,
  IDEMPOTENCY_KEPT_MS,
  NOTIFICATIONS_KEPT_MS,
  PRINT_JOBS_KEPT_MS,
  REJECTIONS_KEPT_MS,
  RETIRED_ACCOUNT_NOTICES_MS,
  WEBHOOK_EVENTS_KEPT_MS,
} from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { WEBHOOK_WAITING_MS_MAX } from "#lib/base/webhook-limits.ts";
import { foldOldCells } from "#lib/storage/behaviour/insights.ts";
import type { Database } from "#lib/storage/client.ts";
import { endRetiredAccounts } from "#lib/storage/configuration/gateway-accounts.ts";
import { deleteOutlived, keepBehaviourMonths, type OutlivedKind } from "#lib/storage/operations/cleanup.ts";

const KEPT_MS: Readonly<Record<OutlivedKind, number>> = {
  idempotency: IDEMPOTENCY_KEPT_MS,
  nonces: 0, // A nonce carries its own end.
  rejections: REJECTIONS_KEPT_MS,
  webhooksWaiting: WEBHOOK_WAITING_MS_MAX,
  webhookEvents: WEBHOOK_EVENTS_KEPT_MS,
  notifications: NOTIFICATIONS_KEPT_MS,
  gatewayMessages: GATEWAY_MESSAGES_KEPT_MS,
  printJobs: PRINT_JOBS_KEPT_MS,
  lockouts: ADMIN_TRIES_KEPT_MS,
  heartbeats: DAY_MS,
  processFigures: DAY_MS,
  behaviourEvents: BEHAVIOUR_KEPT_MS,
  pagePlans: BEHAVIOUR_KEPT_MS, // What a page showed is evidence of the visit, and ends with its events.
  insightHours: BEHAVIOUR_KEPT_MS,
  orderShoppers: BEHAVIOUR_KEPT_MS,
  decisionShoppers: BEHAVIOUR_KEPT_MS,
};

export interface CleanupDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
  readonly batchRows?: number;
}

export type Cleaned = Readonly<Record<OutlivedKind | "behaviourMonths" | "behaviourHours" | "accountsEnding", number>>;

/** Deletes what has outlived its use. @returns how many rows of each kind, months of events, hours that became days, and replaced accounts that got their end */
export async function cleanUp({ pool, clock, log, batchRows = CLEANUP_BATCH }: CleanupDeps): Promise<Cleaned> {
  const now = clock.now();
  const before = addMs(now, -BEHAVIOUR_KEPT_MS);
  const behaviourMonths = await keepBehaviourMonths(pool, { now, before, ahead: BEHAVIOUR_MONTHS_AHEAD });
  const behaviourHours = await foldOldCells(pool, before);
  const accountsEnding = await endRetiredAccounts(pool, addMs(now, RETIRED_ACCOUNT_NOTICES_MS));
  const deleted: [OutlivedKind, number][] = [];
  for (const kind of Object.keys(KEPT_MS) as OutlivedKind[]) {
    deleted.push([kind, await deleteOutlived(pool, kind, { before: addMs(now, -KEPT_MS[kind]), batchRows })]);
  }
  const rows = Object.fromEntries(deleted) as Record<OutlivedKind, number>;
  const done = { ...rows, behaviourMonths, behaviourHours, accountsEnding };
  log.info("cleanup.done", done);
  return done;
}
