import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideBusinessScene, decideScene } from "./decide-scene.ts";
import { sceneOfMcc } from "./merchant-evidence.ts";
import { SCENES } from "./scenes.ts";
import type { PayChannel, Signals } from "./signals.ts";

// The same cases in each run: a property that fails can be found again.
fc.configureGlobal({ seed: 20_260_701 });

const WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 MicroMessenger/8.0.50";
const SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";
const ALIPAY =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 AliApp(AP/10.6.0) AlipayClient/10.6.0";
const of = (rest: Partial<Signals>, userAgent = WECHAT) => decideScene({ userAgent, ...rest });
const items = (...names: string[]) => names.map((name) => ({ name, amount: 2_000 }));

describe("the scene", () => {
  it.each<[string, Partial<Signals>, string]>([
    ["food", { items: items("麻婆豆腐", "米饭") }, "dining"],
    ["food that is delivered", { items: items("麻婆豆腐"), fulfilment: "delivery" }, "takeaway"],
    ["goods that are delivered", { items: items("纯棉T恤"), fulfilment: "delivery" }, "ecommerce"],
    ["a drink from a machine", { items: items("可乐"), fulfilment: "machine" }, "vending"],
    ["a plate", { metadata: { plate: "粤B12345" } }, "parking"],
    ["a green plate", { metadata: { plate: "京AD12345" } }, "parking"],
    ["a table", { metadata: { table: "A3" }, items: items("套餐") }, "dining"],
    ["a declared industry and a fitting item", { industry: "utilities", items: items("物业费") }, "utilities"],
    ["a category code", { mcc: "7523", amount: 1_500 }, "parking"],
    ["metadata that says it", { metadata: { scene: "topup" } }, "topup"],
    ["a gift", { items: items("爱心捐款") }, "donation"],
    ["a member's card", { items: items("健身年卡") }, "membership"],
    ["medicine", { items: items("阿莫西林胶囊") }, "healthcare"],
    ["medicine at a supermarket stays retail", { items: items("维生素C片"), industry: "retail" }, "retail"],
  ])("%s", (_name, signals, scene) => {
    expect(of(signals)).toMatchObject({ scene, fallback: false });
  });

  it("abstains without evidence and when the evidence is thin", () => {
    expect(of({})).toMatchObject({ scene: "other", fallback: true });
    expect(of({ items: items("zqxj") })).toMatchObject({ scene: "other", fallback: true });
  });

  it("asks for 0.80 before it says health, school or gift, and 0.60 before anything else", () => {
    const lunch = of({ metadata: { school: "一中" }, amount: 2_000 });
    expect(lunch.confidence).toBeGreaterThan(0.6);
    expect(lunch.confidence).toBeLessThan(0.8);
    expect(lunch).toMatchObject({ scene: "other", fallback: true });
    expect(of({ metadata: { school: "一中" }, amount: 100_000 })).toMatchObject({
      scene: "education",
      fallback: false,
    });
    const ware = of({ items: items("血压计") });
    expect(ware.confidence).toBeLessThan(0.8);
    expect(ware).toMatchObject({ scene: "retail", fallback: false });
  });

  it("the merchant's correction wins at once, in any writing", () => {
    const corrections = [{ text: "麻婆 豆腐", scene: "retail" as const }];
    expect(of({ items: items("麻婆　豆腐"), corrections })).toMatchObject({
      scene: "retail",
      confidence: 1,
      fallback: false,
    });
  });

  it("a correction of a small part of the order does not decide", () => {
    const corrections = [{ text: "纸巾", scene: "utilities" as const }];
    const order = [
      { name: "火锅套餐", amount: 20_000 },
      { name: "纸巾", amount: 100 },
    ];
    expect(of({ items: order, corrections }).scene).toBe("dining");
  });

  it("corrections shift what is believed of the merchant", () => {
    const corrections = Array.from({ length: 60 }, (_, at) => ({ text: `项目${at}`, scene: "services" as const }));
    const before = of({ amount: 5_000 });
    const after = of({ amount: 5_000, corrections });
    expect(before.scene).toBe("other");
    expect(after.scene).toBe("services");
  });

  it("gives at most three reasons, strongest first, as codes and values", () => {
    const { reasons } = of({
      items: items("宫保鸡丁"),
      metadata: { table: "8" },
      industry: "dining",
      amount: 5_000,
      hour: 12,
      fulfilment: "in_store",
    });
    expect(reasons).toHaveLength(3);
    expect(reasons.map(({ weight }) => weight)).toEqual(reasons.map(({ weight }) => weight).toSorted((a, b) => b - a));
    expect(reasons.map((reason) => Object.keys(reason).sort())).toEqual(Array(3).fill(["signal", "value", "weight"]));
  });

  it("keeps no names of medicine or gifts in its reasons", () => {
    const kept = JSON.stringify(of({ items: items("阿莫西林胶囊") }).reasons);
    expect(kept).not.toContain("阿莫西林");
    const corrected = of({ items: items("孕酮测定"), corrections: [{ text: "孕酮测定", scene: "healthcare" }] });
    expect(JSON.stringify(corrected.reasons)).not.toContain("孕酮");
  });

  it("reads category codes", () => {
    expect([sceneOfMcc("5812"), sceneOfMcc("8062"), sceneOfMcc("4900"), sceneOfMcc("0000"), sceneOfMcc("x")]).toEqual([
      "dining",
      "healthcare",
      "utilities",
      null,
      null,
    ]);
  });
});

