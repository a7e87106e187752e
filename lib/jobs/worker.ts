import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger, type Runner, run } from "graphile-worker";
import type { Database } from "#lib/storage/client.ts";
import { isAway } from "#lib/storage/errors.ts";

/** A job's work. If it throws, it is retried with growing pauses. It may run twice. */
export type Task = (payload: unknown) => Promise<void>;

export interface ScheduledTask {
  readonly task: string;
  /** Five fields of crontab, in UTC. */
  readonly cron: string;
}

export interface JobsOptions {
  readonly pool: Database["pool"];
  readonly tasks: Readonly<Record<string, Task>>;
  readonly schedule: readonly ScheduledTask[];
  readonly log: {
    warn(event: string, fields?: Record<string, unknown>): void;
    error(event: string, fields?: Record<string, unknown>): void;
  };
  /** Jobs at a time. */
  readonly concurrency?: number;
}

export interface Jobs {
  /** Takes no more jobs and waits for those in hand. */
  stop(): Promise<void>;
}

const CONCURRENCY = 8;
/** How long a new job waits at most; what must be prompt is told by the hub and needs no job. */
const POLL_MS = 1_000;
const RESTART_MS = 2_000;
const RECONNECT_MS = 500;

/** Works off the job queue until it is stopped; a database that goes away is waited for. */
export function startJobs(options: JobsOptions): Jobs {
  const stopping = new AbortController();
  let runner: Runner | null = null;
  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        runner = await open(options, stopping.signal);
        if (stopping.signal.aborted) await runner.stop();
        await runner.promise;
      } catch (cause) {
        if (!stopping.signal.aborted) options.log.warn("jobs.interrupted", { cause });
      }
      runner = null;
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }
  const running = keepRunning();
  return {
    async stop() {
      stopping.abort();
      // It may be stopping by itself already, which is all we want.
      await runner?.stop().catch(() => {});
      await running;
    },
  };
}

function open(
  { pool, tasks, schedule, log, concurrency = CONCURRENCY }: JobsOptions,
  stopping: AbortSignal,
): Promise<Runner> {
  return run({
    pgPool: lent(pool, stopping),
    concurrency,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    logger: new Logger(() => (level, message, meta) => tell(log, level, { message, meta })),
    crontab: schedule.map(({ task, cron }) => `${cron} ${task}`).join("\n"),
    taskList: Object.fromEntries(
      Object.entries(tasks).map(([name, task]) => [name, (payload: unknown) => task(payload)]),
    ),
  });
}

/**
 * The pool as graphile-worker (0.17) can bear it:
 * - It asks with a callback for one thing alone: the connection that it listens on for as long as it runs (`listenForChanges` in
 *   its main.js). A pooler lends no session for so long, so it gets a connection on which nothing is ever heard, and finds its
 *   jobs by looking.
 * - It writes the end of a job without waiting for it (`completeJob` and `failJob` in its worker.js): an error there ends the whole
 *   process. So a connection is waited for until the database is there, and a statement that lost its connection is run again.
 */
function lent(pool: Database["pool"], stopping: AbortSignal): Database["pool"] {
  const connect = (callback?: (cause: undefined, client: unknown, release: () => void) => void) =>
    callback === undefined ? connectWhenThere(pool, stopping) : callback(undefined, deafClient(), () => {});
  return new Proxy(pool, {
    get(_, key) {
      if (key === "connect") return connect;
      const value: unknown = Reflect.get(pool, key);
      return typeof value === "function" ? value.bind(pool) : value;
    },
  });
}

const deafClient = () => Object.assign(new EventEmitter(), { query: async () => ({ rows: [] }) });

async function connectWhenThere(pool: Database["pool"], stopping: AbortSignal) {
  for (;;) {
    try {
      const client = await pool.connect();
      const query = (text: string, values?: unknown[]) =>
        client.query(text, values).catch((cause) => {
          throw isAway(cause) ? new LostConnection(cause) : cause;
        });
      return { query, release: () => client.release() };
    } catch (cause) {
      if (stopping.aborted || !isAway(cause)) throw cause;
      await sleep(RECONNECT_MS, undefined, { signal: stopping }).catch(() => {});
    }
  }
}

/** Bears the code of a conflict between transactions, on which graphile-worker runs the same statement again. */
class LostConnection extends Error {
  readonly code = "40001";

  constructor(cause: unknown) {
    super("the connection was lost", { cause });
  }
}

/** Turns graphile-worker's messages into log events; messages about single jobs are left out. */
function tell(log: JobsOptions["log"], level: string, { message, meta }: { message: string; meta: unknown }): void {
  const cause = (meta as { error?: unknown } | undefined)?.error;
  // graphile-worker reports every reconnect attempt; the loops already report once that the database is away.
  if (isAway(cause) || cause instanceof LostConnection) return;
  const fields = cause === undefined ? { message } : { message, cause };
  if (level === "error") log.error("jobs.error", fields);
  if (level === "warning") log.warn("jobs.warning", fields);
}
