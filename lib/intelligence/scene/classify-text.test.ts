import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLabelled, trainTextModel } from "../../lab/scene/train-text-model.ts";
import { classifyText } from "./classify-text.ts";
import { TEXT_KINDS } from "./text-features.ts";
import { TEXT_MODEL } from "./text-model.ts";

// The same cases in each run: a property that fails can be found again.
fc.configureGlobal({ seed: 20_260_701 });

const data = (name: string): string => readFileSync(new URL(`../../lab/scene/data/${name}`, import.meta.url), "utf8");
const rows = [...readLabelled(data("items.jsonl"), "item"), ...readLabelled(data("merchants.jsonl"), "merchant")];

describe("the kind of a text", () => {
  it.each([
    ["鱼香茄子盖饭", "dining"],
    ["冰美式（大杯）", "dining"],
    ["男士纯棉短袖衬衫 XL", "retail"],
    ["左氧氟沙星片", "healthcare"],
    ["普通门诊挂号费", "healthcare"],
    ["少儿钢琴课 10 课时", "education"],
    ["西湖游船票", "travel"],
    ["３月份电费", "utilities"],
    ["地下车库临时停车", "parking"],
    ["地铁单程票", "transport"],
    ["空调上门清洗", "services"],
    ["Q币 100个 直充", "topup"],
  ] as const)("%s → %s", (text, kind) => {
    const verdict = classifyText(text, "item");
    expect(verdict.scene).toBe(kind);
    expect(verdict.sure).toBe(true);
  });

  it("reads traditional characters and the names of shops", () => {
    expect(classifyText("慈愛動物醫院", "merchant").scene).toBe("healthcare");
    expect(classifyText("東南旅行社", "merchant").scene).toBe("travel");
  });

  it("a head noun wins over what stands before it", () => {
    expect(classifyText("医院停车费", "item").scene).toBe("parking");
  });

  it.each(["", "   ", "12345", "——"])("has nothing to say about %j", (text) => {
    expect(classifyText(text, "item")).toEqual({ scene: "other", confidence: 0, sure: false });
  });

  it("is unsure about letters that mean nothing", () => {
    expect(classifyText("zqxj", "item").sure).toBe(false);
  });

  it("never throws and stays between 0 and 1", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 300 }),
        fc.constantFrom("item" as const, "merchant" as const),
        (text, source) => {
          const verdict = classifyText(text, source);
          expect([...TEXT_KINDS, "other"]).toContain(verdict.scene);
          expect(verdict.confidence).toBeGreaterThanOrEqual(0);
          expect(verdict.confidence).toBeLessThanOrEqual(1);
          expect(classifyText(text, source)).toEqual(verdict);
        },
      ),
    );
  });
});

describe("the trained model", () => {
  const trained = trainTextModel(rows);

  it("is the one that these rows and this code give", () => {
    expect(trained.model).toEqual(TEXT_MODEL);
  });

  it("reaches the aims on rows it has not seen", () => {
    expect(trained.byFolds.accuracy).toBeGreaterThanOrEqual(0.9);
    expect(trained.byFolds.macroF1).toBeGreaterThanOrEqual(0.8);
    expect(trained.byFolds.ece).toBeLessThanOrEqual(0.05);
    expect(trained.byFolds.coverageAt95).toBeGreaterThanOrEqual(0.55);
  });

  it("keeps most of it on a source it has not seen", () => {
    expect(trained.byOrigin.accuracy).toBeGreaterThanOrEqual(0.85);
    expect(trained.byOrigin.ece).toBeLessThanOrEqual(0.05);
  });

  it("refuses rows without a licence", () => {
    expect(() => readLabelled('{"text":"水费","scene":"utilities","src":"x","lic":"none"}', "item")).toThrow();
  });

  it("weighs no more than 600 KB", () => {
    expect(JSON.stringify(TEXT_MODEL).length).toBeLessThanOrEqual(600_000);
  });
});
