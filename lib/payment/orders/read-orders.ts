import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
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
    createdFrom: query.createdFrom === undefined ? undefined : new Date(query.createdFrom),
    createdTo: query.createdTo === undefined ? undefined : new Date(query.createdTo),
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
