import { expect, test } from "vitest";
import { pauseAfter } from "../deliver.ts";
import { cutToBytes, plain } from "../message.ts";
import { dingtalkSignature } from "./dingtalk.ts";
import { feishuSignature } from "./feishu.ts";
import { CHANNEL_KINDS, channelKind } from "./index.ts";
import { judgeStatus } from "./robot.ts";

// Goal: signatures as the receivers compute them. The expected values were made with Python's hmac module by their documentation.

test("DingTalk: HMAC-SHA256 keyed with the secret, over time and secret", () => {
  expect(dingtalkSignature("SECa1b2c3d4e5", 1_577_262_236_757)).toEqual({
    timestamp: "1577262236757",
    sign: "PrgxX2h1cJ0E+RCscVZXL46JXG7OzOx7+66+Iu96Qbo=",
  });
});

test("Feishu: HMAC-SHA256 keyed with time and secret, over nothing", () => {
  expect(feishuSignature("kN8sP2", 1_599_360_473)).toEqual({
    timestamp: "1599360473",
    sign: "15fwVpbdFZX0rj9JZGIpziYZ8B7dVK5bFQftvfbJ2M8=",
  });
});

test.each([
  [200, "refused"],
  [302, "refused"],
  [400, "refused"],
  [404, "refused"],
  [408, "failed"],
  [410, "revoked"],
  [429, "failed"],
  [500, "failed"],
  [503, "failed"],
])("a status of %i alone is %s", (status, kind) => {
  expect(judgeStatus(status).kind).toBe(kind);
});

test("pauses grow to ten minutes and are spread", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((failures) => pauseAfter(failures, 0.5) / 1_000)).toEqual([
    5, 15, 30, 60, 120, 300, 600, 600,
  ]);
  expect([pauseAfter(1, 0), pauseAfter(1, 1)]).toEqual([4_500, 5_500]);
});

test("text is cut at a character's border, and what comes from outside forges no markup", () => {
  expect(cutToBytes("一二三", 9)).toBe("一二三");
  expect(cutToBytes("一二三四", 11)).toBe("一二…");
  expect(plain("[点我](https://evil.example) <@all> *x*\n`y`")).toBe("【点我】(https://evil.example) ‹@all› x y");
});

test("the shown target holds no secret of an address", () => {
  const settings: Record<string, unknown> = {
    wecom: { url: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-secret-4bc4" },
    dingtalk: { url: "https://oapi.dingtalk.com/robot/send?access_token=very-secret-4bc4", secret: "SECx" },
    feishu: { url: "https://open.feishu.cn/open-apis/bot/v2/hook/secret-4bc4", secret: "x" },
    webhook: { url: "https://shop.example/hook?token=secret-4bc4", secret: `whsec_${"A".repeat(44)}` },
    web_push: { endpoint: "https://push.example/secret", p256dh: "A".repeat(87), auth: "A".repeat(22) },
    email: {
      ...{ host: "smtp.shop.example", port: 465, security: "tls", user: "u", password: "secret" },
      from: "shop@shop.example",
    },
    official_account: {
      ...{ appId: "wx1234567890abcdef", appSecret: "secret", openids: ["oSecret"], templateId: "t" },
      fields: { title: "thing1" },
    },
  };
  for (const name of CHANNEL_KINDS) {
    const kind = channelKind(name);
    expect(kind.target(settings[name]), name).not.toMatch(/secret/i);
  }
});

test.each([
  ["smtp.shop.example", true],
  ["192.168.1.3", true],
  ["fd00::1", true],
  ["192.168.1.300", false],
  ["12:34", false],
])("a mail server's name %s is taken: %s", (host, isTaken) => {
  const mail = { host, port: 25, security: "none", from: "a@b.example", to: ["c@d.example"] };
  expect(channelKind("email").schema.safeParse(mail).success).toBe(isTaken);
});
