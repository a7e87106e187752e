// Goal: the right account for each call and notice, rebuilt when its credentials change; one bad account harms no other.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AccountCredentials, V3Credentials } from "#lib/base/account-credentials.ts";
import { Secret } from "#lib/base/secret.ts";
import { protocolOf } from "#lib/payment/index.ts";
import type { AccountSource } from "./account.ts";
import { createGateways } from "./select-gateway.ts";
import {
  certificatesBody,
  credentialsFor,
  inPublicKeyMode,
  memoryKeyStore,
  newPlatformKey,
  type Platform,
  publicKeyMode,
  seal,
  signedHeaders,
  startPlatform,
  testClock,
  testLog,
} from "./wechat/testing/platform.ts";
import { signedXml, v2Credentials } from "./wechat/testing/platform-v2.ts";

const certificate = newPlatformKey("5157F09EFDC096DE15EBE81A47057A7232F1B8E1");
let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform(() => {
    const body = certificatesBody([certificate]);
    return { status: 200, body, headers: signedHeaders(certificate, body) };
  });
});
beforeEach(() => {
  platform.seen.length = 0;
});
afterAll(() => platform.close());

const sourceOf = (list: AccountCredentials[], activeId = list[0]?.id): AccountSource => ({
  active: async () => list.find((each) => each.id === activeId) ?? null,
  all: async () => list,
  believed: async () => list,
  byId: async (id) => list.find((each) => each.id === id) ?? null,
});
function gatewaysOver(accounts: AccountSource) {
  const log = testLog();
  return { log, gateways: createGateways({ accounts, keyStore: memoryKeyStore(), clock: testClock(), log }) };
}
const inBytes = (text: string | Buffer, headers: Record<string, string> = {}) => ({
  headers: new Headers(headers),
  body: Buffer.from(text),
});
const credentials = (change: Partial<V3Credentials> = {}) =>
  credentialsFor(platform.origin, { ...inPublicKeyMode, ...change });
const paymentNotice = (change: object = {}) => {
  const plain = {
    mchid: "1900000001",
    appid: "wx0123456789abcdef",
    out_trade_no: "order-0001",
    transaction_id: "4200",
    trade_state: "SUCCESS",
    success_time: "2026-07-01T10:00:00+08:00",
    amount: { total: 1, currency: "CNY" },
    ...change,
  };
  const body = JSON.stringify({ id: "EV-1", event_type: "TRANSACTION.SUCCESS", resource: seal(JSON.stringify(plain)) });
  return inBytes(body, signedHeaders(publicKeyMode, body));
};

test("nothing configured: no active gateway, no account, no notice accepted", async () => {
  const { gateways } = gatewaysOver(sourceOf([]));
  expect(await gateways.active()).toBeNull();
  await expect(gateways.of("acc_test")).rejects.toMatchObject({ code: "gateway_unavailable" });
  expect(await gateways.readNotification(paymentNotice())).toEqual({
    kind: "rejection",
    protocol: "v3",
    reason: "not_configured",
  });
});

test("an adapter is built once per version of its credentials", async () => {
  const list = [credentials()];
  const { gateways } = gatewaysOver(sourceOf(list));
  const first = await gateways.active();
  expect(first).toMatchObject({ accountId: "acc_test", merchantNumber: "1900000001", appId: "wx0123456789abcdef" });
  expect(await gateways.of("acc_test")).toBe(first);
  list[0] = credentials({ version: "2", appId: "wxnew" });
  expect(await gateways.active()).toMatchObject({ appId: "wxnew" });
});

test("an account whose keys are broken is said once and harms no other", async () => {
  const broken = credentials({ id: "acc_broken", privateKeyPem: new Secret("-----BEGIN nonsense") });
  const { gateways, log } = gatewaysOver(sourceOf([broken, credentials()]));
  await expect(gateways.active()).rejects.toMatchObject({ code: "gateway_unavailable" });
  await expect(gateways.of("acc_broken")).rejects.toMatchObject({ code: "gateway_unavailable" });
  expect(await gateways.of("acc_test")).toMatchObject({ accountId: "acc_test" });
  expect(await gateways.readNotification(paymentNotice())).toMatchObject({ kind: "payment", accountId: "acc_test" });
  expect(log.lines.map((line) => line.event)).toEqual(["gateway.account.unusable"]);
  expect(JSON.stringify(log.lines)).not.toContain("BEGIN");
});

test("notices of a retired account are read; where two could be meant, the active one is", async () => {
  const retired = credentials({ id: "acc_retired", merchantNumber: "1900000009" });
  const twin = credentials({ id: "acc_twin" });
  const { gateways } = gatewaysOver(sourceOf([retired, twin, credentials()], "acc_test"));
  expect(await gateways.readNotification(paymentNotice())).toMatchObject({ accountId: "acc_test" });
  expect(await gateways.readNotification(paymentNotice({ mchid: "1900000009" }))).toMatchObject({
    accountId: "acc_retired",
  });
});

test("a notice that only an ended account's key verifies is rejected; one that other accounts verify too names only those", async () => {
  const retired = credentials({ id: "acc_retired", apiV3Key: new Secret("r".repeat(32)) });
  const all = [retired, credentials()];
  const ended: AccountSource = { ...sourceOf(all, "acc_test"), believed: async () => [credentials()] };
  const body = JSON.stringify({ id: "EV-1", event_type: "X", resource: seal("{}", "transaction", "r".repeat(32)) });
  const old = inBytes(body, signedHeaders(publicKeyMode, body));
  expect(await gatewaysOver(sourceOf(all, "acc_test")).gateways.readNotification(old)).toMatchObject({
    accountId: "acc_retired",
  });
  expect(await gatewaysOver(ended).gateways.readNotification(old)).toMatchObject({ reason: "undecryptable" });
  const both = [credentials({ id: "acc_twin" }), credentials()];
  const shared = { ...sourceOf(both, "acc_test"), believed: async () => [credentials()] };
  expect(await gatewaysOver(shared).gateways.readNotification(paymentNotice())).toMatchObject({
    accountIds: ["acc_test"],
  });
});

