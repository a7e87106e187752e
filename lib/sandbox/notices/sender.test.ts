import { X509Certificate } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type Bench,
  call,
  control,
  type LooseJson,
  NATIVE,
  nativeOrder,
  openBench,
  type SignedMessage,
  unseal,
  verifies,
} from "../testing/client.ts";
import { RETRY_WAITS_MS } from "./sender.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

async function payOne(change: Record<string, unknown> = {}): Promise<string> {
  const body = nativeOrder(bench, change);
  await call(bench.merchant, NATIVE, { body });
  const paid = await control(bench.sandbox, "pay", { outTradeNo: body.out_trade_no, outcome: "success" });
  expect(paid.status).toBe(200);
  return String(body.out_trade_no);
}

const open = (message: SignedMessage): LooseJson => {
  const { resource } = JSON.parse(message.body);
  return JSON.parse(unseal(bench.merchant.api_v3_key, resource));
};
const verifiesByPublicKey = (message: SignedMessage) => verifies(bench.merchant.wechatpay_public_key, message);
const noticesOf = async (number: string) =>
  (await control(bench.sandbox, `trades?outTradeNo=${number}`)).value.trades?.[0]?.notices as unknown as LooseJson[];
const faults = (notify: Record<string, unknown>) => control(bench.sandbox, "faults", { notify });

