// Goal: the v3 adapter and a WeChat Pay that shares no code with it understand each other: trades, notices, both key modes,
// a rotation nobody announced, and every fault the sandbox knows.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { V3Credentials } from "#lib/base/account-credentials.ts";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import type { Gateway, NewRefund, NewTrade } from "#lib/payment/index.ts";
import { createGateways } from "./select-gateway.ts";
import { describeGateway } from "./testing/conformance.ts";
import { type SandboxConfig, sandboxCounter, slidingClock, startSandboxWorld } from "./testing/sandbox-world.ts";
import { createGuardedExchange } from "./wechat/guarded-exchange.ts";
import { authorizeUrl, openidFromCode } from "./wechat/oauth.ts";
import { impatient, memoryKeyStore, testLog } from "./wechat/testing/platform.ts";
import { createV3Account, type V3Gateway } from "./wechat/v3/account.ts";

function credentialsOf(config: SandboxConfig, mode: "public_key" | "certificate"): V3Credentials {
  const publicKey = { publicKeyId: config.wechatpay_public_key_id, publicKeyPem: config.wechatpay_public_key };
  return {
    id: "acc_sandbox",
    version: "1",
    protocol: "v3",
    appId: config.appid,
    merchantNumber: config.mch_id,
    notifyUrl: config.notify_url,
    apiV3Key: new Secret(config.api_v3_key),
    serialNo: config.serial_no,
    privateKeyPem: new Secret(config.private_key),
    apiBase: config.api_base,
    ...(mode === "public_key" ? publicKey : {}),
  };
}

const SHOPPER = "sandbox-shopper-of-this-test";

describe.each(["public_key", "certificate"] as const)("keys by %s", (mode) => {
  describeGateway("v3 against the sandbox", async () => {
    const { config, control, close } = await startSandboxWorld();
    await control("keys", { mode });
    await control("shoppers", { name: "小测", openid: SHOPPER });
    const environment = { keyStore: memoryKeyStore(), clock: slidingClock(), log: testLog() };
    return {
      gateway: createV3Account(credentialsOf(config, mode), environment).gateway,
      openid: SHOPPER,
      pay: async (outTradeNo) => void (await control("pay", { outTradeNo, outcome: "success" })),
      loseNextAnswer: async () => void (await control("faults", { api: { errorAfterWork: 1 } })),
      ...sandboxCounter(control, SHOPPER),
      payDuringNextClose: async () => void (await control("faults", { api: { payBetweenQueryAndClose: 1 } })),
      close,
    };
  });
});

let world: Awaited<ReturnType<typeof startSandboxWorld>>;
beforeAll(async () => {
  world = await startSandboxWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.control("reset", {});
  world.inbox.empty();
  await world.control("keys", { mode: "public_key" });
});

let count = 0;
const newTrade = (): NewTrade => ({
  number: `sandbox-${String(++count).padStart(4, "0")}`,
  channel: "native",
  amountFen: fen(1999),
  description: "茶",
  expiresAt: new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000),
  openid: null,
  payerIp: null,
});
const accountOf = (mode: "public_key" | "certificate", clock = slidingClock()) =>
  createV3Account(credentialsOf(world.config, mode), {
    keyStore: memoryKeyStore(),
    clock,
    log: testLog(),
    exchange: impatient,
  });

describe("faults of the sandbox", () => {
  test.each([
    ["errorAfterWork"],
    ["hang"],
    ["dropConnection"],
    ["html"],
    ["unsigned"],
    ["badSignature"],
    ["probe"],
    ["oldTimestamp"],
  ])("%s: every call is unknown, and asking again tells", async (fault) => {
    const { gateway } = accountOf("public_key");
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
  });

  test("slow answers, and refusals before any work", async () => {
    const { gateway } = accountOf("public_key");
    const trade = newTrade();
    await world.control("faults", { api: { delayMs: 600 } });
    expect((await gateway.openTrade(trade)).kind).toBe("unknown");
    await world.control("faults", { api: { delayMs: 0, errorRate: 1, errorCode: "FREQUENCY_LIMITED" } });
    expect((await gateway.openTrade(trade)).kind).toBe("unknown");
    await world.control("faults", { api: { errorCode: "SYSTEM_ERROR" } });
    expect((await gateway.closeTrade(trade.number)).kind).toBe("unknown");
    await world.control("faults", { api: { errorCode: "NO_AUTH" } });
    expect(await gateway.openTrade(trade)).toMatchObject({ kind: "refused", reason: "not_permitted" });
  });
});

