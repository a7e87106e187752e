import { AppError } from "#lib/base/app-error.ts";
import { fen } from "#lib/base/fen.ts";
import { DESCRIPTION_CHARS_MAX } from "#lib/base/limits.ts";
import { keysOf } from "#lib/base/promotion-code.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderRequest } from "#lib/contract/order-request.ts";
import { orderText } from "#lib/texts/order.ts";
import { fill } from "#lib/texts/words.ts";
import type { Deps } from "../deps.ts";
import { draftItems, newOrder, type Order, type OrderItem, type OrderPlace } from "../domain/order.ts";
import { itemFen, orderView } from "../domain/views.ts";
import type { KeptAnswer, NewOrder, Once } from "../ports/orders.ts";
import { refuseDeadCodes } from "../pricing/price-order.ts";
import { findSameOrder } from "./find-same-order.ts";
import { findOrderPlace } from "./order-place.ts";
import { decideOrderScene, type OrderSource } from "./order-scene.ts";
import { placeOrder } from "./place-order.ts";

export type CreateOrderResult =
  | { readonly kind: "created"; readonly order: OrderView }
  /** An order of the same number and content was there already. */
  | { readonly kind: "existing"; readonly order: OrderView }
  /** The same key and body came before: its first answer. */
  | { readonly kind: "replayed"; readonly answer: KeptAnswer };

export interface CreateOrderOptions {
  readonly once: Once | null;
  /** How and where it came to be made. */
  readonly source?: OrderSource;
}

/**
 * Creates an order at the price its promotions give it, and keeps its answer under the caller's key in the same commit.
 * @throws AppError `invalid_request` for a promotion code that is not known; `conflict` when `outTradeNo` is taken by an order with other content, `idempotency_conflict` when the key was used with another body
 */
export async function createOrder(
  deps: Deps,
  request: OrderRequest,
  { once, source = {} }: CreateOrderOptions,
): Promise<CreateOrderResult> {
  await refuseDeadCodes(deps, request.promotionCodes ?? [], { once, outTradeNo: request.outTradeNo });
  const codes = keysOf(request.promotionCodes ?? []);
  const place = source.place ?? (await findOrderPlace(deps, request, once));
  const { draft, result } = await placeOrder(deps, {
    draft: await withScene(deps, draftOrder(deps, request, place), source),
    codes,
    once,
    outTradeNo: request.outTradeNo,
  });
  switch (result.kind) {
    case "created":
      deps.log.info("order.created", { orderId: draft.order.id, dueFen: draft.order.dueFen });
      return { kind: "created", order: orderView({ ...draft, attempts: [] }, deps.payUrl(draft.order.id)) };
    case "replayed":
      return result;
    case "key_used_differently":
      throw new AppError("idempotency_conflict", "this Idempotency-Key was used with another request");
    case "under_way":
      throw new AppError("conflict", "the first request with this Idempotency-Key is still under way", {
        retryAfterS: 1,
      });
    case "number_taken": {
      const order = await findSameOrder(deps, { draft, codes, once });
      if (order !== null) return { kind: "existing", order };
      throw new AppError("conflict", `the order number ${draft.order.outTradeNo} is taken`, {
        errors: [{ path: "outTradeNo", message: "is taken by an order with other content" }],
      });
    }
  }
}

async function withScene(deps: Deps, { order, items }: NewOrder, source: OrderSource): Promise<NewOrder> {
  const { metadata, dueFen, createdAt: now } = order;
  const decided = await decideOrderScene(deps, { ...source, items, metadata, dueFen, now });
  return { order: { ...order, scene: decided?.scene ?? null, sceneDetail: decided?.detail ?? null }, items };
}

function draftOrder(
  { clock, ids }: Deps,
  request: OrderRequest,
  place: OrderPlace | null,
): { order: Order; items: OrderItem[] } {
  const now = clock.now();
  const items = draftItems(ids, request.items);
  const order = newOrder({
    id: ids.make("order"),
    outTradeNo: request.outTradeNo ?? ids.orderNumber(now),
    totalFen: fen(items.reduce((sum, item) => sum + itemFen(item), 0)),
    description: request.description ?? describe(items),
    metadata: request.metadata ?? {},
    given: request,
    place,
    createdAt: now,
    expiresAt: addMs(now, request.expiresIn * SECOND_MS),
  });
  return { order, items };
}

/** What the shopper reads in WeChat's bill when the shop gave no text: the first item, and how many pieces there are in all. */
function describe(items: readonly OrderItem[]): string {
  const count = items.reduce((sum, { quantity }) => sum + quantity, 0);
  const more = items.length > 1 ? fill(orderText.several, { count }) : "";
  const name = [...(items[0]?.name ?? orderText.description)];
  return name.slice(0, DESCRIPTION_CHARS_MAX - more.length).join("") + more;
}
