import { AppError, isAppError } from "#lib/base/app-error.ts";
import { type Fen, subtractFen, ZERO_FEN } from "#lib/base/fen.ts";
import { OFFER_ROUNDS_MAX, START_ROUNDS_MAX } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";
import { OFFER_CHOICES_PER_ORDER_MAX } from "#lib/base/web-limits.ts";
import { HOME_LANGUAGE, textsIn } from "#lib/texts/language.ts";
import { rejectionSentence } from "#lib/texts/offers.ts";
import type { Deps } from "../deps.ts";
import { type Attempt, liveAttempt, refuseWhileCharged } from "../domain/attempt.ts";
import { type Order, type OrderItem, orderNotFound, requirePayable } from "../domain/order.ts";
import type { LockedOrder } from "../domain/order-file.ts";
import { type Cart, decisionOf, type PricedCart } from "../domain/price-cart.ts";
import { endAttempt } from "../paying/check-attempt.ts";
import type { OfferStanding, PricingOffers } from "../ports/offers.ts";
import type { Tx } from "../ports/store.ts";
import { cartFor, discountsOf, priced } from "./price-order.ts";

/** What an order is to be priced for. */
interface PricingChoices {
  /** Null: as it was. */
  readonly channel: string | null;
  /** Absent: as they were. */
  readonly offers: readonly string[] | undefined;
  /** The key of a code that is given now; the price is made only if a promotion that it opens is part of it. */
  readonly code?: string | undefined;
}

/** One try to find a price that holds. */
export interface PricingRound {
  readonly ask: PricingChoices;
  readonly isLastRound: boolean;
}

interface PricedWish {
  readonly orderId: string;
  readonly ask: PricingChoices;
}

/**
 * Tries until `intend` finds something: what the order would use of its promotions may be taken meanwhile. Where pricing
 * fails the old price stands: a shopper must always be able to pay.
 */
export async function inPricingRounds<Found>(
  { log }: Deps,
  wish: PricedWish,
  intend: (round: PricingRound) => Promise<Found | null>,
): Promise<Found> {
  let { ask } = wish;
  for (let round = 1; ; round++) {
    try {
      const found = await intend({ ask, isLastRound: round >= OFFER_ROUNDS_MAX });
      if (found !== null) return found;
    } catch (cause) {
      if (isAppError(cause) || ask.offers !== undefined || ask.channel === null) throw cause;
      log.error("offers.failed", { orderId: wish.orderId, cause });
      ask = { channel: null, offers: undefined };
    }
  }
}

/**
 * Whether the order's price was made for something else. Where a trade for this channel is open it was looked at when that
 * was opened, so that asking again never changes a price.
 */
export function asksForPrice(
  { pricing, attempts }: Pick<LockedOrder, "pricing" | "attempts">,
  { channel, offers, code }: PricingChoices,
): boolean {
  if (code !== undefined) return true;
  if (offers !== undefined && !isSameSet(offers, pricing.offers)) return true;
  if (channel === null || channel === pricing.channel || liveAttempt(attempts)?.channel === channel) return false;
  return pricing.looksAtChannel || pricing.channel !== null;
}

const isSameSet = (one: readonly string[], other: readonly string[]): boolean =>
  new Set(one).size === new Set(other).size && one.every((id) => other.includes(id));

export interface RepriceInput {
  readonly locked: LockedOrder;
  readonly ask: PricingChoices;
  /** Makes do with what it has locked. */
  readonly isLastRound: boolean;
}

/** `in_the_way`: a trade is open at the old price. `again`: promotions ran out meanwhile. Both have written nothing. */
export type Repriced =
  | { readonly kind: "same" | "priced"; readonly order: Order }
  | { readonly kind: "in_the_way"; readonly attempt: Attempt }
  | { readonly kind: "again" };

/**
 * A locked order at the price that is asked for: promotions that its channel allows, and the optional ones that the shopper
 * wants. What it already had it keeps as it was promised. Where that comes to another price its promotions are locked, it is
 * priced by what is really left, and they are given back and taken in one statement.
 * @throws AppError `invalid_request` at `offers[n]` for one that cannot be had; nothing was changed
 */
