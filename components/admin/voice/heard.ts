import type { PaidEntry, PaidNews } from "#lib/contract/counter.ts";

// What this device has heard of the feed, and what it still has to say. Kept where it outlives the page: phones throw a page
// away while they are locked, and load it anew when they wake.

export interface Heard {
  /** For the next question; null before the first answer. */
  readonly cursor: string | null;
  /** Ids of payments above the feed's floor, with their entries. */
  readonly ids: Readonly<Record<string, number>>;
  /** To be said, in this order. */
  readonly queue: readonly PaidEntry[];
  /** When it was last kept, by this device's clock. */
  readonly at: number;
}

export const UNHEARD: Heard = { cursor: null, ids: {}, queue: [], at: 0 };
const KEPT_MS = 12 * 3_600_000;
/** More is summed up. */
const SAID_ONE_BY_ONE = 3;
/** A device that nobody lets speak forgets what it would have said. */
const QUEUE_MAX = 2_000;

/** What was kept, unless it is too old to go on from. */
export function readHeard(text: string | null, now: number): Heard {
  try {
    const kept = JSON.parse(text ?? "null") as Heard | null;
    const isFresh = kept !== null && typeof kept.at === "number" && Math.abs(now - kept.at) < KEPT_MS;
    return isFresh && typeof kept.cursor === "string" && Array.isArray(kept.queue) ? kept : UNHEARD;
  } catch {
    return UNHEARD;
  }
}

/** Takes in an answer: each payment once, whatever was told twice. Who begins to listen is told nothing of before. */
export function hear(heard: Heard, news: PaidNews, isSpoken: (entry: PaidEntry) => boolean): Heard {
  const fresh = news.entries.filter(({ id }) => heard.ids[id] === undefined);
  const all = [...Object.entries(heard.ids), ...fresh.map(({ id, entry }): [string, number] => [id, entry])];
  return {
    cursor: news.cursor,
    ids: Object.fromEntries(all.filter(([, entry]) => entry > news.floor)),
    queue: news.isFirst ? heard.queue : [...heard.queue, ...fresh.filter(isSpoken)].slice(-QUEUE_MAX),
    at: heard.at,
  };
}

/** The pages of one answer, and the cursor that it was asked with. */
export interface PaidAnswer {
  readonly after: string | null;
  readonly pages: readonly PaidNews[];
}

/**
 * Takes in an answer. Null for one that was overtaken by another: what it tells again may have sunk below the floor of the
 * other one meanwhile, where nothing is remembered, so that it would be said twice. It has to be asked for anew.
 */
export function takeIn(
  heard: Heard,
  { after, pages }: PaidAnswer,
  isSpoken: (entry: PaidEntry) => boolean,
): Heard | null {
  return heard.cursor === after ? pages.reduce((before, page) => hear(before, page, isSpoken), heard) : null;
}

/** What is said next: one payment, or all that waits where that is more than one can listen to. */
export function nextToSay({ queue }: Heard): readonly PaidEntry[] {
  return queue.length > SAID_ONE_BY_ONE ? queue : queue.slice(0, 1);
}

export function said(heard: Heard, entries: readonly PaidEntry[]): Heard {
  const gone = new Set(entries.map(({ id }) => id));
  return { ...heard, queue: heard.queue.filter(({ id }) => !gone.has(id)) };
}