/** Waits for what happens just after an answer was given. */
async function until(happened: () => Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a notice", () => {
  test("with another amount first, and the right one when it is sent again; both under one id", async () => {
    await faults({ override: { amount: { total: 1 } }, overrideTries: 1 });
    const number = await payOne();
    await bench.shop.waitForNotices(1);
    await control(bench.sandbox, "notify", { outTradeNo: number });
    expect(bench.shop.received.map((message) => open(message).amount)).toMatchObject([{ total: 1 }, { total: 100 }]);
    expect(new Set(bench.shop.received.map((message) => JSON.parse(message.body).id)).size).toBe(1);
  });

  test("that somebody made up says paid, under a signature that does not verify, and changes no trade", async () => {
    const body = nativeOrder(bench, {});
    await call(bench.merchant, NATIVE, { body });
    bench.shop.answer = () => 401;
    const sent = await control(bench.sandbox, "forge", { outTradeNo: body.out_trade_no });
    expect(sent.value).toMatchObject({ result: 401 });
    const message = bench.shop.received[0]!;
    expect(open(message)).toMatchObject({ out_trade_no: body.out_trade_no, trade_state: "SUCCESS" });
    expect(verifiesByPublicKey(message)).toBe(false);
    const { trades } = (await control(bench.sandbox, `trades?outTradeNo=${body.out_trade_no}`)).value;
    expect(trades).toMatchObject([{ state: "NOTPAY", transactionId: null, notices: [] }]);
  });

  test("has the faults of its own order, whatever the others have", async () => {
    await faults({ lose: true });
    const [own, other] = [`own${Date.now()}`, `other${Date.now()}`];
    await control(bench.sandbox, "faults", { outTradeNo: own, notify: { duplicate: 1, copies: 7 } });
    await payOne({ out_trade_no: other });
    await payOne({ out_trade_no: `${own}-2` });
    await bench.shop.waitForNotices(7);
    expect(new Set(bench.shop.received.map((message) => open(message).out_trade_no))).toEqual(new Set([`${own}-2`]));
    expect((await noticesOf(other))[0]).toMatchObject({ state: "lost" });
  });

  test("verifies, decrypts and shows what was paid", async () => {
    const number = await payOne();
    await bench.shop.waitForNotices(1);
    const message = bench.shop.received[0]!;
    expect(message.headers["wechatpay-serial"]).toBe(bench.merchant.wechatpay_public_key_id);
    expect(verifiesByPublicKey(message)).toBe(true);
    expect(JSON.parse(message.body)).toMatchObject({
      event_type: "TRANSACTION.SUCCESS",
      resource_type: "encrypt-resource",
      resource: { algorithm: "AEAD_AES_256_GCM", original_type: "transaction" },
    });
    expect(open(message)).toMatchObject({
      out_trade_no: number,
      trade_state: "SUCCESS",
      amount: { total: 100, currency: "CNY" },
    });
    await until(async () => (await noticesOf(number))[0]?.state?.toString() === "acknowledged");
  });

  test("comes again by the real schedule until it is taken, signed afresh, with the same id", async () => {
    bench.shop.answer = (count) => (count < 4 ? 500 : 204);
    const began = Math.floor(Date.now() / 1000);
    await control(bench.sandbox, "clock", { speed: 1_000 });
    const number = await payOne();
    await bench.shop.waitForNotices(4);
    await until(async () => (await noticesOf(number))[0]?.state?.toString() === "acknowledged");
    const tries = (await noticesOf(number))[0]?.tries as unknown as { at: string; result: number }[];
    expect(tries.map((attempt) => attempt.result)).toEqual([500, 500, 500, 204]);
    const waits = tries.slice(1).map((attempt, index) => Date.parse(attempt.at) - Date.parse(tries[index]!.at));
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(RETRY_WAITS_MS[index]!);
    const { received } = bench.shop;
    expect(new Set(received.map((message) => JSON.parse(message.body).id)).size).toBe(1);
    expect(new Set(received.map((message) => message.headers["wechatpay-nonce"])).size).toBe(4);
    expect(received.every(verifiesByPublicKey)).toBe(true);
    // Sandbox time ran ahead; a signature of that time would be refused.
    for (const { headers } of received) {
      const signedAt = Number(headers["wechatpay-timestamp"]);
      expect(signedAt).toBeGreaterThanOrEqual(began);
      expect(signedAt).toBeLessThanOrEqual(Date.now() / 1000);
    }
  });

  test.each([302, 202, 401])("is not taken by a %i", async (status) => {
    bench.shop.answer = (count) => (count === 1 ? status : 200);
    const number = await payOne();
    await until(async () => (await noticesOf(number))[0]?.tries?.[0] !== undefined);
    expect((await noticesOf(number))[0]).toMatchObject({ state: "pending", tries: [{ result: status }] });
    await control(bench.sandbox, "clock", { advanceMs: 15_001 });
    await bench.shop.waitForNotices(2);
  });

  test("is given up after the last wait", async () => {
    bench.shop.answer = 500;
    const number = await payOne();
    for (const [index, wait] of RETRY_WAITS_MS.entries()) {
      await until(async () => (await noticesOf(number))[0]?.tries?.[index] !== undefined);
      await control(bench.sandbox, "clock", { advanceMs: wait + 1 });
    }
    await until(async () => (await noticesOf(number))[0]?.state?.toString() === "given_up");
    expect(bench.shop.received.length).toBe(16);
    await control(bench.sandbox, "notify", { outTradeNo: number });
    expect(bench.shop.received.length).toBe(17);
  });

  test("outlives the process that owed it", async () => {
    bench.shop.answer = 503;
    const number = await payOne();
    await bench.shop.waitForNotices(1);
    await until(async () => (await noticesOf(number))[0]?.tries?.[0] !== undefined);
    const before = (await control(bench.sandbox, "trades")).value;
    await bench.restart();
    expect((await control(bench.sandbox, "trades")).value).toEqual(before);
    bench.shop.answer = 200;
    await control(bench.sandbox, "clock", { advanceMs: 15_001 });
    await bench.shop.waitForNotices(2);
    expect(verifiesByPublicKey(bench.shop.received[1]!)).toBe(true);
  });
});

