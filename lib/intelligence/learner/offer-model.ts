import { compareModels, copyEffectOdds, type EffectOdds, newEffectOdds } from "./effect-odds.ts";
import { ARMS_FROM, armFeatures, COUPON_AT, DOSE_FROM, EXTRA_FROM, featureCount } from "./features.ts";
import { dot, sigmoid } from "./linear-algebra.ts";
import { type ArmCost, recordCost } from "./offer-costs.ts";
import type { OfferArm, OfferContext, OfferOutcome } from "./offer-policy.ts";
import { copyPosterior, newPosterior, observe, type Posterior } from "./posterior.ts";
import { emptyStopLoss, type StopLoss, watchLoss } from "./stop-loss.ts";

/** All that is learned. Plain numbers, so that it can be stored and read back bit for bit. */
export interface OfferModel extends Posterior {
  readonly arms: readonly OfferArm[];
  /** Outcomes folded so far. */
  version: number;
  readonly effectOdds: EffectOdds;
  readonly coupons: Map<string, CouponRecord>;
  readonly costs: Map<string, ArmCost>;
  readonly stopLoss: StopLoss;
}

/** What return coupons brought, per arm and segment. */
interface CouponRecord {
  settled: number;
  netMarginFen: number;
}

// Source: smart.md §4.1.2 and 4.1.6.
const BASE_SD = 0.6;
const INTERCEPT_SD = 1.2;
// The dose begins higher and its moods narrower than there: outcomes are folded in the order of their decisions, so nothing
// makes an offer look better at first than it is, and too sceptical a beginning never comes to try one.
const DOSE_MEAN = 0.9;
const DOSE_SD = 0.7;
const MOOD_SD = 0.5;
const COUPON_SD = 0.4;
const EXTRA_SD = 0.3;
const ARM_SD = 0.5 * 0.3;
/** Return coupons weigh as if this many had been settled before the first, each losing this part of its expected cost. */
const COUPON_PRIOR_COUNT = 30;
const COUPON_PRIOR_LOSS = 0.5;
const SEGMENT_PRIOR_COUNT = 60;

export function newModel(arms: readonly OfferArm[]): OfferModel {
  const { mean, covariance } = newPosterior(featureCount(arms), priorSd);
  mean[DOSE_FROM] = DOSE_MEAN;
  const effectOdds = newEffectOdds(DOSE_FROM, priorSd);
  return {
    arms,
    version: 0,
    mean,
    covariance,
    effectOdds,
    coupons: new Map(),
    costs: new Map(),
    stopLoss: emptyStopLoss(),
  };
}

function priorSd(at: number): number {
  if (at === 0) return INTERCEPT_SD;
  if (at < DOSE_FROM) return BASE_SD;
  if (at === DOSE_FROM) return DOSE_SD;
  if (at < COUPON_AT) return MOOD_SD;
  if (at < EXTRA_FROM) return COUPON_SD;
  return at < ARMS_FROM ? EXTRA_SD : ARM_SD;
}

/**
 * The model after these outcomes, which must come ordered by when they were known and then by id. The given model stays as
 * it is; folding the same outcomes from `newModel` in one go or in parts gives the same numbers, bit for bit.
 */
export function foldOutcomes(model: OfferModel, outcomes: readonly OfferOutcome[]): OfferModel {
  const folded = copyModel(model);
  for (const outcome of outcomes) foldInto(folded, outcome);
  return folded;
}

export const copyModel = (model: OfferModel): OfferModel => ({
  ...model,
  ...copyPosterior(model),
  effectOdds: copyEffectOdds(model.effectOdds),
  coupons: new Map([...model.coupons].map(([key, record]) => [key, { ...record }])),
  costs: new Map([...model.costs].map(([key, cost]) => [key, { ...cost }])),
  stopLoss: structuredClone(model.stopLoss),
});

/** The same for one outcome, changing the model itself. */
export function foldInto(model: OfferModel, outcome: OfferOutcome): void {
  model.version += 1;
  recordCost(model.costs, outcome, model.arms.find(({ id }) => id === outcome.arm)?.kind === "coupon");
  if (outcome.kind === "coupon") {
    recordCoupon(model, outcome);
    return;
  }
  const offer = outcome.ctx.arms.find(({ id }) => id === outcome.arm) ?? null;
  const none = armFeatures(outcome.ctx, model.arms, null);
  const expected = sigmoid(dot(model.mean, none)) * outcome.ctx.margin;
  watchLoss(model.stopLoss, outcome, outcome.netMarginFen - expected);
  const features = armFeatures(outcome.ctx, model.arms, offer);
  const baseFeatures = features.slice(0, DOSE_FROM);
  const observed = outcome.converted ? 1 : 0;
  compareModels(model.effectOdds, model, { features, baseFeatures, observed });
  observe(model.effectOdds.noEffect, { features: baseFeatures, observed }, priorSd);
  observe(model, { features, observed }, priorSd);
}

function recordCoupon({ coupons }: OfferModel, { arm, ctx, netMarginFen }: OfferOutcome): void {
  for (const key of [arm, `${arm}/${segmentOf(ctx)}`]) {
    const record = coupons.get(key) ?? { settled: 0, netMarginFen: 0 };
    record.settled += 1;
    record.netMarginFen += netMarginFen;
    coupons.set(key, record);
  }
}

/** What a return coupon is expected to bring later: the segment's mean, drawn to the arm's, drawn to a small loss. */
export function futureFen(
  model: OfferModel,
  ctx: OfferContext,
  offer: { readonly id: string; readonly expectedCost: number },
) {
  const all = model.coupons.get(offer.id) ?? { settled: 0, netMarginFen: 0 };
  const own = model.coupons.get(`${offer.id}/${segmentOf(ctx)}`) ?? { settled: 0, netMarginFen: 0 };
  const prior = -COUPON_PRIOR_LOSS * offer.expectedCost;
  const mean = (all.netMarginFen + COUPON_PRIOR_COUNT * prior) / (all.settled + COUPON_PRIOR_COUNT);
  return (own.netMarginFen + SEGMENT_PRIOR_COUNT * mean) / (own.settled + SEGMENT_PRIOR_COUNT);
}

const segmentOf = ({ isNew, lapsed }: OfferContext): string => (isNew ? "new" : lapsed ? "lapsed" : "regular");
