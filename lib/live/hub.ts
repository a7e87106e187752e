import { EVERYTHING, ORDER_CHANNEL } from "#lib/storage/changed-orders.ts";
import { type Listener, listen } from "#lib/storage/listen.ts";

/** Notifies when an order has changed: a hint to read again, without the data. */
export interface Hub {
  /**
   * Of one order, or of all with {@link EVERY_ORDER}.
   * @param version of the order as the caller knows it
   * @returns ends the watch; calling it twice is fine
   */
  watch(orderId: string, onChange: () => void, version?: number): () => void;
  /** Watches that are open, for the metrics. */
  readonly watching: number;
  /** False while changes may be missed; every watcher is notified as soon as that is over. */
  readonly connected: boolean;
  close(): Promise<void>;
}

export interface HubOptions {
  readonly databaseUrl: string;
  /** The versions of those of these orders that exist. What nobody told, because a process ended between commit and telling, is found by them. */
  readonly readVersions: (orderIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
  };
}

/** Watched instead of an order's id: any change of any order. */
export const EVERY_ORDER = "*";

const FIRST_PAUSE_MS = 200;
const PAUSE_MS_MAX = 3_000;
/** A connection that lasted so long was a good one; a server that takes us and hangs up is backed away from. */
const STEADY_MS = 5_000;
/** After a gap everybody reads again; not all in one moment, since the reads share one small pool. */
const TOLD_AT_ONCE = 100;
const TOLD_EVERY_MS = 25;
/** How long a change that nobody told stays unseen. */
const READ_VERSIONS_EVERY_MS = 1_000;
const VERSIONS_AT_ONCE = 1_000;

/** One LISTEN connection for all watchers of this process, kept for as long as the hub is open. */
export function createHub({ databaseUrl, readVersions, log }: HubOptions): Hub {
  const watchers = new Map<string, Set<() => void>>();
  const versions = new Map<string, number>();
  const closing = new AbortController();
  let listener: Listener | null = null;
  let watching = 0;

  const tell = (topic: string) => {
    for (const onChange of watchers.get(topic) ?? []) onChange();
  };
  const onNotice = (payload: string) => {
    if (payload === EVERYTHING) return void tellAll(watchers, closing.signal);
    for (const topic of payload.split(",")) tell(topic);
    tell(EVERY_ORDER);
  };
  const open = () => listen({ url: databaseUrl, channel: ORDER_CHANNEL, onNotice });
  /** The one owner of the connection: opens it, stays with it to its end, and only then opens the next. */
  async function keepListening(): Promise<void> {
    const away = createBackOff(closing.signal);
    while (!closing.signal.aborted) {
      const opened = await open().catch((cause: unknown) => {
        if (away.begin()) log.warn("live.unreachable", { cause });
        return null;
      });
      if (opened !== null) await stayWith(opened, away);
      await away.pause();
    }
  }
  async function stayWith(opened: Listener, away: BackOff): Promise<void> {
    listener = opened;
    if (closing.signal.aborted) return opened.close();
    if (away.end()) log.info("live.restored", { watching });
    const since = performance.now();
    // Notifications are lost while no connection listens.
    const telling = tellAll(watchers, closing.signal);
    const cause = await opened.lost;
    listener = null;
    if (performance.now() - since >= STEADY_MS) away.reset();
    if (!closing.signal.aborted && away.begin()) log.warn("live.lost", { cause });
    await telling;
  }
  async function keepReadingVersions(): Promise<void> {
    while (!closing.signal.aborted) {
      await pause(READ_VERSIONS_EVERY_MS, closing.signal);
      // Topics that are no orders have a divider in their names.
      const orderIds = [...watchers.keys()].filter((topic) => topic !== EVERY_ORDER && !topic.includes(":"));
      for (let from = 0; from < orderIds.length && !closing.signal.aborted; from += VERSIONS_AT_ONCE) {
        // While Postgres is away there is no news; the listener says so in the log.
        const found = await readVersions(orderIds.slice(from, from + VERSIONS_AT_ONCE)).catch(() => []);
        for (const [orderId, version] of found) {
          if (versions.get(orderId) === version || !watchers.has(orderId)) continue;
          versions.set(orderId, version);
          tell(orderId);
          tell(EVERY_ORDER);
        }
      }
    }
  }
  const working = Promise.all([keepListening(), keepReadingVersions()]);

  return {
    watch(orderId, onChange, version) {
      if (version !== undefined) versions.set(orderId, Math.min(version, versions.get(orderId) ?? version));
      const those = watchers.get(orderId) ?? new Set();
      // A function of its own for each watch, so that one function may watch twice.
      const call = () => onChange();
      watchers.set(orderId, those.add(call));
      watching++;
      return () => {
        if (!those.delete(call)) return;
        watching--;
        if (those.size > 0 || watchers.get(orderId) !== those) return;
        watchers.delete(orderId);
        versions.delete(orderId);
      };
    },
    get watching() {
      return watching;
    },
    get connected() {
      return listener !== null;
    },
    async close() {
      closing.abort();
      await listener?.close();
      await working;
      listener = null;
    },
  };
}

interface BackOff {
  /** An outage begins. @returns false when it is under way already */
  begin(): boolean;
  /** @returns whether there was one */
  end(): boolean;
  /** The next pause is the first one again. */
  reset(): void;
  /** Longer each time, up to a limit, and never the same for two processes. */
  pause(): Promise<void>;
}

function createBackOff(closing: AbortSignal): BackOff {
  let nextMs = FIRST_PAUSE_MS;
  let isAway = false;
  return {
    begin() {
      const began = !isAway;
      isAway = true;
      return began;
    },
    end() {
      const was = isAway;
      isAway = false;
      return was;
    },
    reset() {
      nextMs = FIRST_PAUSE_MS;
    },
    async pause() {
      const ms = nextMs * (0.5 + Math.random() / 2);
      nextMs = Math.min(2 * nextMs, PAUSE_MS_MAX);
      await pause(ms, closing);
    },
  };
}

async function tellAll(watchers: ReadonlyMap<string, ReadonlySet<() => void>>, closing: AbortSignal): Promise<void> {
  const all = [...watchers.values()].flatMap((those) => [...those]);
  for (let from = 0; from < all.length && !closing.aborted; from += TOLD_AT_ONCE) {
    for (const onChange of all.slice(from, from + TOLD_AT_ONCE)) onChange();
    await pause(TOLD_EVERY_MS, closing);
  }
}

/** Ends early when the hub closes. */
function pause(ms: number, closing: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      closing.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    if (closing.aborted) done();
    else closing.addEventListener("abort", done);
  });
}
