import { Random } from "../promotions/random.ts";
import { offeredShare } from "./effect-odds.ts";
import { armFeatures } from "./features.ts";
import { cholesky, dot, sigmoid, timesLower, timesVector } from "./linear-algebra.ts";
import { learnedCostFen } from "./offer-costs.ts";
import { futureFen, type OfferModel } from "./offer-model.ts";
import { NONE, type OfferArm, type OfferChoice, type OfferContext } from "./offer-policy.ts";

/** An arm as it was weighed, for the record and for its explanation. */
export interface WeighedArm {
  readonly id: string;
  readonly probability: number;
  /** The model's own estimate that the shopper pays. */
  readonly pays: number;
  /** What it is expected to cost by what offers like it have cost so far. */
  readonly costFen: number;
  /** What the shop says it costs. */
  readonly toldFen: number;
}

export interface OfferDecision extends OfferChoice {
  readonly arms: readonly WeighedArm[];
  readonly lambda: number;
  readonly modelVersion: number;
}

// Source: smart.md §4.1.4.
const DRAWS = 24;
const DRAW_SCALE = 0.4;
export const HOLDOUT_MIN = 0.05;

interface Candidate {
  readonly id: string;
  readonly features: Float64Array;
  /** Earned when the shopper pays. */
  readonly marginFen: number;
  /** Budget that is used when the shopper pays. */
  readonly costFen: number;
  readonly toldFen: number;
}

/**
 * One decision: an offer's probability is its share of wins in 24 draws from the posterior. The numbers come
 * from `seed` and the order's id alone, so the same inputs give the same decision.
 */
export function chooseOffer(input: {
  readonly model: OfferModel;
  readonly lambda: number;
  readonly holdout: number;
  readonly seed: number | string;
  readonly ctx: OfferContext;
}): OfferDecision {
  const { model, lambda, holdout, ctx } = input;
  const random = new Random(`${input.seed}/${ctx.id}`);
  const candidates = candidatesOf(model, ctx);
  const wins = countWins({ ...input, candidates, random });
  const part = ((1 - holdout) * offeredShare(model.effectOdds)) / DRAWS;
  const arms = candidates.map(({ id, features, costFen, toldFen }, at) => ({
    id,
    probability: id === NONE ? 1 - part * (DRAWS - (wins[at] ?? 0)) : part * (wins[at] ?? 0),
    pays: sigmoid(dot(model.mean, features)),
    costFen,
    toldFen,
  }));
  const chosen = drawArm(arms, random);
  return {
    arm: chosen.id,
    propensity: chosen.probability,
    pNone: arms[0]?.probability ?? 1,
    arms,
    lambda,
    modelVersion: model.version,
  };
}

/** `none` first, then every arm that may cost no more than the cart earns and the budget has. */
function candidatesOf(model: OfferModel, ctx: OfferContext): Candidate[] {
  const none = {
    id: NONE,
    features: armFeatures(ctx, model.arms, null),
    marginFen: ctx.margin,
    costFen: 0,
    toldFen: 0,
  };
  if (model.stopLoss.tripped) return [none];
  const known = new Map<string, OfferArm>(model.arms.map((arm) => [arm.id, arm]));
  const offers = ctx.arms.flatMap((offer) => {
    const arm = known.get(offer.id);
    if (arm === undefined || arm.kind === "none" || offer.id === NONE) return [];
    if (offer.maxCost > ctx.margin || offer.maxCost > ctx.budgetLeft) return [];
    // A return coupon costs nothing now; its redemption is inside what it is expected to bring.
    const costFen = learnedCostFen(model.costs, offer);
    const margin = arm.kind === "coupon" ? futureFen(model, ctx, offer) : -costFen;
    return [
      {
        id: offer.id,
        features: armFeatures(ctx, model.arms, offer),
        marginFen: ctx.margin + margin,
        costFen,
        toldFen: offer.expectedCost,
      },
    ];
  });
  return [none, ...offers];
}

/**
 * Draws of the weights are never made: an arm's log-odds are linear in them, so the few log-odds are drawn together, from
 * the mean and covariance that the weights give them.
 */
function countWins(input: {
  readonly model: OfferModel;
  readonly lambda: number;
  readonly candidates: readonly Candidate[];
  readonly random: Random;
}): number[] {
  const { model, lambda, candidates, random } = input;
  const wins = candidates.map(() => 0);
  if (candidates.length === 1) return [DRAWS];
  const centre = candidates.map(({ features }) => dot(model.mean, features));
  const lower = spreadOf(model, candidates);
  const worth = candidates.map(({ marginFen, costFen }) => marginFen - lambda * costFen);
  const unit = new Float64Array(candidates.length);
  for (let draw = 0; draw < DRAWS; draw += 1) {
    for (let at = 0; at < unit.length; at += 1) unit[at] = DRAW_SCALE * random.normal();
    const noise = timesLower(lower, unit);
    let winner = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < unit.length; at += 1) {
      const value = sigmoid((centre[at] ?? 0) + (noise[at] ?? 0)) * (worth[at] ?? 0);
      if (value > most) {
        winner = at;
        most = value;
      }
    }
    wins[winner] = (wins[winner] ?? 0) + 1;
  }
  return wins;
}

/** Lower triangle of the covariance of the candidates' log-odds. */
function spreadOf({ covariance }: OfferModel, candidates: readonly Candidate[]): Float64Array {
  const size = candidates.length;
  const spread = new Float64Array(size * size);
  candidates.forEach(({ features }, row) => {
    const reach = timesVector(covariance, features);
    for (let column = 0; column < size; column += 1) {
      spread[row * size + column] = dot(reach, candidates[column]?.features ?? reach);
    }
  });
  return cholesky(spread, size);
}

function drawArm(arms: readonly WeighedArm[], random: Random): WeighedArm {
  let left = random.unit();
  for (const arm of arms) {
    left -= arm.probability;
    if (left < 0) return arm;
  }
  // Rounding may leave a hair: it belongs to the last arm that can be drawn at all.
  return (
    arms.findLast(({ probability }) => probability > 0) ?? { id: NONE, probability: 1, pays: 0, costFen: 0, toldFen: 0 }
  );
}
