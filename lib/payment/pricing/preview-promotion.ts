import { subtractFen } from "#lib/base/fen.ts";
import { PREVIEW_DAYS, PREVIEW_MS_MAX, PREVIEW_ORDERS_MAX, PREVIEW_SLICE_MS } from "#lib/base/limits.ts";
import { keysOf } from "#lib/base/promotion-code.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import { nudge } from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import {
  type Cart,
  type CartItem,
  caseOf,
  type PricedCart,
  type PromotionStanding,
  priceCart,
  totalOf,
} from "../domain/price-cart.ts";
import { PromotionReplay, type ReplayResult, type TriedPromotion } from "../domain/replay-promotion.ts";

export interface PreviewWish extends TriedPromotion {
  /** A sample cart; empty: none. */
  readonly items: readonly CartItem[];
}

export interface PromotionPreview {
  readonly cart: CartPreview | null;
  /** Null while another preview is running. */
  readonly past: PastPreview | null;
  /** Promotions by their ids, for words about them. */
  readonly names: ReadonlyMap<string, PromotionStanding["rule"]>;
}

interface CartPreview {
  readonly totalFen: number;
  readonly dueFen: number;
  readonly price: PricedCart;
  readonly nudge: { readonly gap: number; readonly gain: number } | null;
}

export interface PastPreview extends ReplayResult {
  /** Orders that were to be looked at; more than `orders` when time ran out. */
  readonly sampled: number;
  /** There were more orders than the sample takes. */
  readonly isPartOfAll: boolean;
  /** The oldest and the newest of the sample. */
  readonly from: Date | null;
  readonly to: Date | null;
}

/** What a promotion would do that may not even be saved: to a sample cart, and to the paid orders of the last 30 days. */
export class PromotionPreviews {
  readonly #deps: Deps;
  #isReplaying = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async preview(wish: PreviewWish): Promise<PromotionPreview> {
    const { id, code } = wish.rule;
    const codes = code === undefined ? [] : keysOf([code]);
    const { standings } = await this.#deps.store.promotions.open({ codes, shopperId: null });
    // The demo's promotions are for its own shop.
    const others = standings.filter(({ rule }) => rule.id !== id && (rule.code !== DEMO_CODE || code === DEMO_CODE));
    return {
      cart: wish.items.length === 0 ? null : cartPreview(this.#deps, wish, others),
      past: await this.#replayAlone(wish, others.filter(runsAt(this.#deps.clock.now()))),
      names: new Map([...others.map(({ rule }) => rule), wish.rule].map((rule) => [rule.id, rule])),
    };
  }

  /** What the newest paid order bought; a sample to begin with. */
  async newestCart(): Promise<readonly CartItem[]> {
    const from = addMs(this.#deps.clock.now(), -PREVIEW_DAYS * DAY_MS);
    const [newest] = await this.#deps.store.promotions.pastOrders({ from, limit: 1 });
    return newest?.items ?? [];
  }

  /** One at a time in a process: it takes the time of payments. */
  async #replayAlone(wish: TriedPromotion, others: readonly PromotionStanding[]): Promise<PastPreview | null> {
    if (this.#isReplaying) return null;
    this.#isReplaying = true;
    try {
      return await replayPast(this.#deps, wish, others);
    } finally {
      this.#isReplaying = false;
    }
  }
}

/** Whether a promotion gives anything these days. */
const runsAt =
  (now: Date) =>
  ({ rule: { window }, budgetLeft, usesLeft }: PromotionStanding): boolean =>
    (window?.start === undefined || Date.parse(window.start) <= now.getTime()) &&
    (window?.end === undefined || Date.parse(window.end) > now.getTime()) &&
    (budgetLeft === null || budgetLeft > 0) &&
    (usesLeft === null || usesLeft > 0);

/** For a shopper who may have it, at a time when it counts. */
function cartPreview(deps: Deps, wish: PreviewWish, others: readonly PromotionStanding[]): CartPreview {
  const { window: _window, audience: _audience, needsCode: _needsCode, ...plain } = wish.rule;
  const { code } = wish.rule;
  const rule = plain as PromotionStanding["rule"];
  const own: PromotionStanding = { rule, budgetLeft: wish.budget, usesLeft: wish.limitTotal, usedByShopper: 0 };
  const cart: Cart = {
    items: wish.items,
    standings: [...others, own],
    facts: {
      now: deps.clock.now().toISOString(),
      channel: null,
      codes: code === undefined ? [] : keysOf([code]),
      isNewCustomer: null,
      shopperKnown: true,
      donation: false,
      draws: {},
    },
  };
  const price = priceCart(cart);
  const totalFen = totalOf(wish.items);
  return { totalFen, dueFen: subtractFen(totalFen, price.discountFen), price, nudge: nudge(caseOf(cart)) };
}

async function replayPast(
  deps: Deps,
  wish: TriedPromotion,
  others: readonly PromotionStanding[],
): Promise<PastPreview> {
  const from = addMs(deps.clock.now(), -PREVIEW_DAYS * DAY_MS);
  const found = await deps.store.promotions.pastOrders({ from, limit: PREVIEW_ORDERS_MAX + 1 });
  const sample = found.slice(0, PREVIEW_ORDERS_MAX).toReversed();
  const replay = new PromotionReplay(wish, others);
  const startedAt = performance.now();
  let sliceAt = startedAt;
  for (const order of sample) {
    const now = performance.now();
    if (now - startedAt > PREVIEW_MS_MAX) break;
    if (now - sliceAt > PREVIEW_SLICE_MS) {
      await deps.pause?.(0);
      sliceAt = performance.now();
    }
    replay.add(order);
  }
  return {
    ...replay.result(),
    sampled: sample.length,
    isPartOfAll: found.length > PREVIEW_ORDERS_MAX,
    from: sample[0]?.at ?? null,
    to: sample.at(-1)?.at ?? null,
  };
}
