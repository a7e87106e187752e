import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { promotionSchema } from "#lib/contract/promotions.ts";
import {
  type CartItem,
  caseOf,
  decisionOf,
  type PricingFacts,
  type PromotionStanding,
  priceCart,
  totalOf,
} from "./price-cart.ts";

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

function randomly(rule: object): PromotionStanding {
  const random = promotionSchema.parse({ id: "r", type: "random_off", phase: "channel", min: 1, max: 9, ...rule });
  return { ...standing({}), rule: random };
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
  ["held, and no use left", standing({}, { held: true, usesLeft: -1 }), FACTS, ["budget", undefined]],
  ["outside its window", standing({ window: { end: "2026-07-01T00:00:00Z" } }), FACTS, ["window", undefined]],
  ["not drawn, and closed for other reasons", randomly({ needsCode: true }), FACTS, ["code", undefined]],
  [
    "drawn, and over",
    randomly({ window: { end: "2026-07-01T00:00:00Z" } }),
    { ...FACTS, draws: { r: 7 } },
    ["window", undefined],
  ],
])("not applied: %s", (_what, one, facts, why) => {
  const { applied, rejected, discountFen } = price(one, facts);
  expect([applied, discountFen]).toEqual([[], 0]);
  expect(rejected.map(({ reason, because }) => [reason, because])).toEqual([why]);
});

