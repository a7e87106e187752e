import { expect, test } from "vitest";
import { Random } from "../promotions/random.ts";
import { chooseOffer } from "./choose-offer.ts";
import { believedPart } from "./doubt.ts";
import { foldInto, newModel } from "./offer-model.ts";
import type { OfferArm, OfferContext } from "./offer-policy.ts";

// Goal: a shop whose offers do nothing soon makes few of them, one whose offers work is not held back, and who was wrong
// comes to see it.

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

test("offers that do nothing are doubted, those that work are not, and a change is seen", () => {
  const first = believedPart(newModel([FIVE]).doubt);
  const idle = learn(newModel([FIVE]), 0, { offered: 0.6, none: 0.6 });
  expect(believedPart(idle.doubt)).toBeLessThan(first / 3);
  const working = learn(newModel([FIVE]), 0, { offered: 0.8, none: 0.55 });
  expect(believedPart(working.doubt)).toBeGreaterThan(0.99);
  expect(believedPart(learn(idle, 2_000, { offered: 0.85, none: 0.5 }).doubt)).toBeGreaterThan(0.9);
});

test("in doubt less is offered, something always, and the probabilities stay exact", () => {
  const model = learn(newModel([FIVE]), 0, { offered: 0.8, none: 0.4 });
  const ask = (logOdds: number) => {
    model.doubt.logOdds = logOdds;
    return chooseOffer({ model, lambda: 0, holdout: 0.05, seed: "s", ctx: contextOf("9", new Random("ask")) });
  };
  const [sure, doubting] = [ask(10), ask(-10)];
  expect(1 - sure.pNone).toBeGreaterThan(0.5);
  expect(1 - doubting.pNone).toBeLessThan(0.06);
  expect(1 - doubting.pNone).toBeGreaterThan(0);
  for (const { arms } of [sure, doubting]) {
    expect(arms.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
  }
});
