import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import type { OrderListQuery, OrderStatusView, OrderView } from "#lib/contract/order.ts";
import type { Deps } from "../deps.ts";
import { orderNotFound } from "../domain/order.ts";
import { orderView } from "../domain/views.ts";
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
