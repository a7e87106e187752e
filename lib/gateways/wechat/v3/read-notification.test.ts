// Goal: a notice is accepted if and only if WeChat sent it to us just now; each rejection has its reason, in
// the order of wechatpay.md §3.1; and no input at all makes the reader throw.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NOTIFY_BODY_BYTES_MAX } from "#lib/base/limits.ts";
import { Secret } from "#lib/base/secret.ts";
import type { NoticeRejection, Notification } from "#lib/payment/index.ts";
import { publicKeyFrom } from "../crypto/rsa.ts";
import published from "../crypto/vectors.json" with { type: "json" };
import {
  API_V3_KEY,
  APP_ID,
  MERCHANT,
  NOW,
  newPlatformKey,
  PUBLIC_KEY_ID,
  publicKeyMode,
  publicPem,
  seal,
  signedHeaders,
} from "../testing/platform.ts";
import type { VerifierKeys } from "./keys.ts";
import { type NoticeReader, readV3Notification } from "./read-notification.ts";

const certificate = newPlatformKey("5157F09EFDC096DE15EBE81A47057A7232F1B8E1");
const stranger = newPlatformKey("6257F09EFDC096DE15EBE81A47057A7232F1B8E2");

/** A ring as plain as can be; `asked` counts the serials that would have been downloaded. */
function ring(keys: readonly { serial: string; privateKey: typeof certificate.privateKey }[], asked: string[] = []) {
  const held = new Map(keys.map((key) => [key.serial, publicKeyFrom(publicPem(key.privateKey))]));
  const verifierKeys: VerifierKeys = {
    noteUse: () => {},
    find: async (serial) => held.get(serial) ?? null,
    findOrRefresh: async (serial) => {
      asked.push(serial);
      return held.get(serial) ?? null;
    },
    refresh: async () => undefined,
  };
  return verifierKeys;
}

const reader = (change: Partial<NoticeReader> = {}): NoticeReader => ({
  accountId: "acc_test",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  apiV3Key: new Secret(API_V3_KEY),
  keys: ring([certificate, publicKeyMode]),
  ...change,
});

const payment = {
  mchid: MERCHANT,
  appid: APP_ID,
  out_trade_no: "order-0001",
  transaction_id: "4200001569202208304701234567",
  trade_type: "JSAPI",
  trade_state: "SUCCESS",
  trade_state_desc: "支付成功 🎉",
  success_time: "2026-07-01T17:59:59+08:00",
  payer: { openid: "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" },
  amount: { total: 100, payer_total: 90, currency: "CNY", payer_currency: "CNY" },
};
const trade = {
  number: "order-0001",
  transactionId: "4200001569202208304701234567",
  appId: APP_ID,
  merchantNumber: MERCHANT,
  currency: "CNY",
  totalFen: 100,
  payerFen: 90,
  paidAt: new Date("2026-07-01T09:59:59Z"),
};
const refund = {
  mchid: MERCHANT,
  out_trade_no: "order-0001",
  transaction_id: "4200",
  out_refund_no: "refund-1",
  refund_id: "5000",
  refund_status: "SUCCESS",
  amount: { total: 100, refund: 30, payer_total: 90, payer_refund: 27 },
};

const envelope = (plain: unknown, change: object = {}) => ({
  id: "EV-2018022511223320873",
  create_time: "2026-07-01T18:00:00+08:00",
  resource_type: "encrypt-resource",
  event_type: "TRANSACTION.SUCCESS",
  summary: "支付成功",
  resource: seal(JSON.stringify(plain)),
  extra: { unheard: ["of"] },
  ...change,
});
const bodyOf = (plain: unknown, change: object = {}) => JSON.stringify(envelope(plain, change));

const read = (body: string | Buffer, headers: Record<string, string>, readers = [reader()]) =>
  readV3Notification({ headers: new Headers(headers), body: Buffer.from(body) }, readers, NOW);
