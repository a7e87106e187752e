import { addressGroup } from "#lib/base/address-group.ts";
import { AppError } from "#lib/base/app-error.ts";
import { coalesce } from "#lib/base/coalesce.ts";
import {
  STREAM_BYTES_WAITING_MAX,
  STREAM_HEARTBEAT_MS,
  STREAM_LIFE_MS,
  STREAMS_MAX,
  STREAMS_PER_ORDER_MAX,
} from "#lib/base/limits.ts";
import { STREAMS_PER_ADDRESS_MAX } from "#lib/base/web-limits.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import type { Call, LiveBody, Sink } from "./call.ts";
import type { Container } from "./container.ts";

/**
 * A live body that follows one order. `first` was read before the watch began, so the stream reads the order once more.
 * @throws AppError `rate_limited` when too many streams follow this order or come from this address; `unavailable` when there
 * are too many streams in total
 */
export function openStream(call: Call, first: OrderStatusView): LiveBody {
  const streams = streamsOf(call.container);
  const address = addressGroup(call.client.address);
  streams.refuseWhenFull(first.id, address);
  return { open: (sink) => streams.add({ sink, first, address, lastEventId: call.headers.get("last-event-id") }) };
}

/** One event in the EventSource format; the id is the order's version, from which a client resumes. */
const statusEvent = (status: OrderStatusView): string =>
  `id: ${status.version}\nevent: status\ndata: ${JSON.stringify(status)}\n\n`;

interface OpenedStream {
  readonly sink: Sink;
  readonly first: OrderStatusView;
  /** The address group that the stream counts for; null if it is not counted. */
  readonly address: string | null;
  readonly lastEventId: string | null;
}

interface Stream {
  readonly sink: Sink;
  readonly endsAt: number;
  readonly orderId: string;
  readonly address: string | null;
}

interface Streams {
  refuseWhenFull(orderId: string, address: string | null): void;
  /** @returns to be called when the client has disconnected */
  add(opened: OpenedStream): () => void;
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
  const open = new Set<Stream>();
  const perOrder = new Map<string, number>();
  const perAddress = new Map<string, number>();
  let beat: NodeJS.Timeout | undefined;

  function enter(stream: Stream): void {
    open.add(stream);
    count(perOrder, stream.orderId, 1);
    if (stream.address !== null) count(perAddress, stream.address, 1);
    beat ??= setInterval(() => keepAlive(open, container.clock.now().getTime()), STREAM_HEARTBEAT_MS).unref();
  }
  function leave(stream: Stream): void {
    if (!open.delete(stream)) return;
    count(perOrder, stream.orderId, -1);
    if (stream.address !== null) count(perAddress, stream.address, -1);
    if (open.size > 0) return;
    clearInterval(beat);
    beat = undefined;
  }
  container.stopping.addEventListener("abort", () => {
    for (const stream of open) stream.sink.close();
  });
  return {
    refuseWhenFull(orderId, address) {
      if ((perOrder.get(orderId) ?? 0) >= STREAMS_PER_ORDER_MAX) {
        throw new AppError("rate_limited", "this order has too many live streams already", { retryAfterS: 10 });
      }
      if (address !== null && (perAddress.get(address) ?? 0) >= STREAMS_PER_ADDRESS_MAX) {
        throw new AppError("rate_limited", "too many live streams from this address; ask for the status instead", {
          retryAfterS: 10,
        });
      }
      if (open.size >= STREAMS_MAX || container.stopping.aborted) {
        throw new AppError("unavailable", "no room for another live stream; ask for the status instead");
      }
    },
    add({ sink, first, address, lastEventId }) {
      const unfollow = follow(container, { sink, first, lastEventId });
      const endsAt = container.clock.now().getTime() + STREAM_LIFE_MS;
      const stream = { sink, endsAt, orderId: first.id, address };
      enter(stream);
      return () => {
        unfollow();
        leave(stream);
      };
    },
  };
}

function count(counts: Map<string, number>, name: string, change: number): void {
  const now = (counts.get(name) ?? 0) + change;
  if (now > 0) counts.set(name, now);
  else counts.delete(name);
}

/** One timer for all streams: sends a comment to each, and closes those that are old or whose client reads nothing. */
function keepAlive(open: ReadonlySet<Stream>, now: number): void {
  for (const { sink, endsAt } of open) {
    if (now >= endsAt || sink.waiting() > STREAM_BYTES_WAITING_MAX) sink.close();
    else sink.write(": still here\n\n");
  }
}

/** Sends newer versions to this client, in order. @returns a function that ends the watch */
function follow(container: Container, { sink, first, lastEventId }: Omit<OpenedStream, "address">): () => void {
  const { read, noteSeen } = orderWatch(container);
  let sent = lastEventId !== null && /^[0-9]{1,10}$/.test(lastEventId) ? Number(lastEventId) : 0;
  // A returning client names its last version; one that is too high is ignored.
  if (sent > first.version) sent = 0;
  const send = (status: OrderStatusView) => {
    if (status.version <= sent) return;
    sent = status.version;
    sink.write(statusEvent(status));
  };
  const readAgain = () => {
    read(first.id).then(
      (status) => status !== null && send(status),
      // The hub calls again once Postgres is reachable, and the page polls meanwhile.
      (cause: unknown) => container.log.warn("stream.read_failed", { orderId: first.id, cause }),
    );
  };
  // Browsers that were disconnected together should not reconnect together.
  sink.write(`retry: ${1_500 + Math.floor(Math.random() * 2_000)}\n\n`);
  send(first);
  if (first.status === "pending") noteSeen(first.id);
  const unwatch = container.hub.watch(first.id, readAgain);
  readAgain();
  return unwatch;
}

export interface OrderWatch {
  /** The order's status, read after this call; callers at the same time share one read. */
  read(orderId: string): Promise<OrderStatusView | null>;
  /** Notes in the background that the order's page is in use. */
  noteSeen(orderId: string): void;
}

const watches = new WeakMap<Container, OrderWatch>();

/** What all watchers of orders in this process share. */
export function orderWatch(container: Container): OrderWatch {
  const known = watches.get(container);
  if (known !== undefined) return known;
  const made = createOrderWatch(container);
  watches.set(container, made);
  return made;
}

const createOrderWatch = ({ payments, log }: Container): OrderWatch => ({
  read: coalesce((orderId) => payments.status(orderId)),
  noteSeen(orderId) {
    payments.markSeen(orderId).catch((cause: unknown) => log.warn("order.seen_not_noted", { orderId, cause }));
  },
});
