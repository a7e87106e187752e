import pg from "pg";

export interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  /** May be called many times a second; must be quick. */
  readonly onNotice: (payload: string) => void;
  /** The connection is gone, for whatever reason but `close`. Told once. */
  readonly onLost: (cause: unknown) => void;
}

export interface Listener {
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** A connection whose other end vanished without a word (a cable, a firewall) is found out by asking. */
const ASK_EVERY_MS = 10_000;
const ANSWER_TIMEOUT_MS = 3_000;

/** One connection of its own that listens on a channel. @throws when it cannot be opened */
export async function listen({ url, channel, onNotice, onLost }: ListenOptions): Promise<Listener> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "lingfu listen",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
  });
  let over = false;
  let asking: NodeJS.Timeout | undefined;
  const end = (cause?: unknown) => {
    if (over) return;
    over = true;
    clearInterval(asking);
    if (cause !== undefined) onLost(cause);
  };
  client.on("error", end);
  client.on("end", () => end(new Error("the connection was closed")));
  client.on("notification", ({ payload }) => onNotice(payload ?? ""));
  try {
    await client.connect();
    await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  } catch (cause) {
    over = true; // Whoever asked for it hears it from the exception alone.
    await hangUp(client);
    throw cause;
  }
  if (!over) {
    asking = setInterval(() => {
      client.query("select 1").catch((cause: unknown) => {
        end(cause);
        void hangUp(client);
      });
    }, ASK_EVERY_MS);
  }
  return {
    async close() {
      end();
      await hangUp(client);
    },
  };
}

/** `end()` waits for the other side to close; one that is gone would keep it waiting for ever. */
async function hangUp(client: pg.Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, 1_000);
  });
  await Promise.race([client.end().catch(() => {}), patience]);
  clearTimeout(timer);
  (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy();
}
