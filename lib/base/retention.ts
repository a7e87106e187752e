import { BEHAVIOUR_KEPT_MS } from "./behaviour-limits.ts";
import { DAY_MS } from "./time.ts";

// How long things are kept that have outlived their use: the product's default, and how far a shop may move it. Postgres checks the
// same bounds (constraint `retention_bounds`). Money, orders and the audit log are not here: they are kept for good.

interface KeptDays {
  readonly days: number;
  readonly min: number;
  readonly max: number;
}

export const RETENTION = {
  webhook_events: { days: 90, min: 30, max: 730 },
  notifications: { days: 90, min: 14, max: 730 },
  print_jobs: { days: 90, min: 7, max: 730 },
  /** Calls of the notify address that were not believed, counted by the minute. */
  notify_rejections: { days: 90, min: 30, max: 730 },
  /** Nine weeks of it are the custom that anomalies are measured by; after 180 days it would say too much about persons. */
  behaviour: { days: BEHAVIOUR_KEPT_MS / DAY_MS, min: 90, max: BEHAVIOUR_KEPT_MS / DAY_MS },
  health_minutes: { days: 14, min: 2, max: 60 },
} as const satisfies Record<string, KeptDays>;

export type RetentionKind = keyof typeof RETENTION;
export const RETENTION_KINDS = Object.keys(RETENTION) as RetentionKind[];
