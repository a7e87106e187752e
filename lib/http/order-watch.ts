import { coalesce } from "#lib/base/coalesce.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import type { Container } from "./container.ts";

export interface OrderWatch {
  /** The order's status, read after this call; callers at the same time share one read. */
  read(orderId: string): Promise<OrderStatusView | null>;
  /** Notes that the order's page is in use: nobody waits for it. */
  noteSeen(orderId: string): void;
}

const watches = new WeakMap<Container, OrderWatch>();

/** What the watchers of orders share in this process. */
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
