import { describe, expect, test } from "vitest";
import { chooseOffer } from "../../intelligence/learner/choose-offer.ts";
import { armFeatures, COUPON_AT, DOSE_FROM } from "../../intelligence/learner/features.ts";
import { cholesky, timesLower } from "../../intelligence/learner/linear-algebra.ts";
import { newPacing, pace } from "../../intelligence/learner/offer-costs.ts";
import { foldInto, foldOutcomes, newModel } from "../../intelligence/learner/offer-model.ts";
import type { OfferArm, OfferContext, OfferOutcome } from "../../intelligence/learner/offer-policy.ts";
import { Random } from "../../intelligence/promotions/random.ts";
import { createPolicy } from "./learning-policy.ts";
import { OutcomeQueue } from "./outcome-queue.ts";

const ARMS: OfferArm[] = [
  { id: "none", kind: "none" },
  { id: "five", kind: "amount", off: 500 },
  { id: "tenth", kind: "percent", bps: 1000, cap: 1000 },
  { id: "back", kind: "coupon", off: 500 },
];

function contextOf(id: string, more: Partial<OfferContext> = {}): OfferContext {
  const random = new Random(`context/${id}`);
  const amount = random.whole(1_000, 9_000);
  return {
    id,
    t: Number(id),
    isNew: random.chance(0.4),
    lapsed: random.chance(0.2),
    freq90: random.whole(0, 12),
    recencyDays: random.whole(1, 60),
    amount,
    margin: Math.floor(amount * 0.6),
    hour: random.whole(8, 21),
    weekend: random.chance(0.3),
    channel: random.pick(["jsapi", "h5", "native"]),
    items: random.whole(1, 8),
    budgetLeft: 1_000_000,
    budgetSpent: 0,
    budgetReserved: 0,
    arms: [
      { id: "five", expectedCost: 500, maxCost: 500 },
      { id: "tenth", expectedCost: Math.min(1000, amount / 10), maxCost: Math.min(1000, amount / 10) },
      { id: "back", expectedCost: 150, maxCost: 500 },
    ],
    ...more,
  };
}

const policyOf = (seed = "s", minHoldout = 0.05) =>
  createPolicy({ arms: ARMS, seed, budgetFen: 1_000_000, expectedShoppers: 5_000, minHoldout });

/** A shop where a discount is needed: without one hardly anybody pays, with one almost everybody does. */
function outcomeOf(ctx: OfferContext, choice: { arm: string; propensity: number }, random: Random): OfferOutcome {
  const converted = random.chance(choice.arm === "none" || choice.arm === "back" ? 0.1 : 0.9);
  const costFen = converted ? (ctx.arms.find(({ id }) => id === choice.arm)?.expectedCost ?? 0) : 0;
  const netMarginFen = converted ? ctx.margin - costFen : 0;
  return {
    id: ctx.id,
    ctx,
    arm: choice.arm,
    propensity: choice.propensity,
    kind: "pay",
    converted,
    netMarginFen,
    costFen,
  };
}

describe("a decision", () => {
  test("always keeps a control group, and its probabilities are exact", () => {
    const policy = policyOf();
    const drawn = { none: 0, expected: 0 };
    for (let t = 0; t < 4_000; t += 1) {
      const decision = policy.decide(contextOf(`${t}`));
      const sum = decision.arms.reduce((all, arm) => all + arm.probability, 0);
      expect(sum).toBeCloseTo(1, 10);
      expect(decision.pNone).toBeGreaterThanOrEqual(0.05 - 1e-12);
      expect(decision.propensity).toBeGreaterThan(0);
      if (decision.arm === "none") drawn.none += 1;
      drawn.expected += decision.pNone;
    }
    expect(Math.abs(drawn.none - drawn.expected)).toBeLessThan(4 * Math.sqrt(drawn.expected));
  });

  test("honours a larger holdout", () => {
    const policy = policyOf("s", 0.2);
    for (let t = 0; t < 200; t += 1) expect(policy.decide(contextOf(`${t}`)).pNone).toBeGreaterThanOrEqual(0.2 - 1e-12);
  });

  test("never offers what may cost more than the cart earns or the budget has", () => {
    const policy = policyOf();
    for (let t = 0; t < 300; t += 1) {
      const poor = policy.decide(contextOf(`${t}`, { margin: 499, budgetLeft: 10_000 }));
      expect(["five", "back"]).not.toContain(poor.arm);
      expect(policy.decide(contextOf(`${t}`, { budgetLeft: 0 }))).toMatchObject({
        arm: "none",
        propensity: 1,
        pNone: 1,
      });
    }
  });

  test("is the same again from the same inputs, and another from another seed", () => {
    const arms = (seed: string) => Array.from({ length: 60 }, (_, t) => policyOf(seed).decide(contextOf(`${t}`)).arm);
    expect(arms("one")).toEqual(arms("one"));
    expect(arms("one")).not.toEqual(arms("two"));
  });
});

