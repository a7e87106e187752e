import { describe, expect, test } from "vitest";
import { nextShopper, SHOPS, type SimulatedShop } from "../../lab/learner/simulated-shops.ts";
import { pays, trueEffects } from "../../lab/learner/true-effects.ts";
import { Random } from "../promotions/random.ts";
import { type FairnessRow, fairness } from "./fairness.ts";
import { type LoggedDecision, offPolicyValue } from "./off-policy-value.ts";
import { type UpliftRow, uplift } from "./uplift.ts";

// Goal: what is claimed is true. Shops with a known truth (the simulator of the learner), seeds that nothing was tuned on.

const DECISIONS = 1_200;

/** Plays a policy that knows its shoppers: novelties get an offer nearly always, good customers seldom. */
function play(shop: SimulatedShop, seed: string, decisions = DECISIONS) {
  const random = new Random(seed);
  let truth = 0;
  const rows = Array.from({ length: decisions }, (_, t): UpliftRow => {
    const shopper = nextShopper(shop, random, { t, of: decisions });
    const { ctx } = shopper;
    const arms = ctx.arms.filter(({ id, maxCost }) => maxCost <= ctx.margin && id !== "return" && id !== "luck");
    const pNone = arms.length === 0 ? 1 : ctx.isNew ? 0.15 : ctx.lapsed ? 0.3 : 0.8;
    const offer = random.chance(pNone) ? null : random.pick(arms);
    const effects = trueEffects(shop, shopper);
    for (const { id } of arms)
      truth += ((1 - pNone) * (effects.find((each) => each.id === id)?.gain ?? 0)) / arms.length;
    const paid = random.chance(pays(shop, shopper, offer?.id ?? "none"));
    const cost = paid ? (offer?.expectedCost ?? 0) : 0;
    return {
      ...{ shopperId: null, arm: offer?.id ?? "none", pNone, cost, amount: ctx.amount, frequency: ctx.freq90 },
      netMargin: paid ? ctx.margin - cost : 0,
      segment: ctx.isNew ? "new" : ctx.lapsed ? "lapsed" : ctx.freq90 >= 6 ? "loyal" : "other",
    };
  });
  return { rows, truth: truth / decisions };
}
const shop = (name: string): SimulatedShop => SHOPS.find((each) => each.name === name) ?? SHOPS[0]!;

describe("uplift", () => {
  test("its intervals hold the truth in at least 93 of 100 runs", () => {
    const covered = Array.from({ length: 100 }, (_, run) => {
      const { rows, truth } = play(run % 2 === 0 ? shop("café") : shop("offers do nothing"), `covers/${run}`);
      const { perShopper } = uplift(rows, { seed: `${run}`, resamples: 200 });
      return perShopper !== null && perShopper.low <= truth && truth <= perShopper.high;
    }).filter(Boolean).length;
    expect(covered).toBeGreaterThanOrEqual(93);
  }, 60_000);

  test("says gain or loss only when it is one, and nothing without a control", () => {
    const { rows } = play(shop("café"), "plain", 3_000);
    const lucky = rows.map((row) => (row.arm === "none" ? row : { ...row, netMargin: row.netMargin + 1_000 }));
    expect(uplift(lucky).verdict).toBe("gain");
    const dear = rows.map((row) => (row.arm === "none" ? row : { ...row, netMargin: row.netMargin - 1_000 }));
    expect(uplift(dear).verdict).toBe("loss");
    const same = Array.from({ length: 4_000 }, (_, at) => ({
      ...rows[at % 3_000]!,
      pNone: 0.5,
      netMargin: 100 + (at % 2),
      arm: at % 4 < 2 ? "none" : "x",
    }));
    expect(uplift(same).verdict).toBe("no_difference");
    const onlyFour = [
      ...rows.filter(({ arm }) => arm !== "none"),
      ...rows.filter(({ arm }) => arm === "none").slice(0, 4),
    ];
    expect(uplift(onlyFour)).toMatchObject({
      perShopper: null,
      basePerShopper: null,
      verdict: "not_yet_known",
      control: 4,
    });
    expect(uplift(rows)).toEqual(uplift(rows));
  });

  test("decisions of one shopper are no independent witnesses", () => {
    const { rows } = play(shop("café"), "families", 1_000);
    const repeated = rows.flatMap((row, at) => Array.from({ length: 6 }, () => ({ ...row, shopperId: `s${at}` })));
    const width = ({ low, high }: { low: number; high: number }) => high - low;
    const [once, sixfold] = [uplift(rows).perShopper, uplift(repeated).perShopper];
    expect(width(sixfold ?? { low: 0, high: 0 }) / 6 / width(once ?? { low: 0, high: 1 })).toBeCloseTo(1, 0);
  });

  test("calls out regulars who would have paid anyway", () => {
    const random = new Random("regulars");
    const rows = Array.from({ length: 6_000 }, (_, at): UpliftRow => {
      const [loyal, treated] = [at % 2 === 0, random.chance(0.5)];
      const paid = random.chance(loyal ? 0.9 : treated ? 0.7 : 0.3);
      const cost = paid && treated ? 200 : 0;
      const row = {
        shopperId: null,
        arm: treated ? "x" : "none",
        pNone: 0.5,
        cost,
        amount: 3_000,
        frequency: loyal ? 10 : 0,
      };
      return { ...row, netMargin: paid ? 1_500 - cost : 0, segment: loyal ? "loyal" : "new" };
    });
    const flagged = uplift(rows).segments.map(({ segment, paysAnyway }) => [segment, paysAnyway]);
    expect(Object.fromEntries(flagged)).toEqual({ loyal: true, new: false });
  });
});