describe("faults", () => {
  test("drop: the try is lost, the next one comes", async () => {
    await faults({ drop: 1 });
    const number = await payOne();
    await until(async () => (await noticesOf(number))[0]?.tries?.[0] !== undefined);
    expect(bench.shop.received.length).toBe(0);
    await control(bench.sandbox, "clock", { advanceMs: 15_001 });
    await bench.shop.waitForNotices(1);
  });

  test("duplicate: two copies with one id and two signatures", async () => {
    await faults({ duplicate: true });
    await payOne();
    await bench.shop.waitForNotices(2);
    const [one, other] = bench.shop.received;
    expect(JSON.parse(one!.body).id).toBe(JSON.parse(other!.body).id);
    expect(one!.headers["wechatpay-signature"]).not.toBe(other!.headers["wechatpay-signature"]);
  });

  test("badSignature, probe, otherSerial, oldTimestamp, badCiphertext: each is wrong in its own way, once", async () => {
    bench.shop.answer = 401;
    await faults({ badSignature: 1 });
    const number = await payOne();
    await bench.shop.waitForNotices(1);
    for (const name of ["probe", "otherSerial", "oldTimestamp", "badCiphertext"]) {
      await faults({ [name]: 1 });
      await control(bench.sandbox, "notify", { outTradeNo: number });
    }
    await control(bench.sandbox, "notify", { outTradeNo: number });
    const [bad, probe, madeUpKey, old, sealed, good] = bench.shop.received as SignedMessage[];
    expect(verifiesByPublicKey(bad!)).toBe(false);
    expect(probe?.headers["wechatpay-signature"]).toMatch(/^WECHATPAY\/SIGNTEST\/.{336}$/);
    expect(verifiesByPublicKey(probe!)).toBe(false);
    expect(madeUpKey?.headers["wechatpay-serial"]).not.toBe(bench.merchant.wechatpay_public_key_id);
    expect(Number(old?.headers["wechatpay-timestamp"])).toBeLessThan(Date.now() / 1000 - 300);
    expect(verifiesByPublicKey(old!)).toBe(true);
    expect(verifiesByPublicKey(sealed!)).toBe(true);
    expect(() => open(sealed!)).toThrow();
    expect([verifiesByPublicKey(good!), open(good!).out_trade_no]).toEqual([true, number]);
  });

  test("reorder: the later payment is notified first", async () => {
    await faults({ reorder: 1 });
    const first = await payOne();
    const second = await payOne();
    await bench.shop.waitForNotices(2);
    expect(bench.shop.received.map((message) => open(message).out_trade_no)).toEqual([second, first]);
  });

  test("override changes the notice, not the trade", async () => {
    await faults({ override: { amount: { total: 1 } } });
    await payOne();
    await bench.shop.waitForNotices(1);
    expect(open(bench.shop.received[0]!).amount).toMatchObject({ total: 1, currency: "CNY" });
  });
});

describe("keys", () => {
  test("certificates: published sealed, real X.509, and what signs; the mix uses both", async () => {
    const absent = await call(bench.merchant, "/v3/certificates");
    expect([absent.status, absent.value.code]).toEqual([404, "RESOURCE_NOT_EXISTS"]);
    await control(bench.sandbox, "keys", { mode: "certificate" });
    const reply = await call(bench.merchant, "/v3/certificates");
    const list = reply.value.data as unknown as { serial_no: string; encrypt_certificate: never }[];
    const pems = list.map((one) => unseal(bench.merchant.api_v3_key, one.encrypt_certificate));
    const certificates = pems.map((pem) => new X509Certificate(pem));
    expect(certificates.map((one) => one.serialNumber)).toEqual(list.map((one) => one.serial_no));
    expect(certificates.every((one) => one.verify(one.publicKey))).toBe(true);
    const byCertificate = (message: SignedMessage) => verifies(pems[0]!, message);
    expect(byCertificate({ headers: Object.fromEntries(reply.headers), body: reply.text })).toBe(true);
    await control(bench.sandbox, "keys", { mode: "mix" });
    await payOne();
    await payOne();
    await bench.shop.waitForNotices(2);
    expect(bench.shop.received.map(byCertificate).sort()).toEqual([false, true]);
    expect(bench.shop.received.map(verifiesByPublicKey).sort()).toEqual([false, true]);
    const wished = await call(bench.merchant, "/v3/certificates", {
      headers: { "Wechatpay-Serial": bench.merchant.wechatpay_public_key_id },
    });
    expect(wished.headers.get("wechatpay-serial")).toBe(bench.merchant.wechatpay_public_key_id);
  });

  test("rotation: the published next one takes over; a surprise was never published; both are kept over a restart", async () => {
    await control(bench.sandbox, "keys", { mode: "certificate" });
    const serials = async () => (await control(bench.sandbox, "keys")).value.serials as unknown as string[];
    const before = await serials();
    await control(bench.sandbox, "keys", { rotate: true });
    expect((await serials())[0]).toBe(before[1]);
    await control(bench.sandbox, "keys", { rotate: "surprise" });
    const after = await serials();
    expect(before).not.toContain(after[0]);
    await bench.restart();
    expect(await serials()).toEqual(after);
    const reply = await call(bench.merchant, "/v3/certificates", { headers: { "Wechatpay-Serial": before[0] } });
    expect(reply.headers.get("wechatpay-serial")).toBe(after[0]);
  });
});
