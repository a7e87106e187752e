import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contrast, readablePair } from "#lib/base/colour-contrast.ts";
import { SCENES } from "../scene/index.ts";
import { planFaults } from "./check-plan.ts";
import type { PageInput, PageSceneInput } from "./page-types.ts";
import { planPage } from "./plan-page.ts";

// The same cases in each run: a property that fails can be found again.
fc.configureGlobal({ seed: 20_260_701 });

const scene = (over: Partial<PageSceneInput> = {}): PageSceneInput => ({
  env: "wechat",
  form: "phone",
  channel: "jsapi",
  alternatives: ["native"],
  scene: "dining",
  fallback: false,
  ...over,
});
const order = {
  merchantName: "老张面馆",
  description: "午餐",
  amountTotal: 5_000,
  amountDiscount: 1_000,
  amountDue: 4_000,
  items: [{ name: "牛肉面", quantity: 2, amount: 5_000 }],
  metadata: { table: "A3" },
};
const offers = {
  applied: [{ id: "p1", name: "满50减10", amount: 1_000, why: "满 50 元" }],
  nudge: { text: "再买 ¥3 可减 ¥10", gap: 300, gain: 1_000 },
};
const input = (over: Partial<PageInput> = {}): PageInput => ({ scene: scene(), order, offers, ...over });

describe("the plan", () => {
  it("dining: table, dishes, offers and one nudge, in that order", () => {
    const plan = planPage(input());
    expect(plan.facts).toEqual([{ label: "桌号", value: "A3" }]);
    expect(plan.blocks).toEqual([
      "scene_facts",
      "items",
      "offers",
      "nudge",
      "other_channels",
      "personal_switch",
      "display_settings",
      "help",
    ]);
    expect(plan).toMatchObject({ plain: false, amountDue: 4_000, head: ["merchant", "amount", "action"] });
  });

  it("parking: plate and duration, no nudge", () => {
    const parked = { ...order, metadata: { plate: "粤B12345", durationMinutes: 125 } };
    const plan = planPage(input({ scene: scene({ scene: "parking" }), order: parked }));
    expect(plan.facts.map(({ value }) => value)).toEqual(["粤B12345", "2 小时 5 分钟"]);
    expect(plan.nudge).toBeNull();
  });

  it("utilities: the account is masked", () => {
    const bill = { ...order, metadata: { billPeriod: "2026-03", householdNo: "6001234567" } };
    const plan = planPage(input({ scene: scene({ scene: "utilities" }), order: bill }));
    expect(plan.facts.map(({ value }) => value)).toEqual(["2026-03", "****4567"]);
  });

  it("a donation shows no discount and no nudge", () => {
    const plan = planPage(input({ scene: scene({ scene: "donation" }) }));
    expect(plan).toMatchObject({ offers: [], nudge: null, plain: false });
    expect(plan.blocks).not.toContain("offers");
  });

  it("an unsure scene gets the plain page without a nudge", () => {
    const plan = planPage(input({ scene: scene({ fallback: true }) }));
    expect(plan).toMatchObject({ plain: true, nudge: null, scene: "other" });
  });

  it("elder mode is big and offers one thing to do", () => {
    const plan = planPage(input({ prefs: { elder: true }, profile: { personalised: true, lastItems: ["牛肉面"] } }));
    expect(plan.type.bodyPx).toBeGreaterThanOrEqual(18);
    expect(plan.type.amountPx).toBeGreaterThanOrEqual(24);
    expect(plan.type.targetPx).toBeGreaterThanOrEqual(60);
    expect(plan).toMatchObject({ elder: true, nudge: null, repeat: [] });
  });

  it("shows the last purchase only with consent, and never in a sensitive scene", () => {
    const lastItems = ["牛肉面"];
    expect(planPage(input({ profile: { personalised: true, lastItems } })).repeat).toEqual(lastItems);
    expect(planPage(input({ profile: { personalised: false, lastItems } })).repeat).toEqual([]);
    expect(
      planPage(input({ scene: scene({ scene: "healthcare" }), profile: { personalised: true, lastItems } })).repeat,
    ).toEqual([]);
  });

  it("the guide says how to get into WeChat and shows a QR", () => {
    const plan = planPage(input({ scene: scene({ env: "alipay", channel: "guide", alternatives: ["h5", "native"] }) }));
    expect(plan.copy.steps).toHaveLength(3);
    expect(plan.blocks.slice(0, 2)).toEqual(["guide", "qr"]);
  });

  it("the guide names the app that cannot pay, and only there", () => {
    const guide = scene({ env: "other_app", channel: "guide", alternatives: ["h5"], app: "douyin" });
    expect(planPage(input({ scene: guide })).copy.hint).toBe("你正在抖音中，这里打不开微信支付");
    expect(planPage(input({ scene: { ...guide, app: null } })).copy.hint).toBe("当前应用内无法使用微信支付");
    const byHand = planPage(input({ scene: { ...guide, channel: "h5", alternatives: [] } }));
    expect(byHand.copy.hint).toBe("点下方按钮，跳转到微信付款");
  });

  it.each(["donation", "healthcare", "education"] as const)(
    "%s has no switch for offers: none is ever chosen",
    (kind) => {
      expect(planPage(input({ scene: scene({ scene: kind }) })).blocks).not.toContain("personal_switch");
    },
  );

  it("every grey keeps its colour: white, dark or black can be read on it", () => {
    for (let grey = 0; grey < 256; grey++) {
      const color = `#${grey.toString(16).padStart(2, "0").repeat(3)}`;
      expect(planPage(input({ brand: { color } })).brand.color).toBe(color);
    }
  });

  it("speaks English completely", () => {
    const text = JSON.stringify(
      SCENES.map(
        (each) =>
          planPage(
            input({
              locale: "en-GB",
              scene: scene({ scene: each, env: "qq", channel: "guide" }),
              order: { ...order, metadata: {} },
            }),
          ).copy,
      ),
    );
    expect(text).not.toMatch(/\p{Script=Han}/u);
  });

  it("a wish for an unreadable logo or colour is not followed", () => {
    const plan = planPage(input({ brand: { name: "店", color: "not a colour", logoUrl: "javascript:alert(1)" } }));
    expect(plan.brand.logoUrl).toBeNull();
    expect(contrast(plan.brand.color, plan.brand.onColor)).toBeGreaterThanOrEqual(4.5);
    expect(planPage(input({ brand: { logoUrl: "//evil.example/x.png" } })).brand.logoUrl).toBeNull();
  });
});

