import { chooseOffer, HOLDOUT_MIN, type OfferDecision } from "../../intelligence/learner/choose-offer.ts";
import { newPacing, pace } from "../../intelligence/learner/offer-costs.ts";
import { foldInto, newModel, type OfferModel } from "../../intelligence/learner/offer-model.ts";
import type {
  OfferContext,
  OfferOutcome,
  OfferPolicy,
  PolicyOptions,
} from "../../intelligence/learner/offer-policy.ts";
import { OutcomeQueue } from "./outcome-queue.ts";

/** The learner of smart.md §4 in one process's memory, for the simulator and for anything that plays it from outside. */
export class LearningPolicy implements OfferPolicy {
  readonly #options: PolicyOptions;
  readonly #model: OfferModel;
  readonly #pacing = newPacing();
  readonly #holdout: number;
  /** Of decisions whose outcome is still to come. */
  readonly #pNone = new Map<string, number>();
  readonly #outcomes = new OutcomeQueue();
  #stopped = false;

  constructor(options: PolicyOptions) {
    this.#options = options;
    this.#model = newModel(options.arms.filter((arm) => arm.kind !== "none"));
    this.#holdout = Math.min(1, Math.max(HOLDOUT_MIN, options.minHoldout ?? HOLDOUT_MIN));
  }

  decide(ctx: OfferContext): OfferDecision {
    const decision = chooseOffer({
      model: this.#model,
      lambda: this.#pacing.lambda,
      holdout: this.#holdout,
      seed: this.#options.seed,
      ctx: this.#stopped ? { ...ctx, arms: [] } : ctx,
    });
    pace(this.#pacing, {
      expectedCost: decision.arms.reduce((sum, arm) => sum + arm.probability * arm.pays * arm.costFen, 0),
      budgetFen: this.#options.budgetFen,
      spent: ctx.budgetSpent,
      reserved: ctx.budgetReserved,
      expectedShoppers: this.#options.expectedShoppers,
    });
    this.#pNone.set(ctx.id, decision.pNone);
    this.#outcomes.decided(ctx.id);
    return decision;
  }

  update(outcome: OfferOutcome): void {
    for (const known of this.#outcomes.known(outcome)) {
      const pNone = known.pNone ?? this.#pNone.get(known.id);
      foldInto(this.#model, pNone === undefined ? known : { ...known, pNone });
      this.#pNone.delete(known.id);
    }
  }

  /** The kill switch: from now on nothing is offered, and learning goes on from what was. */
  stop(): void {
    this.#stopped = true;
  }

  get model(): OfferModel {
    return this.#model;
  }

  get lambda(): number {
    return this.#pacing.lambda;
  }
}

/** @throws RangeError when an arm's id comes twice */
export function createPolicy(options: PolicyOptions): LearningPolicy {
  const ids = options.arms.map(({ id }) => id);
  if (new Set(ids).size < ids.length) throw new RangeError("every arm needs an id of its own");
  return new LearningPolicy(options);
}
