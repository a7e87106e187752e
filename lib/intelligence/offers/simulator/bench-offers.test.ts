import { expect, test } from "vitest";
import { benchOffers } from "./bench-offers.ts";
import { SHOPS } from "./shop.ts";

// Goal: what the learner promises holds in a small, quick run; the figures of record come from the bench.
test("in a shop where offers help, ours beats random and the hand-written rule, within margin, budget and holdout", () => {
  const [random, rule, ours] = benchOffers({
    sizes: [2_000],
    seeds: 2,
    shops: SHOPS.filter(({ name }) => name === "café"),
    policies: ["random", "hand-written rule", "ours"],
    nowMs: () => 0,
  });
  expect(ours?.share).toBeGreaterThan(Math.max(random?.share ?? 1, rule?.share ?? 1));
  expect(ours?.share).toBeLessThan(1);
  expect(ours?.violations).toBe(0);
  expect(ours?.pNoneMin).toBeGreaterThanOrEqual(0.05 - 1e-12);
}, 60_000);

test("the same seed gives the same run", () => {
  const run = () =>
    benchOffers({ sizes: [300], seeds: 1, shops: SHOPS.slice(0, 1), policies: ["ours"], nowMs: () => 0 });
  expect(run()).toEqual(run());
});
