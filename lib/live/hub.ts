import { type Listener, listen } from "#lib/storage/listen.ts";

/** Tells when an order has changed: a hint to read again, never the news itself. */
export interface Hub {
  /** @returns ends the watch; calling it twice is fine */
  watch(orderId: string, onChange: () => void): () => void;
  /** Watches that are open, for the metrics. */
  readonly watching: number;
  /** False while changes may be missed; every watcher is told to read again as soon as that is over. */
  readonly connected: boolean;
  close(): Promise<void>;
}

export interface HubOptions {
  readonly databaseUrl: string;
  readonly log: {
    info(event: string, fields?: Record<string, unknown>): void;
    warn(event: string, fields?: Record<string, unknown>): void;
  };
}

/** The channel that every transaction tells which changes an order; the payload is the order's id. */
export const ORDER_CHANNEL = "order_changed";

const FIRST_PAUSE_MS = 200;
const PAUSE_MS_MAX = 2_000;
/** After a gap everybody reads again; not all in one moment, since the reads share one small pool. */
const TOLD_AT_ONCE = 100;
const TOLD_EVERY_MS = 25;

/** One LISTEN connection for all watchers of this process, kept for as long as the hub is open. */
export function createHub({ databaseUrl, log }: HubOptions): Hub {
  const watchers = new Map<string, Set<() => void>>();
  const closing = new AbortController();
  let listener: Listener | null = null;
  let watching = 0;

  const tell = (orderId: string) => {
    for (const onChange of watchers.get(orderId) ?? []) onChange();
  };
  async function connect(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !closing.signal.aborted; pauseMs = Math.min(2 * pauseMs, PAUSE_MS_MAX)) {
      try {
        const opened = await listen({ url: databaseUrl, channel: ORDER_CHANNEL, onNotice: tell, onLost });
        if (closing.signal.aborted) return opened.close();
        listener = opened;
        // Whatever was said while nobody listened is lost.
        return tellAll(watchers, closing.signal);
      } catch (cause) {
        if (pauseMs === FIRST_PAUSE_MS) log.warn("live.unreachable", { cause });
        await pause(pauseMs * (0.5 + Math.random() / 2), closing.signal);
      }
    }
  }
  const onLost = (cause: unknown) => {
    listener = null;
    if (closing.signal.aborted) return;
    log.warn("live.lost", { cause });
    connecting = connect().then(() => log.info("live.restored", { watching }));
  };
  let connecting = connect();

  return {
    watch(orderId, onChange) {
      const those = watchers.get(orderId) ?? new Set();
      // A function of its own for each watch, so that one function may watch twice.
      const call = () => onChange();
      watchers.set(orderId, those.add(call));
      watching++;
      return () => {
        if (!those.delete(call)) return;
        watching--;
        if (those.size === 0 && watchers.get(orderId) === those) watchers.delete(orderId);
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
      await connecting;
      await listener?.close();
      listener = null;
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
