import { BEHAVIOUR_MONTHS_AHEAD } from "#lib/base/behaviour-limits.ts";
import type { Clock } from "#lib/base/clock.ts";
import {
  ADMIN_TRIES_KEPT_MS,
  CLEANUP_BATCH,
  GATEWAY_MESSAGES_KEPT_MS,
  IDEMPOTENCY_KEPT_MS,
  RETIRED_ACCOUNT_NOTICES_MS,
} from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import type { RetentionKind } from "#lib/base/retention.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { WEBHOOK_WAITING_MS_MAX } from "#lib/base/webhook-limits.ts";
import { foldOldCells } from "#lib/storage/behaviour/insights.ts";
import type { Database } from "#lib/storage/client.ts";
import { endRetiredAccounts } from "#lib/storage/configuration/gateway-accounts.ts";
import { deleteOutlived, keepBehaviourMonths, type OutlivedKind } from "#lib/storage/operations/cleanup.ts";
import { readRetention } from "#lib/storage/operations/retention.ts";

/** What the shop may set by days, and what the product fixes. */
const KEPT: Readonly<Record<OutlivedKind, RetentionKind | { readonly ms: number }>> = {
  idempotency: { ms: IDEMPOTENCY_KEPT_MS },
  nonces: { ms: 0 }, // A nonce carries its own end.
  rejections: "notify_rejections",
  webhooksWaiting: { ms: WEBHOOK_WAITING_MS_MAX },
  webhookEvents: "webhook_events",
  notifications: "notifications",
  gatewayMessages: { ms: GATEWAY_MESSAGES_KEPT_MS },
  receiptMails: "notifications",
  printJobs: "print_jobs",
  lockouts: { ms: ADMIN_TRIES_KEPT_MS },
  heartbeats: { ms: DAY_MS },
  processFigures: { ms: DAY_MS },
  credentialDrafts: { ms: DAY_MS },
  healthMinutes: "health_minutes",
  behaviourEvents: "behaviour",
  pagePlans: "behaviour", // What a page showed is evidence of the visit, and ends with its events.
  insightHours: "behaviour",
  orderShoppers: "behaviour",
  decisionShoppers: "behaviour",
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
  const retention = await readRetention(pool);
  const before = addMs(now, -retention.behaviour * DAY_MS);
  const behaviourMonths = await keepBehaviourMonths(pool, { now, before, ahead: BEHAVIOUR_MONTHS_AHEAD });
  const behaviourHours = await foldOldCells(pool, before);
  const accountsEnding = await endRetiredAccounts(pool, addMs(now, RETIRED_ACCOUNT_NOTICES_MS));
  const deleted: [OutlivedKind, number][] = [];
  for (const kind of Object.keys(KEPT) as OutlivedKind[]) {
    const kept = KEPT[kind];
    const keptMs = typeof kept === "string" ? retention[kept] * DAY_MS : kept.ms;
    deleted.push([kind, await deleteOutlived(pool, kind, { before: addMs(now, -keptMs), batchRows })]);
  }
  const rows = Object.fromEntries(deleted) as Record<OutlivedKind, number>;
  const done = { ...rows, behaviourMonths, behaviourHours, accountsEnding };
  log.info("cleanup.done", done);
  return done;
}