test("while WeChat's host rests every answer is unknown, never a refusal, and what was meant is found afterwards", async () => {
  const trade = newTrade();
  const well = accountOf("public_key").gateway;
  expect((await well.openTrade(trade)).kind).toBe("done");
  const budget = { failures: 2, restMs: 5, restMsMax: 5, atOnce: 8, waiting: 8 };
  const exchange = createGuardedExchange(testLog(), { ...budget, restMs: HOUR_MS, restMsMax: HOUR_MS }, impatient);
  const environment = { keyStore: memoryKeyStore(), clock: slidingClock(), log: testLog() };
  const { gateway } = createV3Account(credentialsOf(world.config, "public_key"), { ...environment, exchange });
  await world.control("faults", { api: { hang: true } });
  for (let call = 0; call < budget.failures; call++) await gateway.findTrade(trade.number);
  await world.control("faults", { api: { hang: false } });
  const refund = {
    ...{ number: "rests-1", tradeNumber: trade.number, transactionId: "4200000000000000000000000000" },
    ...{ amountFen: fen(1), totalFen: fen(1999), reason: "" },
  };
  for (const call of [
    () => gateway.openTrade(newTrade()),
    () => gateway.findTrade(trade.number),
    () => gateway.closeTrade(trade.number),
    () => gateway.openRefund(refund as NewRefund),
    () => gateway.findRefund("rests-1"),
  ]) {
    expect(await call()).toMatchObject({ kind: "unknown" });
  }
  // Nothing of it has reached the other side.
  expect(await well.findTrade(trade.number)).toMatchObject({ value: { state: "not_paid" } });
});

test("a signature by another key is refused as WeChat refuses it", async () => {
  const stranger = accountOf("public_key");
  const { privateKeyPem } = credentialsOf(world.config, "public_key");
  expect(privateKeyPem.reveal()).toContain("PRIVATE KEY");
  const wrong = createV3Account(
    { ...credentialsOf(world.config, "public_key"), serialNo: "0000000000000000000000000000000000000000" },
    { keyStore: memoryKeyStore(), clock: slidingClock(), log: testLog() },
  );
  expect(await wrong.gateway.openTrade(newTrade())).toMatchObject({ kind: "refused", reason: "account_trouble" });
  expect((await wrong.gateway.findTrade("sandbox-0001")).kind).toBe("unknown");
  expect((await stranger.gateway.openTrade(newTrade())).kind).toBe("done");
});

test("a payment is found by WeChat's number too", async () => {
  const { gateway } = accountOf("public_key");
  const trade = newTrade();
  await gateway.openTrade(trade);
  await world.control("pay", { outTradeNo: trade.number, outcome: "success", coupon: 99 });
  await world.inbox.next(); // read, so that no later test takes it for its own
  const found = await gateway.findTrade(trade.number);
  expect(found).toMatchObject({ value: { payment: { totalFen: 1999, payerFen: 1900 } } });
  const transactionId = found.kind === "done" ? (found.value.payment?.transactionId ?? "") : "";
  expect(await gateway.findTradeByTransaction(transactionId)).toEqual(found);
  expect(await gateway.findTradeByTransaction("4200000000000000000000000000")).toMatchObject({ reason: "absent" });
});

