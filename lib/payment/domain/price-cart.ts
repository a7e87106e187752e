import { type Fen, fen } from "#lib/base/fen.ts";
import { OFFER_LINES_WEIGHED_MAX, PROMOTION_NODES_MAX } from "#lib/base/limits.ts";
import { codeKey } from "#lib/base/promotion-code.ts";
import { type Promotion, type PromotionTerms, type RejectionReason, termsOf } from "#lib/contract/promotions.ts";
import { type PromotionCase, type Solution, solvePromotions } from "#lib/intelligence/index.ts";
import { describePromotion } from "#lib/texts/offers.ts";
import type { OrderItem } from "./order.ts";
import { itemFen } from "./views.ts";

/** Goes into stored decisions: a decision can be replayed only by the engine that made it. */
const OFFER_ENGINE = "offers-2";

/** A promotion with what is left of it for this shopper. */
export interface PromotionStanding {
  readonly rule: Promotion;
  readonly budgetLeft: number | null;
  readonly usesLeft: number | null;
  readonly usedByShopper: number;
  /** The order has it already; what is left is counted as if it had not. */
  readonly held?: boolean;
  /** Of a promotion that needs one of its codes: the one given that can be used. */
  readonly code?: ListedCode | null;
}

/** A code of a promotion's list. */
interface ListedCode {
  readonly id: string;
  /** As it is printed. */
  readonly text: string;
}

export type CartItem = Pick<OrderItem, "name" | "sku" | "category" | "unitFen" | "quantity">;

/** All that a price rests on besides the items and the rules; kept with the decision. */
export interface PricingFacts {
  /** RFC 3339. */
  readonly now: string;
  readonly channel: string | null;
  /** What is being paid for; absent in decisions from before promotions looked at it. */
  readonly scene?: string | null;
  /** Keys of the codes that were given. */
  readonly codes: readonly string[];
  /** Null if the shopper is not known. */
  readonly isNewCustomer: boolean | null;
  readonly shopperKnown: boolean;
  /** Nothing is taken off a gift. */
  readonly donation: boolean;
  readonly draws: Readonly<Record<string, number>>;
}

export interface Cart {
  readonly items: readonly CartItem[];
  readonly standings: readonly PromotionStanding[];
  readonly facts: PricingFacts;
}

interface AppliedOffer {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly terms: PromotionTerms;
  readonly amountFen: Fen;
  readonly lines: readonly Fen[];
  readonly draw: number | null;
  /** With which code it was had, as it is printed, and which one of its list that is. */
  readonly code: string | null;
  readonly codeId: string | null;
}

/** `unknown_shopper` and `donation` say more than the published reason. */
export interface RejectedOffer {
  readonly id: string;
  readonly name: string | undefined;
  readonly reason: RejectionReason;
  readonly because?: "unknown_shopper" | "donation" | "not_drawn" | undefined;
}

export interface PricedCart {
  readonly discountFen: Fen;
  readonly lineDiscounts: readonly Fen[];
  readonly applied: readonly AppliedOffer[];
  readonly rejected: readonly RejectedOffer[];
  readonly optimal: boolean;
}

/** The decision as it is stored with the order. */
export interface DecisionDraft {
  readonly engine: string;
  readonly inputs: unknown;
  readonly priced: PricedCart;
}

/** The best legal combination of the promotions for this cart. The same inputs give the same price, on any machine. */
export function priceCart(cart: Cart): PricedCart {
  const { items, standings, facts } = cart;
  const barred = new Map(standings.flatMap((standing) => barOf(standing, facts)));
  const given = caseOf({ ...cart, standings: standings.filter(({ rule }) => !barred.has(rule.id)) });
  const solution = solvePromotions(given, { nodesMax: nodesFor(items.length) });
  const reasons = new Map(solution.rejected.map(({ id, reason }) => [id, reason]));
  return {
    discountFen: solution.totalDiscount,
    lineDiscounts: solution.lineDiscounts,
    applied: appliedOf(solution, standings, facts),
    rejected: standings.flatMap(({ rule }) => {
      const reason = reasons.get(rule.id);
      const bar = barred.get(rule.id) ?? (reason === undefined ? undefined : { id: rule.id, name: rule.name, reason });
      if (bar === undefined) return [];
      const undrawn = bar.reason === "window" && rule.type === "random_off" && facts.draws[rule.id] === undefined;
      return [undrawn ? { ...bar, because: "not_drawn" as const } : bar];
    }),
    optimal: solution.optimal,
  };
}