test("a random reduction takes what was drawn, and nothing before", () => {
  const one = randomly({});
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

test("applied: what it takes off, under which name, and what is left to say of it", () => {
  expect(price(standing({ version: 3, name: "summer" }), FACTS)).toEqual({
    discountFen: 300,
    lineDiscounts: [300],
    applied: [
      {
        ...{ id: "p", version: 3, name: "summer", amountFen: 300, lines: [300], draw: null, code: null, codeId: null },
        terms: { type: "amount_off", off: 300 },
      },
    ],
    ...{ rejected: [], optimal: true },
  });
  expect(price(standing({ threshold: { amount: 500 } })).applied).toMatchObject([{ name: "满5减3" }]);
  expect(price(standing({}), { ...FACTS, draws: { p: 5 } }).applied).toMatchObject([{ draw: null }]);
});

test("two that exclude each other: one is applied, the other has its reason and its name", () => {
  const standings = [standing({ id: "a", group: "g", name: "small" }), standing({ id: "b", group: "g", off: 400 })];
  const priced = priceCart({ items: [item()], standings, facts: FACTS });
  expect(priced.applied.map(({ id }) => id)).toEqual(["b"]);
  expect(priced.rejected).toEqual([{ id: "a", name: "small", reason: "group" }]);
});

describe("an order that has it already", () => {
  const window = { end: "2026-06-01T00:00:00Z" };

  test("keeps it though its time is over and its shopper is not known", () => {
    const rule = { window, limitPerUser: 1, audience: { newCustomer: true } };
    expect(price(standing(rule, { held: true })).discountFen).toBe(300);
    expect(price(standing(rule)).discountFen).toBe(0);
    expect(price(standing({ window })).discountFen).toBe(0);
  });

  test("keeps it in the channel that it is for, and in no other", () => {
    const held = standing({ window, audience: { channels: ["h5"], newCustomer: true } }, { held: true });
    expect(price(held, { ...FACTS, channel: "h5" }).discountFen).toBe(300);
    expect(price(held, { ...FACTS, channel: "native" }).discountFen).toBe(0);
    expect(price(standing({ audience: { scenes: ["retail"] } }, { held: true }), FACTS).discountFen).toBe(300);
  });

  test("does not have it for a donation", () => {
    expect(price(standing({}, { held: true }), { ...FACTS, donation: true }).discountFen).toBe(0);
  });
});

describe("codes", () => {
  test("one for everybody works however it is written, and is told as the shop writes it", () => {
    const one = standing({ code: "Xmas-10" });
    expect(price(one).rejected).toMatchObject([{ reason: "code" }]);
    expect(price(one, { ...FACTS, codes: ["XMAS10"] }).applied).toMatchObject([{ code: "Xmas-10", codeId: null }]);
  });

  test("of a list the one that was given counts, and which one it was is kept", () => {
    const one = standing({ needsCode: true });
    expect(price(one).rejected).toMatchObject([{ reason: "code" }]);
    expect(price({ ...one, code: null }).rejected).toMatchObject([{ reason: "code" }]);
    const listed = { ...one, code: { id: "cod_1", text: "abc-12" } };
    expect(price(listed).applied).toMatchObject([{ code: "abc-12", codeId: "cod_1" }]);
  });
});

test("who may have it, by shopper, scene and category", () => {
  const old = standing({ audience: { newCustomer: false } });
  expect(price(old, KNOWN).discountFen).toBe(300);
  expect(price(standing({ audience: { newCustomer: true } }), { ...KNOWN, isNewCustomer: true }).discountFen).toBe(300);
  const dining = standing({ audience: { scenes: ["dining"] } });
  expect(
    [
      { ...FACTS, scene: "dining" },
      { ...FACTS, scene: "retail" },
    ].map((facts) => price(dining, facts).discountFen),
  ).toEqual([300, 0]);
  const drinks = standing({ scope: { categories: ["drinks"] } });
  expect(price(drinks, FACTS, [item({ category: "drinks" })]).discountFen).toBe(300);
  expect(price(drinks, FACTS, [item()]).discountFen).toBe(0);
  expect(price(standing({ limitPerUser: 2 }, { usedByShopper: 1 }), KNOWN).discountFen).toBe(300);
  expect(price(standing({}, { usesLeft: 1, budgetLeft: 300 })).discountFen).toBe(300);
});

test("a cart as the engine sees it: lines by their place, names in one form", () => {
  const items = [item({ name: " e\u0301t\u00e9 \n tea ", category: "drinks", quantity: 2 }), item({ sku: "T1" })];
  const one = standing({ code: "x-1" }, { usedByShopper: 4, budgetLeft: 50, usesLeft: 2 });
  const listed = { ...standing({ id: "q" }), code: { id: "cod_1", text: "ab-c" } };
  const seen = caseOf({ items, standings: [one, listed], facts: { ...FACTS, codes: ["X1"], scene: "dining" } });
  expect(seen.lines).toEqual([
    { id: "0", sku: "\u00e9t\u00e9 tea", categories: ["drinks"], unitAmount: 1_000, quantity: 2 },
    { id: "1", sku: "T1", categories: [], unitAmount: 1_000, quantity: 1 },
  ]);
  expect(seen.promotions).toMatchObject([
    { id: "p", code: "X1", budgetLeft: 50 },
    { id: "q", code: "ABC", budgetLeft: null },
  ]);
  expect(seen.context).toEqual({
    ...{ now: FACTS.now, isNewCustomer: false, channel: null, scene: "dining", draws: {}, codes: ["X1", "ABC"] },
    usage: { p: 4, q: 0 },
  });
  expect(totalOf(items)).toBe(3_000);
});

test("a decision is kept with all that it rested on", () => {
  const plain = standing({ version: 2 }, { budgetLeft: 900, usesLeft: 3, usedByShopper: 1 });
  const held = standing({ id: "h" }, { held: true, code: { id: "cod_1", text: "ab-c" } });
  const cart = { items: [item()], standings: [plain, held], facts: FACTS };
  const priced = priceCart(cart);
  expect(decisionOf(cart, priced)).toStrictEqual({
    engine: "offers-2",
    inputs: {
      ...FACTS,
      promotions: [
        { id: "p", version: 2, budgetLeft: 900, usesLeft: 3, usedByShopper: 1 },
        { id: "h", version: 1, budgetLeft: null, usesLeft: null, usedByShopper: 0, held: true, code: "ab-c" },
      ],
    },
    priced,
  });
});
