import { AsyncLocalStorage } from "node:async_hooks";
import pino from "pino";
import type { Log, LogFields } from "#lib/base/log.ts";
import { LOG_LINES_PER_EVENT_PER_MINUTE } from "#lib/base/web-limits.ts";
import { lineQuota } from "./line-quota.ts";
import { presentable } from "./presentable.ts";

/** JSON lines, one per event. */
export interface JsonLog extends Log {
  debug(event: string, fields?: LogFields): void;
}

export interface LogOptions {
  /** Which process writes: `web`, `worker`, `cli`. */
  readonly process: string;
  readonly level?: string;
  /** Where lines go; standard output by default. */
  readonly write?: (line: string) => void;
}

/** Errors (under `cause` or any other name) are written with their causes; names that smell of secrets are blanked. */
export function createLog({ process: name, level = "info", write }: LogOptions): JsonLog {
  const settings = { level, base: { process: name, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime };
  const sink = write === undefined ? pino(settings) : pino(settings, { write });
  const quota = lineQuota({ perMinute: LOG_LINES_PER_EVENT_PER_MINUTE });
  const at = (level: "debug" | "info" | "warn" | "error") => (event: string, fields?: LogFields) => {
    if (!sink.isLevelEnabled(level)) return;
    const leftOut = isCausedByStrangers(level, event) ? quota.take(event) : 0;
    if (leftOut === null) return;
    const id = currentRequestId();
    // The event comes first, so that a line is understood from its beginning.
    sink[level]({
      event,
      ...(id === undefined ? {} : { requestId: id }),
      ...(leftOut > 0 ? { leftOut } : {}),
      ...presentable(fields),
    });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** What anybody can bring about as often as they like: trouble, and notices that are refused. */
const isCausedByStrangers = (level: string, event: string): boolean =>
  level === "warn" || level === "error" || event === "notify.rejected";

export const silentLog: JsonLog = { debug() {}, info() {}, warn() {}, error() {} };

// Next.js bundles a second copy of this file; both copies must share one storage.
const STORAGE = Symbol.for("lingfu.requestId");
const shared = globalThis as { [STORAGE]?: AsyncLocalStorage<string> };
const requestIds = (): AsyncLocalStorage<string> => {
  shared[STORAGE] ??= new AsyncLocalStorage<string>();
  return shared[STORAGE];
};

/** Runs `work` so that every line it logs, however deep, carries this request id. */
export const withRequestId = <Result>(id: string, work: () => Result): Result => requestIds().run(id, work);

const currentRequestId = (): string | undefined => requestIds().getStore();
