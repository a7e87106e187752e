import type pg from "pg";

/** The channel that tells which orders have changed: ids, or other topics of the hub, divided by commas. */
export const ORDER_CHANNEL = "order_changed";

/** Topics that are no orders: rows have been written that the worker sees to. What needs no haste need not be told. */
export const DUE = { attempts: "due:attempts", outbox: "due:outbox" } as const;

/** Told instead of topics when there are too many to name: everybody reads again. */
export const EVERYTHING = "**";

/**
 * Tells the watchers of all processes what was committed. It does so outside every transaction, since one that notifies takes a
 * lock of the whole database and holds it through its commit. What is lost with a process that dies in between is found by the
 * hub, which reads the versions of the orders that it watches.
 */
export interface ChangeTeller {
  /** Call after the commit. Never throws and never waits. */
  tell(topic: string): void;
  /** Resolves when all that was said so far has been told or given up. */
  flush(): Promise<void>;
}

/** Changes of so long are told together. */
const GATHER_MS = 5;
const RETRY_MS = 200;
const TRIES_MAX = 3;
const TOPICS_MAX = 5_000;
/** Of one notification; Postgres takes less than 8,000 bytes. */
const PAYLOAD_LENGTH_MAX = 7_000;

// A commit that wrote nothing but a notification has nothing to wait for.
const NOTIFY = "select pg_notify($1, payload) from unnest($2::text[]) as payload";

const tellers = new WeakMap<pg.Pool, ChangeTeller>();

/** The one of this pool. */
export function changeTellerOf(pool: pg.Pool): ChangeTeller {
  const known = tellers.get(pool);
  if (known !== undefined) return known;
  const made = createTeller((payloads) => pool.query(NOTIFY, [ORDER_CHANNEL, payloads]));
  tellers.set(pool, made);
  return made;
}

/** {@link changeTellerOf}, with the way out to be given by tests. */
export function createTeller(send: (payloads: string[]) => Promise<unknown>): ChangeTeller {
  let gathered = new Set<string>();
  let telling: Promise<void> | null = null;

  async function tellAll(): Promise<void> {
    await sleep(GATHER_MS);
    for (let tries = 0; gathered.size > 0; ) {
      const topics = gathered;
      gathered = new Set();
      const isTold = await send(payloadsOf(topics)).then(
        () => true,
        () => false,
      );
      if (isTold) {
        tries = 0;
      } else if (++tries < TRIES_MAX) {
        for (const topic of topics) gathered.add(topic);
        await sleep(RETRY_MS);
      } else {
        // The database is away; whoever watches reads again when it is back.
        return;
      }
    }
  }

  return {
    tell(topic) {
      gathered.add(topic);
      telling ??= tellAll().finally(() => {
        telling = null;
      });
    },
    flush: async () => {
      while (telling !== null) await telling;
    },
  };
}

function payloadsOf(topics: ReadonlySet<string>): string[] {
  if (topics.size > TOPICS_MAX) return [EVERYTHING];
  const payloads: string[] = [];
  let payload = "";
  for (const topic of topics) {
    if (payload.length + topic.length >= PAYLOAD_LENGTH_MAX) {
      payloads.push(payload);
      payload = "";
    }
    payload += payload === "" ? topic : `,${topic}`;
  }
  payloads.push(payload);
  return payloads;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
