import type { Fen } from "#lib/base/fen.ts";
import type { OrderDiscount } from "../domain/order.ts";
import type { OrderPricing } from "../domain/order-file.ts";
import type { DecisionDraft, PromotionStanding } from "../domain/price-cart.ts";
import type { JudgedCode } from "./promotions.ts";

// What pricing an order anew takes of the store: its optional offers, the channel it is paid by.

export interface OfferStanding extends PromotionStanding {
  readonly optional: boolean;
  /** What the order holds of it now. */
  readonly heldFen: Fen | null;
  /** What was drawn for this order before, for this version. */
  readonly draw: number | null;
}

/** The promotions an order that exists could have, what it already has counted as left. */
export interface PricingOffers {
  readonly standings: readonly OfferStanding[];
  /** Keys of the codes that it has, those of the wish among them. */
  readonly codes: readonly string[];
  /** Keys of the codes that it was made with. */
  readonly firstCodes: readonly string[];
  readonly isNewCustomer: boolean | null;
}

export interface PricingWish {
  readonly orderId: string;
  readonly shopperId: string | null;
  /** Those optional promotions are looked at; null: all of them. */
  readonly offers: readonly string[] | null;
  /** Keys of codes that are given now. */
  readonly codes?: readonly string[];
}

export interface Repricing {
  readonly orderId: string;
  readonly shopperId: string | null;
  readonly pricing: Pick<OrderPricing, "offers" | "channel">;
  readonly decision: DecisionDraft;
  readonly discounts: readonly OrderDiscount[];
  /** In the order of the items. */
  readonly lines: readonly { readonly itemId: string; readonly discountFen: Fen }[];
  readonly at: Date;
}

/** A price the order once had. */
export interface FormerPrice {
  readonly discounts: readonly OrderDiscount[];
  /** In the order of the items. */
  readonly lines: readonly Fen[];
  /** What it took of its promotions. */
  readonly uses: readonly { readonly promotionId: string; readonly amountFen: Fen }[];
}

/** The writes of one transaction about the price of an order that it has locked. */
export interface OfferTx {
  open(wish: PricingWish): Promise<PricingOffers>;
  judgeCodes(keys: readonly string[]): Promise<JudgedCode[]>;
  /** Locks promotions in the order of their ids. */
  lock(promotionIds: readonly string[]): Promise<void>;
  /** Gives back what the order does not take any more, takes what it does, and says so to its watchers. */
  reprice(repricing: Repricing): Promise<void>;
  /** The newest price with this discount; null when there never was one. */
  formerPrice(orderId: string, discountFen: Fen): Promise<FormerPrice | null>;
  /** The order is paid at a price that it had: what it took of its promotions is taken again as far as there is room. */
  restore(orderId: string, price: FormerPrice & { readonly at: Date }): Promise<void>;
}
