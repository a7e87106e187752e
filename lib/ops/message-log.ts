import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import {
  GATEWAY_MESSAGES_BATCH,
  GATEWAY_MESSAGES_EVERY_MS,
  GATEWAY_MESSAGES_WAITING_BYTES_MAX,
  GATEWAY_MESSAGES_WAITING_MAX,
} from "#lib/base/limits.ts";
import type { Log } from "#lib/base/log.ts";
import type { Pool } from "#lib/storage/client.ts";
import { type GatewayMessage, insertGatewayMessages } from "#lib/storage/operations/gateway-messages.ts";

/** Keeps what was said to and by the provider. A payment neither waits for it nor fails with it: what cannot be kept is dropped. */
export interface MessageLog<Raw> {
  /** Never throws and never waits. */
  note(message: Raw): void;
  /** Writes what is waiting. */
  flush(): Promise<void>;
  /** Writes the rest, for a short time. */
  stop(): Promise<void>;
}

export interface MessageLogOptions<Raw> {
  readonly pool: Pool;
  readonly log: Pick<Log, "warn">;
  /** Makes what is kept of a message; null: nothing. Called behind the payment. */
  readonly prepare: (raw: Raw) => GatewayMessage | null;
  /** What the message takes in memory. */
  readonly bytesOf: (raw: Raw) => number;
  readonly everyMs?: number;
}

const STOP_MS = 2_000;

export function createMessageLog<Raw>(options: MessageLogOptions<Raw>): MessageLog<Raw> {
  const { pool, log, prepare, bytesOf, everyMs = GATEWAY_MESSAGES_EVERY_MS } = options;
  let waiting: Raw[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let isDue = false;
  let writing: Promise<void> | null = null;

  const prepared = (raw: Raw): GatewayMessage[] => {
    try {
      const message = prepare(raw);
      return message === null ? [] : [message];
    } catch (cause) {
      dropped += 1;
      log.warn("messages.not_prepared", { cause });
      return [];
    }
  };
  const write = async (): Promise<void> => {
    const taken = waiting;
    waiting = [];
    waitingBytes = 0;
    for (let at = 0; at < taken.length; at += GATEWAY_MESSAGES_BATCH) {
      const batch: GatewayMessage[] = [];
      for (const raw of taken.slice(at, at + GATEWAY_MESSAGES_BATCH)) {
        batch.push(...prepared(raw));
        // Requests come in between: masking takes about a tenth of a millisecond.
        await nextTurn();
      }
      if (batch.length === 0) continue;
      await insertGatewayMessages(pool, batch).catch((cause: unknown) => {
        dropped += batch.length;
        log.warn("messages.not_kept", { cause });
      });
    }
    if (dropped > 0) log.warn("messages.dropped", { count: dropped });
    dropped = 0;
  };
  const flush = async (): Promise<void> => {
    await writing;
    if (waiting.length === 0) return;
    writing = write().finally(() => {
      writing = null;
    });
    await writing;
  };
  const writeSoon = async (): Promise<void> => {
    do await sleep(everyMs, undefined, { ref: false });
    while (
      // Payments first: while they queue for connections, messages wait, and are dropped when they become too many.
      pool.waitingCount > 0
    );
    isDue = false;
    await flush();
  };
  return {
    note(message) {
      const bytes = bytesOf(message);
      const isFull = waiting.length >= GATEWAY_MESSAGES_WAITING_MAX;
      if (isFull || waitingBytes + bytes > GATEWAY_MESSAGES_WAITING_BYTES_MAX) {
        dropped += 1;
        return;
      }
      waiting.push(message);
      waitingBytes += bytes;
      if (isDue) return;
      isDue = true;
      void writeSoon();
    },
    flush,
    async stop() {
      await Promise.race([flush(), sleep(STOP_MS, undefined, { ref: false })]);
    },
  };
}
