import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { promotionSchema } from "#lib/contract/promotions.ts";
import { type CartItem, type PricingFacts, type PromotionStanding, priceCart } from "./price-cart.ts";

const FACTS: PricingFacts = {
  now: "2026-07-01T04:00:00.000Z",
  channel: null,
  codes: [],
  isNewCustomer: null,
  shopperKnown: false,
  donation: false,
  draws: {},
};
const KNOWN: PricingFacts = { ...FACTS, shopperKnown: true, isNewCustomer: false };

const item = (more: Partial<CartItem> = {}): CartItem => ({
  name: "茶",
  sku: null,
  category: null,
  unitFen: fen(1_000),
  quantity: 1,
  ...more,
});

function standing(rule: object, left: Partial<PromotionStanding> = {}): PromotionStanding {
  const promotion = promotionSchema.parse({ id: "p", type: "amount_off", phase: "order", off: 300, ...rule });
  return { rule: promotion, budgetLeft: null, usesLeft: null, usedByShopper: 0, ...left };
}

const price = (one: PromotionStanding, facts = FACTS, items = [item()]) =>
  priceCart({ items, standings: [one], facts });

test.each<[string, PromotionStanding, PricingFacts, unknown]>([
  ["a limit per shopper, unknown shopper", standing({ limitPerUser: 1 }), FACTS, ["user_limit", "unknown_shopper"]],
  [
    "a limit per shopper, reached",
    standing({ limitPerUser: 1 }, { usedByShopper: 1 }),
    KNOWN,
    ["user_limit", undefined],
  ],
  [
    "for old customers, unknown shopper",
    standing({ audience: { newCustomer: false } }),
    FACTS,
    ["audience", "unknown_shopper"],
  ],
  ["for new customers, an old one", standing({ audience: { newCustomer: true } }), KNOWN, ["audience", undefined]],
  ["no use left, with budget left", standing({}, { usesLeft: 0, budgetLeft: 9_999 }), FACTS, ["budget", undefined]],
  ["a budget that does not suffice", standing({}, { budgetLeft: 299 }), FACTS, ["budget", undefined]],
  ["a donation", standing({}), { ...FACTS, donation: true }, ["scope", "donation"]],
  ["another channel", standing({ audience: { channels: ["h5"] } }), FACTS, ["audience", undefined]],
])("not applied: %s", (_what, one, facts, why) => {
  const { applied, rejected, discountFen } = price(one, facts);
  expect([applied, discountFen]).toEqual([[], 0]);
  expect(rejected.map(({ reason, because }) => [reason, because])).toEqual([why]);
});

test("a random reduction takes what was drawn, and nothing before", () => {
  const random = { rule: promotionSchema.parse({ id: "r", type: "random_off", phase: "channel", min: 1, max: 9 }) };
  const one = { ...standing({}), ...random };
  expect(price(one).rejected).toMatchObject([{ reason: "window", because: "not_drawn" }]);
  expect(price(one, { ...FACTS, draws: { r: 7 } }).applied).toMatchObject([{ id: "r", amountFen: 7, draw: 7 }]);
});

test("an item without a number is known by its name", () => {
  const one = standing({ scope: { skus: ["冰 美式"] } });
  expect(price(one, FACTS, [item({ name: " 冰  美式 " })]).discountFen).toBe(300);
  expect(price(one, FACTS, [item({ name: "冰 美式", sku: "a-1" })]).discountFen).toBe(0);
});

test("a thousand lines and a hundred promotions are weighed within bounds", () => {
  const items = Array.from({ length: 1_000 }, (_, at) => item({ unitFen: fen(100 + at), category: `c${at % 50}` }));
  const standings = Array.from({ length: 100 }, (_, at) =>
    standing({ id: `p${at}`, phase: "item", scope: { categories: [`c${at % 50}`] }, off: 100 + at }),
  );
  const priced = priceCart({ items, standings, facts: FACTS });
  expect(priced.applied).toHaveLength(4);
  expect(priced.lineDiscounts.reduce((sum, one) => sum + one, 0)).toBe(priced.discountFen);
});
