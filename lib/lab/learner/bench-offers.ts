import { Random } from "../../intelligence/promotions/random.ts";
import { classicThompsonPolicy, epsilonGreedyPolicy, randomPolicy, rulePolicy, singlePolicy } from "./baselines.ts";
import { createPolicy } from "./learning-policy.ts";
import { linUcbPolicy } from "./lin-ucb.ts";
import { type Population, populationOf } from "./oracle.ts";
import { type RunFigures, runPolicy, type SimulatedPolicy } from "./simulate.ts";
import { nextShopper, SHOPS, type SimulatedShop } from "./simulated-shops.ts";

export interface OfferRow {
  readonly policy: string;
  readonly shop: string;
  readonly shoppers: number;
  /** Part of the budgeted oracle's gain, mean of the seeds; in the shop where offers do nothing, part of its margin. */
  readonly share: number;
  /** From the least lucky seed to the luckiest. */
  readonly shareMin: number;
  readonly shareMax: number;
  readonly regretFen: number;
  readonly spentPart: number;
  readonly violations: number;
  readonly pNoneMin: number;
  readonly decisionP99Ms: number;
}

export interface OfferBenchOptions {
  readonly sizes?: readonly number[];
  readonly seeds?: number;
  /** The first seed: what was chosen on some seeds is reported on others. */
  readonly seedFrom?: number;
  readonly shops?: readonly SimulatedShop[];
  readonly policies?: readonly string[];
  /** The stopwatch; results need no clock, figures do. */
  readonly nowMs: () => number;
}

/** Nothing of the learner was ever chosen by what it does on these seeds. */
export const FRESH_SEEDS_FROM = 9_000;

type Maker = (population: Population, seed: string) => SimulatedPolicy;

const POLICIES: Readonly<Record<string, Maker>> = {
  random: (_, seed) => randomPolicy(seed),
  "hand-written rule": ({ shop }) => rulePolicy(2 * shop.amountMedianFen),
  "best single in hindsight": (population, seed) => bestSingle(population, seed),
  "ε-greedy": (_, seed) => epsilonGreedyPolicy(seed),
  "classic Thompson": (_, seed) => classicThompsonPolicy(seed),
  LinUCB: () => linUcbPolicy(),
  "LinUCB with pacing": ({ budgetFen, shoppers }) => linUcbPolicy({ budgetFen, expectedShoppers: shoppers.length }),
  ours: ({ shop, budgetFen, shoppers }, seed) =>
    createPolicy({ arms: shop.arms, seed, budgetFen, expectedShoppers: shoppers.length, minHoldout: 0.05 }),
};

/** The learner and what it is measured against, in shops whose truth is known. Source: smart.md §4.4. */
export function benchOffers(options: OfferBenchOptions): OfferRow[] {
  const { sizes = [2_000, 5_000, 20_000], seeds = 5, seedFrom = 0, shops = SHOPS, nowMs } = options;
  const names = options.policies ?? Object.keys(POLICIES);
  return shops.flatMap((shop) =>
    sizes.flatMap((size) => {
      const populations = Array.from({ length: seeds }, (_, at) => newPopulation(shop, size, seedFrom + at));
      return names.map((name) => rowOf({ name, shop, size, seedFrom, populations, nowMs }));
    }),
  );
}

function newPopulation(shop: SimulatedShop, size: number, seed: number): Population {
  const random = new Random(`shoppers/${shop.name}/${size}/${seed}`);
  return populationOf(
    shop,
    Array.from({ length: size }, (_, t) => nextShopper(shop, random, { t, of: size })),
  );
}

function rowOf(input: {
  readonly name: string;
  readonly shop: SimulatedShop;
  readonly size: number;
  readonly seedFrom: number;
  readonly populations: readonly Population[];
  readonly nowMs: () => number;
}): OfferRow {
  const { name, shop, size, seedFrom, populations, nowMs } = input;
  const runs = populations.map((population, index) => {
    const seed = `${shop.name}/${size}/${seedFrom + index}`;
    const policy = POLICIES[name]?.(population, seed) ?? singlePolicy(name);
    return { population, figures: runPolicy(policy, population, { seed, nowMs }) };
  });
  const shares = runs.map(({ population, figures }) => shareOf(population, figures));
  const times = runs.flatMap(({ figures }) => figures.decisionMs).sort((a, b) => a - b);
  return {
    policy: name,
    shop: shop.name,
    shoppers: size,
    share: meanOf(shares),
    shareMin: Math.min(...shares),
    shareMax: Math.max(...shares),
    regretFen: meanOf(runs.map(({ population, figures }) => population.oracleGain - figures.gain)),
    spentPart: meanOf(runs.map(({ population, figures }) => figures.spent / population.budgetFen)),
    violations: runs.reduce((sum, { figures }) => sum + figures.violations, 0),
    pNoneMin: Math.min(...runs.map(({ figures }) => figures.pNoneMin)),
    decisionP99Ms: times[Math.floor(0.99 * times.length)] ?? 0,
  };
}

const shareOf = ({ oracleGain, baseMargin }: Population, { gain }: RunFigures): number =>
  gain / (oracleGain > 0 ? oracleGain : baseMargin);

/** The one offer that would have gained most had it been given to everyone who may have it, as long as the money lasts. */
function bestSingle(population: Population, seed: string): SimulatedPolicy {
  const arms = ["none", ...population.shop.arms.map(({ id }) => id)];
  const nowMs = () => 0;
  const gains = arms.map((arm) => runPolicy(singlePolicy(arm), population, { seed, nowMs }).gain);
  return singlePolicy(arms[gains.indexOf(Math.max(...gains))] ?? "none");
}

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