describe("the channel", () => {
  it("leaves out what the account lacks", () => {
    expect(of({ accountChannels: ["native"] })).toMatchObject({
      channel: "native",
      alternatives: [],
      ownAddressQr: false,
    });
    expect(of({ accountChannels: ["h5", "native"] }, SAFARI)).toMatchObject({
      channel: "h5",
      alternatives: ["native"],
    });
  });

  it("shows a QR of its own address when nothing is left", () => {
    expect(of({ accountChannels: ["h5"] })).toMatchObject({ channel: "native", ownAddressQr: true });
  });

  it("keeps the guide where the account has no channel for it", () => {
    expect(of({ accountChannels: ["jsapi"] }, ALIPAY)).toMatchObject({
      channel: "guide",
      alternatives: [],
      ownAddressQr: false,
    });
  });

  it("follows a wish where it can work, and only there", () => {
    expect(of({ askedChannel: "native" }, SAFARI)).toMatchObject({ channel: "native", alternatives: ["h5"] });
    expect(of({ askedChannel: "h5" }, ALIPAY).channel).toBe("h5");
    expect(of({ askedChannel: "h5" }).channel).toBe("jsapi");
    expect(of({ askedChannel: "jsapi" }, SAFARI).channel).toBe("h5");
    expect(of({ askedChannel: "native" }, "Googlebot/2.1").channel).toBe("none");
  });

  it("scans at a counter and shows a QR to a shop's server", () => {
    expect(of({ entry: "pos" })).toMatchObject({ channel: "codepay", alternatives: ["native"] });
    expect(of({ entry: "pos", accountChannels: ["native", "jsapi"] }).channel).toBe("native");
    expect(of({ entry: "api" }, "curl/8.7.1")).toMatchObject({ channel: "native", env: "browser" });
  });

  it("never dead-ends for any question and any set of channels", () => {
    const channels: PayChannel[] = ["jsapi", "miniprogram", "h5", "native", "codepay"];
    fc.assert(
      fc.property(
        fc.constantFrom(WECHAT, SAFARI, ALIPAY, "Googlebot/2.1", ""),
        fc.constantFrom(...channels),
        fc.subarray(channels),
        (ua, askedChannel, accountChannels) => {
          const { env, form, channel, alternatives } = decideScene({ userAgent: ua, askedChannel, accountChannels });
          const shown = [channel, ...alternatives];
          if (env !== "wechat") expect(shown).not.toContain("jsapi");
          if (env !== "wechat_mini") expect(shown).not.toContain("miniprogram");
          if (shown.includes("h5")) expect(["phone", "tablet"]).toContain(form);
          if (env === "wechat") expect(shown).not.toContain("h5");
          expect(channel === "none").toBe(env === "bot");
        },
      ),
    );
  });
});

describe("any signals", () => {
  it("give a decision that is sound and the same each time", () => {
    const anySignals = fc.record(
      {
        userAgent: fc.string(),
        industry: fc.constantFrom(...SCENES),
        mcc: fc.string({ maxLength: 5 }),
        merchantName: fc.string({ unit: "binary" }),
        items: fc.array(fc.record({ name: fc.string({ unit: "binary" }), amount: fc.double() }), { maxLength: 15 }),
        metadata: fc.dictionary(fc.string(), fc.anything()),
        fulfilment: fc.constantFrom("delivery" as const, "in_store" as const, "machine" as const),
        amount: fc.double(),
        hour: fc.integer({ min: 0, max: 23 }),
        corrections: fc.array(fc.record({ text: fc.string(), scene: fc.constantFrom(...SCENES) })),
      },
      { requiredKeys: ["userAgent"] },
    );
    fc.assert(
      fc.property(anySignals, (signals) => {
        const decision = decideScene(signals);
        expect(SCENES).toContain(decision.scene);
        expect(decision.confidence >= 0 && decision.confidence <= 1 + 1e-9).toBe(true);
        expect(decision.reasons.length).toBeLessThanOrEqual(3);
        expect(decideScene(signals)).toEqual(decision);
      }),
      { numRuns: 300 },
    );
  });
});

it.each([
  ["half of the order by weight", 1_000, "vending"],
  ["less than half of it", 999, "dining"],
])("a correction that covers %s", (_share, amount, scene) => {
  const items = [
    { name: "帆布袋", amount },
    { name: "宫保鸡丁盖饭", amount: 1_000 },
  ];
  const corrections = [{ text: "帆布袋", scene: "vending" as const }];
  const metadata = { table: "A12" };
  expect(decideBusinessScene({ items, corrections, metadata }).scene).toBe(scene);
});

it("a made-up shop name says nothing, a telling one does", () => {
  const items = [{ name: "订单", amount: 1_000 }];
  const said = (merchantName: string) =>
    decideBusinessScene({ items, merchantName }).reasons.map(({ signal }) => signal);
  expect(said("灵付商户")).toEqual([]);
  expect(said("老王牛肉面馆")).toContain("merchant");
});

it("the shop's word on this very order outweighs its own industry", () => {
  const items = [{ name: "燕麦拿铁", amount: 1_000 }];
  expect(decideBusinessScene({ items, industry: "dining", metadata: { scene: "parking" } }).scene).toBe("parking");
});
