import { CLEANUP_BATCH, IDEMPOTENCY_KEPT_MS, REJECTIONS_KEPT_MS, WEBHOOK_EVENTS_KEPT_MS } from "#lib/base/limits.ts";
import { addMs, type Clock, DAY_MS } from "#lib/base/time.ts";
import { deleteOutlived, type OutlivedKind } from "#lib/storage/cleanup.ts";
import type { Database } from "#lib/storage/client.ts";
import type { Log } from "./log.ts";

const KEPT_MS: Readonly<Record<OutlivedKind, number>> = {
  idempotency: IDEMPOTENCY_KEPT_MS,
  nonces: 0, // A nonce carries its own end.
  rejections: REJECTIONS_KEPT_MS,
  webhookEvents: WEBHOOK_EVENTS_KEPT_MS,
  heartbeats: DAY_MS,
};

export interface CleanupDeps {
  readonly pool: Database["pool"];
  readonly clock: Clock;
  readonly log: Pick<Log, "info">;
  readonly batchRows?: number;
}

/** Deletes what has outlived its use. @returns how many rows of each kind */
export async function cleanUp({
  pool,
  clock,
  log,
  batchRows = CLEANUP_BATCH,
}: CleanupDeps): Promise<Record<OutlivedKind, number>> {
  const deleted: Record<OutlivedKind, number> = {
    idempotency: 0,
    nonces: 0,
    rejections: 0,
    webhookEvents: 0,
    heartbeats: 0,
  };
  for (const kind of Object.keys(KEPT_MS) as OutlivedKind[]) {
    const before = addMs(clock.now(), -KEPT_MS[kind]);
    deleted[kind] = await deleteOutlived(pool, kind, { before, batchRows });
  }
  log.info("cleanup.done", deleted);
  return deleted;
}
