import { coalesce } from "#lib/base/coalesce.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import type { Call, LiveBody, Sink } from "./call.ts";
import type { Container } from "./container.ts";
import { openLiveStream } from "./live-streams.ts";

/**
 * A live body that follows one order. `first` was read before the watch began, so the stream reads once more by itself.
 * @throws AppError as `openLiveStream`
 */
export function openStream(call: Call, first: OrderStatusView): LiveBody {
  const lastEventId = call.headers.get("last-event-id");
  return openLiveStream(call.container, {
    subject: first.id,
    address: call.client.address,
    follow: (sink) => follow(call.container, { sink, first, lastEventId }),
  });
}

/** One event in the EventSource format; the id is the order's version, from which a client resumes. */
const statusEvent = (status: OrderStatusView): string =>
  `id: ${status.version}\nevent: status\ndata: ${JSON.stringify(status)}\n\n`;

interface FollowedOrder {
  readonly sink: Sink;
  readonly first: OrderStatusView;
  readonly lastEventId: string | null;
}

/** Sends what is news to this client, in the order of versions. @returns ends the watch */
function follow(container: Container, { sink, first, lastEventId }: FollowedOrder): () => void {
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
  send(first);
  if (first.status === "pending") noteSeen(first.id);
  const unwatch = container.hub.watch(first.id, readAgain, first.version);
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
