import { AppError } from "#lib/base/app-error.ts";
import { fen } from "#lib/base/fen.ts";
import { OFFER_SLOW_MS } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";
import { DEMO_CODE } from "#lib/contract/demo-shop.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import { decideScene } from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import type { Order } from "../domain/order.ts";
import { type Cart, type CartItem, type PricedCart, type PromotionStanding, priceCart } from "../domain/price-cart.ts";
import { itemFen } from "../domain/views.ts";
import type { Once } from "../ports/orders.ts";
import type { JudgedCode } from "../ports/promotions.ts";

/** What is to be priced. */
export interface PriceWish {
  /** Null before there is an order: then nothing is drawn. */
  readonly orderId: string | null;
  readonly items: readonly CartItem[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly shopperId: string | null;
  readonly codes: readonly string[];
  readonly channel: string | null;
  readonly isNewCustomer: boolean | null;
  readonly now: Date;
  /** As it was decided; absent: not looked at yet. */
  readonly scene?: string | null;
}

/** Builds the cart to be priced, for as many sets of promotions as it takes. */
export function cartFor(deps: Deps, wish: PriceWish): (standings: readonly PromotionStanding[]) => Cart {
  const scene = sceneOf(wish);
  return (standings) => ({
    items: wish.items,
    standings,
    facts: {
      now: wish.now.toISOString(),
      channel: wish.channel,
      scene,
      codes: wish.codes,
      isNewCustomer: wish.isNewCustomer,
      shopperKnown: wish.shopperId !== null,
      // The shop said so itself, or it was found to be one.
      donation: wish.metadata.scene === "donation" || scene === "donation",
      draws: wish.orderId === null ? {} : drawsFor(deps, wish.orderId, standings),
    },
  });
}

/** The price of the cart; one that took long is written down. */
export function priced(deps: Deps, cart: Cart): PricedCart {
  const startedAt = performance.now();
  const price = priceCart(cart);
  const ms = Math.round(performance.now() - startedAt);
  if (ms > OFFER_SLOW_MS || !price.optimal) {
    const { items, standings } = cart;
    const sizes = { lines: items.length, promotions: standings.length };
    deps.log.warn("offers.slow", { ms, optimal: price.optimal, ...sizes });
  }
  return price;
}

function sceneOf({ items, metadata, scene }: PriceWish): string {
  if (scene != null) return scene;
  const read = items.map((item) => ({ name: item.name, category: item.category, amount: itemFen(item) }));
  return decideScene({ userAgent: "", entry: "api", items: read, metadata }).scene;
}

const drawsFor = (
  deps: Deps,
  orderId: string,
  standings: readonly PromotionStanding[],
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    standings.flatMap(({ rule }) => (rule.type === "random_off" ? [[rule.id, drawFor(deps, orderId, rule)]] : [])),
  );

/** Follows from the order and the rule's version alone, so that asking again never draws again. Source: smart.md §3.6. */
function drawFor(deps: Deps, orderId: string, rule: Extract<Promotion, { type: "random_off" }>): number {
  const digest = deps.hashDraw(`${orderId}|${rule.id}|${rule.version}`);
  const number = new DataView(digest.buffer, digest.byteOffset, digest.byteLength).getBigUint64(0);
  return fen(rule.min + Number(number % BigInt(rule.max - rule.min + 1)));
}

/** The discounts as the order keeps them; they are worded when they are read. */
export const discountsOf = (price: PricedCart): Order["discounts"] =>
  price.applied.map(({ id, name, terms, amountFen, code }) => ({
    id,
    name,
    amountFen,
    reason: null,
    terms,
    // The demo shop's mark is no code that a person typed.
    ...(code === null || code === DEMO_CODE ? {} : { code }),
  }));

/** By what a request can be known to have come before. */
interface Repeated {
  readonly once: Once | null;
  readonly outTradeNo?: string | undefined;
}

interface CodeCheck extends Repeated {
  /** They were looked at a moment ago; used since then is all that matters. */
  readonly onlyUsed?: boolean;
}

function isRepeated(deps: Deps, { once, outTradeNo }: Repeated): Promise<boolean> {
  return deps.store.transaction(async (tx) => {
    if (once !== null && (await tx.findAnswer(once)).kind !== "absent") return true;
    return outTradeNo !== undefined && (await tx.lockOrderOfNumber(outTradeNo)) !== null;
  });
}

/**
 * A code that no promotion in use has, or that was used up, is refused by name: who is promised a discount must not find out
 * at the counter that there is none. A good code that this cart does not qualify for is listed in the quote's `rejected`.
 * @param repeated a request that was answered before gets its first answer, and one whose order is there gets that, though the
 *   promotion has ended since, or this very order has used the code
 * @throws AppError `invalid_request` at `promotionCodes.n`
 */
export async function refuseDeadCodes(
  deps: Deps,
  codes: readonly string[],
  { onlyUsed = false, ...repeated }: CodeCheck,
): Promise<void> {
  // The demo shop's own mark: it orders whether or not its promotions are there.
  const asked = codes.filter((code) => code !== DEMO_CODE);
  if (asked.length === 0) return;
  const judged = await deps.store.promotions.judgeCodes(asked.map(codeKey));
  const states = new Map(judged.map(({ key, state }) => [key, state]));
  const isDead = (state: JudgedCode["state"] | undefined) => (onlyUsed ? state === "used" : state !== "open");
  const dead = asked.filter((code) => isDead(states.get(codeKey(code))));
  if (dead.length === 0) return;
  if (await isRepeated(deps, repeated)) return;
  const errors = codes.flatMap((code, at) => {
    if (!dead.includes(code)) return [];
    const isUsed = states.get(codeKey(code)) === "used";
    const message = isUsed ? `the code ${code} was used already` : `no promotion in use has the code ${code}`;
    return [{ path: onlyUsed ? "promotionCodes" : `promotionCodes.${at}`, message }];
  });
  throw new AppError("invalid_request", "a promotion code cannot be used", { errors });
}
