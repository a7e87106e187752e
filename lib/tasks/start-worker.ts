import type { Clock } from "#lib/base/clock.ts";
import { EPAY_NOTICES_PER_PID } from "#lib/base/epay-limits.ts";
import { API_KEY_ENDING_MS, HEARTBEAT_EVERY_MS, LEARNER_FOLD_BATCH, SWEEP_BATCH } from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import { addMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { WEBHOOKS_PER_ENDPOINT } from "#lib/base/webhook-limits.ts";
import { startJobs } from "#lib/jobs/index.ts";
import { EVERY_ORDER, type Hub } from "#lib/live/hub.ts";
import type { PeopleNotifier, ReceiptMails } from "#lib/notifications/index.ts";
import { cleanUp } from "#lib/ops/cleanup.ts";
import { eraseShopper } from "#lib/ops/erase-shopper.ts";
import { rollUp, watchAnomalies, watchFairness } from "#lib/ops/insights.ts";
import { type AnchorDeps, takeAnchorTurn } from "#lib/ops/ledger/keep-anchors.ts";
import { createChainKeeper } from "#lib/ops/ledger/keep-chains.ts";
import type { Metrics } from "#lib/ops/metrics.ts";
import { keepSummaryFresh } from "#lib/ops/shopper-summary.ts";
import type { UpkeepDeps } from "#lib/ops/upkeep-deps.ts";
import { createSilenceWatch, type SilenceWatchDeps } from "#lib/ops/watch-silence.ts";
import { createLanes, type Lanes, type LanesOptions } from "#lib/outbound/lanes.ts";
import type { PaymentProcessor } from "#lib/payment/index.ts";
import type { ReceiptPrinting } from "#lib/printing/index.ts";
import type { Reconciliation } from "#lib/reconcile/index.ts";
import { endExpiredKeys, tellOfEndingKeys } from "#lib/storage/administration/api-keys.ts";
import { DUE } from "#lib/storage/changed-orders.ts";
import type { Database } from "#lib/storage/client.ts";
import { beat, endBeat } from "#lib/storage/operations/heartbeats.ts";
import type { Deliverer } from "#lib/webhooks/deliver.ts";
import type { EpayNotices } from "#lib/webhooks/epay-notices.ts";
import { startFigures, startMinutes } from "./keep-minutes.ts";
import { type Loop, startLoop } from "./loop.ts";
import { SCHEDULE, taskList } from "./task-list.ts";
import { startUpkeep } from "./upkeep-lane.ts";
import { createHealthWatch, type HealthWatchDeps } from "./watch-health.ts";

export interface WorkerParts {
  readonly database: Pick<Database, "pool">;
  readonly payments: Pick<PaymentProcessor, "syncOrder" | "sweep" | "learn">;
  readonly deliverer: Deliverer;
  /** Notices to software on the epay door. */
  readonly epayNotices: EpayNotices;
  /** Messages to people. */
  readonly notifier: PeopleNotifier;
  /** Receipts by e-mail; left out where a test wants none. */
  readonly receiptMails?: Pick<ReceiptMails, "turn" | "isDue">;
  /** Receipts on paper. */
  readonly printing: Pick<ReceiptPrinting, "turn" | "duePrinters">;
  /** Looks at everything now and then, so that people are told what is wrong without asking. */
  readonly health?: Pick<HealthWatchDeps, "checkInstallation" | "doctor">;
  /** Looks whether shoppers reach our pages by our public address; left out where that is this machine's own. */
  readonly doors?: SilenceWatchDeps["doors"];
  /** Backups and restore drills; left out where a test wants none. */
  readonly upkeep?: UpkeepDeps;
  /** Where the ledger's daily heads are kept; left out where a test wants none. */
  readonly anchor?: Pick<AnchorDeps, "place" | "secret">;
  /** Writes the list of revoked access outside the database; never throws. */
  readonly keepEnded: () => Promise<void>;
  /** Platform certificates are fetched now and then; never throws. */
  readonly gateways: { refreshKeys(): Promise<void> };
  /** Sees to it that the demo shop has its promotions, where there is one. */
  readonly demo?: () => Promise<void>;
  readonly reconciliation: Pick<Reconciliation, "runDue">;
  /** The pepper of shoppers' pseudonyms. */
  readonly shopperKey: Uint8Array;
  /** What this process has counted; it has no door, so the web process shows it. */
  readonly metrics?: Pick<Metrics, "leaveFigures" | "withdrawFigures" | "takeMinute">;
  /** Tells what other processes have written. */
  readonly hub: Pick<Hub, "watch">;
  readonly clock: Clock;
  readonly log: Log;
  /** Tells this process from the other workers, on this machine and others. */
  readonly processId: string;
}

export interface RunningWorker {
  /** Takes nothing new and waits for what is in hand. */
  stop(): Promise<void>;
}

const CHAINS_EVERY_MS = 2 * SECOND_MS;
const SWEEP_EVERY_MS = 4 * SECOND_MS;
const PRINT_EVERY_MS = 2 * SECOND_MS;
const DEMO_EVERY_MS = 5 * SECOND_MS;
const KEYS_EVERY_MS = 6 * HOUR_MS;
const LEARN_EVERY_MS = 10 * SECOND_MS;
const HEALTH_EVERY_MS = 2 * MINUTE_MS;

/** The work behind: sweeps over the rows make it certain, word of new rows makes it prompt. Any number of workers may run. */
export function startWorker(parts: WorkerParts): RunningWorker {
  const { payments, gateways, reconciliation, demo, metrics, clock, log } = parts;
  const { pool } = parts.database;
  const outboxes = lanesOf(parts);
  const { deliveries, notifications, prints } = outboxes;
  const insights = { pool, clock, log, shopperKey: parts.shopperKey };
  const process = `worker:${parts.processId}`;
  const jobs = startJobs({
    pool,
    log,
    tasks: taskList({
      payments,
      deliveries,
      notifications,
      prints,
      log,
      // What is still to be added up must not be cleaned away.
      cleanup: () => rollUp(insights).then(() => cleanUp({ pool, clock, log })),
      insights: {
        rollUp: () => rollUp(insights),
        watchAnomalies: () => watchAnomalies(insights),
        watchFairness: () => watchFairness(insights),
        keepSummaryFresh: () => keepSummaryFresh(insights),
        eraseShopper: (erasure) => eraseShopper(insights, erasure),
      },
      reconcile: () => reconciliation.runDue(),
    }),
    schedule: SCHEDULE,
  });
  const loop = (name: string, everyMs: number, run: () => Promise<"again" | "done">) =>
    startLoop({ name, everyMs, run, log });
  const loops = [
    ...startSweeps(parts, outboxes),
    loop("heartbeat", HEARTBEAT_EVERY_MS, async () => {
      await beat(pool, process);
      return "done";
    }),
    ...(demo === undefined
      ? []
      : [
          loop("demo", DEMO_EVERY_MS, async () => {
            await demo();
            return "done";
          }),
        ]),
    ...(parts.upkeep === undefined ? [] : [startUpkeep(parts.upkeep, log)]),
    loop("chains", CHAINS_EVERY_MS, createChainKeeper({ pool, clock }).turn),
    ...anchorLoops(parts),
    ...(parts.health === undefined ? [] : [healthLoop({ pool, clock, ...parts.health }, log)]),
    startSilence(parts),
    ...(metrics === undefined
      ? []
      : [startFigures(metrics, log), startMinutes({ pool, metrics, clock, source: process, ofDatabase: true }, log)]),
    loop("learner", LEARN_EVERY_MS, async () =>
      (await payments.learn()).outcomes >= LEARNER_FOLD_BATCH ? "again" : "done",
    ),
    loop("ended-access", MINUTE_MS, async () => {
      const now = clock.now();
      await endExpiredKeys(pool, now);
      await tellOfEndingKeys(pool, now, addMs(now, API_KEY_ENDING_MS));
      await parts.keepEnded();
      return "done";
    }),
    loop("keys", KEYS_EVERY_MS, async () => {
      await gateways.refreshKeys();
      return "done";
    }),
  ];
  return {
    async stop() {
      const lanes = [jobs, ...Object.values(outboxes), ...loops];
      await Promise.all(lanes.map((lane) => lane.stop()));
      await Promise.allSettled([endBeat(pool, process), metrics?.withdrawFigures()]);
    },
  };
}

function anchorLoops({ database: { pool }, anchor, clock, log }: WorkerParts): Loop[] {
  if (anchor === undefined) return [];
  const run = () => takeAnchorTurn({ pool, ...anchor, clock, log });
  return [startLoop({ name: "anchors", everyMs: MINUTE_MS, log, run })];
}

function startSilence({ database: { pool }, clock, doors, log }: WorkerParts): Loop {
  const look = createSilenceWatch({ pool, clock, ...(doors === undefined ? {} : { doors }) });
  const run = () => look().then(() => "done" as const);
  return startLoop({ name: "silence", everyMs: MINUTE_MS, log, run });
}

type Outboxes = Readonly<Record<"deliveries" | "epayNotices" | "notifications" | "prints" | "receiptMails", Lanes>>;

/** Look for rows that are due: now and then by themselves, and at once when a process tells that it has written some. */
function startSweeps({ payments, hub, log }: WorkerParts, lanes: Outboxes): Loop[] {
  const sweepOf = (name: string, everyMs: number, lane: Lanes) =>
    startLoop({ name, everyMs, log, run: () => lane.sweep().then(() => "done") });
  const checks = startLoop({
    name: "sweep",
    everyMs: SWEEP_EVERY_MS,
    log,
    async run() {
      const { attempts, hints, orders, refunds } = await payments.sweep();
      return Math.max(attempts, hints, orders, refunds) >= SWEEP_BATCH ? "again" : "done";
    },
  });
  const outboxes = [
    sweepOf("webhooks", SWEEP_EVERY_MS, lanes.deliveries),
    sweepOf("epay", SWEEP_EVERY_MS, lanes.epayNotices),
    sweepOf("notifications", SWEEP_EVERY_MS, lanes.notifications),
    sweepOf("prints", PRINT_EVERY_MS, lanes.prints),
    sweepOf("receipt-mails", SWEEP_EVERY_MS, lanes.receiptMails),
  ];
  hub.watch(DUE.attempts, checks.wake);
  // Whatever happens to an order may have left something to be told.
  hub.watch(EVERY_ORDER, () => {
    for (const outbox of outboxes) outbox.wake();
  });
  return [checks, ...outboxes];
}

/** What leaves this machine, with a lane for each receiver. */
function lanesOf({ deliverer, epayNotices, notifier, printing, receiptMails, log }: WorkerParts) {
  const brokenOff =
    (event: string): LanesOptions["onError"] =>
    (receiverId, cause) =>
      log.error(event, { receiverId, cause });
  return {
    deliveries: createLanes({
      turn: deliverer.turn,
      due: deliverer.due,
      concurrency: WEBHOOKS_PER_ENDPOINT,
      onError: brokenOff("webhook.broken_off"),
    }),
    epayNotices: createLanes({
      turn: epayNotices.turn,
      due: epayNotices.due,
      concurrency: EPAY_NOTICES_PER_PID,
      onError: brokenOff("epay.broken_off"),
    }),
    notifications: createLanes({
      turn: notifier.turn,
      due: notifier.dueChannels,
      onError: brokenOff("notification.broken_off"),
    }),
    prints: createLanes({ turn: printing.turn, due: printing.duePrinters, onError: brokenOff("print.broken_off") }),
    // One lane for all: they go out by one mail server.
    receiptMails: createLanes({
      turn: async () => (await receiptMails?.turn()) ?? "idle",
      due: async () => ((await receiptMails?.isDue()) === true ? ["mail server"] : []),
      onError: brokenOff("receipt_mail.broken_off"),
    }),
  };
}

/** The first look comes a while after the start: by then everything that starts with us is there. */
function healthLoop(deps: HealthWatchDeps, log: Log): Loop {
  const watch = createHealthWatch(deps);
  const from = deps.clock.now().getTime() + HEALTH_EVERY_MS / 2;
  return startLoop({
    name: "health",
    everyMs: HEALTH_EVERY_MS,
    log,
    async run() {
      if (deps.clock.now().getTime() >= from) await watch.look();
      return "done";
    },
  });
}
