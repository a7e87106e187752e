// Goal: the v2 adapter and a WeChat Pay v2 that shares no code with it understand each other over TLS: trades, refunds with
// the merchant's certificate, notices of both kinds with both signatures, and every fault the sandbox knows.
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { V2Credentials } from "#lib/base/account-credentials.ts";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Gateway, NewRefund, NewTrade } from "#lib/payment/index.ts";
import { createGateways } from "./select-gateway.ts";
import { describeGateway } from "./testing/conformance.ts";
import { sandboxCounter, slidingClock, startSandboxWorld } from "./testing/sandbox-world.ts";
import { impatient, memoryKeyStore, testLog } from "./wechat/testing/platform.ts";
import { createV2Gateway } from "./wechat/v2/account.ts";

type SandboxSignType = V2Credentials["v2"]["signType"];
type SandboxV2World = Awaited<ReturnType<typeof startSandboxWorld>>;
const SHOPPER = "sandbox-shopper-of-this-test";

async function credentialsOf({ configV2 }: SandboxV2World, signType: SandboxSignType): Promise<V2Credentials> {
  return {
    id: "acc_sandbox_v2",
    version: "1",
    protocol: "v2",
    appId: configV2.appid,
    merchantNumber: configV2.mch_id,
    notifyUrl: configV2.notify_url,
    apiBase: configV2.api_base,
    apiCaPem: await readFile(configV2.api_ca_path, "utf8"),
    v2: {
      apiKey: new Secret(configV2.api_key),
      signType,
      certificatePem: await readFile(configV2.cert_path, "utf8"),
      keyPem: new Secret(await readFile(configV2.key_path, "utf8")),
    },
  };
}

let world: SandboxV2World;
beforeAll(async () => {
  world = await startSandboxWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.control("reset", {});
  await world.control("shoppers", { name: "小测", openid: SHOPPER });
  world.inbox.empty();
});

describe.each(["MD5", "HMAC-SHA256"] as const)("signed by %s", (signType) => {
  describeGateway("v2 against the sandbox", async () => {
    const { control } = world;
    const environment = { clock: slidingClock(), log: testLog() };
    return {
      gateway: createV2Gateway(await credentialsOf(world, signType), environment),
      openid: SHOPPER,
      bridgeSignType: signType,
      pay: async (outTradeNo) => void (await control("pay", { outTradeNo, outcome: "success" })),
      loseNextAnswer: async () => void (await control("faults", { api: { errorAfterWork: 1 } })),
      ...sandboxCounter(control, SHOPPER),
      payDuringNextClose: async () => void (await control("faults", { api: { payBetweenQueryAndClose: 1 } })),
      close: async () => undefined,
    };
  });
});

let count = 0;
const newTrade = (): NewTrade => ({
  number: `sandbox-v2-${String(++count).padStart(4, "0")}`,
  channel: "native",
  amountFen: fen(1999),
  description: "茶",
  expiresAt: new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000),
  openid: null,
  payerIp: null,
});
const gatewayOf = async (change: Partial<V2Credentials["v2"]> = {}): Promise<Gateway> => {
  const credentials = await credentialsOf(world, "HMAC-SHA256");
  const v2 = { ...credentials.v2, ...change };
  return createV2Gateway({ ...credentials, v2 }, { clock: slidingClock(), log: testLog(), exchange: impatient });
};

describe("faults of the sandbox", () => {
  test.each([["errorAfterWork"], ["hang"], ["html"], ["unsigned"], ["badSignature"]])(
    "%s: every call is unknown, and asking again tells",
    async (fault) => {
      const gateway = await gatewayOf();
      const trade = newTrade();
      await world.control("faults", { api: { [fault]: true } });
      expect((await gateway.openTrade(trade)).kind).toBe("unknown");
      expect((await gateway.findTrade(trade.number)).kind).toBe("unknown");
      await world.control("faults", { api: { [fault]: false } });
      expect(await gateway.findTrade(trade.number)).toMatchObject({ value: { state: "not_paid" } });
      await world.control("faults", { api: { [fault]: true } });
      expect((await gateway.closeTrade(trade.number)).kind).toBe("unknown");
      await world.control("faults", { api: { [fault]: false } });
      expect(await gateway.findTrade(trade.number)).toMatchObject({ value: { state: "closed" } });
    },
  );

  test("closing too soon is asked again later", async () => {
    const gateway = await gatewayOf();
    const trade = newTrade();
    await gateway.openTrade(trade);
    await world.control("faults", { api: { closeTooSoon: true } });
    expect((await gateway.closeTrade(trade.number)).kind).toBe("unknown");
    expect(await gateway.findTrade(trade.number)).toMatchObject({ value: { state: "not_paid" } });
  });

  test("another key: no answer is accepted, and the reason names the account", async () => {
    const wrong = await gatewayOf({ apiKey: new Secret("0".repeat(32)) });
    expect(await wrong.openTrade(newTrade())).toMatchObject({ kind: "refused", reason: "account_trouble" });
    expect((await wrong.findTrade("sandbox-v2-0001")).kind).toBe("unknown");
    expect((await wrong.closeTrade("sandbox-v2-0001")).kind).toBe("unknown");
  });
});

