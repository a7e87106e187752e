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
}

/**
 * A live body that says that something has changed, without what: the page then asks by itself, with what it knows already.
 * The first event comes at once, since something may have changed while there was no stream.
 * @throws AppError as `openLiveStream`
 */
export const openChangeStream = (container: Container, { topics, address }: Watching): LiveBody =>
  openLiveStream(container, {
    subject: `changes of ${topics.join(", ")}`,
    address,
    follow: (sink) => tellChanges(container, topics, sink),
  });

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
