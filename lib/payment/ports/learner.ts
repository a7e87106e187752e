import type { OfferArm, OfferContext, OfferModel, WeighedArm } from "#lib/intelligence/index.ts";
import type { MoneyKnown, ShopperHistory } from "../domain/offer-context.ts";

// What the learner of optional offers needs of the store. Source: smart.md §4.2.

export interface LearnerSettings extends MoneyKnown {
  readonly enabled: boolean;
  readonly stoppedBy: "person" | "stop_loss" | null;
  /** The least share of shoppers that gets no offer. */
  readonly holdout: number;
  /** Days the budgets are to last. */
  readonly horizonDays: number;
}

/** What a decision rests on besides the order: a moment old at most. */
export interface LearnerState {
  readonly settings: LearnerSettings;
  readonly model: OfferModel;
  /** 0 before the first outcome. */
  readonly modelVersion: number;
  readonly lambda: number;
}

/** An arm as it was weighed, with all that is needed to learn from it. */
type DecidedArm = WeighedArm & Omit<OfferArm, "id"> & { readonly maxCost: number; readonly name?: string };

/** Why nothing is learned of a decision or of what came of it. */
export type Unlearned = "test" | "staff" | "refunded" | "own_choice";

/** The one decision about an order's optional offer, kept for the order's life. */
export interface LearnerDecision {
  readonly orderId: string;
  readonly shopperId: string | null;
  readonly context: Omit<OfferContext, "id" | "arms">;
  readonly arms: readonly DecidedArm[];
  readonly arm: string;
  readonly propensity: number;
  readonly pNone: number;
  readonly modelVersion: number;
  readonly lambda: number;
  readonly seed: string;
  readonly unlearned: Unlearned | null;
  /** Only of a decision from before it was worded when read (lib/texts/learner-decision.ts). */
  readonly sentence?: string;
  readonly createdAt: Date;
}

export interface LearnerTx {
  decision(orderId: string): Promise<LearnerDecision | null>;
  /** Other decisions about this shopper wait until this one is committed. */
  history(shopperId: string, at: Date): Promise<ShopperHistory>;
  /** A decision under the sandbox is marked as a test. */
  keep(decision: LearnerDecision): Promise<void>;
}

export interface FoldReport {
  /** Null: another process is at it. */
  readonly version: number | null;
  readonly outcomes: number;
  readonly stopped: boolean;
}

export interface LearnerStore {
  /** As {@link LearnerTx}, without a transaction. */
  decision(orderId: string): Promise<LearnerDecision | null>;
  /** Kept for some seconds. */
  state(): Promise<LearnerState>;
  /** One round of learning: what became of decisions is written down and folded, by one process at a time. */
  fold(at: Date): Promise<FoldReport>;
}
