import { WORKER_SEEN_MS } from "#lib/base/limits.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { Database } from "#lib/storage/client.ts";
import { noteUnwritable, READ_ONLY, unwritable } from "#lib/storage/errors.ts";
import { migrationState } from "#lib/storage/migrate.ts";
import { seenLately } from "#lib/storage/operations/heartbeats.ts";
import { isReadOnly } from "#lib/storage/operations/write-probe.ts";

export interface Readiness {
  readonly ready: boolean;
  /** `database`, `database_writes`, `migrations`, `worker`; where the database is away, nothing else is known. */
  readonly missing: readonly ("database" | "database_writes" | "migrations" | "worker")[];
  /** Of what is missing, where it says more. */
  readonly why?: string;
}

export interface ReadinessOptions {
  readonly pool: Database["pool"];
}

const READINESS_TIMEOUT_MS = 2 * SECOND_MS;
/** Probes may come as often as they like; they cost one look a second. */
const KEPT_MS = SECOND_MS;

/** May traffic come? Never throws and always answers within about two seconds. */
export function createReadiness({ pool }: ReadinessOptions): () => Promise<Readiness> {
  const areCurrent = migrationsOf(pool);
  let looking: Promise<Readiness> | null = null;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return () => {
    if (looking === null || performance.now() - lookedAt >= KEPT_MS) {
      lookedAt = performance.now();
      looking = withTimeout(
        look(pool, areCurrent).catch(() => AWAY),
        READINESS_TIMEOUT_MS,
        () => AWAY,
      );
    }
    return looking;
  };
}

async function look(pool: Database["pool"], areCurrent: () => Promise<boolean>): Promise<Readiness> {
  const [current, worker, readOnly] = await Promise.all([
    areCurrent(),
    seenLately(pool, "worker", WORKER_SEEN_MS),
    isReadOnly(pool),
  ]);
  if (readOnly) noteUnwritable(READ_ONLY);
  const outage = unwritable();
  const missing = [
    ...(outage === null ? [] : (["database_writes"] as const)),
    ...(current ? [] : (["migrations"] as const)),
    ...(worker ? [] : (["worker"] as const)),
  ];
  return { ready: missing.length === 0, missing, ...(outage === null ? {} : { why: outage.why }) };
}

const AWAY: Readiness = { ready: false, missing: ["database"] };

/** Once current, a database stays so for this program; it is looked at again now and then all the same. */
function migrationsOf(pool: Database["pool"]): () => Promise<boolean> {
  let currentUntil = Number.NEGATIVE_INFINITY;
  return async () => {
    if (performance.now() < currentUntil) return true;
    const { current } = await migrationState(pool);
    if (current) currentUntil = performance.now() + MINUTE_MS;
    return current;
  };
}
