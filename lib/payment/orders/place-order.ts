import { AppError, isAppError } from "#lib/base/app-error.ts";
import { subtractFen, ZERO_FEN } from "#lib/base/fen.ts";
import { OFFER_ROUNDS_MAX } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";
import type { Deps } from "../deps.ts";
import { type Cart, decisionOf, type PricedCart, type PromotionStanding } from "../domain/price-cart.ts";
import { orderView } from "../domain/views.ts";
import type { CreateResult, NewOrder, Once } from "../ports/orders.ts";
import type { ClaimingOrder, KeptOnce } from "../ports/promotions.ts";
import { cartFor, discountsOf, priced, refuseDeadCodes } from "../pricing/price-order.ts";

export interface Placing {
  /** At its full price. */
  readonly draft: NewOrder;
  /** Keys of the codes that were given. */
  readonly codes: readonly string[];
  readonly once: Once | null;
  /** The shop's number of the order; one of that number may be there already, and have used the codes. */
  readonly outTradeNo?: string | undefined;
}

export interface Placed {
  /** As it was made. */
  readonly draft: NewOrder;
  readonly result: CreateResult;
}

/**
 * Makes the order, at the price that the merchant's promotions give it. Where there are none it is one statement; where
 * pricing fails it is made at the full price: a shopper must always be able to pay.
 */
export async function placeOrder(deps: Deps, placing: Placing): Promise<Placed> {
  const { draft, codes } = placing;
  if (codes.length === 0 && !deps.store.promotions.expected()) {
    const result = await deps.store.createOrder(draft, keptOf(deps, placing, draft), { unlessPromoted: true });
    if (result.kind !== "promoted") return { draft, result };
  }
  try {
    return await placePriced(deps, placing);
  } catch (cause) {
    // What has a name (a store that is away, say) is no fault of the promotions.
    if (isAppError(cause)) throw cause;
    deps.log.error("offers.failed", { orderId: draft.order.id, cause });
    return placePlain(deps, placing);
  }
}

async function placePlain(deps: Deps, placing: Placing, decision?: ClaimingOrder["decision"]): Promise<Placed> {
  const { draft } = placing;
  const result = await deps.store.createOrder(draft, keptOf(deps, placing, draft), decision && { decision });
  if (result.kind === "promoted") throw new Error("the store looked for promotions unasked");
  return { draft, result };
}

/**
 * Prices the order, locks what it would use, and prices it again by what is really left. Should that come to other
 * promotions, those are locked instead; the last round makes do with what it has locked.
 */
async function placePriced(deps: Deps, placing: Placing): Promise<Placed> {
  const { draft, codes } = placing;
  const { promotions } = deps.store;
  const { id: orderId, shopperId, metadata, scene, createdAt: now } = draft.order;
  const open = await promotions.open({ codes, shopperId });
  await refuseUsedCodes(deps, placing, open.standings);
  const { isNewCustomer } = open;
  const wish = { orderId, items: draft.items, metadata, shopperId, codes, channel: null, isNewCustomer, now, scene };
  const cartOf = cartFor(deps, wish);
  if (open.standings.length === 0) {
    if (codes.length === 0) return placePlain(deps, placing);
    // The codes are kept for when the order is priced again.
    const cart = cartOf([]);
    return placePlain(deps, placing, decisionOf(cart, priced(deps, cart)));
  }
  let standings = open.standings;
  for (let round = 1; round <= OFFER_ROUNDS_MAX; round++) {
    const cart = cartOf(standings);
    const first = priced(deps, cart);
    if (first.applied.length === 0) return placePlain(deps, placing, decisionOf(cart, first));
    const promotionIds = first.applied.map(({ id }) => id).toSorted();
    let made: NewOrder | null = null;
    const result = await promotions.claim({
      promotionIds,
      codes,
      shopperId,
      reprice: (locked) => {
        refuseTakenCodes(first, locked);
        standings = [...standings.filter(({ rule }) => !promotionIds.includes(rule.id)), ...locked];
        const again = cartOf(round === OFFER_ROUNDS_MAX ? locked : standings);
        const claiming = claimingOrder(deps, placing, { cart: again, price: priced(deps, again) });
        const covered = claiming.decision.priced.applied.every(({ id }) => promotionIds.includes(id));
        made = covered ? claiming.draft : null;
        return covered ? claiming : null;
      },
    });
    if (result !== null && made !== null) return { draft: made, result };
  }
  throw new Error("the last round locks all that it uses");
}

/**
 * Another order was faster with a code that works once: who was promised the discount is told so, as one call later.
 * @throws AppError `invalid_request` naming the codes that were used since they were looked at
 */
async function refuseUsedCodes(
  deps: Deps,
  { codes, ...repeated }: Placing,
  standings: readonly PromotionStanding[],
): Promise<void> {
  const opening = new Set(standings.flatMap(({ rule, code }) => [rule.code ?? code?.text ?? ""]).map(codeKey));
  const left = codes.filter((key) => !opening.has(key));
  await refuseDeadCodes(deps, left, { ...repeated, onlyUsed: true });
}

/** @throws AppError `invalid_request` for a code that was used while its promotion was being locked */
function refuseTakenCodes({ applied }: PricedCart, locked: readonly PromotionStanding[]): void {
  for (const { id, code, codeId } of applied) {
    const standing = locked.find(({ rule }) => rule.id === id);
    if (codeId === null || standing === undefined || standing.code != null) continue;
    const message = `the code ${code} was used already`;
    throw new AppError("invalid_request", message, { errors: [{ path: "promotionCodes", message }] });
  }
}

function claimingOrder(deps: Deps, placing: Placing, { cart, price }: { cart: Cart; price: PricedCart }) {
  const draft = discounted(placing.draft, price);
  return { draft, once: keptOf(deps, placing, draft), decision: decisionOf(cart, price) };
}

function discounted({ order, items }: NewOrder, price: PricedCart): NewOrder {
  return {
    order: {
      ...order,
      discountFen: price.discountFen,
      dueFen: subtractFen(order.totalFen, price.discountFen),
      discounts: discountsOf(price),
    },
    items: items.map((item, at) => ({ ...item, discountFen: price.lineDiscounts[at] ?? ZERO_FEN })),
  };
}

/** What a repeat of the call will be answered. */
function keptOf(deps: Deps, { once }: Placing, draft: NewOrder): KeptOnce | null {
  if (once === null) return null;
  const view = orderView({ ...draft, attempts: [] }, deps.payUrl(draft.order.id));
  return { ...once, answer: { status: 201, body: JSON.stringify(view) } };
}
