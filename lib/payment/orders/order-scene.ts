import { AppError } from "#lib/base/app-error.ts";
import { beijingHour } from "#lib/base/beijing-time.ts";
import { SCENE_SLOW_MS } from "#lib/base/limits.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { SceneCorrectionRequest } from "#lib/contract/scene.ts";
import {
  type BusinessSignals,
  decideBusinessScene,
  itemsThatWeigh,
  normaliseSceneText,
} from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import { type DecidedScene, type OrderItem, type OrderPlace, orderNotFound } from "../domain/order.ts";
import { itemFen } from "../domain/views.ts";
import { readOrder } from "./read-orders.ts";

/** How an order came to be made; what its maker does not say is not known. */
export interface OrderSource {
  readonly entry?: BusinessSignals["entry"];
  readonly fulfilment?: BusinessSignals["fulfilment"];
  /** Where it is made, when the maker knows; else the request's codes say. */
  readonly place?: OrderPlace | null;
}

/** What is being paid for. */
export interface SceneWish extends Omit<OrderSource, "place"> {
  readonly items: readonly Pick<OrderItem, "name" | "category" | "unitFen" | "quantity">[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly dueFen: number;
  readonly now: Date;
}

/** Decides the scene of an order. Optional: if it fails there is no scene, and the order is created all the same. */
export async function decideOrderScene(deps: Deps, wish: SceneWish): Promise<DecidedScene | null> {
  const startedAt = performance.now();
  try {
    const known = deps.store.scenes.knowledge();
    const knowledge = known instanceof Promise ? await known : known;
    const { industry, merchantName, corrections } = knowledge;
    const { entry, fulfilment = deliveryOf(wish.metadata) } = wish;
    const decided = decideBusinessScene({
      items: wish.items.map((item) => ({ name: item.name, category: item.category, amount: itemFen(item) })),
      metadata: wish.metadata,
      amount: wish.dueFen,
      hour: beijingHour(wish.now),
      merchantName,
      corrections,
      ...(industry === null ? {} : { industry }),
      ...(entry === undefined ? {} : { entry }),
      ...(fulfilment === undefined ? {} : { fulfilment }),
    });
    const ms = Math.round(performance.now() - startedAt);
    if (ms > SCENE_SLOW_MS) deps.log.warn("scene.slow", { ms, items: wish.items.length });
    const { scene, confidence, fallback, reasons, version } = decided;
    return {
      scene,
      detail: { confidence: Math.round(confidence * 1e4) / 1e4, fallback, reasons: [...reasons], version },
    };
  } catch (cause) {
    deps.log.error("scene.failed", { cause });
    return null;
  }
}

const DELIVERY_KEYS = [
  "deliveryAddress",
  "delivery_address",
  "shippingAddress",
  "shipping_address",
  "收货地址",
  "配送地址",
];

/** Where an address stands, something is brought to it; what it says is not read. */
const deliveryOf = (metadata: SceneWish["metadata"]): "delivery" | undefined =>
  DELIVERY_KEYS.some((key) => typeof metadata[key] === "string" && metadata[key] !== "") ? "delivery" : undefined;

export interface CorrectScene extends SceneCorrectionRequest {
  readonly orderId: string;
  /** For the audit log. */
  readonly saidBy: string;
}

/**
 * The merchant corrects the scene of an order. The order has that scene from now on, and so has the next order of the same
 * items; all corrections together shift what is expected of this shop.
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
