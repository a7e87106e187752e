import { chooseOffer, HOLDOUT_MIN, type OfferDecision } from "./choose-offer.ts";
import { cholesky } from "./linear-algebra.ts";
import { foldInto, newModel, type OfferModel } from "./offer-model.ts";
import type { OfferContext, OfferOutcome, OfferPolicy, PolicyOptions } from "./offer-policy.ts";
import { newPacing, pace } from "./pacing.ts";

/** The learner of smart.md §4 in one process's memory, for the simulator and for anything that plays it from outside. */
export class LearningPolicy implements OfferPolicy {
  readonly #options: PolicyOptions;
  readonly #model: OfferModel;
  readonly #pacing = newPacing();
  readonly #holdout: number;
  #lower: Float64Array | null = null;
  #stopped = false;

  constructor(options: PolicyOptions) {
    this.#options = options;
    this.#model = newModel(options.arms.filter((arm) => arm.kind !== "none"));
    this.#holdout = Math.min(1, Math.max(HOLDOUT_MIN, options.minHoldout ?? HOLDOUT_MIN));
  }

  decide(ctx: OfferContext): OfferDecision {
    this.#lower ??= cholesky(this.#model.covariance, this.#model.mean.length);
    const decision = chooseOffer({
      model: this.#model,
      lower: this.#lower,
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
    return decision;
  }

  update(outcome: OfferOutcome): void {
    foldInto(this.#model, outcome);
    this.#lower = null;
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
