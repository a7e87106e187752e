import { afterAll, beforeAll, expect, test } from "vitest";
import { PAGE_PLANS_PER_ORDER_MAX } from "#lib/base/web-limits.ts";
import type { PagePlan } from "#lib/intelligence/index.ts";
import { insertPagePlans, readPagePlans } from "#lib/storage/orders/page-plans.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { notePlan } from "./plan-notes.ts";

// Goal: what a pay page showed can be looked up later, once for each different page, and costs the page nothing.
let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const PLAN = {
  version: "page-1",
  scene: "dining",
  channel: "h5",
  alternatives: ["native"],
  language: "zh-CN",
  elder: false,
  plain: false,
  blocks: ["items"],
  offers: [{ id: "p1", name: "满减", amount: 5, why: "满减" }],
  nudge: null,
  reasons: ["顾客选择了大字版"],
  facts: [{ label: "车牌", value: "沪A12345" }],
} as unknown as PagePlan;

const create = async (): Promise<string> => {
  const json = { items: [{ name: "茶", price: 18, quantity: 1 }] };
  return (await (await edge.asMerchant("/api/v1/orders", { method: "POST", json })).json()).id;
};

test("each different page once, with its reasons and without what it was filled with", async () => {
  const orderId = await create();
  for (const plan of [PLAN, PLAN, { ...PLAN, elder: true }, PLAN]) notePlan(edge.container, orderId, plan);
  await expect.poll(() => readPagePlans(edge.database.pool, orderId)).toHaveLength(2);
  const kept = await readPagePlans(edge.database.pool, orderId);
  const { facts: _facts, ...shown } = PLAN;
  expect(kept.map(({ plan }) => plan)).toContainEqual({ ...shown, offers: ["p1"] });
});

test("so many of one order, since who opens its page chooses what of it differs", async () => {
  const [orderId, other] = [await create(), await create()];
  const { pool } = edge.database;
  const plan = (id: string, each: number) => ({
    orderId: id,
    digest: Buffer.alloc(32, each),
    plan: "{}",
    at: edge.clock.now(),
  });
  const many = Array.from({ length: PAGE_PLANS_PER_ORDER_MAX + 5 }, (_, each) => plan(orderId, each));
  // One after the other and together, and what another order shows is not among them.
  await insertPagePlans(pool, many.slice(0, 3));
  await insertPagePlans(pool, [...many.slice(3), plan(other, 1)]);
  await insertPagePlans(pool, [plan(orderId, 99)]);
  expect(await readPagePlans(pool, orderId)).toHaveLength(PAGE_PLANS_PER_ORDER_MAX);
  expect(await readPagePlans(pool, other)).toHaveLength(1);
});

test("an order that is not there, or a store that is away, is nobody's trouble", async () => {
  const warned: string[] = [];
  const log = { ...edge.container.log, warn: (event: string) => void warned.push(event) };
  notePlan({ ...edge.container, log }, "ord_0000000000000000000000", PLAN);
  await expect.poll(() => warned).toEqual(["page.plan_not_noted"]);
});