describe("notices of the sandbox", () => {
  const gatewaysOf = (mode: "public_key" | "certificate", clock = slidingClock()) => {
    const credentials = credentialsOf(world.config, mode);
    const accounts = {
      active: async () => credentials,
      all: async () => [credentials],
      believed: async () => [credentials],
      byId: async () => credentials,
    };
    return createGateways({ accounts, keyStore: memoryKeyStore(), clock, log: testLog() });
  };
  const readNext = async (gateways: ReturnType<typeof gatewaysOf>) => {
    const { headers, body } = await world.inbox.next();
    return gateways.readNotification({ headers: { get: (name) => headers[name]?.toString() ?? null }, body });
  };
  const payNew = async (gateway: Gateway | V3Gateway): Promise<NewTrade> => {
    const trade = newTrade();
    expect((await gateway.openTrade(trade)).kind).toBe("done");
    await world.control("pay", { outTradeNo: trade.number, outcome: "success" });
    return trade;
  };
  const activeOf = async (gateways: ReturnType<typeof gatewaysOf>): Promise<Gateway> => {
    const gateway = await gateways.active();
    if (gateway === null) throw new Error("an account is configured");
    return gateway;
  };

  test.each(["public_key", "certificate"] as const)("%s: a payment is read as it was made", async (mode) => {
    await world.control("keys", { mode });
    const gateways = gatewaysOf(mode);
    const trade = await payNew(await activeOf(gateways));
    expect(await readNext(gateways)).toMatchObject({
      kind: "payment",
      protocol: "v3",
      accountId: "acc_sandbox",
      trade: {
        number: trade.number,
        totalFen: 1999,
        currency: "CNY",
        appId: world.config.appid,
        merchantNumber: world.config.mch_id,
      },
    });
  });

  test("during the migration both kinds of key are accepted", async () => {
    await world.control("keys", { mode: "mix" });
    const gateways = gatewaysOf("public_key");
    for (let round = 0; round < 6; round++) {
      const trade = await payNew(await activeOf(gateways));
      expect(await readNext(gateways)).toMatchObject({ kind: "payment", trade: { number: trade.number } });
    }
  });

  test("an unannounced certificate: the next answer and the next notice are accepted after one download", async () => {
    await world.control("keys", { mode: "certificate" });
    const clock = slidingClock();
    const gateways = gatewaysOf("certificate", clock);
    await payNew(await activeOf(gateways));
    expect((await readNext(gateways)).kind).toBe("payment");
    await world.control("keys", { rotate: "surprise" });
    clock.skip(11_000);
    await payNew(await activeOf(gateways));
    expect((await readNext(gateways)).kind).toBe("payment");
  });

  test.each([
    ["badSignature", "bad_signature"],
    ["probe", "probe"],
    ["oldTimestamp", "stale"],
    ["otherSerial", "unknown_key"],
    ["badCiphertext", "undecryptable"],
  ])("%s is not believed: %s", async (fault, reason) => {
    const gateways = gatewaysOf("public_key");
    await world.control("faults", { notify: { [fault]: 1 } });
    const trade = await payNew(await activeOf(gateways));
    expect(await readNext(gateways)).toEqual({ kind: "rejection", protocol: "v3", reason });
    await world.control("notify", { outTradeNo: trade.number });
    expect(await readNext(gateways)).toMatchObject({ kind: "payment", trade: { number: trade.number } });
  });

  test("unknown fields are ignored; changed values are passed on unchanged", async () => {
    const gateways = gatewaysOf("public_key");
    await world.control("faults", { notify: { unknownFields: 1, override: { amount: { total: 1 } } } });
    await payNew(await activeOf(gateways));
    expect(await readNext(gateways)).toMatchObject({ kind: "payment", trade: { totalFen: 1 } });
  });
});

test("an openid by way of the WeChat browser; its code works once", async () => {
  const { config, sandbox } = world;
  const account = { appId: config.appid, appSecret: new Secret(config.app_secret), oauthBase: sandbox.url };
  const redirectUri = `http://${new URL(sandbox.url).hostname}:3000/pay/ord_1`;
  const url = authorizeUrl({ ...account, redirectUri, state: "s" });
  const sent = await fetch(url, { redirect: "manual" });
  const back = new URL(sent.headers.get("location") ?? "");
  expect(back.searchParams.get("state")).toBe("s");
  const code = back.searchParams.get("code") ?? "";
  expect(await openidFromCode(account, code)).toEqual({ kind: "done", value: expect.stringMatching(/^o/) });
  expect(await openidFromCode(account, code)).toMatchObject({ kind: "refused", reason: "code_used" });
  expect(await openidFromCode(account, "0nonsense")).toMatchObject({ kind: "refused", reason: "code_invalid" });
  const wrong = { ...account, appSecret: new Secret("wrong") };
  expect(await openidFromCode(wrong, code)).toMatchObject({ kind: "refused", reason: "not_permitted" });
});
