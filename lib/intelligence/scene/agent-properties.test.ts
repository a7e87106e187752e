import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyAgent } from "./classify-agent.ts";

// The same cases in each run: a property that fails can be found again.
fc.configureGlobal({ seed: 20_260_701 });

const MARKS = [
  "MicroMessenger/8.0",
  "miniProgram",
  "wxwork/4",
  "AlipayClient/10",
  "QQ/8.9",
  "MQQBrowser/9",
  "Android 14",
  "Mobile",
  "iPhone",
  "iPad",
  "Windows NT 10.0",
  "Googlebot",
  "OpenHarmony",
  "(Phone;",
  "SmartTV",
  "DingTalk",
  "curl/8",
];
const anyAgent = fc.oneof(
  fc.string({ maxLength: 400 }),
  fc
    .array(fc.oneof(fc.constantFrom(...MARKS), fc.string({ maxLength: 12 })), { maxLength: 12 })
    .map((parts) => parts.join(" ")),
);
const anyHints = fc.record(
  {
    mobile: fc.boolean(),
    platform: fc.constantFrom("Android", "iOS", "Windows", "macOS", "HarmonyOS", "?"),
    formFactors: fc.constantFrom('"Mobile"', '"Tablet"', '"Desktop"', '"XR"', ""),
    maxTouchPoints: fc.nat(10),
    bridge: fc.constantFrom("wechat" as const, "wechat_mini" as const),
  },
  { requiredKeys: [] },
);

describe("any text", () => {
  it("no channel leads into a dead end", () => {
    fc.assert(
      fc.property(anyAgent, anyHints, (ua, hints) => {
        const { env, form, channel, alternatives } = classifyAgent(ua, hints);
        const shown = [channel, ...alternatives];
        if (env !== "wechat") expect(shown).not.toContain("jsapi");
        if (env !== "wechat_mini") expect(shown).not.toContain("miniprogram");
        if (channel === "h5") expect([env, form]).toEqual(["browser", "phone"]);
        if (env === "wechat" || env === "wechat_mini") expect(shown).not.toContain("h5");
        expect(channel === "none").toBe(env === "bot");
        expect(form === "bot").toBe(env === "bot");
        expect(new Set(shown).size).toBe(shown.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it("the same text gives the same answer, and letters' case does not matter", () => {
    fc.assert(
      fc.property(anyAgent, (ua) => {
        expect(classifyAgent(ua)).toEqual(classifyAgent(ua));
        const plain = ua.replace(/[^\x20-\x7e]/g, "");
        expect(classifyAgent(plain.toUpperCase())).toEqual(classifyAgent(plain.toLowerCase()));
      }),
    );
  });

  it("a mark behind thousands of characters is not read", () => {
    expect(classifyAgent(`${" ".repeat(5_000)}MicroMessenger`).env).toBe("browser");
  });
});
