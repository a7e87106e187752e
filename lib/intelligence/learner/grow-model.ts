import { featureCount } from "./features.ts";
import { copyModel, foldInto, newModel, type OfferModel } from "./offer-model.ts";
import type { OfferArm, OfferOutcome } from "./offer-policy.ts";
import { emptyStopLoss } from "./stop-loss.ts";

/** What is folded, in order: what became of decisions, and a person's word that a learner which had stopped may go on. */
export type FoldedEvent =
  | { readonly kind: "outcome"; readonly outcome: OfferOutcome; readonly arms: readonly OfferArm[] }
  | { readonly kind: "restart" };

/** A shop's offers come and go: the model learns of an arm when it first meets it, and never forgets its place. */
export function modelWith(model: OfferModel, arms: readonly OfferArm[]): OfferModel {
  const offers = arms.filter(({ kind }) => kind !== "none");
  const known = new Map(model.arms.map((arm, at) => [arm.id, at]));
  const fresh = offers.filter(({ id }) => !known.has(id));
  const latest = new Map(offers.map((arm) => [arm.id, arm]));
  const all = [...model.arms.map((arm) => latest.get(arm.id) ?? arm), ...fresh];
  if (fresh.length === 0) return { ...model, arms: all };
  const prior = newModel(all);
  const [before, size] = [featureCount(model.arms), featureCount(all)];
  prior.mean.set(model.mean);
  for (let row = 0; row < before; row += 1) {
    prior.covariance.set(model.covariance.subarray(row * before, (row + 1) * before), row * size);
  }
  return { ...model, arms: all, mean: prior.mean, covariance: prior.covariance };
}

/**
 * The model after these events; the given one stays as it is. In one go or in parts, from the beginning or from where it
 * was left: the same numbers, bit for bit.
 */
export function foldEvents(model: OfferModel, events: readonly FoldedEvent[]): OfferModel {
  let folded = copyModel(model);
  for (const event of events) {
    if (event.kind === "restart") {
      folded = { ...folded, stopLoss: emptyStopLoss() };
    } else {
      folded = modelWith(folded, event.arms);
      foldInto(folded, event.outcome);
    }
  }
  return folded;
}

/** A model as it is stored: plain numbers and lists. */
export interface StoredModel {
  readonly arms: readonly OfferArm[];
  readonly folded: number;
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
  readonly coupons: readonly (readonly [string, { settled: number; netMarginFen: number }])[];
  readonly costs: readonly (readonly [string, { toldFen: number; cameFen: number }])[];
  readonly stopLoss: OfferModel["stopLoss"];
  readonly effectOdds: {
    readonly logOdds: number;
    readonly mean: readonly number[];
    readonly covariance: readonly number[];
  };
}

/** A model of another release may have other features: nothing can be read from its numbers, and it is learned again. */
export const isReadable = ({ arms, mean, costs }: StoredModel): boolean =>
  Array.isArray(costs) && mean.length === featureCount(arms);

export const toStored = ({
  arms,
  version,
  mean,
  covariance,
  coupons,
  costs,
  stopLoss,
  effectOdds,
}: OfferModel): StoredModel => ({
  arms,
  folded: version,
  mean: [...mean],
  covariance: [...covariance],
  coupons: [...coupons],
  costs: [...costs],
  stopLoss,
  effectOdds: {
    logOdds: effectOdds.logOdds,
    mean: [...effectOdds.noEffect.mean],
    covariance: [...effectOdds.noEffect.covariance],
  },
});

export const fromStored = ({
  arms,
  folded,
  mean,
  covariance,
  coupons,
  costs,
  stopLoss,
  effectOdds,
}: StoredModel): OfferModel => ({
  arms,
  version: folded,
  mean: Float64Array.from(mean),
  covariance: Float64Array.from(covariance),
  coupons: new Map(coupons),
  costs: new Map(costs),
  stopLoss,
  effectOdds: {
    logOdds: effectOdds.logOdds,
    noEffect: { mean: Float64Array.from(effectOdds.mean), covariance: Float64Array.from(effectOdds.covariance) },
  },
});

/** Bit for bit; the order of keys says nothing. */
export const isSameModel = (one: StoredModel, other: StoredModel): boolean => plainText(one) === plainText(other);

const plainText = (model: StoredModel): string =>
  JSON.stringify(model, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
