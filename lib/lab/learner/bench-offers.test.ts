import { expect, test } from "vitest";
import { benchOffers } from "./bench-offers.ts";
import { benchWorlds } from "./bench-varied-shops.ts";
import { SHOPS } from "./simulated-shops.ts";
import { drawnShop } from "./varied-shops.ts";

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

test("in worlds drawn anew, budget and holdout are kept, and the same seed draws the same world", () => {
  expect(drawnShop(7)).toEqual(drawnShop(7));
  expect(drawnShop(7)).not.toEqual(drawnShop(8));
  const rows = benchWorlds({ sizes: [400], drawn: 6, nowMs: () => 0 });
  expect(rows.map(({ kind, worlds }) => [kind, worlds])).toEqual([
    ["varied", 12],
    ["drawn", 6],
    ["deaf", 2],
  ]);
  for (const row of rows) {
    expect(row.violations).toBe(0);
    expect(row.pNoneMin).toBeGreaterThanOrEqual(0.05 - 1e-12);
    expect(row.worst).toBeLessThanOrEqual(row.mean);
  }
}, 60_000);