describe("learning", () => {
  test("a shop where only offers sell comes to make offers; the kill switch ends them", () => {
    const policy = createPolicy({ arms: ARMS, seed: "s", budgetFen: 100_000_000, expectedShoppers: 5_000 });
    const random = new Random("learning");
    const late: string[] = [];
    for (let t = 0; t < 1_500; t += 1) {
      const ctx = contextOf(`${t}`);
      const decision = policy.decide(ctx);
      if (t >= 1_000) late.push(decision.arm);
      policy.update(outcomeOf(ctx, decision, random));
    }
    expect(late.filter((arm) => arm === "five" || arm === "tenth").length).toBeGreaterThan(400);
    policy.stop();
    expect(policy.decide(contextOf("1")).pNone).toBe(1);
  });

  test("the stop-loss turns offers off where they do harm", () => {
    const model = newModel(ARMS.slice(1));
    const random = new Random("harm");
    for (let t = 0; t < 2_500; t += 1) {
      const ctx = contextOf(`${t}`);
      const arm = t % 2 === 0 ? "none" : "five";
      const converted = random.chance(arm === "none" ? 0.8 : 0.5);
      foldInto(model, {
        ...{ id: ctx.id, ctx, arm, propensity: 0.5, pNone: 0.5, kind: "pay", converted },
        ...{ netMarginFen: converted ? ctx.margin : 0, costFen: 0 },
      });
    }
    expect(model.stopLoss.tripped).toBe(true);
    const input = { model, lambda: 0, holdout: 0.05, seed: "s", ctx: contextOf("1") };
    expect(chooseOffer(input).pNone).toBe(1);
  });

  test("folding from zero gives the same model, bit for bit, in one go, in parts, and through JSON-like numbers", () => {
    const random = new Random("fold");
    const outcomes = Array.from({ length: 400 }, (_, t) => {
      const ctx = contextOf(`${t}`);
      const outcome = outcomeOf(ctx, { arm: random.pick(["none", "five", "tenth", "back"]), propensity: 0.25 }, random);
      return t % 9 === 0 ? { ...outcome, arm: "back", kind: "coupon" as const } : outcome;
    });
    const start = newModel(ARMS.slice(1));
    const whole = foldOutcomes(start, outcomes);
    const parts = foldOutcomes(foldOutcomes(start, outcomes.slice(0, 123)), outcomes.slice(123));
    const stepwise = newModel(ARMS.slice(1));
    for (const outcome of outcomes) foldInto(stepwise, outcome);
    expect(parts).toEqual(whole);
    expect(stepwise).toEqual(whole);
    expect(start.version).toBe(0);
    expect(start).toEqual(newModel(ARMS.slice(1)));
    expect(foldOutcomes(start, outcomes.slice(1))).not.toEqual(whole);
  });
});

test("the price of money rises while too much is spent, falls while too little is, and stays in its bounds", () => {
  const pacing = newPacing();
  const now = { budgetFen: 1_000, spent: 0, reserved: 0, expectedShoppers: 1_000 };
  for (let i = 0; i < 100; i += 1) pace(pacing, { ...now, expectedCost: 3 });
  const high = pacing.lambda;
  expect(high).toBeGreaterThan(1);
  for (let i = 0; i < 20; i += 1) pace(pacing, { ...now, expectedCost: 0 });
  expect(pacing.lambda).toBeLessThan(high);
  for (let i = 0; i < 5_000; i += 1) pace(pacing, { ...now, spent: 1_000, expectedCost: 3 });
  expect(pacing.lambda).toBe(20);
});

test("an offer that costs many targets moves the price by a bounded step, upwards in proportion and never cut before", () => {
  const lambdaAfter = (expectedCost: number) => {
    const pacing = newPacing();
    pace(pacing, { budgetFen: 1_000, spent: 0, reserved: 0, expectedShoppers: 1_001, expectedCost });
    return pacing.lambda;
  };
  expect(lambdaAfter(3)).toBeCloseTo(0.04, 10);
  expect(lambdaAfter(11)).toBeCloseTo(0.2, 10);
  expect(lambdaAfter(500)).toBeCloseTo(0.3, 10);
});