export async function repriceOrder(deps: Deps, tx: Tx, at: RepriceInput): Promise<Repriced> {
  const { locked, ask, isLastRound } = at;
  if (!asksForPrice(locked, ask)) return { kind: "same", order: locked.order };
  const pricing = pricingChoices(at);
  const items = await tx.items(locked.order.id);
  const look = await lookUp(deps, tx, { locked, pricing, items });
  const first = priceFor(deps, look);
  if (isUnchanged(first, look, items) && isSameSet(pricing.offers, locked.pricing.offers)) {
    return { kind: "same", order: locked.order };
  }
  // Each price is kept for good, and who knows the order's id may ask for another.
  if ((pricing.isAsked || pricing.code !== undefined) && locked.order.version >= OFFER_CHOICES_PER_ORDER_MAX) {
    throw new AppError("conflict", "the offers of this order were changed too often; pay the order as it is");
  }
  const live = liveAttempt(locked.attempts);
  if (live !== undefined) return { kind: "in_the_way", attempt: live };
  const held = look.open.standings.flatMap(({ rule, heldFen }) => (heldFen === null ? [] : [rule.id]));
  const ids = [...new Set([...held, ...first.applied.map(({ id }) => id), ...pricing.offers])].toSorted();
  await tx.offers.lock(ids);
  const again = await lookUp(deps, tx, { locked, pricing, items });
  const reachable = isLastRound ? within(again, ids) : again;
  const price = priceFor(deps, reachable);
  if (!price.applied.every(({ id }) => ids.includes(id))) return { kind: "again" };
  // Another order took the code in this moment.
  if (pricing.code !== undefined && !isOpenedBy(pricing.code, price)) return { kind: "again" };
  return { kind: "priced", order: await write(deps, tx, { look: reachable, price, items }) };
}

interface PricingLook {
  readonly locked: LockedOrder;
  readonly pricing: {
    readonly offers: readonly string[];
    readonly channel: string | null;
    /** The shopper named the offers: each of them, or none. */
    readonly isAsked: boolean;
    readonly code?: string | undefined;
  };
  readonly open: PricingOffers;
  readonly cartOf: (standings: readonly OfferStanding[]) => Cart;
}

const pricingChoices = ({ locked, ask }: Pick<RepriceInput, "locked" | "ask">): PricingLook["pricing"] => ({
  offers: [...new Set(ask.offers ?? locked.pricing.offers)],
  channel: ask.channel ?? locked.pricing.channel,
  isAsked: ask.offers !== undefined && ask.code === undefined,
  code: ask.code,
});

/** Whether the price has a promotion that this code opens. */
export const isOpenedBy = (key: string, { applied }: PricedCart): boolean =>
  applied.some(({ code }) => code !== null && codeKey(code) === key);

async function lookUp(
  deps: Deps,
  tx: Tx,
  { locked, pricing, items }: Pick<PricingLook, "locked" | "pricing"> & { readonly items: readonly OrderItem[] },
): Promise<PricingLook> {
  const { order } = locked;
  const open = await tx.offers.open({
    orderId: order.id,
    shopperId: order.shopperId,
    offers: pricing.offers,
    codes: pricing.code === undefined ? [] : [pricing.code],
  });
  return { locked, pricing, open, cartOf: pricingCart(deps, { order, items, pricing, open }) };
}

/** The order's cart as it is repriced; what was drawn for it before stays drawn. */
export function pricingCart(
  deps: Deps,
  {
    order,
    items,
    pricing,
    open,
  }: Pick<PricingLook, "pricing" | "open"> & { order: Order; items: readonly OrderItem[] },
): PricingLook["cartOf"] {
  const { id: orderId, metadata, shopperId, scene } = order;
  const { codes, isNewCustomer } = open;
  const now = deps.clock.now();
  const cart = cartFor(deps, {
    orderId,
    items,
    metadata,
    shopperId,
    codes,
    channel: pricing.channel,
    isNewCustomer,
    now,
    scene,
  });
  return (standings) => {
    const drawn = standings.flatMap(({ rule, draw }) => (draw === null ? [] : [[rule.id, draw] as const]));
    const fresh = cart(standings);
    return { ...fresh, facts: { ...fresh.facts, draws: { ...fresh.facts.draws, ...Object.fromEntries(drawn) } } };
  };
}

const within = (look: PricingLook, ids: readonly string[]): PricingLook => ({
  ...look,
  open: { ...look.open, standings: look.open.standings.filter(({ rule }) => ids.includes(rule.id)) },
});

