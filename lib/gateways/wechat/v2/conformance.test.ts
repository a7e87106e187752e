// Goal: API v2 is a Gateway like the others, with either signature type, and accepts only its own signature.
import { afterAll, beforeAll, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { Gateway, NewRefund } from "#lib/payment/index.ts";
import { describeGateway } from "../../testing/conformance.ts";
import { anyAuthCode } from "../../testing/conformance-codepay.ts";
import { impatient, testLog } from "../testing/platform.ts";
import { type PlatformV2, type SignType, startPlatformV2, v2Credentials } from "../testing/platform-v2.ts";
import { createV2Gateway } from "./account.ts";

const PATHS = {
  openTrade: "/pay/unifiedorder",
  findTrade: "/pay/orderquery",
  closeTrade: "/pay/closeorder",
  chargeCode: "/pay/micropay",
  reverseTrade: "/secapi/pay/reverse",
  openRefund: "/secapi/pay/refund",
  findRefund: "/pay/refundquery",
} as const;

const clock = { now: () => new Date() };
const gatewayFor = (platform: PlatformV2, signType: SignType): Gateway =>
  createV2Gateway(v2Credentials(platform.origin, { signType }), { clock, log: testLog(), exchange: impatient });

for (const signType of ["MD5", "HMAC-SHA256"] as const) {
  describeGateway(`v2 with ${signType}`, async () => {
    const platform = await startPlatformV2(signType);
    return {
      gateway: gatewayFor(platform, signType),
      openid: "oUser",
      bridgeSignType: signType,
      pay: async (number) => platform.pay(number),
      loseNextAnswer: async (operation) => platform.lose(PATHS[operation]),
      newAuthCode: async () => anyAuthCode(),
      askPassword: async () => platform.counter.askPassword(),
      cancelPassword: async (number) => platform.counter.cancel(number),
      payDuringNextClose: async () => platform.beforeNextClose(platform.pay),
      close: () => platform.close(),
    };
  });
}

let platform: PlatformV2;
let gateway: Gateway;
beforeAll(async () => {
  platform = await startPlatformV2("MD5");
  gateway = gatewayFor(platform, "MD5");
});
afterAll(() => platform.close());

/** A paid trade and a refund of part of it. */
async function paid(number: string): Promise<NewRefund> {
  const trade = { number, channel: "native", amountFen: fen(1999), description: "茶" } as const;
  const opened = await gateway.openTrade({
    ...trade,
    expiresAt: new Date(Date.now() + 3_600_000),
    openid: null,
    payerIp: null,
  });
  expect(opened.kind).toBe("done");
  platform.pay(number);
  const transactionId = platform.trades.get(number)?.transactionId ?? "";
  const money = { amountFen: fen(500), totalFen: fen(1999) };
  return { number: `${number}-R1`, tradeNumber: number, transactionId, ...money, reason: "太甜 & <酸>" };
}

test("a refund is accepted, found, and the same number makes it once", async () => {
  const refund = await paid("refund-0001");
  const { number, tradeNumber, transactionId, amountFen } = refund;
  const known = { number, tradeNumber, transactionId, amountFen, status: "processing", succeededAt: null };
  expect(await gateway.findRefund(number)).toMatchObject({ kind: "refused", reason: "absent" });
  const first = await gateway.openRefund(refund);
  expect(first).toMatchObject({ kind: "done", value: known });
  expect(await gateway.openRefund(refund)).toEqual(first);
  expect(await gateway.findRefund(number)).toEqual(first);
  expect(platform.refunds.size).toBe(1);
});

test("a refund with other values, of too much or of nothing is refused", async () => {
  const refund = await paid("refund-0002");
  await gateway.openRefund(refund);
  const other = { ...refund, amountFen: fen(501) };
  expect(await gateway.openRefund(other)).toMatchObject({ kind: "refused", reason: "number_used" });
  const more = { ...refund, number: "refund-0002-R2", amountFen: fen(1500) };
  expect(await gateway.openRefund(more)).toMatchObject({ kind: "refused", reason: "invalid" });
  const nothing = { ...refund, number: "refund-0002-R3", transactionId: "4200nobody" };
  expect(await gateway.openRefund(nothing)).toMatchObject({ kind: "refused", reason: "trade_absent" });
});

test("a refund whose answer is lost is found under its number", async () => {
  const refund = await paid("refund-0003");
  platform.lose(PATHS.openRefund);
  expect((await gateway.openRefund(refund)).kind).toBe("unknown");
  expect(await gateway.findRefund(refund.number)).toMatchObject({ kind: "done", value: { amountFen: 500 } });
  platform.lose(PATHS.findRefund);
  expect((await gateway.findRefund(refund.number)).kind).toBe("unknown");
});

test("the final states of a refund", async () => {
  const refund = await paid("refund-0004");
  await gateway.openRefund(refund);
  const told = platform.refunds.get(refund.number) ?? {};
  for (const [wire, status] of Object.entries({
    CHANGE: "abnormal",
    REFUNDCLOSE: "closed",
    PROCESSING: "processing",
  })) {
    platform.refunds.set(refund.number, { ...told, refund_status_0: wire });
    expect(await gateway.findRefund(refund.number)).toMatchObject({ value: { status, succeededAt: null } });
  }
  platform.refunds.set(refund.number, {
    ...told,
    refund_status_0: "SUCCESS",
    refund_success_time_0: "2026-07-01 18:00:05",
  });
  expect(await gateway.findRefund(refund.number)).toMatchObject({
    value: { status: "succeeded", succeededAt: new Date("2026-07-01T10:00:05Z") },
  });
  platform.refunds.set(refund.number, { ...told, refund_status_0: "STRANGE" });
  expect((await gateway.findRefund(refund.number)).kind).toBe("unknown");
});
