import { expect, test } from "vitest";
import { decisionSentence } from "./learner-decision.ts";

// Goal: why an offer was shown or not is told in the reader's language, from what the decision keeps.

const NONE = { id: "none", probability: 0.2, pays: 0.5, costFen: 0 };
const FIVE = { id: "five", name: "立减5元", probability: 0.8, pays: 0.62, costFen: 499.6 };

test.each([
  [
    "an offer that helps",
    { arm: "five", propensity: 0.8, arms: [NONE, FIVE] },
    "选择“立减5元”：预计支付率从 50% 升至 62%，支付时成本约 ¥5.00（概率 80%）。",
    "Chose “立减5元”: the payment rate is expected to rise from 50% to 62%, at a cost of about ¥5.00 if paid (probability 80%).",
  ],
  [
    "an offer that is tried, of before names were kept",
    { arm: "five", propensity: 0.1, arms: [NONE, { ...FIVE, name: undefined, pays: 0.5 }] },
    "选择“five”：支付率预计不升，为了解其效果而少量尝试，支付时成本约 ¥5.00（概率 10%）。",
    "Chose “five”: the payment rate is not expected to rise; it is tried on a few orders to learn its effect, at a cost of about ¥5.00 if paid (probability 10%).",
  ],
  [
    "nothing, by the draw",
    { arm: "none", propensity: 0.2, arms: [NONE, FIVE] },
    "随机抽中不发优惠，以便比较优惠是否真有效果，未展示可选优惠（概率 20%，含对照组）。",
    "The draw fell on no offer, to measure whether offers really work, so no optional offer was shown (probability 20%, control group included).",
  ],
  [
    "nothing, since nothing is worth it",
    { arm: "none", propensity: 1, arms: [NONE, { ...FIVE, probability: 0 }] },
    "各项可选优惠预计都得不偿失，未展示可选优惠（概率 100%，含对照组）。",
    "Every optional offer was expected to cost more than it brings, so no optional offer was shown (probability 100%, control group included).",
  ],
  [
    "no offers at all",
    { arm: "none", propensity: 1, arms: [NONE] },
    "没有可用的可选优惠（成本须不超过毛利和剩余预算），因此未展示优惠。",
    "No optional offer was available (its cost may exceed neither the margin nor the rest of its budget), so none was shown.",
  ],
])("%s", (_name, decision, chinese, english) => {
  expect(decisionSentence(decision, "zh-CN")).toBe(chinese);
  expect(decisionSentence(decision, "en")).toBe(english);
});

test("a decision from before that says what it holds", () => {
  const kept = { arm: "five", propensity: 0.8, arms: [NONE, FIVE], sentence: "选择“立减5元”。" };
  expect(decisionSentence(kept, "en")).toBe("选择“立减5元”。");
});