test("newer credentials of one merchant and app speak for the older ones' trades, others do not", async () => {
  const older = credentials({ id: "acc_older", apiV3Key: new Secret("r".repeat(32)) });
  const elsewhere = credentials({ id: "acc_elsewhere", merchantNumber: "1900000009" });
  const otherApp = credentials({ id: "acc_app", appId: "wxother" });
  const { gateways } = gatewaysOver(sourceOf([older, elsewhere, otherApp, credentials()], "acc_test"));
  expect(await gateways.of("acc_older")).toMatchObject({ accountId: "acc_test" });
  expect(await gateways.of("acc_elsewhere")).toMatchObject({ accountId: "acc_elsewhere" });
  expect(await gateways.of("acc_app")).toMatchObject({ accountId: "acc_app" });
});

test("the schedule fetches certificates only while the active account uses them", async () => {
  const withCertificates = credentials({ id: "acc_c", publicKeyId: undefined, publicKeyPem: undefined });
  const both = [credentials(), withCertificates];
  await gatewaysOver(sourceOf(both)).gateways.refreshKeys();
  expect(platform.seen).toEqual([]);
  await gatewaysOver(sourceOf(both, "acc_c")).gateways.refreshKeys();
  expect(platform.seen.map((seen) => seen.path)).toEqual(["/v3/certificates"]);
});

test.each([
  ["v3 by its headers, whatever the body", "<xml>", { "wechatpay-serial": "x" }, "v3"],
  ["v3 by its headers, though it says xml", "{}", { "wechatpay-nonce": "", "content-type": "text/xml" }, "v3"],
  ["v2 by its form", "<xml></xml>", {}, "v2"],
  ["v2 after white space and a byte order mark", "\ufeff \n\t<xml>", {}, "v2"],
  ["v3 by its form, though it says xml", '{"id":1}', { "content-type": "text/xml" }, "v3"],
  ["v2 by its type", "", { "content-type": "application/xml; charset=utf-8" }, "v2"],
  ["v3 otherwise", "{}", { "content-type": "application/json" }, "v3"],
  ["v3 for nothing at all", "", {}, "v3"],
])("%s", (_name, body, headers, protocol) => {
  expect(protocolOf(inBytes(body, headers as Record<string, string>))).toBe(protocol);
});

test("v2 notices are rejected while v2 is not configured; plain JSON lacks the signature headers", async () => {
  const { gateways } = gatewaysOver(sourceOf([credentials()]));
  expect(await gateways.readNotification(inBytes("<xml></xml>"))).toEqual({
    kind: "rejection",
    protocol: "v2",
    reason: "not_configured",
  });
  expect(await gateways.readNotification(inBytes("{}"))).toEqual({
    kind: "rejection",
    protocol: "v3",
    reason: "missing_headers",
  });
});

const v2Notice = inBytes(
  signedXml({
    return_code: "SUCCESS",
    result_code: "SUCCESS",
    appid: "wx0123456789abcdef",
    mch_id: "1900000001",
    out_trade_no: "order-0001",
    transaction_id: "4200",
    total_fee: "1",
    time_end: "20260701180000",
  }),
);

test("an account of v2 alone trades by v2 and reads its notices; v3's are not for it", async () => {
  const { gateways } = gatewaysOver(sourceOf([v2Credentials(platform.origin)]));
  const gateway = await gateways.active();
  expect(gateway).toMatchObject({ accountId: "acc_v2", merchantNumber: "1900000001", appId: "wx0123456789abcdef" });
  expect(await gateway?.signForBridge("wx1")).toMatchObject({ signType: "MD5" });
  expect(await gateways.readNotification(v2Notice)).toMatchObject({ kind: "payment", accountId: "acc_v2" });
  expect(await gateways.readNotification(paymentNotice())).toMatchObject({ protocol: "v3", reason: "not_configured" });
  await gateways.refreshKeys();
  expect(platform.seen).toEqual([]);
});

test("an account that holds both trades by v3 and reads both kinds of notices", async () => {
  const { v2 } = v2Credentials(platform.origin);
  const { gateways } = gatewaysOver(sourceOf([credentials({ v2 })]));
  expect(await (await gateways.active())?.signForBridge("wx1")).toMatchObject({ signType: "RSA" });
  expect(await gateways.readNotification(v2Notice)).toMatchObject({ protocol: "v2", accountId: "acc_test" });
  expect(await gateways.readNotification(paymentNotice())).toMatchObject({ protocol: "v3", accountId: "acc_test" });
});

test("who moved from v2 to v3 still reads the notices of trades from before", async () => {
  const { gateways } = gatewaysOver(sourceOf([v2Credentials(platform.origin), credentials()], "acc_test"));
  expect(await gateways.active()).toMatchObject({ accountId: "acc_test" });
  expect(await gateways.readNotification(v2Notice)).toMatchObject({ kind: "payment", accountId: "acc_v2" });
  expect(await gateways.readNotification(inBytes("<xml><sign>0</sign></xml>"))).toMatchObject({
    protocol: "v2",
    reason: "bad_signature",
  });
});
