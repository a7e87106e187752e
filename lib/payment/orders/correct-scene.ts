import { AppError } from "#lib/base/app-error.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { SceneCorrectionRequest } from "#lib/contract/scene.ts";
import { decideBusinessScene, itemsThatWeigh, normaliseSceneText } from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import type { OrderItem } from "../domain/order.ts";
import { itemFen } from "../domain/views.ts";
import { orderNotFound, readOrder } from "./read-orders.ts";

export interface CorrectScene extends SceneCorrectionRequest {
  readonly orderId: string;
  /** For the audit log. */
  readonly saidBy: string;
}

/**
 * The merchant's word on what an order was for. The order has that scene from now on, and so has the next one of the same
 * things; all such words together shift what is expected of this shop.
 * @throws AppError `not_found`, `invalid_request` when an item is not one of the order's
 */
export async function correctScene(deps: Deps, { orderId, scene, itemIds, saidBy }: CorrectScene): Promise<OrderView> {
  const file = await deps.store.findOrder(orderId);
  if (file === null) throw orderNotFound();
  const named = itemIds === undefined ? weightiest(file.items) : chosen(file.items, itemIds);
  const texts = [...new Set(named.map(({ name }) => normaliseSceneText(name)))].filter((text) => text !== "");
  const { version, ...decided } = decideBusinessScene({
    items: named.map((item) => ({ name: item.name, amount: itemFen(item) })),
    corrections: texts.map((text) => ({ text, scene })),
  });
  const detail = { confidence: 1, fallback: false, reasons: [...decided.reasons], version };
  const at = deps.clock.now();
  const done = await deps.store.scenes.correct({ orderId, decided: { scene, detail }, texts, saidBy, at });
  if (!done) throw orderNotFound();
  deps.log.info("scene.corrected", { orderId, scene, texts: texts.length });
  return readOrder(deps, orderId);
}

const weightiest = (items: readonly OrderItem[]): OrderItem[] =>
  itemsThatWeigh(items.map((each) => ({ name: each.name, amount: itemFen(each), each }))).map(({ item }) => item.each);

function chosen(items: readonly OrderItem[], ids: readonly string[]): OrderItem[] {
  const known = new Map(items.map((item) => [item.id, item]));
  return ids.map((id, at) => {
    const item = known.get(id);
    if (item !== undefined) return item;
    throw new AppError("invalid_request", "the order has no such item", {
      errors: [{ path: `itemIds.${at}`, message: "is not an item of this order" }],
    });
  });
}
