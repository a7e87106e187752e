import { expect, test } from "vitest";
import { Random } from "../promotions/random.ts";
import { chooseOffer } from "./choose-offer.ts";
import { offeredShare } from "./effect-odds.ts";
import { foldInto, newModel } from "./offer-model.ts";
import type { OfferArm, OfferContext } from "./offer-policy.ts";

// Goal: a shop with useless offers soon makes few of them, one with good offers is not held back, and a wrong
// estimate recovers.

const FIVE: OfferArm = { id: "five", kind: "amount", off: 500 };
const contextOf = (id: string, random: Random): OfferContext => ({
  ...{ id, t: Number(id), isNew: random.chance(0.4), lapsed: false, freq90: random.whole(0, 8), recencyDays: 5 },
  ...{ amount: 4_000, margin: 2_400, hour: random.whole(8, 21), weekend: false, channel: "jsapi", items: 2 },
  ...{ budgetLeft: 1e9, budgetSpent: 0, budgetReserved: 0 },
  arms: [{ id: "five", expectedCost: 500, maxCost: 500 }],
});

/** Half of the shoppers are offered something; this is how many of them pay with and without it. */
function learn(model: ReturnType<typeof newModel>, from: number, pays: { offered: number; none: number }) {
  const random = new Random(`doubt/${from}`);
  for (let t = from; t < from + 1_500; t += 1) {
    const ctx = contextOf(`${t}`, random);
    const arm = t % 2 === 0 ? "none" : "five";
    const converted = random.chance(arm === "none" ? pays.none : pays.offered);
    const netMarginFen = converted ? 2_400 : 0;
    foldInto(model, {
      id: ctx.id,
      ctx,
      arm,
      propensity: 0.5,
      pNone: 0.5,
      kind: "pay",
      converted,
      netMarginFen,
      costFen: 0,
    });
  }
  return model;
}

test("offers that do nothing are made seldom, those that work are not held back, and a change is noticed", () => {
  const first = offeredShare(newModel([FIVE]).effectOdds);
  const idle = learn(newModel([FIVE]), 0, { offered: 0.6, none: 0.6 });
  expect(offeredShare(idle.effectOdds)).toBeLessThan(first / 3);
  const working = learn(newModel([FIVE]), 0, { offered: 0.8, none: 0.55 });
  expect(offeredShare(working.effectOdds)).toBeGreaterThan(0.99);
  expect(offeredShare(learn(idle, 2_000, { offered: 0.85, none: 0.5 }).effectOdds)).toBeGreaterThan(0.9);
});

test("when offers seem useless, fewer are made, some always are, and the probabilities stay exact", () => {
  const model = learn(newModel([FIVE]), 0, { offered: 0.8, none: 0.4 });
  const ask = (logOdds: number) => {
    model.effectOdds.logOdds = logOdds;
    return chooseOffer({ model, lambda: 0, holdout: 0.05, seed: "s", ctx: contextOf("9", new Random("ask")) });
  };
  const [sure, unsure] = [ask(10), ask(-10)];
  expect(1 - sure.pNone).toBeGreaterThan(0.5);
  expect(1 - unsure.pNone).toBeLessThan(0.06);
  expect(1 - unsure.pNone).toBeGreaterThan(0);
  for (const { arms } of [sure, unsure]) {
    expect(arms.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  }
});
