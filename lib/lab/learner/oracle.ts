import { type Shopper, type SimulatedShop, worldOf } from "./simulated-shops.ts";
import { type TrueEffect, trueEffects } from "./true-effects.ts";

export interface Population {
  readonly shop: SimulatedShop;
  readonly shoppers: readonly Shopper[];
  readonly effects: readonly (readonly TrueEffect[])[];
  readonly budgetFen: number;
  /** What somebody who knows the truth gains with that budget. */
  readonly oracleGain: number;
  /** What the shop earns without any offer. */
  readonly baseMargin: number;
}

const BISECTIONS = 60;

export function populationOf(shop: SimulatedShop, shoppers: readonly Shopper[]): Population {
  const effects = shoppers.map((shopper) => trueEffects(shop, shopper));
  const allowed = effects.map((arms, at) => affordable(arms, shoppers[at]));
  const unlimited = spendAndGain(allowed, 0);
  const doesNothing = unlimited.gain <= 0;
  // Where nothing helps, the oracle spends nothing; the money is there all the same, to be wasted.
  const budgetFen = Math.round(
    worldOf(shop).budgetPart * (doesNothing ? 0.03 * totalAmount(shoppers) : unlimited.spend),
  );
  const baseMargin = shoppers.reduce((sum, { ctx }, at) => sum + (effects[at]?.[0]?.pays ?? 0) * ctx.margin, 0);
  return { shop, shoppers, effects, budgetFen, oracleGain: gainWithin(allowed, budgetFen), baseMargin };
}

const affordable = (arms: readonly TrueEffect[], shopper: Shopper | undefined): TrueEffect[] =>
  arms.filter(({ id }) => {
    const offer = shopper?.ctx.arms.find((each) => each.id === id);
    return offer === undefined || offer.maxCost <= (shopper?.ctx.margin ?? 0);
  });

/** The gain at the price of money at which the budget is just spent. */
function gainWithin(allowed: readonly (readonly TrueEffect[])[], budgetFen: number): number {
  let [low, high] = [0, 20];
  if (spendAndGain(allowed, 0).spend <= budgetFen) return spendAndGain(allowed, 0).gain;
  for (let i = 0; i < BISECTIONS; i += 1) {
    const middle = (low + high) / 2;
    if (spendAndGain(allowed, middle).spend > budgetFen) low = middle;
    else high = middle;
  }
  return spendAndGain(allowed, high).gain;
}

function spendAndGain(allowed: readonly (readonly TrueEffect[])[], lambda: number) {
  let [spend, gain] = [0, 0];
  for (const arms of allowed) {
    let [best, most] = [arms[0], 0];
    for (const arm of arms) {
      const value = arm.gain - lambda * arm.spend;
      if (value > most) [best, most] = [arm, value];
    }
    spend += best?.spend ?? 0;
    gain += best?.gain ?? 0;
  }
  return { spend, gain };
}

const totalAmount = (shoppers: readonly Shopper[]): number => shoppers.reduce((sum, { ctx }) => sum + ctx.amount, 0);
