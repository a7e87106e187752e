import { Gauge, type Registry } from "prom-client";
import type { Database } from "#lib/storage/client.ts";
import { listKnownKeys } from "#lib/storage/configuration/gateway-key-uses.ts";
import { type Backlog, readBacklog } from "#lib/storage/operations/backlog.ts";

// What the database knows, over all processes: the same whichever process is asked.

type Count = { [Key in keyof Backlog]: Backlog[Key] extends number ? Key : never }[keyof Backlog];
interface NamedGauge {
  readonly name: string;
  readonly help: string;
}

const COUNTS: Readonly<Record<Count, NamedGauge>> = {
  sweepLagSeconds: { name: "lingfu_sweep_lag_seconds", help: "How overdue the most overdue row of a payment is." },
  pendingOrders: { name: "lingfu_orders_pending", help: "Orders that can still be paid." },
  openAttempts: { name: "lingfu_attempts_open", help: "Trades at WeChat without a known end." },
  unknownAnswers: {
    name: "lingfu_unknown_answers_open",
    help: "Trades and refunds that WeChat gave no certain answer about.",
  },
  pendingDeliveries: { name: "lingfu_webhooks_pending", help: "Webhook deliveries under way." },
  pendingPushes: { name: "lingfu_pushes_pending", help: "Messages to people that are under way." },
  pendingPrints: { name: "lingfu_prints_pending", help: "Receipts that are to be printed." },
  waitingJobs: { name: "lingfu_jobs_waiting", help: "Due jobs that no worker has taken." },
  workers: { name: "lingfu_workers", help: "Workers that gave a sign of life in the last minute." },
};

const LAST: Readonly<Record<keyof Backlog["lastAt"], NamedGauge>> = {
  notice: { name: "lingfu_last_notice_timestamp_seconds", help: "When the last verified notice of WeChat Pay came." },
  payment: { name: "lingfu_last_payment_timestamp_seconds", help: "When the last payment was made, by WeChat's time." },
  backup: { name: "lingfu_last_backup_timestamp_seconds", help: "When the last backup was made." },
  drill: { name: "lingfu_last_restore_drill_timestamp_seconds", help: "When a restore drill last ended well." },
};

const BACKUP_LOG_LAG: NamedGauge = {
  name: "lingfu_backup_log_lag_seconds",
  help: "What would be lost with the machine now: seconds that the kept log of the embedded database is behind.",
};

/**
 * Gauges that are read when asked. While the database is away the last values stand, and `lingfu_database_up` says so.
 * @returns reads them anew
 */
export function databaseGauges(registers: Registry[], pool: Database["pool"]): () => Promise<void> {
  showKeys(registers, pool);
  const up = new Gauge({ name: "lingfu_database_up", help: "1 while the database answers.", registers });
  const oldest = new Gauge({
    name: "lingfu_oldest_unfinished_seconds",
    help: "How overdue the most overdue unfinished row is, by kind.",
    labelNames: ["of"] as const,
    registers,
  });
  const alerts = new Gauge({
    name: "lingfu_alerts_open",
    help: "Alerts that are not acknowledged, by kind.",
    labelNames: ["kind"] as const,
    registers,
  });
  const counts = Object.entries(COUNTS).map(
    ([key, named]) => [key as Count, new Gauge({ ...named, registers })] as const,
  );
  // A gauge without a label shows 0 until it is set, and 0 would be a backup in 1970.
  const last = Object.entries(LAST).map(
    ([key, named]) => [key as keyof Backlog["lastAt"], absentGauge(registers, named)] as const,
  );
  const lag = absentGauge(registers, BACKUP_LOG_LAG);
  return async () => {
    try {
      const backlog = await readBacklog(pool);
      for (const [key, gauge] of counts) gauge.set(backlog[key]);
      for (const [key, set] of last) set(backlog.lastAt[key]);
      for (const [of, seconds] of Object.entries(backlog.oldestSeconds)) oldest.set({ of }, seconds);
      lag(backlog.backupLogLagSeconds);
      alerts.reset();
      for (const [kind, count] of Object.entries(backlog.openAlerts)) alerts.set({ kind }, count);
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}

/** Not shown at all until there is a value. */
function absentGauge(registers: Registry[], named: NamedGauge) {
  const gauge = new Gauge({ ...named, registers });
  gauge.remove();
  return (seconds: number | null) => (seconds === null ? gauge.remove() : gauge.set(seconds));
}

/** While the database is away the last word stands. */
function showKeys(registers: Registry[], pool: Database["pool"]): void {
  new Gauge({
    name: "lingfu_wechat_key_ends_timestamp_seconds",
    help: "When a platform certificate of WeChat Pay ends.",
    labelNames: ["merchant", "serial"] as const,
    registers,
    async collect() {
      const keys = await listKnownKeys(pool).catch(() => null);
      if (keys === null) return;
      this.reset();
      for (const { merchantNumber: merchant, serial, validUntil } of keys) {
        if (validUntil !== null) this.set({ merchant, serial }, validUntil.getTime() / 1_000);
      }
    },
  });
}
