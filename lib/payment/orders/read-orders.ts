import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { EVENTS_LISTED_DAYS } from "#lib/base/webhook-limits.ts";
import type { OrderListQuery, OrderStatusView, OrderView } from "#lib/contract/order.ts";
import type { Deps } from "../deps.ts";
import { liveAttempt } from "../domain/attempt.ts";
import { orderNotFound } from "../domain/order.ts";
import type { OrderSnapshot } from "../domain/order-file.ts";
import { orderView, settlingAttempt, statusView } from "../domain/views.ts";
import type { OrderNarrowing } from "../ports/index.ts";

export interface ListedOrders {
  readonly data: OrderView[];
  readonly nextCursor: string | null;
}

/** @throws AppError `not_found` */
export async function readOrder(deps: Deps, orderId: string): Promise<OrderView> {
  const file = isId("order", orderId) ? await deps.store.findOrder(orderId) : null;
  if (file === null) throw orderNotFound();
  return orderView(file, deps.payUrl(orderId));
}

export async function readStatus(deps: Deps, orderId: string): Promise<OrderStatusView | null> {
  return isId("order", orderId) ? deps.store.findStatus(orderId, deps.clock.now()) : null;
}

/** The order as others see it and as its watchers see it, with what both are made of. */
export interface OpenedPage {
  readonly order: OrderView;
  readonly status: OrderStatusView;
  readonly snapshot: OrderSnapshot;
}

export async function openPage(deps: Deps, orderId: string): Promise<OpenedPage | null> {
  const snapshot = isId("order", orderId) ? await deps.store.findSnapshot(orderId) : null;
  if (snapshot === null) return null;
  const { order, attempts } = snapshot;
  const live = order.status === "pending" ? liveAttempt(attempts) : undefined;
  return {
    order: orderView(snapshot, deps.payUrl(orderId)),
    status: statusView({ ...order, settling: settlingAttempt(attempts), live }, deps.clock.now()),
    snapshot,
  };
}

/** Newest first; the cursor is the id of the last order shown. @throws AppError `invalid_request` for a cursor that is not valid */
export async function listOrders(
  deps: Deps,
  query: OrderListQuery,
  narrowing: OrderNarrowing = {},
): Promise<ListedOrders> {
  if (query.cursor !== undefined && !isId("order", query.cursor)) {
    throw new AppError("invalid_request", "the cursor is not valid", {
      errors: [{ path: "cursor", message: "must be the nextCursor of the previous page" }],
    });
  }
  const files = await deps.store.listOrders({
    ...narrowing,
    status: query.status,
    createdFrom: momentOf(query.createdFrom),
    createdTo: momentOf(query.createdTo),
    ...paidWithin(query, narrowing),
    ...updatedWithin(query, deps.clock.now()),
    channel: query.channel ?? narrowing.channel,
    outTradeNo: query.outTradeNo,
    text: query.q,
    storeCode: query.storeCode,
    tillCode: query.tillCode,
    cashierId: query.cashierId,
    after: query.cursor,
    // One more than requested shows whether another page follows.
    limit: query.limit + 1,
  });
  const data = files.slice(0, query.limit).map((file) => orderView(file, deps.payUrl(file.order.id)));
  return { data, nextCursor: files.length > query.limit ? (data.at(-1)?.id ?? null) : null };
}

const momentOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));

const paidWithin = ({ paidFrom, paidTo }: OrderListQuery, narrowing: OrderNarrowing) => ({
  paidFrom: momentOf(paidFrom) ?? narrowing.paidFrom,
  paidTo: momentOf(paidTo) ?? narrowing.paidTo,
});

/** What changed is known by its events, which are kept for so long at least. @throws AppError `invalid_request` */
function updatedWithin({ updatedFrom, updatedTo }: OrderListQuery, now: Date) {
  const oldest = addMs(now, -EVENTS_LISTED_DAYS * DAY_MS);
  const given = { updatedFrom: momentOf(updatedFrom), updatedTo: momentOf(updatedTo) };
  const errors = Object.entries(given)
    .filter(([, moment]) => moment !== undefined && moment < oldest)
    .map(([path]) => ({ path, message: `must be at most ${EVENTS_LISTED_DAYS} days back` }));
  if (errors.length > 0) throw new AppError("invalid_request", "the query is not valid", { errors });
  return given;
}
