import { describe, expect, test } from "vitest";
import type { OrderView } from "#lib/contract/order.ts";
import { USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { classifyAgent } from "#lib/intelligence/index.ts";
import type { Language } from "#lib/texts/language.ts";
import type { PayPageRequest } from "./page-request.ts";
import { type PlanInput, planPayPage } from "./plan-pay-page.ts";

const WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
const SHOP = {
  name: "一号面馆",
  industry: "dining",
  brand: { color: "#7a1f5c", logoUrl: "https://cdn.example/logo.png" },
  look: USUAL_LOOK,
};

const NOBODY = async () => [];
const order = {
  status: "pending",
  description: "午餐",
  amountTotal: 3_800,
  amountDiscount: 500,
  amountDue: 3_300,
  items: [{ name: "牛肉面", quantity: 1, amount: 3_800 }],
  discounts: [{ id: "p1", name: "满30减5", amount: 500, reason: null }],
  scene: "dining",
  metadata: { table: "A12" },
} as unknown as OrderView;

interface PlanOverrides extends Partial<Omit<PlanInput, "pageRequest">> {
  readonly agent?: string;
  readonly chosenWay?: string;
  readonly language?: Language;
  readonly shopper?: PayPageRequest["shopper"];
}

const STRANGER = { consent: false, shopperId: null, optOut: false };

function plan({ agent = IPHONE, chosenWay, language = "zh-CN", shopper = STRANGER, ...more }: PlanOverrides) {
  const pageRequest = { agent: classifyAgent(agent), chosenWay, language, elder: false, shopper } as PayPageRequest;
  return planPayPage({
    context: { merchant: async () => SHOP, knownMerchant: () => null, lastItems: NOBODY },
    order,
    openid: null,
    presented: null,
    pageRequest,
    ...more,
  });
}

test("channel, brand, facts and offers come from one plan", async () => {
  expect(await plan({ language: "zh-HK" })).toMatchObject({
    channel: "h5",
    alternatives: ["native"],
    scene: "dining",
    plain: false,
    language: "zh-HK",
    brand: { name: "一号面馆", color: "#7a1f5c", onColor: "#ffffff", logoUrl: "https://cdn.example/logo.png" },
    facts: [{ label: "檯號", value: "A12" }],
    offers: [{ id: "p1", amount: 500, why: "满30减5" }],
    nudge: null,
  });
});

test("what the shopper chose among what works here leads, and the rest is offered", async () => {
  expect(await plan({ chosenWay: "native" })).toMatchObject({ channel: "native", alternatives: ["h5"] });
  expect(await plan({ chosenWay: "jsapi" })).toMatchObject({ channel: "h5" });
});

test("WeChat without a word of who the shopper is: the guide, and never a cashier that cannot open", async () => {
  expect(await plan({ agent: WECHAT })).toMatchObject({ channel: "guide", alternatives: ["native"] });
  expect(await plan({ agent: WECHAT, chosenWay: "native" })).toMatchObject({ channel: "native", alternatives: [] });
  expect(await plan({ agent: WECHAT, openid: "o1" })).toMatchObject({ channel: "jsapi", alternatives: ["native"] });
});

test.each([
  ["failing", () => Promise.reject(new Error("away"))],
  ["slow", () => new Promise<never>(() => {})],
])("a %s shop gives the plain page, which can be paid", async (_how, merchant) => {
  const shown = await plan({ context: { merchant, knownMerchant: () => null, lastItems: NOBODY } });
  expect(shown).toMatchObject({ plain: true, channel: "h5", amountDue: 3_300, brand: { logoUrl: null }, facts: [] });
});

test("a shop that was known a moment ago is as good as one that answers", async () => {
  const context = { merchant: () => new Promise<never>(() => {}), knownMerchant: () => SHOP, lastItems: NOBODY };
  expect(await plan({ context })).toMatchObject({ plain: false, brand: { name: "一号面馆" } });
});

test("an order nobody could place is the generic page", async () => {
  expect(await plan({ order: { ...order, scene: null } })).toMatchObject({ scene: "other", plain: true, nudge: null });
});

test.each([
  ["en", "Weekend offer", "20% off from 3 items (at most ¥15 off)", "Recommended for you: ¥3 off"],
  ["zh-HK", "Weekend offer", "滿3件8折（最多減15元）", "為你推薦：立減3元"],
] as const)("a reader of %s sees why in their own language", async (language, name, why, recommended) => {
  const percent = { type: "percent_off", payBps: 8_000, threshold: { qty: 3 }, cap: 1_500 };
  const discounts = [
    { id: "p1", name, amount: 300, reason: "满3件8折（最多减15元）", terms: percent },
    { id: "p2", name: "满3件8折（最多减15元）", amount: 100, reason: null, terms: percent },
    { id: "p3", name: "老优惠", amount: 100, reason: "满30减5" },
  ];
  const offer = { id: "p9", name: "立减3元", saves: 300, terms: { type: "amount_off" as const, off: 300 } };
  const presented = {
    applied: [],
    optional: [{ ...offer, chosen: true, recommended: true }],
    personalised: true,
    takesCodes: false,
  };
  const shown = await plan({ language, presented, order: { ...order, discounts } as unknown as OrderView });
  expect(shown.offers).toEqual([
    { id: "p1", amount: 300, name, why },
    { id: "p2", amount: 100, name: why, why },
    { id: "p3", amount: 100, name: "老优惠", why: "满30减5" },
  ]);
  expect(shown.optional).toMatchObject([{ id: "p9", why: recommended }]);
});

test("an offer to take or leave is in the plan, but never on a donation", async () => {
  const terms = { type: "amount_off" as const, off: 300 };
  const optional = [{ id: "p9", name: "减3元", saves: 300, terms, chosen: false, recommended: false }];
  const presented = { applied: [], optional, personalised: false, takesCodes: false };
  expect((await plan({ presented })).optional).toEqual([
    { id: "p9", name: "减3元", saves: 300, why: "立减3元", chosen: false },
  ]);
  expect(await plan({ presented, order: { ...order, scene: "donation" } })).toMatchObject({ optional: [], offers: [] });
});

describe("what was bought the last time", () => {
  const known = { consent: true, shopperId: "shp_0123456789012345678901", optOut: false };
  const asked: string[] = [];
  const lastItems = async (shopperId: string) => {
    asked.push(shopperId);
    return ["可颂"];
  };
  const context = { merchant: async () => SHOP, knownMerchant: () => null, lastItems };

  test("is told to who agreed to be remembered", async () => {
    const shown = await plan({ context, shopper: known });
    expect(shown.repeat).toEqual(["可颂"]);
    expect(shown.blocks).toContain("repeat");
    expect(asked).toEqual([known.shopperId]);
  });

  test.each([
    ["who did not agree", { shopper: { ...known, consent: false } }],
    ["who has no name here", { shopper: { ...known, shopperId: null } }],
    ["who has paid", { shopper: known, order: { ...order, status: "paid" } as OrderView }],
  ])("is not even asked for of %s", async (_who, more) => {
    asked.length = 0;
    expect((await plan({ context, ...more })).repeat).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("keeps nobody waiting", async () => {
    const never = { ...context, lastItems: () => new Promise<never>(() => {}) };
    expect(await plan({ context: never, shopper: known })).toMatchObject({ repeat: [], plain: false });
  });
});
