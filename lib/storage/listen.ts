import pg from "pg";
import { withTimeout } from "#lib/base/timeout.ts";

export interface ListenOptions {
  readonly url: string;
  readonly channel: string;
  /** May be called many times a second; must be quick. */
  readonly onNotice: (payload: string) => void;
}

export interface Listener {
  /** Resolves once, with why, when the connection is gone: broken, closed by the server, or closed by us. */
  readonly lost: Promise<unknown>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** A connection that broke silently (a cable, a firewall) is found by a query. */
const ASK_EVERY_MS = 10_000;
const ANSWER_TIMEOUT_MS = 3_000;

/**
 * One connection of its own that listens on a channel. A failure is reported in one place: by the exception while it is being
 * opened, by `lost` afterwards, so that the caller opens the next one only once.
 * @throws when it cannot be opened; nothing of it is left then
 */
export async function listen({ url, channel, onNotice }: ListenOptions): Promise<Listener> {
  const client = new pg.Client({
    connectionString: url,
    application_name: "lingfu listen",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
  });
  let end = (_cause: unknown): void => {};
  const lost = new Promise<unknown>((resolve) => {
    end = resolve;
  });
  client.on("error", end);
  client.on("end", () => end(new Error("the connection was closed")));
  client.on("notification", ({ payload }) => onNotice(payload ?? ""));
  try {
    await client.connect();
    await client.query(`listen ${pg.escapeIdentifier(channel)}`);
  } catch (cause) {
    await hangUp(client);
    throw cause;
  }
  const asking = setInterval(() => client.query("select 1").catch(end), ASK_EVERY_MS);
  const over = lost.finally(() => {
    clearInterval(asking);
    return hangUp(client);
  });
  return {
    lost,
    async close() {
      end(new Error("closed"));
      await over;
    },
  };
}

const END_TIMEOUT_MS = 1_000;

/** `end()` waits for the other side to close; one that is gone would keep it waiting for ever. */
async function hangUp(client: pg.Client): Promise<void> {
  const ended = client.end().catch(() => {});
  await withTimeout(ended, END_TIMEOUT_MS, () => {});
  (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy();
}