const readSigned = (body: string | Buffer, wrong: Record<string, string | null> = {}) =>
  read(body, signedHeaders(certificate, body, wrong));
const rejection = (reason: string) => ({ kind: "rejection", protocol: "v3", reason });
const seconds = (offset: number) => String(Math.floor(NOW.getTime() / 1000) + offset);

describe("accepted notices", () => {
  test.each([
    ["a platform certificate", certificate],
    ["the public key", publicKeyMode],
  ])("a payment signed by %s", async (_name, key) => {
    const body = bodyOf(payment);
    expect(await read(body, signedHeaders(key, body))).toEqual({
      protocol: "v3",
      ...{ accountId: "acc_test", accountIds: ["acc_test"] },
      noticeId: "EV-2018022511223320873",
      kind: "payment",
      trade,
    });
  });

  test("a paid trade of which something was refunded counts as paid", async () => {
    expect(await readSigned(bodyOf({ ...payment, trade_state: "REFUND" }))).toMatchObject({ kind: "payment", trade });
  });

  test("values that match no order are passed on as they are", async () => {
    const strange = { ...payment, mchid: "1999", appid: "wxother", amount: { total: 1, currency: "USD" } };
    expect(await readSigned(bodyOf(strange))).toMatchObject({
      kind: "payment",
      trade: { merchantNumber: "1999", appId: "wxother", totalFen: 1, currency: "USD", payerFen: null },
    });
  });

  test.each([
    ["SUCCESS", "succeeded"],
    ["CLOSED", "closed"],
    ["ABNORMAL", "abnormal"],
    ["PROCESSING", "processing"],
  ])("a refund in state %s", async (refund_status, status) => {
    const body = bodyOf({ ...refund, refund_status }, { event_type: `REFUND.${refund_status}` });
    expect(await readSigned(body)).toEqual({
      ...{ protocol: "v3", accountId: "acc_test", accountIds: ["acc_test"], noticeId: "EV-2018022511223320873" },
      kind: "refund",
      ...{ refundNumber: "refund-1", tradeNumber: "order-0001", status },
      refund: expect.objectContaining({ refundId: "5000", transactionId: "4200", amountFen: 30, status }),
    });
  });

  test("a refund with missing fields is a hint", async () => {
    const body = bodyOf({ ...refund, amount: { refund: 0 } }, { event_type: "REFUND.SUCCESS" });
    expect(await readSigned(body)).toMatchObject({ kind: "refund", refund: null });
  });

  test.each([
    ["NOTPAY", payment, { event_type: "TRANSACTION.SUCCESS" }, "TRANSACTION.SUCCESS NOTPAY"],
    ["CLOSED", payment, { event_type: "TRANSACTION.SUCCESS" }, "TRANSACTION.SUCCESS CLOSED"],
    ["DREAMING", payment, { event_type: "TRANSACTION.SUCCESS" }, "TRANSACTION.SUCCESS DREAMING"],
    ["SUCCESS", payment, { event_type: "TRANSACTION.FAIL" }, "TRANSACTION.FAIL"],
    ["SUCCESS", { any: "thing" }, { event_type: "COUPON.USE" }, "COUPON.USE"],
  ])("a state %s or a type we do not act on is told as other", async (trade_state, plain, change, type) => {
    expect(await readSigned(bodyOf({ ...plain, trade_state }, change))).toMatchObject({ kind: "other", type });
  });

  test("a refund in an unknown state, or of another merchant, is passed on as other", async () => {
    const [change, unknown] = [{ event_type: "REFUND.SUCCESS" }, { kind: "other", type: "REFUND.SUCCESS MAYBE" }];
    expect(await readSigned(bodyOf({ ...refund, refund_status: "MAYBE" }, change))).toMatchObject(unknown);
    expect(await readSigned(bodyOf({ ...refund, mchid: "1999" }, change))).toMatchObject({ kind: "other" });
  });

  test.each([-300, -299, 0, 300])("a timestamp %s s from now", async (offset) => {
    expect(await readSigned(bodyOf(payment), { "wechatpay-timestamp": seconds(offset) })).toMatchObject({
      kind: "payment",
    });
  });

  test("the signature type named as it should be, associated data empty or absent", async () => {
    const type = { "wechatpay-signature-type": "WECHATPAY2-SHA256-RSA2048" };
    const { associated_data: _, ...resource } = seal(JSON.stringify(payment), "");
    expect(await readSigned(bodyOf(payment, { resource }), type)).toMatchObject({ kind: "payment" });
  });

  test("a byte order mark that was signed with the rest", async () => {
    expect(await readSigned(`\ufeff${bodyOf(payment)}`)).toMatchObject({ kind: "payment" });
  });

  test("the published notice", async () => {
    const vector = published.vectors.find((each) => each.kind === "v3_notice");
    const key = publicKeyFrom(published.keys.official_test_private);
    const serial = vector?.headers?.["Wechatpay-Serial"] ?? "";
    const keys = { ...ring([]), find: async (asked: string) => (asked === serial ? key : null) };
    const notice = { headers: new Headers(vector?.headers), body: Buffer.from(vector?.body ?? "") };
    const readers = [reader({ keys, apiV3Key: new Secret(vector?.api_v3_key ?? "") })];
    expect(await readV3Notification(notice, readers, new Date((vector?.now ?? 0) * 1000))).toMatchObject({
      kind: "payment",
      trade: { number: "1217752501201407033233368018", totalFen: 100, merchantNumber: "1900007291" },
    });
  });
});

