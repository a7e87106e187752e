// Goal: refunds by API v3 against a WeChat Pay that shares no code with us: its rules, its faults and its notices.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { V3Credentials } from "#lib/base/account-credentials.ts";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Gateway, NewRefund } from "#lib/payment/index.ts";
import { createGateways, type WechatGateways } from "./select-gateway.ts";
import { slidingClock, startSandboxWorld } from "./testing/sandbox-world.ts";
import { memoryKeyStore, testLog } from "./wechat/testing/platform.ts";

let world: Awaited<ReturnType<typeof startSandboxWorld>>;
let gateways: WechatGateways;
let gateway: Gateway;
const own = {} as { credentials: V3Credentials };
beforeAll(async () => {
  world = await startSandboxWorld();
  const { config } = world;
  const credentials: V3Credentials = {
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
    publicKeyId: config.wechatpay_public_key_id,
    publicKeyPem: config.wechatpay_public_key,
  };
  own.credentials = credentials;
  const accounts = {
    active: async () => credentials,
    all: async () => [credentials],
    believed: async () => [credentials],
    byId: async () => credentials,
  };
  gateways = createGateways({ accounts, keyStore: memoryKeyStore(), clock: slidingClock(), log: testLog() });
  gateway = await gateways.of(credentials.id);
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.control("reset", {});
  world.inbox.empty();
});

const readNext = async () => {
  const { headers, body } = await world.inbox.next();
  return gateways.readNotification({ headers: { get: (name) => headers[name]?.toString() ?? null }, body });
};

let count = 0;
/** A paid trade whose payment notice has been read. */
async function paid(): Promise<NewRefund> {
  const number = `refunds-${String(++count).padStart(4, "0")}`;
  const expiresAt = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);
  const money = { amountFen: fen(1999), description: "茶", openid: null, payerIp: null };
  await gateway.openTrade({ number, channel: "native", expiresAt, ...money });
  await world.control("pay", { outTradeNo: number, outcome: "success" });
  const notice = await readNext();
  const transactionId = "trade" in notice ? notice.trade.transactionId : "";
  return {
    number: `${number}-R1`,
    tradeNumber: number,
    transactionId,
    amountFen: fen(500),
    totalFen: fen(1999),
    reason: null,
  };
}

test.each([
  ["SUCCESS", "succeeded"],
  ["CLOSED", "closed"],
  ["ABNORMAL", "abnormal"],
])("a refund that ends as %s: its notice tells all, and asking tells the same", async (outcome, status) => {
  await world.control("faults", { refund: { outcome, delayMs: 200 } });
  const refund = await paid();
  expect(await gateway.openRefund(refund)).toMatchObject({ kind: "done", value: { status: "processing" } });
  const notice = await readNext();
  const found = await gateway.findRefund(refund.number);
  const { number, tradeNumber, transactionId, amountFen } = refund;
  expect(found).toMatchObject({ kind: "done", value: { number, tradeNumber, transactionId, amountFen, status } });
  // The merchant's share of a refund is in answers only.
  const told = found.kind === "done" ? { ...found.value } : null;
  delete told?.settledFen;
  expect(notice).toMatchObject({ kind: "refund", refundNumber: number, tradeNumber, status, refund: told });
});

describe("WeChat's rules", () => {
  test.each([
    ["notEnough", "not_enough"],
    ["userAccountAbnormal", "payer_account_closed"],
  ])("%s: refused, and nothing was made; later the same number is taken", async (fault, reason) => {
    const refund = await paid();
    await world.control("faults", { refund: { [fault]: 1 } });
    expect(await gateway.openRefund(refund)).toMatchObject({ kind: "refused", reason });
    expect(await gateway.findRefund(refund.number)).toMatchObject({ kind: "refused", reason: "absent" });
    expect((await gateway.openRefund(refund)).kind).toBe("done");
  });

  test("a second refund within the minute is no refusal: it is to be sent again", async () => {
    const refund = await paid();
    await gateway.openRefund(refund);
    const second = { ...refund, number: `${refund.tradeNumber}-R2` };
    expect((await gateway.openRefund(second)).kind).toBe("unknown");
    await world.control("clock", { advanceMs: 61_000 });
    expect((await gateway.openRefund(second)).kind).toBe("done");
  });
});

describe("an abnormal refund is finished", () => {
  async function abnormal() {
    await world.control("faults", { refund: { outcome: "ABNORMAL", delayMs: 100 } });
    const refund = await paid();
    await gateway.openRefund(refund);
    await readNext();
    const found = await gateway.findRefund(refund.number);
    return { number: refund.number, refundId: found.kind === "done" ? found.value.refundId : "" };
  }
  const card = (cardNumber: string) =>
    ({
      way: "payer_card",
      bank: "CMB_DEBIT",
      cardNumber: new Secret(cardNumber),
      name: new Secret("张三"),
    }) as const;

  test("to a card that WeChat alone can read, and the notice tells when it has arrived", async () => {
    const refund = await abnormal();
    const answer = await gateway.finishAbnormalRefund({ ...refund, destination: card("6225880137706868") });
    expect(answer).toMatchObject({ kind: "done", value: { number: refund.number, status: "processing" } });
    expect(await readNext()).toMatchObject({ kind: "refund", status: "succeeded", refundNumber: refund.number });
  });

  test("to the shop's own account", async () => {
    const refund = await abnormal();
    const destination = { way: "merchant_account" } as const;
    expect((await gateway.finishAbnormalRefund({ ...refund, destination })).kind).toBe("done");
    expect(await readNext()).toMatchObject({ kind: "refund", status: "succeeded" });
  });

  test("not with a number that is no card, and not twice: refused by WeChat's own words", async () => {
    const refund = await abnormal();
    const wrong = await gateway.finishAbnormalRefund({ ...refund, destination: card("123") });
    expect(wrong).toMatchObject({ kind: "refused", reason: "invalid" });
    const right = { ...refund, destination: card("6225880137706868") };
    expect((await gateway.finishAbnormalRefund(right)).kind).toBe("done");
    expect(await gateway.finishAbnormalRefund(right)).toMatchObject({ kind: "refused", reason: "invalid" });
  });

  test("encrypted by a platform certificate where there is no public key", async () => {
    await world.control("keys", { mode: "certificate" });
    const { publicKeyId: _id, publicKeyPem: _pem, ...bare } = own.credentials;
    const store = memoryKeyStore();
    const only = { ...bare, id: "acc_certificates" };
    const accounts = {
      active: async () => only,
      all: async () => [only],
      believed: async () => [only],
      byId: async () => only,
    };
    const others = createGateways({ accounts, keyStore: store, clock: slidingClock(), log: testLog() });
    const refund = await abnormal();
    const certified = await others.of(only.id);
    const answer = await certified.finishAbnormalRefund({ ...refund, destination: card("6225880137706868") });
    expect(answer).toMatchObject({ kind: "done", value: { status: "processing" } });
    await readNext();
  });
});
