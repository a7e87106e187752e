import type { Fen } from "#lib/base/fen.ts";
import type { PromotionInput, RejectionReason } from "#lib/contract/promotions.ts";

// Words of the promotion engine. Source: smart.md §3.1. Amounts come in as plain integers and leave as checked Fen.

export interface CartLine {
  readonly id: string;
  readonly sku: string;
  readonly categories: readonly string[];
  readonly unitAmount: number;
  readonly quantity: number;
  /** Least payable for the whole line. */
  readonly floor?: number | undefined;
  readonly noPromo?: boolean | undefined;
}

export interface PromotionContext {
  /** A text without a zone is Beijing time. */
  readonly now: Date | string | number;
  readonly isNewCustomer?: boolean | undefined;
  readonly segments?: readonly string[] | undefined;
  readonly channel?: string | null | undefined;
  /** What is being paid for. */
  readonly scene?: string | null | undefined;
  /** How often this shopper has used a promotion, by its id. */
  readonly usage?: Readonly<Record<string, number>> | undefined;
  /** Amounts drawn for `random_off`, by promotion id. */
  readonly draws?: Readonly<Record<string, number>> | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly minPay?: number | undefined;
  readonly maxStack?: number | undefined;
}

export interface PromotionCase {
  readonly lines: readonly CartLine[];
  readonly promotions: readonly PromotionInput[];
  readonly context: PromotionContext;
}

export interface AppliedPromotion {
  readonly id: string;
  readonly discount: Fen;
  /** What it takes off each line, in the order of the cart. */
  readonly lines: readonly Fen[];
}

export interface RejectedPromotion {
  readonly id: string;
  readonly reason: RejectionReason;
}

export interface Solution {
  readonly totalDiscount: Fen;
  readonly payable: Fen;
  readonly applied: readonly AppliedPromotion[];
  readonly lineDiscounts: readonly Fen[];
  readonly rejected: readonly RejectedPromotion[];
  /** False when the node limit was reached: the best found, perhaps not the best there is. */
  readonly optimal: boolean;
  /** Sets that were weighed; for benches and metrics. */
  readonly nodes: number;
}

export type PromotionOf<Type extends PromotionInput["type"]> = Extract<PromotionInput, { type: Type }>;
