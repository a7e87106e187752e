import type { PromotionView } from "#lib/contract/promotion.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import type { DecisionDraft, PromotionStanding } from "../domain/price-cart.ts";
import type { StoredPromotion } from "../domain/promotion-stage.ts";
import type { PastOrder } from "../domain/replay-promotion.ts";
import type { CreateResult, KeptAnswer, NewOrder, Once } from "./orders.ts";

/** Who changes a promotion; named in an audit entry of the same commit. Without it no entry is written. */
export interface PromotionActor {
  readonly by?: string | undefined;
}

export interface PromotionFilter {
  /** Any of these; all when absent. */
  readonly statuses?: readonly PromotionView["status"][] | undefined;
  readonly createdFrom?: Date | undefined;
  readonly createdTo?: Date | undefined;
  /** A part of the name, or the id. */
  readonly text?: string | undefined;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** What a change leaves behind; the store gives it the next version. */
export interface PromotionChange extends PromotionActor {
  readonly rule: Promotion;
  readonly budget: number | null;
  /** Instead of `budget`: what may be given away from now on. */
  readonly budgetLeft: number | null;
  readonly limitTotal: number | null;
  readonly at: Date;
}

export interface NewPromotion extends PromotionChange {
  /** It waits until somebody resumes it. */
  readonly isPaused?: boolean | undefined;
}

export interface PastOrdersWish {
  readonly from: Date;
  readonly limit: number;
}

/** An archived promotion stays archived. */
export interface PromotionStatusWish extends PromotionActor {
  readonly id: string;
  readonly status: PromotionView["status"];
  readonly at: Date;
}

/** What the promotions are that an order could have, and who would have them. */
export interface OpenOffers {
  readonly standings: readonly PromotionStanding[];
  /** Null if the shopper is not known. */
  readonly isNewCustomer: boolean | null;
}

export interface OffersWish {
  /** Keys of the codes that were given; a promotion that needs another one is left out. */
  readonly codes: readonly string[];
  /** Those that need another code as well. */
  readonly all?: boolean;
  readonly shopperId: string | null;
}

/** An order that takes what it got of its promotions. */
export interface ClaimingOrder {
  readonly draft: NewOrder;
  readonly once: KeptOnce | null;
  readonly decision: DecisionDraft;
}

export type KeptOnce = Once & { readonly answer: KeptAnswer };

export interface Claim {
  /** Locked in the order of their ids until the order stands. */
  readonly promotionIds: readonly string[];
  /** Keys of the codes that were given. */
  readonly codes: readonly string[];
  readonly shopperId: string | null;
  /** Prices the order by what the locked promotions are now; null: nothing is made, and the locks are let go. */
  readonly reprice: (locked: readonly PromotionStanding[]) => ClaimingOrder | null;
}

/** `ended`: its promotion does not run, or it was revoked; `used`: as often as it may be. */
export interface JudgedCode {
  readonly key: string;
  readonly state: "open" | "unknown" | "ended" | "used";
}

export interface PromotionStore {
  /** Whether the last look found promotions that need no code: then an order is better priced first. */
  expected(): boolean;
  open(wish: OffersWish): Promise<OpenOffers>;
  judgeCodes(keys: readonly string[]): Promise<JudgedCode[]>;
  /** Makes the order and takes what it uses in one transaction. @returns null when `reprice` gave up */
  claim(claim: Claim): Promise<CreateResult | null>;
  /** Paid orders, newest first. */
  pastOrders(wish: PastOrdersWish): Promise<PastOrder[]>;
  insert(promotion: NewPromotion): Promise<"inserted" | "id_taken" | "too_many">;
  find(id: string): Promise<StoredPromotion | null>;
  /** Newest first. */
  list(filter: PromotionFilter): Promise<StoredPromotion[]>;
  /** Changes the version that `change.rule` names. */
  change(change: PromotionChange): Promise<StoredPromotion | "moved_on" | "below_taken">;
  /** Only `active` gets new orders; what was promised stays. @returns the promotion as it is then, null when there is none */
  setStatus(wish: PromotionStatusWish): Promise<StoredPromotion | null>;
}