describe("what outcomes cost", () => {
  const settled = (arm: string, costFen: number, count: number, kind: "pay" | "coupon" = "pay") =>
    Array.from({ length: count }, (_, t): OfferOutcome => {
      const ctx = contextOf(`${t}`);
      return { id: ctx.id, ctx, arm, propensity: 0.5, pNone: 0.5, kind, converted: true, netMarginFen: 1_000, costFen };
    });
  const costOf = (model: ReturnType<typeof newModel>, arm: string) =>
    chooseOffer({ model, lambda: 0, holdout: 0.05, seed: "s", ctx: contextOf("1", { margin: 9_000 }) }).arms.find(
      ({ id }) => id === arm,
    );

  test("is learned from, in proportion, and never beyond the most an offer can cost", () => {
    const start = newModel(ARMS.slice(1));
    expect(costOf(start, "five")).toMatchObject({ costFen: 500, toldFen: 500 });
    const dearer = foldOutcomes(start, settled("five", 350, 180));
    expect(costOf(dearer, "five")?.costFen).toBeCloseTo((500 * (180 * 350 + 20 * 500)) / (200 * 500), 6);
    expect(costOf(dearer, "five")?.toldFen).toBe(500);
    expect(costOf(foldOutcomes(start, settled("five", 900, 100)), "five")?.costFen).toBe(500);
    expect(costOf(dearer, "back")?.costFen).toBe(150);
  });

  test("a return coupon's is what its settling cost, not the nothing that it cost at the payment", () => {
    const start = newModel(ARMS.slice(1));
    expect(costOf(foldOutcomes(start, settled("back", 0, 50)), "back")?.costFen).toBe(150);
    const redeemed = foldOutcomes(start, settled("back", 300, 80, "coupon"));
    expect(costOf(redeemed, "back")?.costFen).toBeCloseTo((150 * (80 * 300 + 20 * 150)) / (100 * 150), 6);
  });
});

test("a return coupon has a dose, smaller than the same money off now, and what it lacks is learned", () => {
  const arms = ARMS.slice(1);
  const ctx = contextOf("1", { amount: 4_000 });
  const of = (id: string) => armFeatures(ctx, arms, { id, expectedCost: 150 });
  const [now, later] = [of("five"), of("back")];
  expect(later[DOSE_FROM]).toBeCloseTo(0.6 * (now[DOSE_FROM] ?? 0), 12);
  expect(later[DOSE_FROM]).toBeGreaterThan(0);
  expect(now[COUPON_AT]).toBe(0);
  expect(later[COUPON_AT]).toBe(now[DOSE_FROM]);
});

test("outcomes are folded in the order of their decisions, and one that never comes is not waited for", () => {
  const queue = new OutcomeQueue();
  const outcome = (id: string, kind: "pay" | "coupon" = "pay"): OfferOutcome => {
    const ctx = contextOf(id);
    return { id, ctx, arm: "five", propensity: 0.5, kind, converted: true, netMarginFen: 0, costFen: 0 };
  };
  const ids = (outcomes: readonly OfferOutcome[]) => outcomes.map(({ id }) => id);
  for (const id of ["1", "2", "3"]) queue.decided(id);
  expect(ids(queue.known(outcome("2")))).toEqual([]);
  expect(ids(queue.known(outcome("2", "coupon")))).toEqual(["2"]);
  expect(ids(queue.known(outcome("1")))).toEqual(["1", "2"]);
  for (let t = 4; t < 160; t += 1) queue.decided(`${t}`);
  expect(ids(queue.known(outcome("4")))).toEqual(["4"]);
  expect(ids(queue.known(outcome("3")))).toEqual(["3"]);
});

test("the triangle gives the matrix back, also when the matrix has no full rank", () => {
  const size = 3;
  const matrix = Float64Array.from([4, 2, 2, 2, 5, 2, 2, 2, 6]);
  const lower = cholesky(matrix, size);
  const unit = (at: number) => Float64Array.from({ length: size }, (_, i) => (i === at ? 1 : 0));
  const columns = [0, 1, 2].map((at) => timesLower(lower, unit(at)));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const product = columns.reduce((sum, each) => sum + (each[row] ?? 0) * (each[column] ?? 0), 0);
      expect(product).toBeCloseTo(matrix[row * size + column] ?? 0, 10);
    }
  }
  expect([...cholesky(Float64Array.from([1, 1, 1, 1]), 2)].every(Number.isFinite)).toBe(true);
});