async function payNew(gateway: Gateway): Promise<NewTrade> {
  const trade = newTrade();
  expect((await gateway.openTrade(trade)).kind).toBe("done");
  await world.control("pay", { outTradeNo: trade.number, outcome: "success" });
  return trade;
}

async function wishOf(gateway: Gateway, trade: NewTrade): Promise<NewRefund> {
  const found = await gateway.findTrade(trade.number);
  const payment = found.kind === "done" ? found.value.payment : null;
  const money = { amountFen: fen(500), totalFen: fen(1999), reason: "太甜" };
  return {
    number: `${trade.number}-R1`,
    tradeNumber: trade.number,
    transactionId: payment?.transactionId ?? "",
    ...money,
  };
}

test("WeChat wants the merchant's certificate for a refund: without it nothing goes back", async () => {
  const gateway = await gatewayOf();
  const wish = await wishOf(gateway, await payNew(gateway));
  const bare = await gatewayOf({ certificatePem: null, keyPem: null });
  expect(await bare.openRefund(wish)).toMatchObject({ kind: "refused", reason: "account_trouble" });
  expect(await gateway.findRefund(wish.number)).toMatchObject({ kind: "refused", reason: "absent" });
  expect((await gateway.openRefund(wish)).kind).toBe("done");
});

test.each([
  ["notEnough", "not_enough"],
  ["userAccountAbnormal", "payer_account_closed"],
])("%s: %s", async (fault, reason) => {
  const gateway = await gatewayOf();
  const wish = await wishOf(gateway, await payNew(gateway));
  await world.control("faults", { refund: { [fault]: 1 } });
  expect(await gateway.openRefund(wish)).toMatchObject({ kind: "refused", reason });
  expect(await gateway.findRefund(wish.number)).toMatchObject({ reason: "absent" });
});

describe("notices of the sandbox", () => {
  const gatewaysOf = async (signType: SandboxSignType) => {
    const credentials = await credentialsOf(world, signType);
    const accounts = {
      active: async () => credentials,
      all: async () => [credentials],
      believed: async () => [credentials],
      byId: async () => credentials,
    };
    return createGateways({ accounts, keyStore: memoryKeyStore(), clock: slidingClock(), log: testLog() });
  };
  type Gateways = Awaited<ReturnType<typeof gatewaysOf>>;
  const readNext = async (gateways: Gateways) => {
    const { headers, body } = await world.inbox.next();
    return gateways.readNotification({ headers: { get: (name) => headers[name]?.toString() ?? null }, body });
  };

  test.each(["MD5", "HMAC-SHA256"] as const)(
    "%s: a payment and its refund are read as they were made",
    async (signType) => {
      const gateways = await gatewaysOf(signType);
      const gateway = await gateways.of("acc_sandbox_v2");
      await world.control("faults", { notify: { unknownFields: 1 } });
      const trade = await payNew(gateway);
      const paid = await readNext(gateways);
      const found = await gateway.findTrade(trade.number);
      expect(paid).toMatchObject({ kind: "payment", protocol: "v2", accountId: "acc_sandbox_v2" });
      expect(found).toMatchObject({ value: { payment: paid.kind === "payment" ? paid.trade : {} } });
      await world.control("faults", { refund: { delayMs: 0, outcome: "SUCCESS" } });
      const wish = await wishOf(gateway, trade);
      await gateway.openRefund(wish);
      const hint = { refundNumber: wish.number, tradeNumber: trade.number, status: "succeeded", refund: null };
      expect(await readNext(gateways)).toMatchObject({ kind: "refund", protocol: "v2", ...hint });
      expect(await gateway.findRefund(wish.number)).toMatchObject({
        value: { status: "succeeded", succeededAt: expect.any(Date), amountFen: 500 },
      });
    },
  );

  test.each([["badSignature"], ["otherSerial"], ["otherSignType"]])("%s is not believed", async (fault) => {
    const gateways = await gatewaysOf("HMAC-SHA256");
    await world.control("faults", { notify: { [fault]: 1 } });
    const trade = await payNew(await gateways.of("acc_sandbox_v2"));
    expect(await readNext(gateways)).toEqual({ kind: "rejection", protocol: "v2", reason: "bad_signature" });
    await world.control("notify", { outTradeNo: trade.number });
    expect(await readNext(gateways)).toMatchObject({ kind: "payment", trade: { number: trade.number } });
  });

  test("changed values are passed on unchanged", async () => {
    const gateways = await gatewaysOf("HMAC-SHA256");
    await world.control("faults", { notify: { override: { amount: { total: 1, currency: "USD" } } } });
    await payNew(await gateways.of("acc_sandbox_v2"));
    expect(await readNext(gateways)).toMatchObject({ kind: "payment", trade: { totalFen: 1, currency: "USD" } });
  });
});