describe("what is not", () => {
  const SIGNATURE = "wechatpay-signature";
  test.each<[string, Record<string, string | null>]>([
    ["missing_headers", { "wechatpay-timestamp": null }],
    ["missing_headers", { "wechatpay-nonce": null }],
    ["missing_headers", { "wechatpay-serial": null }],
    ["missing_headers", { [SIGNATURE]: null }],
    ["missing_headers", { [SIGNATURE]: "" }],
    ["unsupported_signature", { "wechatpay-signature-type": "WECHATPAY2-SM2-WITH-SM3" }],
    ["unsupported_signature", { "wechatpay-signature-type": "" }],
    ["stale", { "wechatpay-timestamp": seconds(-301) }],
    ["stale", { "wechatpay-timestamp": seconds(301) }],
    ["stale", { "wechatpay-timestamp": "now" }],
    ["stale", { "wechatpay-timestamp": "-1" }],
    ["stale", { "wechatpay-timestamp": `${seconds(0)}.0` }],
    ["stale", { "wechatpay-timestamp": "9".repeat(400) }],
    ["unknown_key", { "wechatpay-serial": stranger.serial }],
    ["unknown_key", { "wechatpay-serial": "__proto__" }],
    ["unknown_key", { "wechatpay-serial": certificate.serial.toLowerCase() }],
    ["bad_signature", { "wechatpay-serial": PUBLIC_KEY_ID }],
    ["bad_signature", { "wechatpay-nonce": "another" }],
    ["bad_signature", { [SIGNATURE]: "AAAA" }],
    ["bad_signature", { [SIGNATURE]: "not base64!" }],
    ["probe", { [SIGNATURE]: `WECHATPAY/SIGNTEST/${"A".repeat(336)}` }],
  ])("%s: %j", async (reason, wrong) => {
    expect(await readSigned(bodyOf(payment), wrong)).toEqual(rejection(reason));
  });

  test("a probe's prefix before a right signature is still a probe", async () => {
    const body = bodyOf(payment);
    const headers = signedHeaders(certificate, body);
    headers[SIGNATURE] = `WECHATPAY/SIGNTEST/${headers[SIGNATURE]}`;
    expect(await read(body, headers)).toEqual(rejection("probe"));
  });

  test("a body that differs by white space, a byte order mark or its last byte", async () => {
    const body = bodyOf(payment);
    for (const other of [
      ` ${body}`,
      `${body}\n`,
      `\ufeff${body}`,
      body.slice(0, -1),
      JSON.stringify(JSON.parse(body), null, 1),
    ]) {
      expect(await read(other, signedHeaders(certificate, body))).toEqual(rejection("bad_signature"));
    }
  });

  test.each<[string, string | Buffer]>([
    ["nothing", ""],
    ["no JSON", "<xml/>"],
    ["bytes that are no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
    ["JSON of another form", "[1]"],
    ["null", "null"],
    ["an envelope without resource", JSON.stringify({ id: "1", event_type: "TRANSACTION.SUCCESS" })],
    ["an envelope without id", bodyOf(payment, { id: undefined })],
    ["an id of a kilobyte", bodyOf(payment, { id: "x".repeat(1024) })],
    ["an id with a NUL", bodyOf(payment, { id: "a\u0000" })],
    ["a plaintext that is no JSON", JSON.stringify({ ...envelope(0), resource: seal("hello") })],
    ["a payment without state", bodyOf({ ...payment, trade_state: undefined })],
    ["a payment without amount", bodyOf({ ...payment, amount: undefined })],
    ["a payment below nothing", bodyOf({ ...payment, amount: { total: -1, currency: "CNY" } })],
    ["a payment beyond safe integers", bodyOf({ ...payment, amount: { total: 2 ** 53, currency: "CNY" } })],
    ["a refund without number", bodyOf({ ...refund, out_refund_no: undefined }, { event_type: "REFUND.SUCCESS" })],
    ["nesting without end", "[".repeat(NOTIFY_BODY_BYTES_MAX / 2)],
  ])("rightly signed, but %s: malformed", async (_name, body) => {
    expect(await readSigned(body)).toEqual(rejection("malformed"));
  });

  test.each([
    ["sealed with another key", { resource: seal(JSON.stringify(payment), "transaction", "f".repeat(32)) }],
    ["another cipher", { resource: { ...seal(JSON.stringify(payment)), algorithm: "AEAD_SM4_GCM" } }],
    ["other associated data", { resource: { ...seal(JSON.stringify(payment)), associated_data: "other" } }],
    ["a short nonce", { resource: { ...seal(JSON.stringify(payment)), nonce: "1" } }],
    ["an empty ciphertext", { resource: { ...seal(JSON.stringify(payment)), ciphertext: "" } }],
  ])("%s: undecryptable", async (_name, change) => {
    expect(await readSigned(bodyOf(payment, change))).toEqual(rejection("undecryptable"));
  });

  test("without any account every notice is rejected", async () => {
    const body = bodyOf(payment);
    expect(await read(body, signedHeaders(certificate, body), [])).toEqual(rejection("not_configured"));
  });
});

describe("several accounts", () => {
  const otherKey = "f".repeat(32);
  const mine = reader({ accountId: "acc_mine" });
  const other = reader({ accountId: "acc_other", merchantNumber: "1900000002", apiV3Key: new Secret(otherKey) });
  const sibling = reader({ accountId: "acc_sibling", appId: "wxsibling" });

  test("that share a certificate: the APIv3 key tells which account is meant", async () => {
    const body = bodyOf(payment, { resource: seal(JSON.stringify(payment), "transaction", otherKey) });
    const headers = signedHeaders(certificate, body);
    expect(await read(body, headers, [mine, other])).toMatchObject({ accountId: "acc_other" });
  });

  test("that share the APIv3 key as well: the app named inside tells", async () => {
    const body = bodyOf({ ...payment, appid: "wxsibling" });
    expect(await read(body, signedHeaders(certificate, body), [mine, sibling])).toMatchObject({
      accountId: "acc_sibling",
    });
    const refunded = bodyOf(refund, { event_type: "REFUND.SUCCESS" });
    expect(await read(refunded, signedHeaders(certificate, refunded), [mine, sibling])).toMatchObject({
      accountId: "acc_mine",
    });
  });

  test("of which one alone holds the key: the others are not asked to download it", async () => {
    const asked: string[] = [];
    const body = bodyOf(payment);
    const without = reader({ accountId: "acc_without", keys: ring([], asked) });
    expect(await read(body, signedHeaders(certificate, body), [without, mine])).toMatchObject({
      accountId: "acc_mine",
    });
    expect(asked).toEqual([]);
  });

  test("one name for two keys: the signature tells which key is meant", async () => {
    const body = bodyOf(payment);
    const impostor = reader({ accountId: "acc_x", keys: ring([{ ...stranger, serial: certificate.serial }]) });
    expect(await read(body, signedHeaders(certificate, body), [impostor, mine])).toMatchObject({
      accountId: "acc_mine",
    });
  });

  test("an unknown serial is asked for once per account", async () => {
    const asked: string[] = [];
    const body = bodyOf(payment);
    const readers = [reader({ keys: ring([], asked) }), reader({ keys: ring([], asked) })];
    expect(await read(body, signedHeaders(stranger, body), readers)).toEqual(rejection("unknown_key"));
    expect(asked).toEqual([stranger.serial, stranger.serial]);
  });
});

describe("anything at all", () => {
  const good = bodyOf(payment);
  const goodHeaders = signedHeaders(certificate, good);
  const isRejection = (result: Notification | NoticeRejection) => result.kind === "rejection";

  test("one changed byte of the body, or one changed header, is always rejected and never throws", async () => {
    const change = fc.record({ at: fc.nat(good.length - 1), flip: fc.integer({ min: 1, max: 255 }) });
    const name = fc.constantFrom(...Object.keys(goodHeaders));
    await fc.assert(
      fc.asyncProperty(change, async ({ at, flip }) => {
        const bytes = Buffer.from(good);
        bytes.writeUInt8(bytes.readUInt8(at % bytes.length) ^ flip, at % bytes.length);
        expect(isRejection(await read(bytes, goodHeaders))).toBe(true);
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.string({ unit: fc.constantFrom(..."0aZ/+=-_ ,"), maxLength: 60 }),
        async (which, value) => {
          fc.pre(value.trim() !== goodHeaders[which]);
          expect(isRejection(await read(good, { ...goodHeaders, [which]: value }))).toBe(true);
        },
      ),
    );
  });

  test("headers of any text, over a body of any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array(),
        fc.array(fc.option(fc.string({ unit: "binary" })), { minLength: 5 }),
        async (body, values) => {
          let next = 0;
          const headers = { get: () => values[next++ % values.length] ?? null };
          expect(isRejection(await readV3Notification({ headers, body }, [reader()], NOW))).toBe(true);
        },
      ),
    );
  });

  test("rightly signed JSON of any shape: never a payment that was not in it, never a throw", async () => {
    const swapped = fc.record({
      where: fc.constantFrom(...Object.keys(payment), "amount.total", "amount.currency", "amount.payer_total"),
      value: fc.jsonValue(),
    });
    await fc.assert(
      fc.asyncProperty(swapped, async ({ where, value }) => {
        const plain: Record<string, unknown> = structuredClone(payment);
        if (where.startsWith("amount.")) plain.amount = { ...payment.amount, [where.slice(7)]: value };
        else plain[where] = value;
        const result = await readSigned(bodyOf(plain));
        if (result.kind !== "payment") return;
        const { amount } = plain as typeof payment;
        expect(result.trade.totalFen).toBe(amount.total);
        expect(result.trade.currency).toBe(amount.currency ?? "");
        expect(result.trade.number).toBe(plain.out_trade_no);
        expect(result.trade.transactionId).toBe(plain.transaction_id);
        expect(plain.trade_state).toBe("SUCCESS");
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (outer, inner) => {
        const bodies = [JSON.stringify(outer), bodyOf(inner), bodyOf(inner, { event_type: "REFUND.X", id: outer })];
        for (const body of bodies) expect((await readSigned(body)).kind).not.toBe("payment");
      }),
      { numRuns: 50 },
    );
  });
});