describe("a bad plan", () => {
  it.each<[string, Partial<PageInput>]>([
    [
      "offers that take off more than the order says",
      { offers: { applied: [{ id: "p", name: "x", amount: 1_001, why: "y" }], nudge: null } },
    ],
    ["amounts that do not add up", { order: { ...order, amountDiscount: 0 } }],
    ["jsapi outside WeChat", { scene: scene({ env: "browser", alternatives: ["jsapi"], channel: "h5" }) }],
  ])("%s → the plain page with the order's own price", (_name, over) => {
    const plan = planPage(input(over));
    expect(plan).toMatchObject({ plain: true, amountDue: 4_000, offers: [], alternatives: [] });
    expect(plan.reasons[0]).toMatch(/^plan refused/);
  });
});

describe("any input", () => {
  const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

  it("every colour gets text that can be read", () => {
    fc.assert(
      fc.property(hex, (color) => {
        const pair = readablePair(color);
        expect(contrast(pair.color, pair.onColor)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it("the plan is sound, shows the order's price, and is the same each time", () => {
    const anyInput = fc.record({
      kind: fc.constantFrom(...SCENES),
      locale: fc.string(),
      elder: fc.boolean(),
      color: fc.oneof(hex, fc.string()),
      name: fc.string(),
      due: fc.integer({ min: 1, max: 1_000_000 }),
      off: fc.integer({ min: 0, max: 10_000 }),
      given: fc.integer({ min: -5, max: 12_000 }),
      metadata: fc.dictionary(fc.string(), fc.anything()),
    });
    fc.assert(
      fc.property(anyInput, (any) => {
        const asked = input({
          scene: scene({ scene: any.kind }),
          locale: any.locale,
          prefs: { elder: any.elder },
          brand: { color: any.color, name: any.name },
          order: {
            ...order,
            amountDue: any.due,
            amountDiscount: any.off,
            amountTotal: any.due + any.off,
            metadata: any.metadata,
          },
          offers: { applied: [{ id: "p", name: "n", amount: any.given, why: "w" }], nudge: offers.nudge },
        });
        const plan = planPage(asked);
        expect(planFaults(plan, asked)).toEqual([]);
        expect(plan.amountDue).toBe(any.due);
        expect(planPage(asked)).toEqual(plan);
      }),
    );
  });
});
