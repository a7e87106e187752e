// Goal: the double that flow tests stand on behaves as a gateway must, and its script does what it says.
import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { NewTrade } from "#lib/payment/index.ts";
import { createMemoryGateway, createMemoryGateways } from "./memory.ts";
import { describeGateway } from "./testing/conformance.ts";
import { anyAuthCode } from "./testing/conformance-codepay.ts";

const clock = { now: () => new Date() };

describeGateway("in memory", async () => {
  const gateway = createMemoryGateway({ clock });
  return {
    gateway,
    openid: "oShopper",
    pay: async (number) => void gateway.pay(number),
    loseNextAnswer: async (operation) => gateway.failNext(operation, { kind: "unknown", workDone: true }),
    newAuthCode: async () => anyAuthCode(),
    askPassword: async () => gateway.counter.askPassword(1),
    cancelPassword: async (number) => gateway.counter.cancel(number),
    payDuringNextClose: async (number) => gateway.beforeNext("closeTrade", () => void gateway.pay(number)),
    close: async () => undefined,
  };
});

const trade: NewTrade = {
  number: "t-1",
  channel: "native",
  amountFen: fen(1),
  description: "tea",
  expiresAt: new Date(0),
  openid: null,
  payerIp: null,
};

test("faults are taken in turn, and a call that failed before its work left nothing behind", async () => {
  const gateway = createMemoryGateway({ clock });
  gateway.failNext("openTrade", { kind: "unknown", workDone: false });
  gateway.failNext("openTrade", { kind: "refused", reason: "not_permitted" });
  expect((await gateway.openTrade(trade)).kind).toBe("unknown");
  expect(gateway.payableNumbers()).toEqual([]);
  expect(await gateway.openTrade(trade)).toMatchObject({ kind: "refused", reason: "not_permitted" });
  expect((await gateway.openTrade(trade)).kind).toBe("done");
  expect(gateway.payableNumbers()).toEqual(["t-1"]);
  expect(gateway.calls.map((call) => call.operation)).toEqual(["openTrade", "openTrade", "openTrade"]);
});

test("only an open trade can be paid, and with what the test says differs", async () => {
  const gateway = createMemoryGateway({ clock });
  expect(() => gateway.pay("t-1")).toThrow("not open");
  await gateway.openTrade(trade);
  expect(gateway.pay("t-1", { totalFen: fen(2) })).toMatchObject({ totalFen: 2, currency: "CNY" });
  expect(() => gateway.pay("t-1")).toThrow("not open");
});

test("several accounts: the first is active, each is found by its id, notices are read by their bytes", async () => {
  const [one, two] = [
    createMemoryGateway({ clock, accountId: "acc_1", merchantNumber: "1" }),
    createMemoryGateway({ clock, accountId: "acc_2", merchantNumber: "2" }),
  ];
  const gateways = createMemoryGateways([one, two]);
  expect(await gateways.active()).toBe(one);
  expect(await gateways.of("acc_2")).toBe(two);
  await expect(gateways.of("acc_3")).rejects.toMatchObject({ code: "gateway_unavailable" });
  expect(await createMemoryGateways([]).active()).toBeNull();
  await two.openTrade(trade);
  const payment = two.pay("t-1");
  const notice = gateways.noticeOfPayment(payment, "EV-1");
  expect(await gateways.readNotification(notice)).toEqual({
    protocol: "v3",
    accountId: "acc_2",
    accountIds: ["acc_2"],
    noticeId: "EV-1",
    kind: "payment",
    trade: payment,
  });
  const foreign = gateways.noticeOfPayment({ ...payment, merchantNumber: "9" });
  expect(await gateways.readNotification(foreign)).toMatchObject({ accountId: "acc_1", kind: "payment" });
  expect(await gateways.readNotification({ ...notice, body: new Uint8Array() })).toMatchObject({
    reason: "bad_signature",
  });
});
