import { baseFeatures } from "../../intelligence/learner/features.ts";
import { dot, subtractOuter, timesVector } from "../../intelligence/learner/linear-algebra.ts";
import { newPacing, pace } from "../../intelligence/learner/offer-costs.ts";
import { NONE } from "../../intelligence/learner/offer-policy.ts";
import { affordableArms } from "./baselines.ts";
import type { SimulatedPolicy } from "./simulate.ts";

/** One ridge regression per arm (Li et al. 2010): its inverse and its right-hand side. */
interface Ridge {
  readonly inverse: Float64Array;
  readonly moment: Float64Array;
}

const WIDTH = 0.5;
/** Net margins come in fen; the regression works in units of this many. */
const UNIT_FEN = 1_000;

/** @param pacing absent = spends until the money is gone */
export function linUcbPolicy(pacing?: {
  readonly budgetFen: number;
  readonly expectedShoppers: number;
}): SimulatedPolicy {
  const ridges = new Map<string, Ridge>();
  const pacer = newPacing();
  return {
    decide: (ctx) => {
      const features = Float64Array.from(baseFeatures(ctx));
      const offers = [{ id: NONE, expectedCost: 0 }, ...affordableArms(ctx)];
      const scored = offers.map(({ id, expectedCost }) => {
        const { inverse, moment } = ridgeOf(ridges, id, features.length);
        const spread = Math.sqrt(Math.max(0, dot(features, timesVector(inverse, features))));
        const mean = dot(timesVector(inverse, moment), features);
        return { id, expectedCost, score: mean + WIDTH * spread - (pacer.lambda * expectedCost) / UNIT_FEN };
      });
      const best = scored.reduce((first, each) => (each.score > first.score ? each : first));
      if (pacing !== undefined) {
        const [spent, reserved] = [ctx.budgetSpent, ctx.budgetReserved];
        pace(pacer, { ...pacing, spent, reserved, expectedCost: best.expectedCost });
      }
      return { arm: best.id, propensity: 1, pNone: best.id === NONE ? 1 : 0 };
    },
    update: ({ arm, ctx, kind, netMarginFen }) => {
      const features = Float64Array.from(baseFeatures(ctx));
      const { inverse, moment } = ridgeOf(ridges, arm, features.length);
      if (kind === "pay") {
        const gain = timesVector(inverse, features);
        subtractOuter(inverse, gain, 1 / (1 + dot(features, gain)));
      }
      features.forEach((feature, at) => {
        moment[at] = (moment[at] ?? 0) + (feature * netMarginFen) / UNIT_FEN;
      });
    },
  };
}

function ridgeOf(ridges: Map<string, Ridge>, id: string, size: number): Ridge {
  const known = ridges.get(id);
  if (known !== undefined) return known;
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) inverse[i * size + i] = 1;
  const ridge = { inverse, moment: new Float64Array(size) };
  ridges.set(id, ridge);
  return ridge;
}
