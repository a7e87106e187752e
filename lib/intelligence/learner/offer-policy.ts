// The words of the learner. Source: smart.md §4. All money is fen.

/** What is known of an order when its optional offer is chosen. */
export interface OfferContext {
  readonly id: string;
  /** When: any number that grows. */
  readonly t: number;
  readonly isNew: boolean;
  readonly lapsed: boolean;
  readonly freq90: number;
  readonly recencyDays: number | null;
  readonly amount: number;
  /** What the cart earns without an offer. */
  readonly margin: number;
  readonly hour: number;
  readonly weekend: boolean;
  readonly channel: string;
  readonly items: number;
  readonly budgetLeft: number;
  readonly budgetSpent: number;
  readonly budgetReserved: number;
  /** The offers that are legal now; `none` need not be among them. */
  readonly arms: readonly { readonly id: string; readonly expectedCost: number; readonly maxCost: number }[];
}

export interface OfferArm {
  readonly id: string;
  readonly kind: "none" | "amount" | "percent" | "random" | "coupon";
  readonly off?: number | undefined;
  readonly threshold?: number | undefined;
  readonly bps?: number | undefined;
  readonly cap?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export interface OfferChoice {
  readonly arm: string;
  /** The exact probability with which this arm was drawn. */
  readonly propensity: number;
  readonly pNone: number;
}

/**
 * What became of a decision. `pay`: paid, or expired and so not paid; the net margin is the margin less the offer, 0 when
 * unpaid. `coupon`: a return coupon was redeemed or ran out; the net margin is what it brought on top, less its redemption.
 */
export interface OfferOutcome extends OfferChoiceMade {
  readonly kind: "pay" | "coupon";
  readonly converted: boolean;
  readonly netMarginFen: number;
  readonly costFen: number;
}

interface OfferChoiceMade {
  readonly id: string;
  readonly ctx: OfferContext;
  readonly arm: string;
  readonly propensity: number;
  /** As decided; without it an offer's outcome is left out of the stop-loss. */
  readonly pNone?: number | undefined;
}

export interface OfferPolicy {
  decide(ctx: OfferContext): OfferChoice | Promise<OfferChoice>;
  update(outcome: OfferOutcome): void | Promise<void>;
}

export interface PolicyOptions {
  readonly arms: readonly OfferArm[];
  readonly seed: number | string;
  readonly budgetFen: number;
  readonly expectedShoppers: number;
  /** Least probability of offering nothing; never below 5 %. */
  readonly minHoldout?: number | undefined;
}

export const NONE = "none";
