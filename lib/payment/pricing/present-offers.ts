import { isAppError } from "#lib/base/app-error.ts";
import { OFFER_SLOW_MS } from "#lib/base/limits.ts";
import { withTimeout } from "#lib/base/timeout.ts";
import type { PromotionTerms } from "#lib/contract/promotions.ts";
import { NONE } from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import { isExpired, type Order, type OrderItem, orderNotFound } from "../domain/order.ts";
import type { LockedOrder, OrderSnapshot } from "../domain/order-file.ts";
import type { PricedCart } from "../domain/price-cart.ts";
import type { LearnerDecision, LearnerState } from "../ports/learner.ts";
import type { OfferStanding, PricingOffers } from "../ports/offers.ts";
import type { Tx } from "../ports/store.ts";
import { decideOffer, offerForAnyone } from "./decide-offer.ts";
import { priced } from "./price-order.ts";
import { asksForPrice, pricingCart, repriceOrder } from "./reprice-order.ts";

export interface PresentOffers {
  readonly orderId: string;
  readonly channel: string | null;
  /**
   * The pseudonym of a shopper who agreed to be remembered. Without it what they bought before is not looked at; and where
   * the order names no shopper either, nothing is chosen for them: they see the offer that anyone sees, and may take it.
   */
  readonly shopperId: string | null;
  /** False: no optional offer is chosen for this shopper (不使用个性化优惠); they see the one that anyone sees. */
  readonly personalised: boolean;
  /** The order as the page has just read it. */
  readonly snapshot?: OrderSnapshot;
}

export interface PresentedOffers {
  /** What the price contains, optional offers included. */
  readonly applied: readonly { id: string; name: string; amount: number }[];
  /** What the shopper may take or leave with `offers` of the payment. */
  readonly optional: readonly {
    id: string;
    name: string;
    saves: number;
    terms: PromotionTerms;
    chosen: boolean;
    /** The learner's choice for this shopper. */
    recommended: boolean;
  }[];
  /** One of them was chosen for this shopper. */
  readonly personalised: boolean;
  /** There are promotions that a shopper may have a code for. */
  readonly takesCodes: boolean;
}

/**
 * The offers of an order's page. Which optional one it gets is decided once, at its first presentation and before any trade
 * is open, and is part of the price from then on. A nicety: late or failing, the answer is what the order has, and payment
 * never waits for it.
 * @throws AppError `not_found`
 */
export async function presentOffers(deps: Deps, ask: PresentOffers): Promise<PresentedOffers> {
  const snapshot = ask.snapshot ?? (await deps.store.findSnapshot(ask.orderId));
  if (snapshot === null) throw orderNotFound();
  const plain = {
    applied: appliedOf(snapshot.order.discounts),
    optional: [],
    personalised: false,
    takesCodes: snapshot.takesCodes,
  };
  if (!snapshot.mayHaveOffers) return plain;
  const timeoutMs = deps.offerTimeoutMs ?? OFFER_SLOW_MS;
  try {
    const checkDeadline = deadlineIn(timeoutMs);
    const presenting = isDecided(snapshot, ask)
      ? presentDecided(deps, ask, { snapshot, checkDeadline })
      : present(deps, ask, checkDeadline);
    const presented = await withTimeout(presenting, timeoutMs, () => null);
    if (presented === null) deps.log.warn("offers.slow", { orderId: ask.orderId });
    return presented === null ? plain : { ...plain, ...presented };
  } catch (cause) {
    // A store that is away, an offer that ran out at this moment: the page does without.
    if (!isAppError(cause)) deps.log.error("offers.failed", { orderId: ask.orderId, cause });
    return plain;
  }
}

/** @throws Error after the time-out: nothing may be written any more */
type Deadline = () => void;

function deadlineIn(ms: number): Deadline {
  const endsAt = performance.now() + ms;
  return () => {
    if (performance.now() > endsAt) throw new Error("the offers took too long");
  };
}

type Presented = Omit<PresentedOffers, "takesCodes">;

/** Whether nothing is left to decide or to price: a trade is open, and the page shows what it asks for. */
const isDecided = (snapshot: OrderSnapshot, { channel }: PresentOffers): boolean =>
  snapshot.attempts.length > 0 && !asksForPrice(snapshot, { channel, offers: undefined });

interface Decided {
  readonly snapshot: OrderSnapshot;
  readonly checkDeadline: Deadline;
}

/** What {@link present} comes to where it would write nothing: so the order need not be locked. */
async function presentDecided(deps: Deps, ask: PresentOffers, decided: Decided): Promise<Presented | null> {
  const { snapshot: locked, checkDeadline } = decided;
  const { order, items, pricing } = locked;
  if (order.status !== "pending" || isExpired(order, deps.clock.now())) return null;
  const wish = { orderId: order.id, shopperId: order.shopperId, offers: null };
  const [state, open, decision] = await Promise.all([
    deps.store.learner.state(),
    deps.store.openOffers(wish),
    deps.store.learner.decision(order.id),
  ]);
  const channel = ask.channel ?? pricing.channel;
  const cartOf = pricingCart(deps, { order, items, open, pricing: { ...pricing, channel, isAsked: false } });
  const priceOf = (standings: readonly OfferStanding[]): PricedCart => {
    checkDeadline();
    return priced(deps, cartOf(standings));
  };
  const optional = listOf({ locked, items, open, ask, state, priceOf }, shownOffers(locked, order), decision);
  return presentedOf(order, optional, decision);
}

