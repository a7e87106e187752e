import type { CodeFigures, CodeListQuery, PromotionCodeView } from "#lib/contract/promotion-codes.ts";
import type { PromotionActor } from "./promotions.ts";

export interface AddingCodes extends PromotionActor {
  readonly promotionId: string;
  /** As they are to be printed, slice by slice. */
  readonly slices: Iterable<readonly string[]> | AsyncIterable<readonly string[]>;
  /** How many there are in all of them. */
  readonly size: number;
  readonly maxUses: number | null;
  readonly label: string | null;
  readonly at: Date;
}

export interface RevokedCodes extends PromotionActor {
  readonly promotionId: string;
  /** One, or all that are free. */
  readonly codeId: string | null;
  readonly at: Date;
}

export interface PromotionCodeFilter extends Pick<CodeListQuery, "q" | "state"> {
  readonly promotionId: string;
  /** Id of the last one of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** The codes of promotions that need one. */
export interface PromotionCodeStore {
  /**
   * Adds those that no promotion has, in one transaction with its audit entry. The others are named.
   * @returns what stands in the way, when nothing was added
   */
  add(adding: AddingCodes): Promise<{ added: number; taken: string[] } | "no_promotion" | "not_wanted" | "too_many">;
  /** Newest first. */
  list(filter: PromotionCodeFilter): Promise<PromotionCodeView[]>;
  figures(promotionId: string): Promise<CodeFigures>;
  /** No order gets them any more; orders that have one keep it. @returns how many were revoked */
  revoke(revoked: RevokedCodes): Promise<number>;
}
