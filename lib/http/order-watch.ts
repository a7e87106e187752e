import { coalesce } from "#lib/base/coalesce.ts";
import { SEEN_NOTED_EVERY_MS, SEEN_ORDERS_REMEMBERED } from "#lib/base/limits.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import type { Container } from "./container.ts";

export interface OrderWatch {
  /** The order's status, read after this call; callers at the same time share one read. */
  read(orderId: string): Promise<OrderStatusView | null>;
  /** Notes that the order's page is in use: at most once a minute, and without anybody waiting for it. */
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

function createOrderWatch({ payments, clock, log }: Container): OrderWatch {
  // In the order of their last note, so that the first is the one to forget.
  const notedAt = new Map<string, number>();
  return {
    read: coalesce((orderId) => payments.status(orderId)),
    noteSeen(orderId) {
      const now = clock.now().getTime();
      if (now - (notedAt.get(orderId) ?? Number.NEGATIVE_INFINITY) < SEEN_NOTED_EVERY_MS) return;
      notedAt.delete(orderId);
      notedAt.set(orderId, now);
      if (notedAt.size > SEEN_ORDERS_REMEMBERED) notedAt.delete(notedAt.keys().next().value ?? "");
      payments.markSeen(orderId).catch((cause: unknown) => {
        notedAt.delete(orderId);
        log.warn("order.seen_not_noted", { orderId, cause });
      });
    },
  };
}
