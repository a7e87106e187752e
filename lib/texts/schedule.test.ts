import { expect, test } from "vitest";
import { promotionSchema } from "../contract/promotions.ts";
import { codeAnswerText } from "./code-entry.ts";
import { rejectionSentence } from "./offers.ts";
import { scheduleText } from "./schedule.ts";

// Goal: days and hours are said as a shop writes them, wherever a shopper or a shopkeeper meets them.

test.each([
  [{ days: [1, 2, 3, 4, 5], hours: [["11:00", "14:00"]] }, "周一至周五 11:00–14:00", "Mon–Fri 11:00–14:00"],
  [{ days: [7, 6] }, "周六、周日", "Sat, Sun"],
  [
    {
      hours: [
        ["11:00", "14:00"],
        ["17:30", "20:00"],
      ],
    },
    "每天 11:00–14:00、17:30–20:00",
    "every day 11:00–14:00, 17:30–20:00",
  ],
  [{ days: [5], hours: [["22:00", "02:00"]] }, "周五 22:00–次日02:00", "Fri 22:00–02:00 the next day"],
  [{ days: [1, 2, 3, 5, 7] }, "周一至周三、周五、周日", "Mon–Wed, Fri, Sun"],
  [{ days: [1, 2, 3, 4, 5, 6, 7] }, null, null],
  [undefined, null, null],
] as const)("%j", (window, chinese, english) => {
  expect([scheduleText(window as never), scheduleText(window as never, "en")]).toEqual([chinese, english]);
});

test("a shopper is told when a promotion or its code is good", () => {
  const window = { days: [6, 7], hours: [["11:00", "14:00"] as [string, string]] };
  expect(rejectionSentence({ reason: "window", name: "午市", window })).toBe(
    "“午市”不在活动时间内（周六、周日 11:00–14:00）",
  );
  const rule = promotionSchema.parse({ id: "p", type: "amount_off", phase: "order", off: 1, needsCode: true, window });
  const now = new Date("2026-07-01T00:00:00+08:00");
  expect(codeAnswerText({ result: "window", rule, now }, "zh-CN")).toBe("这个优惠码只在周六、周日 11:00–14:00可用");
  const soon = { ...rule, window: { start: "2026-08-01T00:00:00+08:00" } };
  expect(codeAnswerText({ result: "window", rule: soon, now }, "zh-CN")).toBe("这个优惠码的活动还没有开始");
  const over = { ...rule, window: { ...window, end: "2026-06-01T00:00:00+08:00" } };
  expect(codeAnswerText({ result: "window", rule: over, now }, "zh-CN")).toBe("这个优惠码已经失效");
});
