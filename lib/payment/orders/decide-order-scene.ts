import { beijingHour } from "#lib/base/beijing-time.ts";
import { SCENE_SLOW_MS } from "#lib/base/limits.ts";
import { type BusinessSignals, decideBusinessScene } from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import type { DecidedScene, OrderItem } from "../domain/order.ts";
import { itemFen } from "../domain/views.ts";

/** How an order came to be made; what its maker does not say is not known. */
export interface OrderSource {
  readonly entry?: BusinessSignals["entry"];
  readonly fulfilment?: BusinessSignals["fulfilment"];
}

/** What is being paid for. */
export interface SceneWish extends OrderSource {
  readonly items: readonly Pick<OrderItem, "name" | "category" | "unitFen" | "quantity">[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly dueFen: number;
  readonly now: Date;
}

/** Decides the scene of an order. A nicety: whatever goes wrong in it, there is none, and the order is made all the same. */
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
