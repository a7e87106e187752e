import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";
import type { ProcessMinute } from "#lib/storage/operations/health-minutes.ts";
import { dropFigures, keepFigures, readFigures } from "#lib/storage/operations/process-figures.ts";
import { databaseGauges } from "./database-gauges.ts";
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

/** A payment that was booked: what it is to its order, and who told us of it first. */
interface BookedOutcome {
  readonly verdict: string;
  readonly reportedBy: "notice" | "query";
}

/** What a process counts, and what the database knows at the moment it is asked. Observing is cheap and never throws. */
export interface Metrics {
  readonly contentType: string;
  /** Prometheus text of the whole installation, whichever process answers: figures of a process carry its name as a label. */
  render(): Promise<string>;
  /** Leaves what only this process can tell in the database, where every process that answers finds it. */
  leaveFigures(): Promise<void>;
  /** The process ends: its figures are not shown any more. */
  withdrawFigures(): Promise<void>;
  /** What was counted since the last call, and how it is now: a minute of this process for the health page. */
  takeMinute(): ProcessMinute;
  observeCall(call: AnsweredCall): void;
  observeGatewayCall(call: GatewayCall): void;
  /** A notice that was verified, and how long after the payment it came. */
  observeNotice(kind: string, delaySeconds?: number): void;
  /** A call of the notify address that was not believed. */
  observeRejection(reason: string): void;
  observePayment(payment: BookedOutcome): void;
  observeClosedOrder(): void;
  /** @param status what a refund has become */
  observeRefund(status: string): void;
  observeDelivery(outcome: string): void;
  /** A message of WeChat's was verified. */
  observeSignature(signature: { serial: string; kind: string; via: string }): void;
}

export interface MetricsOptions {
  /** Its kind and what tells it from others of that kind: `web:host:1234`. */
  readonly process?: string;
  readonly hub?: { readonly watching: number; readonly connected: boolean };
  /** Where given, what is waiting in the database and what other processes have counted is shown as well. */
  readonly pool?: Database["pool"];
}

/** Figures of a process that was not heard of since are those of a process that is gone. */
const FIGURES_FRESH_MS = MINUTE_MS;

export function createMetrics({ process: name = "process", hub, pool }: MetricsOptions = {}): Metrics {
  // Figures of this process are shown with its name, those of the database without one.
  const own = new Registry();
  const shared = new Registry();
  collectDefaultMetrics({ register: own });
  const counted = countersOf([own]);
  const minute = createMinuteCounter();
  if (hub) showHub([own], hub);
  if (pool) showPool([own], pool);
  const showDatabase = pool ? databaseGauges([shared], pool) : async () => {};
  let leaving: Promise<unknown> = Promise.resolve();
  /** One after the other, so that an older text never replaces a newer one. */
  function leave(): Promise<string> {
    const left = leaving.then(async () => {
      const figures = ownFigures(await own.metrics());
      if (pool) await keepFigures(pool, { process: name, figures });
      return figures;
    });
    leaving = left.catch(() => {});
    return left;
  }
  return {
    contentType: own.contentType,
    async render() {
      await showDatabase();
      // Left before it is shown: what another process shows of us later is never less, or Prometheus would take it for a restart.
      const figures = await leave().catch(async () => ownFigures(await own.metrics()));
      // While the database is away, the figures of other processes are unknown.
      const others = pool === undefined ? [] : await readFigures(pool, FIGURES_FRESH_MS).catch(() => []);
      const all = [{ process: name, figures }, ...others.filter(({ process }) => process !== name)];
      return mergeFigures(await shared.metrics(), all);
    },
    leaveFigures: async () => void (await leave()),
    async withdrawFigures() {
      await leaving;
      if (pool) await dropFigures(pool, name);
    },
    takeMinute: () => ({ ...minute.take(), ...stateOf({ hub, pool }) }),
    observeCall({ method, route, status, seconds }) {
      counted.requests.inc({ method, route, status });
      counted.requestSeconds.observe({ method, route }, seconds);
    },
    observeGatewayCall(call) {
      const { operation, outcome, seconds } = call;
      counted.gatewayCalls.observe({ operation, outcome }, seconds);
      minute.noteCall(call);
    },
    observeNotice(kind, delaySeconds) {
      counted.notices.inc({ kind });
      if (delaySeconds === undefined) return;
      counted.delays.observe(Math.max(0, delaySeconds));
      minute.noteNotice(Math.max(0, delaySeconds));
    },
    observeRejection: (reason) => counted.rejections.inc({ reason }),
    observePayment: ({ verdict, reportedBy }) => counted.payments.inc({ verdict, reported_by: reportedBy }),
    observeClosedOrder: () => counted.closedOrders.inc(),
    observeRefund: (status) => counted.refunds.inc({ status }),
    observeDelivery: (outcome) => counted.deliveries.inc({ outcome }),
    observeSignature: ({ serial, kind, via }) => counted.signatures.inc({ serial, kind, via }),
  };
}

