// Goal: a charge sends what WeChat documents, accepts an answer about its own number only, and treats nothing as refused
// that may have been carried out.
import { expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { Secret } from "#lib/base/secret.ts";
import { APP_ID, MERCHANT } from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";
import { chargeMeaning, reverseMeaning } from "./codepay-errors.ts";
import { foldCode } from "./error-table.ts";

const { own, log, answer, refuse } = platformFixture();

const AUTH_CODE = "134567890123456789";
const charge = { number: "order-0001", amountFen: fen(1234), description: "茶", authCode: new Secret(AUTH_CODE) };
const PAID = {
  ...{ appid: APP_ID, mchid: MERCHANT, out_trade_no: "order-0001", trade_state: "SUCCESS", trade_type: "MICROPAY" },
  ...{ transaction_id: "4200001", success_time: "2026-07-01T18:00:00+08:00", amount: { total: 1234, currency: "CNY" } },
};

test("what is sent: no notify address, the code, the counter; the code is in no log", async () => {
  answer(200, PAID);
  expect(await own.gateway.chargeCode(charge)).toMatchObject({ kind: "done", value: { state: "paid" } });
  const [seen] = own.platform.seen;
  expect([seen?.method, seen?.path]).toEqual(["POST", "/v3/pay/transactions/codepay"]);
  expect(JSON.parse(seen?.body ?? "")).toEqual({
    ...{ appid: APP_ID, mchid: MERCHANT, description: "茶", out_trade_no: "order-0001" },
    payer: { auth_code: AUTH_CODE },
    amount: { total: 1234, currency: "CNY" },
    scene_info: { device_id: "counter", device_ip: "127.0.0.1", store_info: { out_id: "1" } },
  });
  refuse(500, "SYSTEM_ERROR");
  expect((await own.gateway.chargeCode(charge)).kind).toBe("unknown");
  expect(JSON.stringify(log.lines)).not.toContain(AUTH_CODE);
});

test.each([
  ["another trade", 200, { ...PAID, out_trade_no: "order-0002" }, "unknown"],
  ["a paid trade without its sum", 200, { ...PAID, amount: undefined }, "unknown"],
  ["a state nobody knows", 200, { ...PAID, trade_state: "DREAMING" }, "unknown"],
  ["accepted, not done", 202, PAID, "unknown"],
  ["the password", 200, { out_trade_no: "order-0001", trade_state: "USERPAYING" }, "not_paid"],
  ["refused by the shopper", 200, { out_trade_no: "order-0001", trade_state: "PAYERROR" }, "closed"],
])("an answer of %s", async (_name, status, content, expected) => {
  answer(status, content);
  const charged = await own.gateway.chargeCode(charge);
  expect(charged.kind === "done" ? charged.value.state : charged.kind).toBe(expected);
});

test("an unsigned success is not accepted", async () => {
  own.platform.script = () => ({ status: 200, body: JSON.stringify(PAID) });
  expect((await own.gateway.chargeCode(charge)).kind).toBe("unknown");
  expect((await own.gateway.reverseTrade(charge.number)).kind).toBe("unknown");
});

test.each([
  ["USERPAYING", "asking"],
  ["ORDERPAID", "already_paid"],
  ["ORDER_CLOSED", "closed"],
  ["ORDERREVERSED", "closed"],
  ["OUT_TRADE_NO_USED", "number_used"],
  ["AUTH_CODE_INVALID", "code_invalid"],
  ["AUTHCODEEXPIRE", "code_invalid"],
  ["AUTH_CODE_ERROR", "code_invalid"],
  ["NOT_ENOUGH", "not_enough"],
  ["NOTSUPORTCARD", "card_refused"],
  ["TRADE_ERROR", "declined"],
  ["RULE_LIMIT", "declined"],
  ["NO_AUTH", "not_permitted"],
  ["SIGN_ERROR", "account_trouble"],
  ["PARAM_ERROR", "invalid"],
  ["SYSTEM_ERROR", "unknown"],
  ["BANKERROR", "unknown"],
  ["NEVER_HEARD_OF", "unknown"],
  ["__proto__", "unknown"],
])("charging: %s means %s", async (code, meaning) => {
  expect(chargeMeaning(foldCode(code))).toBe(meaning);
});

test.each([
  ["ORDER_NOT_EXIST", "absent"],
  ["ORDERREVERSED", "reversed"],
  ["ORDERCLOSED", "reversed"],
  ["TRADE_ERROR", "not_reversible"],
  ["REVERSE_EXPIRE", "not_reversible"],
  ["SIGN_ERROR", "unknown"],
  ["SYSTEM_ERROR", "unknown"],
  ["NEVER_HEARD_OF", "unknown"],
])("reversing: %s means %s", (code, meaning) => {
  expect(reverseMeaning(foldCode(code))).toBe(meaning);
});

test("a reversal names the account, and only 200 is a yes", async () => {
  answer(200, { appid: APP_ID, mchid: MERCHANT, out_trade_no: charge.number });
  expect(await own.gateway.reverseTrade(charge.number)).toEqual({ kind: "done", value: "reversed" });
  expect(own.platform.seen.at(-1)?.path).toBe("/v3/pay/transactions/out-trade-no/order-0001/reverse");
  expect(JSON.parse(own.platform.seen.at(-1)?.body ?? "")).toEqual({ appid: APP_ID, mchid: MERCHANT });
  answer(202, {});
  expect((await own.gateway.reverseTrade(charge.number)).kind).toBe("unknown");
});