/** @throws AppError `invalid_request` unless every offer that was asked for is part of the price */
function priceFor(deps: Deps, { pricing, open, cartOf }: PricingLook): PricedCart {
  const price = priced(deps, cartOf(open.standings));
  // Offers that were not asked for now may go with the channel they were for.
  const asked = pricing.isAsked ? pricing.offers : [];
  const choosable = new Set(open.standings.flatMap(({ rule, optional }) => (optional ? [rule.id] : [])));
  const missing = asked.find((id) => !choosable.has(id) || !price.applied.some((each) => each.id === id));
  if (missing === undefined) return price;
  const standing = choosable.has(missing) ? open.standings.find(({ rule }) => rule.id === missing) : undefined;
  throw refusedOffer(pricing.offers.indexOf(missing), whyNot(missing, standing, price));
}

function whyNot(id: string, standing: OfferStanding | undefined, price: PricedCart): string {
  if (standing === undefined) return textsIn(HOME_LANGUAGE).api.offerEnded;
  const reason = price.rejected.find((rejected) => rejected.id === id)?.reason ?? "worse";
  return rejectionSentence({ reason, name: standing.rule.name, window: standing.rule.window });
}

const refusedOffer = (at: number, message: string): AppError =>
  new AppError("invalid_request", `the offer cannot be had: ${message}`, {
    errors: [{ path: `offers[${at}]`, message }],
  });

function isUnchanged(price: PricedCart, { open }: PricingLook, items: readonly OrderItem[]): boolean {
  const held = new Map(open.standings.flatMap(({ rule, heldFen }) => (heldFen === null ? [] : [[rule.id, heldFen]])));
  return (
    price.discountFen === items.reduce((sum, { discountFen }) => sum + discountFen, 0) &&
    price.applied.length === held.size &&
    price.applied.every(({ id, amountFen }) => held.get(id) === amountFen)
  );
}

interface PricedRewrite {
  readonly look: PricingLook;
  readonly price: PricedCart;
  readonly items: readonly OrderItem[];
}

async function write(deps: Deps, tx: Tx, { look, price, items }: PricedRewrite): Promise<Order> {
  const { locked, pricing, open, cartOf } = look;
  const { order } = locked;
  const discounts = discountsOf(price);
  // An offer that the new channel does not allow is not the shopper's any more.
  const offers = pricing.offers.filter((id) => price.applied.some((each) => each.id === id));
  await tx.offers.reprice({
    orderId: order.id,
    shopperId: order.shopperId,
    pricing: { offers, channel: pricing.channel },
    decision: decisionOf(cartOf(open.standings), price),
    discounts,
    lines: items.map(({ id }, at) => ({ itemId: id, discountFen: lineOf(price, at) })),
    at: deps.clock.now(),
  });
  const dueFen = subtractFen(order.totalFen, price.discountFen);
  deps.log.info("order.repriced", { orderId: order.id, dueFen, offers });
  return { ...order, discountFen: price.discountFen, dueFen, discounts, version: order.version + 1 };
}

const lineOf = ({ lineDiscounts }: PricedCart, at: number): Fen => lineDiscounts[at] ?? ZERO_FEN;

export interface ChooseOffers {
  readonly orderId: string;
  /** Optional promotions the shopper wants, all of them. */
  readonly offers: readonly string[];
  /** The channel it will be paid by, where that is known. */
  readonly channel?: string | null | undefined;
}

/**
 * Prices the order for these optional offers, without opening a trade. One that is open at the old price is ended first; if
 * it turns out paid, the order is paid and nothing changes.
 * @throws AppError `not_found`, `order_not_payable`, `gateway_unavailable`; `invalid_request` at `offers[n]`
 */
export async function chooseOffers(deps: Deps, { orderId, offers, channel = null }: ChooseOffers): Promise<void> {
  for (let round = 1; round <= START_ROUNDS_MAX; round++) {
    const price = await priceOnce(deps, orderId, { channel, offers });
    if (price.kind !== "in_the_way") return;
    await endAttempt(deps, price.attempt);
  }
  throw new AppError("gateway_unavailable", "the order is being paid at this moment", { retryAfterS: 2 });
}

async function priceOnce(
  deps: Deps,
  orderId: string,
  ask: PricingChoices,
): Promise<Exclude<Repriced, { kind: "again" }>> {
  for (let round = 1; ; round++) {
    const price = await deps.store.transaction(async (tx) => {
      const locked = await tx.lockOrder(orderId);
      if (locked === null) throw orderNotFound();
      requirePayable(locked.order, deps.clock.now());
      refuseWhileCharged(locked.attempts);
      return repriceOrder(deps, tx, { locked, ask, isLastRound: round >= OFFER_ROUNDS_MAX });
    });
    if (price.kind !== "again") return price;
  }
}