// Few, since there is a series for each route and bucket, and all of them go through the database.
const CALL_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1, 5];
const GATEWAY_SECONDS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From WeChat's payment to its notice at our door: seconds when all is well, a day when it is not. */
const DELAY_SECONDS = [1, 2, 5, 10, 30, 60, 300, 1_800, 10_800, 86_400];

function countersOf(registers: Registry[]) {
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name, help, labelNames: [...labelNames], registers });
  return {
    requests: counter("lingfu_http_requests_total", "Answered HTTP calls, by route pattern and status.", [
      ...(["method", "route", "status"] as const),
    ]),
    requestSeconds: new Histogram({
      name: "lingfu_http_request_seconds",
      help: "How long answered HTTP calls took, by route pattern.",
      labelNames: ["method", "route"] as const,
      buckets: CALL_SECONDS,
      registers,
    }),
    gatewayCalls: new Histogram({
      name: "lingfu_gateway_call_seconds",
      help: "How long calls to WeChat Pay took. Outcome unknown: no certain answer, asked again.",
      labelNames: ["operation", "outcome"] as const,
      buckets: GATEWAY_SECONDS,
      registers,
    }),
    notices: counter("lingfu_notices_total", "Verified notices of WeChat Pay, by what they are about.", ["kind"]),
    rejections: counter("lingfu_notice_rejections_total", "Calls of the notify address that were not believed.", [
      "reason",
    ]),
    delays: new Histogram({
      name: "lingfu_notice_delay_seconds",
      help: "From the payment at WeChat to its notice at our door.",
      buckets: DELAY_SECONDS,
      registers,
    }),
    payments: counter(
      "lingfu_payments_total",
      "Booked payments: what they are to their order (settles, late, extra, mismatch), and whether a notice or our own query told of them first.",
      ["verdict", "reported_by"],
    ),
    closedOrders: counter("lingfu_orders_closed_total", "Orders that ended unpaid.", []),
    refunds: counter("lingfu_refunds_total", "Refunds, by what they became.", ["status"]),
    deliveries: counter("lingfu_webhook_tries_total", "Tries to deliver a webhook, by what came of them.", ["outcome"]),
    signatures: counter(
      "lingfu_wechat_signatures_total",
      "Verified notices and answers of WeChat Pay, by the key that they were signed with.",
      ["serial", "kind", "via"],
    ),
  };
}

function showHub(registers: Registry[], hub: NonNullable<MetricsOptions["hub"]>): void {
  new Gauge({
    name: "lingfu_streams_open",
    help: "Browsers that follow an order live.",
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

function showPool(registers: Registry[], pool: Database["pool"]): void {
  new Gauge({
    name: "lingfu_database_connections",
    help: "Connections of the pool that are used or idle, and callers that wait for one.",
    labelNames: ["state"] as const,
    registers,
    collect() {
      this.set({ state: "used" }, pool.totalCount - pool.idleCount);
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "waiting" }, pool.waitingCount);
    },
  });
  new Gauge({
    name: "lingfu_database_connections_max",
    help: "Connections that the pool may open.",
    registers,
    collect() {
      this.set(pool.options.max ?? 0);
    },
  });
}
