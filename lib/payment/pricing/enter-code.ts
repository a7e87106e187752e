import { AppError } from "#lib/base/app-error.ts";
import { fen } from "#lib/base/fen.ts";
import { OFFER_ROUNDS_MAX, START_ROUNDS_MAX } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";
import type { Promotion, RejectionReason } from "#lib/contract/promotions.ts";
import type { Deps } from "../deps.ts";
import { refuseWhileCharged } from "../domain/attempt.ts";
import { orderNotFound, requirePayable } from "../domain/order.ts";
import type { PricedCart } from "../domain/price-cart.ts";
import { endAttempt } from "../paying/check-attempt.ts";
import type { OfferStanding, PricingOffers } from "../ports/offers.ts";
import type { Tx } from "../ports/store.ts";
import { priced } from "./price-order.ts";
import { isOpenedBy, pricingCart, type Repriced, repriceOrder } from "./reprice-order.ts";

export interface EnterCode {
  readonly orderId: string;
  /** As it was typed. */
  readonly code: string;
}

/** What became of a code. Everything but `applied` has changed nothing. */
export type CodeAnswer =
  | { readonly kind: "applied"; readonly savesFen: number }
  /** It is part of the price already. */
  | { readonly kind: "already" }
  /** As it was judged, whatever the order holds. */
  | { readonly kind: "unknown" | "ended" | "used" }
  /** A good code; why its promotion is not part of this order's price. */
  | {
      readonly kind: "refused";
      readonly reason: RejectionReason;
      readonly rule: Promotion;
      readonly isUnknownShopper: boolean;
    };

/**
 * Prices the order with a code that its shopper or its shop gives. A trade that is open at the old price is ended first. Of
 * two orders with the same single code at once one gets it; the other keeps the price it had.
 * @throws AppError `not_found`, `order_not_payable`, `conflict`, `gateway_unavailable`
 */
export async function enterCode(deps: Deps, { orderId, code }: EnterCode): Promise<CodeAnswer> {
  const key = codeKey(code);
  if (key === "") return { kind: "unknown" };
  for (let round = 1; round <= OFFER_ROUNDS_MAX + START_ROUNDS_MAX; round++) {
    const tried = await deps.store.transaction((tx) => tryCode(deps, tx, { orderId, key, round }));
    if ("answer" in tried) return tried.answer;
    if (tried.price.kind === "in_the_way") await endAttempt(deps, tried.price.attempt);
  }
  throw new AppError("gateway_unavailable", "the order is being paid at this moment", { retryAfterS: 2 });
}

interface TypedCode {
  readonly orderId: string;
  readonly key: string;
  readonly round: number;
}

async function tryCode(
  deps: Deps,
  tx: Tx,
  { orderId, key, round }: TypedCode,
): Promise<{ readonly answer: CodeAnswer } | { readonly price: Repriced }> {
  const locked = await tx.lockOrder(orderId);
  if (locked === null) throw orderNotFound();
  const { order, attempts, pricing } = locked;
  requirePayable(order, deps.clock.now());
  refuseWhileCharged(attempts);
  const open = await tx.offers.open({ orderId, shopperId: order.shopperId, offers: null, codes: [key] });
  const opened = open.standings.filter((standing) => isFor(key, standing));
  if (opened.length === 0) return { answer: await judged(tx, key) };
  if (opened.some(({ heldFen }) => heldFen !== null)) return { answer: { kind: "already" } };
  // An optional offer that has a code is taken by typing it.
  const offers = [
    ...new Set([...pricing.offers, ...opened.flatMap(({ rule, optional }) => (optional ? [rule.id] : []))]),
  ];
  const standings = open.standings.filter(({ rule, optional }) => !optional || offers.includes(rule.id));
  const items = await tx.items(orderId);
  const cart = pricingCart(deps, { order, items, open, pricing: { offers, channel: pricing.channel, isAsked: false } });
  const price = priced(deps, cart(standings));
  if (!isOpenedBy(key, price)) return { answer: refused(opened, price) };
  const ask = { channel: null, offers, code: key };
  const repriced = await repriceOrder(deps, tx, { locked, ask, isLastRound: round >= OFFER_ROUNDS_MAX });
  if (repriced.kind !== "priced") return { price: repriced };
  return { answer: { kind: "applied", savesFen: fen(Math.max(0, order.dueFen - repriced.order.dueFen)) } };
}

/** Whether the promotion is one that this code opens. */
const isFor = (key: string, { rule, code }: OfferStanding): boolean => {
  const text = rule.code ?? code?.text;
  return text !== undefined && codeKey(text) === key;
};

async function judged(tx: Tx, key: string): Promise<CodeAnswer> {
  const [found] = await tx.offers.judgeCodes([key]);
  // One that is free again since we looked is worth another try; the shopper has the button.
  return { kind: found === undefined || found.state === "open" ? "used" : found.state };
}

function refused(opened: PricingOffers["standings"], { rejected }: PricedCart): CodeAnswer {
  const reasons = opened.map(({ rule }) => {
    const found = rejected.find(({ id }) => id === rule.id);
    const isUnknownShopper = found?.because === "unknown_shopper";
    return { kind: "refused" as const, reason: found?.reason ?? ("worse" as const), rule, isUnknownShopper };
  });
  const [first] = reasons;
  if (first === undefined) throw new Error("a code that opens nothing was judged before");
  return first;
}
