import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import { listKnownKeys } from "#lib/storage/configuration/gateway-key-uses.ts";
import { type Backlog, readBacklog } from "#lib/storage/operations/backlog.ts";
import type { ProcessMinute } from "#lib/storage/operations/health-minutes.ts";
import { readFigures } from "#lib/storage/operations/process-figures.ts";
import { mergeFigures, ownFigures } from "./merge-figures.ts";
import { createMinuteCounter, type GatewayCall, stateOf } from "./minute-counter.ts";

/** One answered call. */
export interface AnsweredCall {
  readonly method: string;
  /** The pattern, so that ids do not become labels. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What a process counts, and what the database knows at the moment it is asked. Observing is cheap and never throws. */
export interface Metrics {
  readonly contentType: string;
  /** Prometheus text: of this process, and what those without a door of their own have left in the database. */
  render(): Promise<string>;
  /** What only this process can tell, to be left there. */
  ownFigures(): Promise<string>;
  /** What was counted since the last call, and how it is now: a minute of this process for the health page. */
  takeMinute(): ProcessMinute;
  observeCall(call: AnsweredCall): void;
  observeGatewayCall(call: GatewayCall): void;
  /** @param outcome the kind of a verified notice, or why it was not believed */
  observeNotice(outcome: string, delaySeconds?: number): void;
  observeDelivery(outcome: string): void;
  /** A message of WeChat's was verified. */
  observeSignature(signature: { serial: string; kind: string; via: string }): void;
}

export interface MetricsOptions {
  readonly hub?: { readonly watching: number; readonly connected: boolean };
  /** Where given, what is waiting in the database is shown as well, for all processes together. */
  readonly pool?: Database["pool"];
}

/** Figures of a process that was not heard of since are those of a process that is gone. */
const FIGURES_FRESH_MS = MINUTE_MS;
const FAST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From WeChat's payment to its notice at our door: seconds when all is well, a day when it is not. */
const DELAY_SECONDS = [1, 2, 5, 10, 30, 60, 300, 1_800, 10_800, 86_400];

export function createMetrics({ hub, pool }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const calls = new Histogram({
    name: "lingfu_http_request_seconds",
    help: "Answered HTTP calls, by route pattern.",
    labelNames: ["method", "route", "status"] as const,
    buckets: FAST_SECONDS,
    registers,
  });
  const gatewayCalls = new Histogram({
    name: "lingfu_gateway_call_seconds",
    help: "Calls to WeChat Pay. unknown: no certain answer, asked again.",
    labelNames: ["operation", "outcome"] as const,
    buckets: FAST_SECONDS,
    registers,
  });
  const notices = new Counter({
    name: "lingfu_notices_total",
    help: "Calls of the notify route: the kind of a verified notice, or why it was not believed.",
    labelNames: ["outcome"] as const,
    registers,
  });
  const delays = new Histogram({
    name: "lingfu_notice_delay_seconds",
    help: "From the payment at WeChat to its notice at our door.",
    buckets: DELAY_SECONDS,
    registers,
  });
  const deliveries = new Counter({
    name: "lingfu_webhook_tries_total",
    help: "Tries to deliver a webhook, by what came of them.",
    labelNames: ["outcome"] as const,
    registers,
  });
  const signatures = new Counter({
    name: "lingfu_wechat_signatures_total",
    help: "Verified notices and answers of WeChat Pay, by the key that they were signed with.",
    labelNames: ["serial", "kind", "via"] as const,
    registers,
  });
  const minute = createMinuteCounter();
  if (hub) showHub(registers, hub);
  if (pool) showKeys(registers, pool);
  const showBacklog = pool ? backlogGauges(registers, pool) : async () => {};
  return {
    contentType: registry.contentType,
    async render() {
      await showBacklog();
      const own = await registry.metrics();
      // While the database is away, the figures of other processes are unknown.
      const others = pool === undefined ? [] : await readFigures(pool, FIGURES_FRESH_MS).catch(() => []);
      return others.length === 0 ? own : mergeFigures(own, others);
    },
    ownFigures: async () => ownFigures(await registry.metrics()),
    takeMinute: () => ({ ...minute.take(), ...stateOf({ hub, pool }) }),
    observeCall: ({ method, route, status, seconds }) => calls.observe({ method, route, status }, seconds),
    observeGatewayCall(call) {
      const { operation, outcome, seconds } = call;
      gatewayCalls.observe({ operation, outcome }, seconds);
      minute.noteCall(call);
    },
    observeNotice(outcome, delaySeconds) {
      notices.inc({ outcome });
      if (delaySeconds === undefined) return;
      delays.observe(Math.max(0, delaySeconds));
      minute.noteNotice(Math.max(0, delaySeconds));
    },
    observeDelivery: (outcome) => deliveries.inc({ outcome }),
    observeSignature: ({ serial, kind, via }) => signatures.inc({ serial, kind, via }),
  };
}

/** Over all processes, as the database knows them; while it is away the last word stands. */
function showKeys(registers: Registry[], pool: Database["pool"]): void {
  new Gauge({
    name: "lingfu_wechat_key_ends_seconds",
    help: "When a platform certificate of WeChat Pay ends, in seconds since 1970.",
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

function showHub(registers: Registry[], hub: NonNullable<MetricsOptions["hub"]>): void {
  new Gauge({
    name: "lingfu_streams_open",
    help: "Browsers that follow an order live in this process.",
    registers,
    collect() {
      this.set(hub.watching);
    },
  });
  new Gauge({
    name: "lingfu_live_connected",
    help: "1 while changes are heard from Postgres at once.",
    registers,
    collect() {
      this.set(Number(hub.connected));
    },
  });
}

const BACKLOG: Readonly<Record<keyof Backlog, { name: string; help: string }>> = {
  sweepLagSeconds: { name: "lingfu_sweep_lag_seconds", help: "How overdue the most overdue row of a payment is." },
  pendingOrders: { name: "lingfu_orders_pending", help: "Orders that can still be paid." },
  openAttempts: { name: "lingfu_attempts_open", help: "Trades at WeChat without a known end." },
  pendingDeliveries: { name: "lingfu_webhooks_pending", help: "Webhook deliveries under way." },
  waitingJobs: { name: "lingfu_jobs_waiting", help: "Due jobs that no worker has taken." },
  openAlerts: { name: "lingfu_alerts_open", help: "Alerts that are not acknowledged." },
};

/** While the database is away the last word stands, and `lingfu_database_up` says so. */
function backlogGauges(registers: Registry[], pool: Database["pool"]): () => Promise<void> {
  const up = new Gauge({ name: "lingfu_database_up", help: "1 while the database answers.", registers });
  const gauges = Object.entries(BACKLOG).map(
    ([key, { name, help }]) => [key as keyof Backlog, new Gauge({ name, help, registers })] as const,
  );
  return async () => {
    try {
      const backlog = await readBacklog(pool);
      for (const [key, gauge] of gauges) gauge.set(backlog[key]);
      up.set(1);
    } catch {
      up.set(0);
    }
  };
}
