import { addressGroup } from "#lib/base/address-group.ts";
import { AppError } from "#lib/base/app-error.ts";
import {
  STREAM_BYTES_WAITING_MAX,
  STREAM_HEARTBEAT_MS,
  STREAM_LIFE_MS,
  STREAMS_MAX,
  STREAMS_PER_ORDER_MAX,
} from "#lib/base/limits.ts";
import { STREAMS_PER_ADDRESS_MAX } from "#lib/base/web-limits.ts";
import type { LiveBody, Sink } from "./call.ts";
import type { Container } from "./container.ts";

/** Server-sent events: without no-transform a proxy may compress, and hold events back until a block is full. */
export const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

export interface NewStream {
  /** What it follows; only so many may follow the same. */
  readonly subject: string;
  /** Of the client. */
  readonly address: string;
  /** Writes what there is, now and later. @returns ends it */
  follow(sink: Sink): () => void;
}

/**
 * A live body, counted with all others of this process.
 * @throws AppError `rate_limited` when too many follow this subject, or follow any from this address; `unavailable` when too
 * many follow any
 */
export function openLiveStream(container: Container, { subject, address, follow }: NewStream): LiveBody {
  const streams = streamsOf(container);
  const group = addressGroup(address);
  streams.refuseWhenFull(subject, group);
  return {
    open(sink) {
      // Browsers that were cut off all at once should not come back all at once.
      sink.write(`retry: ${1_500 + Math.floor(Math.random() * 2_000)}\n\n`);
      // Another process takes over: a browser comes back after an end, and gives up after a refusal.
      if (container.stopping.aborted) {
        sink.close();
        return () => {};
      }
      const unfollow = follow(sink);
      const leave = streams.enter({ sink, subject, address: group });
      return () => {
        unfollow();
        leave();
      };
    },
  };
}

interface Stream {
  readonly sink: Sink;
  readonly subject: string;
  /** By what the caller is counted; null where it is not. */
  readonly address: string | null;
}

interface Streams {
  refuseWhenFull(subject: string, address: string | null): void;
  /** @returns what is to be done when the client is gone */
  enter(stream: Stream): () => void;
}

const streamsByContainer = new WeakMap<Container, Streams>();

function streamsOf(container: Container): Streams {
  const known = streamsByContainer.get(container);
  if (known !== undefined) return known;
  const made = createStreams(container);
  streamsByContainer.set(container, made);
  return made;
}

function createStreams(container: Container): Streams {
  const open = new Map<Stream, number>();
  const perSubject = new Map<string, number>();
  const perAddress = new Map<string, number>();
  let beat: NodeJS.Timeout | undefined;
  const now = () => container.clock.now().getTime();

  function leave(stream: Stream): void {
    if (!open.delete(stream)) return;
    count(perSubject, stream.subject, -1);
    if (stream.address !== null) count(perAddress, stream.address, -1);
    if (open.size > 0) return;
    clearInterval(beat);
    beat = undefined;
  }
  container.stopping.addEventListener("abort", () => {
    for (const stream of open.keys()) stream.sink.close();
  });
  return {
    refuseWhenFull(subject, address) {
      if ((perSubject.get(subject) ?? 0) >= STREAMS_PER_ORDER_MAX) {
        throw new AppError("rate_limited", "too many follow this already", { retryAfterS: 10 });
      }
      if (address !== null && (perAddress.get(address) ?? 0) >= STREAMS_PER_ADDRESS_MAX) {
        throw new AppError("rate_limited", "too many live streams from this address; ask for the status instead", {
          retryAfterS: 10,
        });
      }
      if (open.size >= STREAMS_MAX) {
        throw new AppError("unavailable", "no room for another live stream; ask for the status instead");
      }
    },
    enter(stream) {
      open.set(stream, now() + STREAM_LIFE_MS);
      count(perSubject, stream.subject, 1);
      if (stream.address !== null) count(perAddress, stream.address, 1);
      beat ??= setInterval(() => keepAlive(open, now()), STREAM_HEARTBEAT_MS).unref();
      return () => leave(stream);
    },
  };
}

function count(counts: Map<string, number>, name: string, change: number): void {
  const now = (counts.get(name) ?? 0) + change;
  if (now > 0) counts.set(name, now);
  else counts.delete(name);
}

/** One timer for all: a comment to each, an end to those that are old or whose client takes nothing any more. */
function keepAlive(open: ReadonlyMap<Stream, number>, now: number): void {
  for (const [{ sink }, endsAt] of open) {
    if (now >= endsAt || sink.waiting() > STREAM_BYTES_WAITING_MAX) sink.close();
    else sink.write(": still here\n\n");
  }
}
