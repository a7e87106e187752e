import { SECOND_MS } from "./time.ts";

// What each kind of call that leaves this process may take: of time, of room, and of a peer's patience. The pauses between the tries of
// what waits in rows are in lib/webhooks/retry-schedule.ts, lib/notifications/plan-turn.ts, lib/printing/print.ts and
// lib/ops/ledger/keep-anchors.ts: those receivers rest by their rows, so that a restart does not forget it.

/** When a peer that fails is left alone for a while. */
export interface BreakerBudget {
  /** Failures in a row, of all calls to the peer. */
  readonly failures: number;
  /** How long it rests before one call tries it again; longer after each try that fails. */
  readonly restMs: number;
  readonly restMsMax: number;
  /** Calls to the peer at a time. */
  readonly atOnce: number;
  /** Calls that may wait for their turn; what comes after that is not sent. */
  readonly waiting: number;
}

/**
 * WeChat Pay, by host. Repeated at once only if sending twice is as good as sending once (our own number is in it): at the backup host,
 * or over a new connection. A charge by code, a sign-in code and a bill's file are never repeated by themselves.
 */
export const WECHAT_CALLS = {
  connectMs: 2 * SECOND_MS,
  /** The first host's share of the total, so that its backup gets a turn. */
  firstTryMs: 6 * SECOND_MS,
  totalMs: 10 * SECOND_MS,
  billMs: 120 * SECOND_MS,
  failures: 8,
  restMs: 2 * SECOND_MS,
  restMsMax: 15 * SECOND_MS,
  atOnce: 256,
  waiting: 256,
} as const satisfies BreakerBudget & Record<string, number>;

/** A merchant's endpoint. Repeated by its row, under the same event id, with growing pauses. */
export const WEBHOOK_CALLS = {
  totalMs: 10 * SECOND_MS,
  failures: 10,
  // Short: the first three repeats of an event are promised within a minute.
  restMs: 3 * SECOND_MS,
  restMsMax: 30 * SECOND_MS,
  /** Turns of one endpoint, which its lane sees to as well. */
  atOnce: 16,
  waiting: 16,
} as const satisfies BreakerBudget & Record<string, number>;

/** Group robots, mail, push, templates. Repeated by their rows; one at a time for each channel. */
export const CHANNEL_CALLS = { totalMs: 10 * SECOND_MS } as const;

/** Names that are looked up before a connection is made to what they mean. */
export const NAME_CALLS = { totalMs: 2 * SECOND_MS } as const;

/** Printers. What may be on paper already is never sent again by itself. */
export const PRINTER_CALLS = {
  connectMs: 3 * SECOND_MS,
  statusMs: 2 * SECOND_MS,
  /** A receipt of a hundred lines takes five seconds. */
  printMs: 15 * SECOND_MS,
  cloudMs: 10 * SECOND_MS,
} as const;

/** The ledger's daily head. Repeated by its row. */
export const ANCHOR_CALLS = { totalMs: 10 * SECOND_MS } as const;

/** Where backups are kept, by S3 or SFTP: each answer, not the whole of a file. Repeated with the next run. */
export const STORE_CALLS = { answerMs: 60 * SECOND_MS, aliveMs: 10 * SECOND_MS } as const;

/** The feed of releases. Asked again after an hour. */
export const FEED_CALLS = { totalMs: 3 * SECOND_MS } as const;

/** Traces, in batches. Never repeated: what does not arrive is dropped. */
export const TRACE_CALLS = { totalMs: 2 * SECOND_MS } as const;

/** Our own public address, asked as shoppers and WeChat do: by the doctor, and by the watch of the doors. */
export const DOOR_CALLS = { doctorMs: 2.5 * SECOND_MS, watchMs: 10 * SECOND_MS } as const;

/** The sandbox's own doors: what a shopper's phone does, its settings, a notice sent again. */
export const SANDBOX_CALLS = { totalMs: 15 * SECOND_MS, settingsMs: 5 * SECOND_MS, replayMs: 8 * SECOND_MS } as const;

/** `cli listen` and `cli tail`: a local address that events are forwarded to, and the API of an installation elsewhere. */
export const FORWARD_CALLS = { totalMs: 10 * SECOND_MS } as const;