describe("off-policy value", () => {
  const worth: Record<string, number> = { none: 100, small: 140, large: 90 };
  const logs = (count: number, seed = "logs"): LoggedDecision[] => {
    const random = new Random(seed);
    return Array.from({ length: count }, () => {
      const arm = random.chance(0.6) ? "none" : random.chance(0.5) ? "small" : "large";
      return { arm, propensity: arm === "none" ? 0.6 : 0.2, reward: (worth[arm] ?? 0) + 60 * random.normal() };
    });
  };
  const always = (arm: string) => () => ({ [arm]: 1 });

  test.each([
    ["small", "better"],
    ["large", "worse"],
  ])("of always %s is %s than what was done, and its interval holds the truth", (arm, conclusion) => {
    const estimated = offPolicyValue(logs(4_000), { target: always(arm) });
    expect(estimated).toMatchObject({ conclusion, reason: null });
    expect(estimated.value?.low).toBeLessThan(worth[arm] ?? 0);
    expect(estimated.value?.high).toBeGreaterThan(worth[arm] ?? 0);
    expect(estimated.snips).toBeCloseTo(estimated.value?.value ?? 0, -1);
    expect(estimated.effectiveSize).toBeCloseTo(800, -2);
  });

  test("intervals hold the truth even with a model that is wrong", () => {
    const held = Array.from({ length: 100 }, (_, run) => {
      const estimated = offPolicyValue(logs(1_500, `wrong/${run}`), {
        target: always("small"),
        model: () => 300,
        resamples: 200,
      });
      return estimated.value !== null && estimated.value.low <= 140 && estimated.value.high >= 140;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(90);
  });

  test("refuses to conclude from too little, and from logs that contradict themselves", () => {
    expect(offPolicyValue(logs(900), { target: always("small") })).toMatchObject({
      conclusion: "refused",
      reason: "too_few",
      value: null,
    });
    const lying = logs(6_000).map((log) => (log.arm === "small" ? { ...log, propensity: log.propensity * 4 } : log));
    expect(offPolicyValue(lying, { target: always("small"), model: () => 0 })).toMatchObject({
      reason: "estimates_disagree",
    });
    expect(offPolicyValue([], { target: always("small") })).toMatchObject({ conclusion: "refused" });
  });

  test("no weight is greater than 20", () => {
    const rare = logs(4_000).map((log, at) => (at === 0 ? { arm: "small", propensity: 1e-9, reward: 1_000 } : log));
    expect(offPolicyValue(rare, { target: always("small") }).value?.value).toBeLessThan(150);
  });
});

describe("fairness", () => {
  const shoppers = (unfair: number): FairnessRow[] => {
    const random = new Random("fair");
    return Array.from({ length: 2_000 }, () => {
      const [amount, isNew, os] = [
        random.whole(500, 20_000),
        random.chance(0.3),
        random.pick(["ios", "android", "harmony"]),
      ];
      // New shoppers get more, large carts too, and who has an iPhone buys more: all of that is explained.
      const size = os === "ios" ? amount * 2 : amount;
      const discount = Math.round(size / 20 + (isNew ? 300 : 0) + random.whole(-50, 50) - (os === "ios" ? unfair : 0));
      return { discount, amount: size, isNew, os, env: "wechat", form: "phone" };
    });
  };

  test("sees a gap that amount and novelty do not explain, and none where they do", () => {
    expect(fairness(shoppers(0)).gaps).toEqual([]);
    expect(fairness(shoppers(120)).gaps[0]).toMatchObject({ trait: "os", group: "ios", gap: expect.closeTo(-120, -1) });
    expect(fairness(shoppers(120).slice(0, 50)).gaps).toEqual([]);
  });
});
