import { OFFERS_PER_SHOPPER_DAY, OFFERS_PER_SHOPPER_MONTH, OPTIONAL_OFFERS_MAX } from "#lib/base/limits.ts";
import {
  chooseOffer,
  isScene,
  modelWith,
  type OfferArm,
  type OfferDecision,
  SENSITIVE_SCENES,
} from "#lib/intelligence/index.ts";
import type { Deps } from "../deps.ts";
import { armOf, contextOf, marginOf } from "../domain/offer-context.ts";
import type { Order, OrderItem } from "../domain/order.ts";
import type { PricedCart } from "../domain/price-cart.ts";
import type { LearnerDecision, LearnerState, Unlearned } from "../ports/learner.ts";
import type { OfferStanding, PricingOffers } from "../ports/offers.ts";
import type { Tx } from "../ports/store.ts";

export interface Deciding {
  readonly order: Order;
  readonly items: readonly OrderItem[];
  readonly open: PricingOffers;
  readonly channel: string | null;
  readonly shopperId: string;
  /** The shopper agreed to be remembered: only then what they bought before is looked at. */
  readonly mayRemember: boolean;
  readonly state: LearnerState;
  /** The cart's price with these promotions. @throws when there is no time left */
  readonly priceOf: (standings: readonly OfferStanding[]) => PricedCart;
}

/**
 * Which optional offer this order gets, if any. Only what the merchant marked as optional and lets anyone have, that is legal
 * now, costs no more than the cart earns, and that this shopper has not had too often. Source: smart.md §4.1.
 * @returns null where there is nothing to decide
 */
export async function decideOffer(deps: Deps, tx: Tx, deciding: Deciding): Promise<LearnerDecision | null> {
  const { order, items, open, channel, shopperId, mayRemember, state } = deciding;
  const scene = sceneOf(order);
  if (!state.settings.enabled || scene === null || SENSITIVE_SCENES.has(scene)) return null;
  const fixed = open.standings.filter(({ optional }) => !optional);
  const { discountFen } = deciding.priceOf(fixed);
  const margin = marginOf({ items, scene, discountFen }, state.settings);
  if (margin === null || margin <= 0) return null;
  const offers = offersFor(deciding, fixed, { discountFen, margin });
  if (offers.length === 0) return null;
  const at = deps.clock.now();
  const history = await tx.learner.history(shopperId, at);
  if (history.offersToday >= OFFERS_PER_SHOPPER_DAY || history.offersIn30Days >= OFFERS_PER_SHOPPER_MONTH) return null;
  const dueFen = order.totalFen - discountFen;
  const seen = mayRemember ? history : null;
  const context = contextOf({ items, scene, channel, dueFen, discountFen, history: seen, at }, margin);
  const seed = seedOf(deps, order.id);
  const decision = chooseOffer({
    model: modelWith(
      state.model,
      offers.map(({ arm }) => arm),
    ),
    lambda: state.lambda,
    holdout: state.settings.holdout,
    seed,
    ctx: {
      ...context,
      id: order.id,
      arms: offers.map(({ arm, costFen }) => ({ id: arm.id, expectedCost: costFen, maxCost: costFen })),
    },
  });
  return {
    ...{ orderId: order.id, shopperId, context, arms: decidedArms(decision, offers) },
    ...{ arm: decision.arm, propensity: decision.propensity, pNone: decision.pNone },
    ...{ modelVersion: state.modelVersion, lambda: state.lambda, seed },
    unlearned: unlearnedOf(order),
    createdAt: at,
  };
}

/**
 * The optional offer that anyone sees who is not known, to take or to leave: the one that saves most of what the merchant lets
 * everybody have and the cart can bear. Nothing of the shopper plays a part, and nothing is learned from it.
 */
export function offerForAnyone(asked: Pick<Deciding, "order" | "items" | "open" | "state" | "priceOf">): string | null {
  const { order, items, open, state, priceOf } = asked;
  const scene = sceneOf(order);
  if (!state.settings.enabled || scene === null || SENSITIVE_SCENES.has(scene)) return null;
  const fixed = open.standings.filter(({ optional }) => !optional);
  const { discountFen } = priceOf(fixed);
  const margin = marginOf({ items, scene, discountFen }, state.settings);
  if (margin === null || margin <= 0) return null;
  const offers = offersFor(asked, fixed, { discountFen, margin });
  const [best] = offers.sort((one, other) => other.costFen - one.costFen || one.arm.id.localeCompare(other.arm.id));
  return best?.arm.id ?? null;
}

interface OfferCandidate {
  readonly arm: OfferArm;
  readonly name: string;
  /** What it takes off this cart beyond what is taken off anyway. */
  readonly costFen: number;
}

function offersFor(
  { open, priceOf }: Pick<Deciding, "open" | "priceOf">,
  fixed: readonly OfferStanding[],
  { discountFen, margin }: { readonly discountFen: number; readonly margin: number },
): OfferCandidate[] {
  const candidates = open.standings.filter(({ rule, optional }) => optional && rule.code === undefined);
  return candidates.slice(0, OPTIONAL_OFFERS_MAX).flatMap((standing) => {
    const { rule } = standing;
    const price = priceOf([...fixed, standing]);
    const applied = price.applied.find(({ id }) => id === rule.id);
    const costFen = price.discountFen - discountFen;
    if (applied === undefined || costFen <= 0 || costFen > margin) return [];
    return [{ arm: armOf(rule), name: applied.name, costFen }];
  });
}

function decidedArms({ arms }: OfferDecision, offers: readonly OfferCandidate[]): LearnerDecision["arms"] {
  const known = new Map(offers.map((offer) => [offer.arm.id, offer]));
  return arms.map((weighed) => {
    const offer = known.get(weighed.id);
    const named = offer === undefined ? {} : { name: offer.name };
    return { ...weighed, ...(offer?.arm ?? { kind: "none" as const }), ...named, maxCost: offer?.costFen ?? 0 };
  });
}

/** An order without a known scene may be a sensitive one. */
function sceneOf({ scene, metadata }: Order) {
  const said = scene ?? metadata.scene;
  return isScene(said) ? said : null;
}

function unlearnedOf({ metadata }: Order): Unlearned | null {
  if (isSaid(metadata.test)) return "test";
  return isSaid(metadata.staff) ? "staff" : null;
}

const isSaid = (thing: unknown): boolean => thing === true || thing === "true" || thing === 1 || thing === "1";

/** Without the key it cannot be predicted what is drawn for an order. */
const seedOf = ({ hashDraw }: Deps, orderId: string): string =>
  [...hashDraw(`learner|${orderId}`).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