async function present(deps: Deps, ask: PresentOffers, checkDeadline: Deadline): Promise<Presented | null> {
  const state = await deps.store.learner.state();
  return deps.store.transaction(async (tx) => {
    const locked = await tx.lockOrder(ask.orderId);
    if (locked === null) throw orderNotFound();
    const { order, pricing } = locked;
    if (order.status !== "pending" || isExpired(order, deps.clock.now())) return null;
    const items = await tx.items(order.id);
    const open = await tx.offers.open({ orderId: order.id, shopperId: order.shopperId, offers: null });
    const channel = ask.channel ?? pricing.channel;
    const cartOf = pricingCart(deps, { order, items, open, pricing: { ...pricing, channel, isAsked: false } });
    const priceOf = (standings: readonly OfferStanding[]): PricedCart => {
      checkDeadline();
      return priced(deps, cartOf(standings));
    };
    const page = { locked, items, open, ask, state, priceOf };
    const made = await tx.learner.decision(order.id);
    const fresh = made === null ? await decideNow(deps, tx, page) : null;
    const decision = made ?? fresh;
    const { order: shown, offers } = await withDecision(deps, tx, { ...page, fresh });
    const optional = listOf(page, offers, decision);
    checkDeadline();
    return presentedOf(shown, optional, decision);
  });
}

const presentedOf = (
  { discounts }: Order,
  optional: Presented["optional"],
  decision: LearnerDecision | null,
): Presented => ({
  applied: appliedOf(discounts),
  optional,
  personalised: optional.some(({ id }) => id === decision?.arm),
});

interface Page {
  readonly locked: Pick<LockedOrder, "order" | "attempts" | "pricing">;
  readonly items: readonly OrderItem[];
  readonly open: PricingOffers;
  readonly ask: PresentOffers;
  readonly state: LearnerState;
  readonly priceOf: (standings: readonly OfferStanding[]) => PricedCart;
}

/** Nothing is decided about an order that may be in payment already, or after the shopper has chosen. */
async function decideNow(deps: Deps, tx: Tx, page: Page): Promise<LearnerDecision | null> {
  const { locked, ask, items, open, state, priceOf } = page;
  const { order, attempts, pricing } = locked;
  // The shop's own name for the shopper knows more of them than ours.
  const shopperId = order.shopperId ?? ask.shopperId;
  if (!ask.personalised || shopperId === null || attempts.length > 0 || pricing.offers.length > 0) return null;
  const { channel } = ask;
  const mayRemember = ask.shopperId !== null;
  const deciding = { order, items, open, channel, shopperId, mayRemember, state, priceOf };
  const decision = await decideOffer(deps, tx, deciding);
  if (decision !== null) await tx.learner.keep(decision);
  return decision;
}

/**
 * The order at the price that this page's channel and the offer just decided for it give it, in the same commit: a decision
 * that is not shown was never made.
 */
async function withDecision(
  deps: Deps,
  tx: Tx,
  { locked, ask, fresh }: Page & { readonly locked: LockedOrder; readonly fresh: LearnerDecision | null },
): Promise<{ readonly order: Order; readonly offers: readonly string[] }> {
  const wanted = fresh === null || fresh.arm === NONE ? undefined : [fresh.arm];
  const { channel } = ask;
  const price = await repriceOrder(deps, tx, { locked, ask: { channel, offers: wanted }, isLastRound: false });
  const isPriced = price.kind === "same" || price.kind === "priced";
  // Without an offer to show, opening the trade sees to the price.
  if (!isPriced && wanted !== undefined) throw new Error("something stands in the way of a new order's offer");
  const order = isPriced ? price.order : locked.order;
  return { order, offers: shownOffers(locked, order, wanted) };
}

/** The optional offers that the price has. */
const shownOffers = ({ pricing }: Page["locked"], { discounts }: Order, wanted = pricing.offers): readonly string[] =>
  wanted.filter((offer) => discounts.some(({ id }) => id === offer));

/** The learner's offer, or the one for anyone where the shopper is not known; what they have a code for, and what they have taken. */
function listOf(page: Page, offers: readonly string[], decision: LearnerDecision | null) {
  const { open, priceOf } = page;
  const fixed = open.standings.filter(({ optional }) => !optional);
  const shown = decision?.arm ?? (isUnknown(page) ? offerForAnyone({ ...page, order: page.locked.order }) : null);
  const isShown = ({ rule, optional }: OfferStanding) =>
    optional && (rule.code !== undefined || rule.needsCode === true || rule.id === shown || offers.includes(rule.id));
  return open.standings.filter(isShown).flatMap((standing) => {
    const { rule } = standing;
    const others = open.standings.filter(({ rule: { id } }) => offers.includes(id) && id !== rule.id);
    const price = priceOf([...fixed, ...others, standing]);
    const applied = price.applied.find(({ id }) => id === rule.id);
    const saves = price.discountFen - priceOf([...fixed, ...others]).discountFen;
    if (applied === undefined || saves <= 0) return [];
    const { id, name, terms } = applied;
    return [{ id, name, saves, terms, chosen: offers.includes(id), recommended: id === decision?.arm }];
  });
}

/** No name for the shopper, or they would not have one used: consent only personalises. */
const isUnknown = ({ locked: { order }, ask }: Page): boolean =>
  !ask.personalised || (order.shopperId ?? ask.shopperId) === null;

const appliedOf = (discounts: Order["discounts"]): PresentedOffers["applied"] =>
  discounts.map(({ id, name, amountFen }) => ({ id, name, amount: amountFen }));
