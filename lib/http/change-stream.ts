import type { LiveBody, Sink } from "./call.ts";
import type { Container } from "./container.ts";
import { openLiveStream } from "./live-streams.ts";

/** Many changes in a moment are one event. */
const TELL_EVERY_MS = 100;

export interface Watching {
  /** An order's id, `EVERY_ORDER`, or another topic of the hub. */
  readonly topics: readonly string[];
  /** Of the client. */
  readonly address: string;
  /** Whether the caller may still watch: asked every few seconds, since nobody is told when a session ends. */
  readonly isAllowed: () => Promise<boolean>;
}

/** A stream outlives its session by no more than this. */
const ALLOWED_EVERY_MS = 3_000;

/**
 * A live body that says that something has changed, without what: the page then asks by itself, with what it knows already.
 * The first event comes at once, since something may have changed while there was no stream.
 * @throws AppError as `openLiveStream`
 */
export const openChangeStream = (container: Container, { topics, address, isAllowed }: Watching): LiveBody =>
  openLiveStream(container, {
    subject: `changes of ${topics.join(", ")}`,
    address,
    follow(sink) {
      const untell = tellChanges(container, topics, sink);
      const unguard = closeOnceRefused(sink, isAllowed);
      return () => {
        untell();
        unguard();
      };
    },
  });

/** While it cannot be read who may watch, the stream stays: what has changed is asked for with the session in any case. */
function closeOnceRefused(sink: Sink, isAllowed: () => Promise<boolean>): () => void {
  let isAsking = false;
  const timer = setInterval(async () => {
    if (isAsking) return;
    isAsking = true;
    const allowed = await isAllowed().catch(() => true);
    isAsking = false;
    if (!allowed) sink.close();
  }, ALLOWED_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

function tellChanges({ hub }: Container, topics: readonly string[], sink: Sink): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isOwed = false;
  const tell = () => {
    if (timer !== undefined) {
      isOwed = true;
      return;
    }
    sink.write("event: changed\ndata: 1\n\n");
    timer = setTimeout(() => {
      timer = undefined;
      if (!isOwed) return;
      isOwed = false;
      tell();
    }, TELL_EVERY_MS);
  };
  const unwatch = topics.map((topic) => hub.watch(topic, tell));
  tell();
  return () => {
    clearTimeout(timer);
    for (const end of unwatch) end();
  };
}
