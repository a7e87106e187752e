import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Gateway, NewCharge, NewRefund, NewTrade } from "#lib/payment/index.ts";
import { descriptionForWeChat, goodsTagForWeChat, reasonForWeChat } from "./outgoing-text.ts";
import {
  credentialsFor,
  inPublicKeyMode,
  memoryKeyStore,
  type Platform,
  startPlatform,
  testClock,
  testLog,
} from "./testing/platform.ts";
import { readPlain, v2Credentials } from "./testing/platform-v2.ts";
import { createV2Gateway } from "./v2/account.ts";
import { createV3Account } from "./v3/account.ts";

// Goal: no text makes WeChat refuse an order or a refund: what is sent is within its limits in bytes, holds no character
// that it does not document, ends between two characters, and is always the same for the same text.

const FOUR_BYTES = /[\u{10000}-\u{10ffff}]/u;

test.each<[string, string, string]>([
  ["what fits", "一杯茶", "一杯茶"],
  ["127 bytes of ASCII", "a".repeat(127), "a".repeat(127)],
  ["60 Chinese characters", "龙".repeat(60), "龙".repeat(42)],
  ["a cut inside a character", `a${"龙".repeat(43)}`, `a${"龙".repeat(42)}`],
  ["emoji, their joiners and their variations", "茶🍵 👨‍👩‍👧 杯☕️", "茶 杯☕️"],
  ["a rare ideograph in a name", "𠮷野家", "?野家"],
  ["an accent on the last letter that fits", `${"a".repeat(125)}e\u0301x`, `${"a".repeat(125)}`],
  ["nothing but emoji", "🎁🎁", "订单"],
  ["control characters, and half a pair", "a\u0000\ufffe\r\nb\ud800", "a b\ufffd"],
  ["a space where it is cut", `${"a".repeat(126)} b`, "a".repeat(126)],
])("a description: %s", (_, text, sent) => {
  expect(descriptionForWeChat(text)).toBe(sent);
});

test("a reason of nothing but emoji is left out; a long one is cut to 80 bytes", () => {
  expect([reasonForWeChat(null), reasonForWeChat("😡"), reasonForWeChat("坏".repeat(80))]).toEqual([
    "",
    "",
    "坏".repeat(26),
  ]);
});

test("a goods tag is sent whole or not at all", () => {
  expect(["WXG", "满".repeat(10), "满".repeat(11), "A🎫", " A", null].map(goodsTagForWeChat)).toEqual([
    ...["WXG", "满".repeat(10), "", "", "", ""],
  ]);
});

test("any text: within the limit, a whole number of characters, the same each time", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "grapheme", maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom("e\u0301", "\u0301", "👩‍💻", "龙", "\ud83c", "\udf75", "\u200d", "a", " "),
      maxLength: 150,
    }),
  );
  fc.assert(
    fc.property(text, (each) => {
      const sent = descriptionForWeChat(each);
      const bytes = Buffer.byteLength(sent);
      expect(bytes).toBeGreaterThan(0);
      expect(bytes).toBeLessThanOrEqual(127);
      expect(FOUR_BYTES.test(sent)).toBe(false);
      expect(sent.isWellFormed()).toBe(true);
      expect(sent.trim()).toBe(sent);
      expect(descriptionForWeChat(sent)).toBe(sent);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1_000) },
  );
});

describe.each(["v3", "v2"] as const)("%s: each call that carries text", (protocol) => {
  let platform: Platform;
  let gateway: Gateway;
  beforeAll(async () => {
    platform = await startPlatform(() => undefined);
    const deps = { clock: testClock(), log: testLog() };
    gateway =
      protocol === "v2"
        ? createV2Gateway(v2Credentials(platform.origin), deps)
        : createV3Account(credentialsFor(platform.origin, inPublicKeyMode), { keyStore: memoryKeyStore(), ...deps })
            .gateway;
    // What is answered does not matter here.
    platform.script = () => ({ status: 400, body: JSON.stringify({ code: "PARAM_ERROR", message: "-" }) });
  });
  beforeEach(() => void platform.seen.splice(0));
  afterAll(() => platform.close());

  const description = `${"龙井".repeat(30)}🍵`;
  const goodsTag = "🎫";
  const trade: NewTrade = {
    ...{ number: "order-0001", channel: "native", amountFen: fen(100), description, goodsTag },
    ...{ expiresAt: new Date("2026-07-01T12:00:00Z"), openid: null, payerIp: null },
  };
  const authCode = new Secret(
    `13${BigInt(`0x${randomBytes(8).toString("hex")}`)
      .toString()
      .padStart(16, "0")
      .slice(0, 16)}`,
  );
  const charge: NewCharge = { number: "order-0001", amountFen: fen(100), description, goodsTag, authCode };
  const refund: NewRefund = {
    ...{ number: "R1", tradeNumber: "order-0001", transactionId: "4200001", amountFen: fen(30), totalFen: fen(100) },
    reason: `${"洒了".repeat(40)}😡`,
  };
  test.each<[string, () => Promise<unknown>, string, string]>([
    ["a trade", () => gateway.openTrade(trade), "龙井".repeat(21), "body"],
    ["a charge", () => gateway.chargeCode(charge), "龙井".repeat(21), "body"],
    ["a refund", () => gateway.openRefund(refund), "洒了".repeat(13), "refund_desc"],
  ])("%s", async (_, call, text, v2Field) => {
    await call();
    const body = platform.seen[0]?.body ?? "";
    const fields = protocol === "v2" ? readPlain(body) : (JSON.parse(body) as Record<string, string>);
    expect(fields[protocol === "v2" ? v2Field : v2Field === "body" ? "description" : "reason"]).toBe(text);
    expect(fields).not.toHaveProperty("goods_tag");
    expect(FOUR_BYTES.test(body)).toBe(false);
  });
});