/** What a cart is to the engine; also for the nudge. */
export function caseOf({ items, standings, facts }: Cart): PromotionCase {
  return {
    lines: items.map((item, at) => ({
      id: String(at),
      sku: item.sku ?? plainName(item.name),
      categories: item.category === null ? [] : [item.category],
      unitAmount: item.unitFen,
      quantity: item.quantity,
    })),
    promotions: standings.map(({ rule, held, budgetLeft, usesLeft, code }) => ({
      ...(held === true ? promised(rule) : rule),
      ...codeOf(rule, code),
      // No use left is no promise left, at any cost.
      budgetLeft: usesLeft !== null && usesLeft <= 0 ? 0 : budgetLeft,
    })),
    context: {
      now: facts.now,
      isNewCustomer: facts.isNewCustomer ?? false,
      channel: facts.channel,
      scene: facts.scene,
      usage: Object.fromEntries(standings.map(({ rule, usedByShopper }) => [rule.id, usedByShopper])),
      draws: facts.draws,
      codes: [...facts.codes, ...standings.flatMap(({ code }) => (code == null ? [] : [codeKey(code.text)]))],
    },
  };
}

/** The engine compares keys of codes. */
function codeOf({ code }: Promotion, listed: ListedCode | null | undefined): { code?: string } {
  const text = code ?? listed?.text;
  return text === undefined ? {} : { code: codeKey(text) };
}

export function decisionOf({ standings, facts }: Cart, priced: PricedCart): DecisionDraft {
  const promotions = standings.map(({ rule, budgetLeft, usesLeft, usedByShopper, held, code }) => ({
    id: rule.id,
    version: rule.version,
    budgetLeft,
    usesLeft,
    usedByShopper,
    ...(held === true ? { held } : {}),
    ...(code == null ? {} : { code: code.text }),
  }));
  return { engine: OFFER_ENGINE, inputs: { ...facts, promotions }, priced };
}

/** What an order was promised stays promised to it; how it is paid is still looked at. */
function promised({ window: _window, audience, ...rule }: Promotion): Promotion {
  return { ...rule, ...(audience?.channels && { audience: { channels: audience.channels } }) } as Promotion;
}

/** Items without a number of their own are known by their name. */
const plainName = (name: string): string => name.normalize("NFC").trim().replace(/\s+/g, " ");

const nodesFor = (lines: number): number =>
  Math.min(PROMOTION_NODES_MAX, Math.trunc(OFFER_LINES_WEIGHED_MAX / (lines + 8)));

/** Why the engine need not look: who may have it depends on the shopper, who is not known. */
function barOf({ rule, held }: PromotionStanding, facts: PricingFacts): [string, RejectedOffer][] {
  const bar = (reason: RejectionReason, because: RejectedOffer["because"]): [string, RejectedOffer][] => [
    [rule.id, { id: rule.id, name: rule.name, reason, because }],
  ];
  if (facts.donation) return bar("scope", "donation");
  if (facts.shopperKnown || held === true) return [];
  if (rule.limitPerUser != null) return bar("user_limit", "unknown_shopper");
  return rule.audience?.newCustomer === undefined ? [] : bar("audience", "unknown_shopper");
}

function appliedOf(
  solution: Solution,
  standings: readonly PromotionStanding[],
  { draws }: PricingFacts,
): readonly AppliedOffer[] {
  const known = new Map(standings.map((standing) => [standing.rule.id, standing]));
  return solution.applied.flatMap(({ id, discount, lines }) => {
    const standing = known.get(id);
    if (standing === undefined) return [];
    const { rule, code } = standing;
    const terms = termsOf(rule);
    const draw = rule.type === "random_off" ? (draws[id] ?? null) : null;
    return [
      {
        id,
        version: rule.version,
        name: rule.name ?? describePromotion(terms),
        terms,
        amountFen: fen(discount),
        lines,
        draw,
        code: rule.code ?? code?.text ?? null,
        codeId: code?.id ?? null,
      },
    ];
  });
}

export const totalOf = (items: readonly CartItem[]): Fen => fen(items.reduce((sum, item) => sum + itemFen(item), 0));
