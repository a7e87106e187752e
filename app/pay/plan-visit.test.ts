import { expect, test } from "vitest";
import type { OrderView } from "#lib/contract/order.ts";
import { classifyAgent, type PageLanguage } from "#lib/intelligence/index.ts";
import { type PlanVisit, planVisit } from "./plan-visit.ts";
import type { Visit } from "./visit.ts";

const WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1";
const SHOP = {
  name: "一号面馆",
  industry: "dining",
  brand: { color: "#7a1f5c", logoUrl: "https://cdn.example/logo.png" },
};

const order = {
  description: "午餐",
  amountTotal: 3_800,
  amountDiscount: 500,
  amountDue: 3_300,
  items: [{ name: "牛肉面", quantity: 1, amount: 3_800 }],
  discounts: [{ id: "p1", name: "满30减5", amount: 500, reason: null }],
  scene: "dining",
  metadata: { table: "A12" },
} as unknown as OrderView;

interface Asked extends Partial<Omit<PlanVisit, "visit">> {
  readonly agent?: string;
  readonly chosenWay?: string;
  readonly language?: PageLanguage;
}

function plan({ agent = IPHONE, chosenWay, language = "zh-CN", ...more }: Asked) {
  const shopper = { consent: false, shopperId: null, optOut: false };
  const visit = { agent: classifyAgent(agent), chosenWay, language, elder: false, shopper } as Visit;
  return planVisit({
    house: { merchant: async () => SHOP, knownMerchant: () => null },
    order,
    openid: null,
    presented: null,
    visit,
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
  const shown = await plan({ house: { merchant, knownMerchant: () => null } });
  expect(shown).toMatchObject({ plain: true, channel: "h5", amountDue: 3_300, brand: { logoUrl: null }, facts: [] });
});

test("a shop that was known a moment ago is as good as one that answers", async () => {
  const house = { merchant: () => new Promise<never>(() => {}), knownMerchant: () => SHOP };
  expect(await plan({ house })).toMatchObject({ plain: false, brand: { name: "一号面馆" } });
});

test("an order nobody could place is the generic page", async () => {
  expect(await plan({ order: { ...order, scene: null } })).toMatchObject({ scene: "other", plain: true, nudge: null });
});

test("an offer to take or leave is in the plan, but never on a donation", async () => {
  const optional = [{ id: "p9", name: "减3元", saves: 300, why: "减3元", chosen: false }];
  const presented = { applied: [], optional, personalised: false };
  expect((await plan({ presented })).optional).toEqual(optional);
  expect(await plan({ presented, order: { ...order, scene: "donation" } })).toMatchObject({ optional: [], offers: [] });
});
