import { AppError } from "#lib/base/app-error.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { Deps } from "../deps.ts";
import { GIVEN_FIELDS, type OrderItem } from "../domain/order.ts";
import { orderView } from "../domain/views.ts";
import type { NewOrder, Once } from "../ports/orders.ts";

interface RepeatedOrder {
  /** As the order would have been made. */
  readonly draft: NewOrder;
  readonly codes: readonly string[];
  readonly once: Once | null;
}

/**
 * The order that has this number already, where it was made from the same content: a shop that lost our first answer and
 * sends the order again gets it. The answer is kept under the caller's key, as that of a new order is.
 * @returns null when the number belongs to an order with other content
 * @throws AppError `idempotency_conflict` when the key was used with another body
 */
export function findSameOrder(deps: Deps, { draft, codes, once }: RepeatedOrder): Promise<OrderView | null> {
  return deps.store.transaction(async (tx) => {
    const locked = await tx.lockOrderOfNumber(draft.order.outTradeNo);
    if (locked === null) return null;
    const { order, attempts } = locked;
    const items = await tx.items(order.id);
    const kept = await tx.offers.open({ orderId: order.id, shopperId: order.shopperId, offers: null });
    const isSame = contentOf(draft, codes) === contentOf({ order, items }, kept.firstCodes);
    if (!isSame) return null;
    const view = orderView({ order, items, attempts }, deps.payUrl(order.id));
    if (once === null) return view;
    const { kind } = await tx.keepAnswer({ ...once, answer: { status: 200, body: JSON.stringify(view) } });
    if (kind !== "key_used_differently") return view;
    throw new AppError("idempotency_conflict", "this Idempotency-Key was used with another request");
  });
}

/** What the shop said of an order, without what we made of it (ids, discounts, scene). */
function contentOf({ order, items }: NewOrder, codes: readonly string[]): string {
  const { totalFen, description, metadata, place, createdAt, expiresAt } = order;
  return JSON.stringify([
    ...[totalFen, description, sorted(metadata)],
    ...GIVEN_FIELDS.map((field) => order[field]),
    ...[place?.store.id, place?.till?.id, place?.cashier?.id],
    expiresAt.getTime() - createdAt.getTime(),
    items.map(itemContent),
    [...new Set(codes)].toSorted(),
  ]);
}

const itemContent = ({ name, sku, category, unitFen, quantity }: OrderItem) => [name, sku, category, unitFen, quantity];

/** The same metadata in another order of keys is the same metadata. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, each]) => [key, sorted(each)]);
}
