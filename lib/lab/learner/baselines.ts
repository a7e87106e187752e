import { NONE, type OfferContext } from "../../intelligence/learner/offer-policy.ts";
import { Random } from "../../intelligence/promotions/random.ts";
import type { SimulatedPolicy } from "./simulate.ts";

// Policies to be measured against. Source: smart.md §4.4. All keep to the margin and the budget.

type Arms = OfferContext["arms"];

export const affordableArms = (ctx: OfferContext): Arms =>
  ctx.arms.filter(({ maxCost }) => maxCost <= ctx.margin && maxCost <= ctx.budgetLeft);

const certain = (arm: string) => ({ arm, propensity: 1, pNone: arm === NONE ? 1 : 0 });

export function randomPolicy(seed: string): SimulatedPolicy {
  const random = new Random(`random/${seed}`);
  return {
    decide: (ctx) => certain(random.pick([NONE, ...affordableArms(ctx).map(({ id }) => id)])),
    update: () => undefined,
  };
}

/** New shoppers the large amount, lapsed ones 10 %, big carts 5 %. */
export function rulePolicy(bigCartFen: number): SimulatedPolicy {
  return {
    decide: (ctx) => {
      const wanted = ctx.isNew ? "large" : ctx.lapsed ? "tenth" : ctx.amount > bigCartFen ? "five" : NONE;
      return certain(affordableArms(ctx).some(({ id }) => id === wanted) ? wanted : NONE);
    },
    update: () => undefined,
  };
}

export function singlePolicy(arm: string): SimulatedPolicy {
  return {
    decide: (ctx) => certain(affordableArms(ctx).some(({ id }) => id === arm) ? arm : NONE),
    update: () => undefined,
  };
}

interface Mean {
  count: number;
  sum: number;
  squares: number;
}

/** Net margin per arm over all shoppers alike: what ε-greedy and the classic Thompson sampling know. */
function blindPolicy(pick: (means: ReadonlyMap<string, Mean>, arms: readonly string[]) => string): SimulatedPolicy {
  const means = new Map<string, Mean>();
  return {
    decide: (ctx) => certain(pick(means, [NONE, ...affordableArms(ctx).map(({ id }) => id)])),
    update: ({ arm, kind, netMarginFen }) => {
      const mean = means.get(arm) ?? { count: 0, sum: 0, squares: 0 };
      if (kind === "pay") mean.count += 1;
      mean.sum += netMarginFen;
      mean.squares += netMarginFen * netMarginFen;
      means.set(arm, mean);
    },
  };
}

export function epsilonGreedyPolicy(seed: string): SimulatedPolicy {
  const random = new Random(`epsilon/${seed}`);
  return blindPolicy((means, arms) => {
    if (random.chance(0.1)) return random.pick(arms);
    const value = (arm: string) => average(means.get(arm), Number.POSITIVE_INFINITY);
    return arms.reduce((best, arm) => (value(arm) > value(best) ? arm : best));
  });
}

export function classicThompsonPolicy(seed: string): SimulatedPolicy {
  const random = new Random(`thompson/${seed}`);
  return blindPolicy((means, arms) => {
    const drawn = arms.map((arm) => {
      const mean = means.get(arm);
      if (mean === undefined || mean.count < 5) return { arm, value: Number.POSITIVE_INFINITY };
      const centre = average(mean, 0);
      const spread = Math.sqrt(Math.max(1, mean.squares / mean.count - centre * centre) / mean.count);
      return { arm, value: centre + spread * random.normal() };
    });
    return drawn.reduce((best, each) => (each.value > best.value ? each : best)).arm;
  });
}

const average = (mean: Mean | undefined, unknown: number): number =>
  mean === undefined || mean.count === 0 ? unknown : mean.sum / mean.count;
