// Goal: every code that v2's documents name, in both spellings, has the meaning we rely on; of others nothing is certain.
import { expect, test } from "vitest";
import { foldCode } from "../v3/error-table.ts";
import { closeMeaning, findMeaning, findRefundMeaning, openMeaning, refundMeaning } from "./error-table.ts";

test.each([
  ["ORDERPAID", "already_paid"],
  ["ORDER_PAID", "already_paid"],
  ["ORDERCLOSED", "closed"],
  ["ORDER_CLOSED", "closed"],
  ["OUT_TRADE_NO_USED", "number_used"],
  ["INVALID_REQUEST", "ask"],
  ["OPENID_MISMATCH", "payer_mismatch"],
  ["NOAUTH", "not_permitted"],
  ["NO_AUTH", "not_permitted"],
  ["NOTENOUGH", "not_permitted"],
  ["RULELIMIT", "not_permitted"],
  ["TRADE_ERROR", "not_permitted"],
  ["APPID_NOT_EXIST", "account_trouble"],
  ["MCHID_NOT_EXIST", "account_trouble"],
  ["APPID_MCHID_NOT_MATCH", "account_trouble"],
  ["SIGNERROR", "account_trouble"],
  ["LACK_PARAMS", "invalid"],
  ["PARAM_ERROR", "invalid"],
  ["XML_FORMAT_ERROR", "invalid"],
  ["REQUIRE_POST_METHOD", "invalid"],
  ["POST_DATA_EMPTY", "invalid"],
  ["NOT_UTF8", "invalid"],
  ["SYSTEMERROR", "unknown"],
  ["FREQUENCY_LIMITED", "unknown"],
  ["NEVER_HEARD_OF", "ask"],
  ["__proto__", "ask"],
])("opening: %s means %s", (code, meaning) => {
  expect(openMeaning(foldCode(code))).toBe(meaning);
});

test.each([
  ["NOTENOUGH", "not_enough"],
  ["USER_ACCOUNT_ABNORMAL", "payer_account_closed"],
  ["TRADE_OVERDUE", "not_permitted"],
  ["NOAUTH", "not_permitted"],
  ["ERROR", "invalid"],
  ["INVALID_REQUEST", "invalid"],
  ["PARAM_ERROR", "invalid"],
  ["REFUND_FEE_MISMATCH", "number_used"],
  ["INVALID_TRANSACTIONID", "trade_absent"],
  ["ORDERNOTEXIST", "trade_absent"],
  ["CERT_ERROR", "account_trouble"],
  ["MCHID_NOT_EXIST", "account_trouble"],
  ["SYSTEMERROR", "unknown"],
  ["BIZERR_NEED_RETRY", "unknown"],
  ["INVALID_REQ_TOO_MUCH", "unknown"],
  ["FREQUENCY_LIMITED", "unknown"],
  ["NEVER_HEARD_OF", "unknown"],
])("refunding: %s means %s", (code, meaning) => {
  expect(refundMeaning(foldCode(code))).toBe(meaning);
});

test("closing and finding take nothing for certain that is not listed", () => {
  expect(["ORDERPAID", "ORDERCLOSED", "ORDERNOTEXIST"].map(closeMeaning)).toEqual(["already_paid", "closed", "absent"]);
  expect(findMeaning("ORDERNOTEXIST")).toBe("absent");
  expect(findRefundMeaning("REFUNDNOTEXIST")).toBe("absent");
  for (const code of ["SYSTEMERROR", "INVALIDREQUEST", "NEVERHEARDOF", "constructor", "__proto__"]) {
    expect([closeMeaning(code), findMeaning(code), findRefundMeaning(code)]).toEqual(["unknown", "unknown", "unknown"]);
  }
  expect(findRefundMeaning("ORDERNOTEXIST")).toBe("unknown");
});
