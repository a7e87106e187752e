import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { digestOf, drawPlan, faultNames } from "../campaign/plan.ts";
import { runCampaign, storyOf } from "../campaign/run-campaign.ts";

// The short form of `npm run campaign`; e2e/campaign/README.md says how to read and to repeat it.

const SIZE = { orders: 40, seed: 3 };

test("every fen of a crowd of orders is where it belongs, whatever fails", async () => {
  test.setTimeout(300_000);
  const result = await runCampaign({ ...SIZE, stepMs: 300 });
  const stories = result.verdict.findings.map((finding) => [
    `${finding.kind}: ${finding.sentence}`,
    ...(storyOf(finding, result.records)?.log ?? []),
  ]);
  expect({ stories, problems: result.problems }).toEqual({ stories: [], problems: [] });
  // It has looked at something: money of each fate, and processes that died.
  const { counts } = result.verdict;
  expect(counts.orders).toBe(SIZE.orders);
  for (const fate of [
    "payments booked to their order",
    "payments listed: late",
    "payments listed: extra",
    "refunds succeeded",
  ])
    expect(counts[fate], fate).toBeGreaterThan(0);
  // Each once; the disk takes root, and a line of the crash table takes an order that comes there in time.
  const { counts: struck, missed } = result.struck;
  expect(struck.size + missed.size).toBe(result.plan.strikes.length);
  expect(struck.size).toBeGreaterThan(3);
  expect(result.recoveries).toHaveLength(1);
});

test("the short form meets every kind of fault and of strike", () => {
  const { orders, strikes } = drawPlan(SIZE);
  expect([...new Set(orders.flatMap(({ faults }) => faults))].toSorted()).toEqual(faultNames().toSorted());
  const codes = new Set(orders.flatMap(({ story }) => (story.kind === "code" ? [story.how] : [])));
  expect([new Set(orders.map(({ story }) => story.kind)).size, codes.size]).toEqual([7, 7]);
  const kinds = strikes.map(({ blow }) => blow.kind).toSorted();
  expect(kinds).toEqual(["clock", "disk full", "freeze", "kill", "kill at", "kill everything"]);
});

test("the same seed is the same plan, another seed another", () => {
  expect(digestOf(drawPlan(SIZE))).toBe(digestOf(drawPlan(SIZE)));
  expect(digestOf(drawPlan({ ...SIZE, seed: 4 }))).not.toBe(digestOf(drawPlan(SIZE)));
});

test("the judge imports nothing of the product, and nothing of the crowd", () => {
  const judges = ["judge.ts", "judge-messages.ts", "judged-books.ts"];
  const imported = judges.flatMap((name) => {
    const source = readFileSync(path.resolve("e2e/campaign", name), "utf8");
    return [...source.matchAll(/\bfrom "(.*)";$/gm)].map(([, from]) => from);
  });
  expect(imported.length).toBeGreaterThan(2);
  expect(imported.filter((from) => from !== "pg" && !judges.includes(path.basename(String(from))))).toEqual([]);
});
