import type { SpanStart } from "#lib/base/trace.ts";
import type { Store, Tx } from "#lib/payment/index.ts";
import type { Metrics } from "./metrics.ts";
import { traced } from "./tracing.ts";

type BookingCounters = Pick<Metrics, "observePayment" | "observeClosedOrder" | "observeRefund">;

/** The same store; what it books is traced, and counted once it is committed: nothing that was rolled back is. */
export function measurePayments(store: Store, metrics: BookingCounters): Store {
  return {
    ...store,
    createOrder: (draft, once, options) =>
      traced({ name: "create order", orderId: draft.order.id }, () => store.createOrder(draft, once, options)),
    async settle(settling) {
      const isSettled = await traced(bookingOf(settling.payment), () => store.settle(settling));
      const { verdict, confirmation } = settling.payment;
      if (isSettled) metrics.observePayment({ verdict, reportedBy: confirmation.by });
      return isSettled;
    },
    async transaction<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
      let booked: (() => void)[] = [];
      const result = await store.transaction((tx) => {
        // A transaction that is tried again begins anew.
        booked = [];
        return work(watched(tx, { metrics, note: (count) => booked.push(count) }));
      });
      for (const count of booked) count();
      return result;
    },
  };
}

const bookingOf = ({ orderId, verdict, confirmation }: Parameters<Tx["bookPayment"]>[0]): SpanStart => ({
  name: "book payment",
  orderId,
  attributes: { "lingfu.verdict": verdict, "lingfu.reported_by": confirmation.by },
});

interface WatchedBooking {
  readonly metrics: BookingCounters;
  readonly note: (count: () => void) => void;
}

function watched(tx: Tx, { metrics, note }: WatchedBooking): Tx {
  const bookPayment: Tx["bookPayment"] = async (payment) => {
    const isBooked = await traced(bookingOf(payment), () => tx.bookPayment(payment));
    const { verdict, confirmation } = payment;
    if (isBooked) note(() => metrics.observePayment({ verdict, reportedBy: confirmation.by }));
    return isBooked;
  };
  const closeOrder: Tx["closeOrder"] = async (orderId, now) => {
    const isClosed = await tx.closeOrder(orderId, now);
    if (isClosed) note(() => metrics.observeClosedOrder());
    return isClosed;
  };
  const moveRefund: Tx["refunds"]["move"] = async (move, schedule) => {
    await tx.refunds.move(move, schedule);
    const { status } = move.refund;
    if (status === "succeeded" || status === "closed" || status === "abnormal")
      note(() => metrics.observeRefund(status));
  };
  const refunds = over(tx.refunds, { move: moveRefund });
  return over(tx, { bookPayment, closeOrder, refunds });
}

/** The same object with some of its members replaced; its methods find everything else of it. */
function over<Whole extends object>(whole: Whole, own: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get(target, key) {
      if (Object.hasOwn(own, key)) return own[key as keyof Whole];
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
