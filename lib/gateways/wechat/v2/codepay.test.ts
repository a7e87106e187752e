// Goal: a charge by API v2 sends what WeChat documents, and believes nothing but its own signature about its own number.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import type { Gateway } from "#lib/payment/index.ts";
import { impatient, type Platform, startPlatform, testLog } from "../testing/platform.ts";
import { failing, HEAD, NOT_HEARD, type Plain, seenFields, signedXml, v2Credentials } from "../testing/platform-v2.ts";
import { createV2Gateway } from "./account.ts";

const log = testLog();
let platform: Platform;
let gateway: Gateway;
const clock = { now: () => new Date() };
beforeAll(async () => {
  platform = await startPlatform(() => undefined);
  gateway = createV2Gateway(v2Credentials(platform.origin), { clock, log, exchange: impatient });
});
beforeEach(() => {
  platform.seen.length = 0;
});
afterAll(() => platform.close());

const answer = (result: Plain) => {
  platform.script = () => ({ status: 200, body: signedXml({ ...HEAD, ...result }) });
};

const AUTH_CODE = "134567890123456789";
const charge = { number: "order-0001", amountFen: fen(1234), description: "茶", authCode: new Secret(AUTH_CODE) };
const PAID = {
  ...{ result_code: "SUCCESS", out_trade_no: "order-0001", transaction_id: "4200001", trade_type: "MICROPAY" },
  ...{ total_fee: "1234", cash_fee: "1234", time_end: "20260701180000" },
};

test("what is sent, and the code is in no log", async () => {
  answer(PAID);
  expect(await gateway.chargeCode(charge)).toMatchObject({ kind: "done", value: { state: "paid" } });
  expect(platform.seen.at(-1)?.path).toBe("/pay/micropay");
  const { nonce_str: _n, sign: _s, sign_type: _t, appid: _a, mch_id: _m, ...fields } = seenFields(platform.seen);
  const sent = { body: "茶", out_trade_no: "order-0001", total_fee: "1234", spbill_create_ip: "127.0.0.1" };
  expect(fields).toEqual({ ...sent, auth_code: AUTH_CODE });
  answer(failing("SYSTEMERROR"));
  expect((await gateway.chargeCode(charge)).kind).toBe("unknown");
  expect(JSON.stringify(log.lines)).not.toContain(AUTH_CODE);
});

test.each<[string, Plain, string]>([
  ["another trade", { ...PAID, out_trade_no: "order-0002" }, "unknown"],
  ["a payment without its number", { ...PAID, transaction_id: "" }, "unknown"],
  ["the password", failing("USERPAYING"), "not_paid"],
  ["a code that was used", failing("AUTH_CODE_INVALID"), "code_invalid"],
  ["no money", failing("NOTENOUGH"), "not_enough"],
  ["a bank's trouble", failing("BANKERROR"), "unknown"],
  ["a code nobody knows", failing("NEVER_HEARD_OF"), "unknown"],
])("an answer of %s", async (_name, result, expected) => {
  answer(result);
  const charged = await gateway.chargeCode(charge);
  const said = charged.kind === "refused" ? charged.reason : charged.kind;
  expect(charged.kind === "done" ? charged.value.state : said).toBe(expected);
});

test("a WeChat that would not listen twice has done nothing; one that hears the question may have", async () => {
  platform.script = () => ({ status: 200, body: NOT_HEARD });
  expect(await gateway.chargeCode(charge)).toMatchObject({ kind: "refused", reason: "account_trouble" });
  platform.script = (seen) => ({
    status: 200,
    body: seen.path === "/pay/micropay" ? NOT_HEARD : signedXml({ ...HEAD, ...failing("ORDERNOTEXIST") }),
  });
  expect((await gateway.chargeCode(charge)).kind).toBe("unknown");
});

test("a reversal that is to be called again is not done", async () => {
  answer({ result_code: "SUCCESS", recall: "N" });
  expect(await gateway.reverseTrade("order-0001")).toEqual({ kind: "done", value: "reversed" });
  expect(platform.seen.at(-1)?.path).toBe("/secapi/pay/reverse");
  answer({ result_code: "SUCCESS", recall: "Y" });
  expect((await gateway.reverseTrade("order-0001")).kind).toBe("unknown");
  answer({ ...failing("SYSTEMERROR"), recall: "Y" });
  expect((await gateway.reverseTrade("order-0001")).kind).toBe("unknown");
  platform.script = () => ({ status: 200, body: NOT_HEARD });
  expect((await gateway.reverseTrade("order-0001")).kind).toBe("unknown");
});

test("over TLS an account without a certificate charges no codes, because it could not reverse them", async () => {
  const bare = createV2Gateway(v2Credentials("https://api.mch.weixin.qq.com"), { clock, log, exchange: impatient });
  expect([gateway.codePayObstacle, bare.codePayObstacle]).toEqual([null, "no_certificate"]);
  expect((await bare.reverseTrade("order-0001")).kind).toBe("unknown");
});
