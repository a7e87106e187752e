import { setTimeout as sleep } from "node:timers/promises";
import { SECOND_MS } from "#lib/base/time.ts";
import type { Pool } from "#lib/storage/client.ts";
import { addKeyUses, type KeyUseCount } from "#lib/storage/configuration/gateway-key-uses.ts";

/** A verified message of WeChat. */
export interface VerifiedMessage {
  readonly merchantNumber: string;
  readonly serial: string;
  readonly kind: "certificate" | "public_key";
  readonly via: "notice" | "answer";
  readonly at: Date;
}

/** Counts in memory and writes now and then: a notice must not cost a row that all notices share. */
export interface KeyUses {
  note(message: VerifiedMessage): void;
  /** Writes what was counted. */
  flush(): Promise<void>;
  /** Writes the rest. */
  stop(): Promise<void>;
}

export interface KeyUsesOptions {
  readonly pool: Pool;
  readonly onUse?: (message: VerifiedMessage) => void;
  readonly everyMs?: number;
}

const EVERY_MS = 5 * SECOND_MS;
type Counting = { -readonly [Name in keyof KeyUseCount]: KeyUseCount[Name] };

export function createKeyUses({ pool, onUse = () => {}, everyMs = EVERY_MS }: KeyUsesOptions): KeyUses {
  let counted = new Map<string, Counting>();
  let isWaiting = false;
  const write = async (): Promise<void> => {
    await sleep(everyMs, undefined, { ref: false }).catch(() => {});
    isWaiting = false;
    await flush().catch(() => {}); // While the database is away the counts wait in memory.
  };
  const flush = async (): Promise<void> => {
    if (counted.size === 0) return;
    const taken = counted;
    counted = new Map();
    try {
      await addKeyUses(pool, [...taken.values()]);
    } catch (cause) {
      for (const [name, count] of taken) add(name, count);
      throw cause;
    }
  };
  const add = (name: string, count: KeyUseCount): void => {
    const known = counted.get(name);
    if (known === undefined) {
      counted.set(name, { ...count });
      return;
    }
    known.notices += count.notices;
    known.answers += count.answers;
    known.lastNoticeAt = later(known.lastNoticeAt, count.lastNoticeAt);
    known.lastAnswerAt = later(known.lastAnswerAt, count.lastAnswerAt);
  };
  return {
    note(message) {
      const { merchantNumber, serial, kind, via, at } = message;
      const isNotice = via === "notice";
      add(`${merchantNumber} ${serial}`, {
        ...{ merchantNumber, serial, kind, notices: Number(isNotice), answers: Number(!isNotice) },
        ...{ lastNoticeAt: isNotice ? at : null, lastAnswerAt: isNotice ? null : at },
      });
      onUse(message);
      if (isWaiting) return;
      isWaiting = true;
      void write();
    },
    flush,
    stop: () => flush().catch(() => {}),
  };
}

const later = (one: Date | null, other: Date | null): Date | null =>
  one === null || (other !== null && other > one) ? other : one;
