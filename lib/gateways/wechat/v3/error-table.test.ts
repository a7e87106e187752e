// Goal: every documented code, in every spelling, has the meaning we rely on; an undocumented code is judged by its status.
import { expect, test } from "vitest";
import { closeMeaning, findMeaning, findRefundMeaning, foldCode, openMeaning, refundMeaning } from "./error-table.ts";

test.each([
  [400, "APPID_MCHID_NOT_MATCH", "account_trouble"],
  [400, "INVALID_REQUEST", "ask"],
  [400, "MCH_NOT_EXISTS", "account_trouble"],
  [400, "ORDER_CLOSED", "closed"],
  [400, "ORDERCLOSED", "closed"],
  [400, "ORDERPAID", "already_paid"],
  [400, "ORDER_PAID", "already_paid"],
  [400, "OPENID_MISMATCH", "payer_mismatch"],
  [400, "PARAM_ERROR", "invalid"],
  [401, "SIGN_ERROR", "account_trouble"],
  [401, "SIGNERROR", "account_trouble"],
  [403, "ACCOUNT_ERROR", "account_trouble"],
  [403, "NO_AUTH", "not_permitted"],
  [403, "NOAUTH", "not_permitted"],
  [403, "NOT_ENOUGH", "not_permitted"],
  [403, "OUT_TRADE_NO_USED", "number_used"],
  [403, "RULE_LIMIT", "not_permitted"],
  [403, "TRADE_ERROR", "not_permitted"],
  [403, "FREQUENCY_LIMITED", "unknown"],
  [400, "SYSTEM_ERROR", "unknown"],
  [400, "SYSTEMERROR", "unknown"],
  [400, "NEVER_HEARD_OF", "invalid"],
  [401, "NEVER_HEARD_OF", "account_trouble"],
  [403, "NEVER_HEARD_OF", "not_permitted"],
  [404, "NEVER_HEARD_OF", "invalid"],
  [408, "NEVER_HEARD_OF", "unknown"],
  [409, "NEVER_HEARD_OF", "unknown"],
])("opening: HTTP %s %s means %s", (status, code, meaning) => {
  expect(openMeaning(status, foldCode(code))).toBe(meaning);
});

test("closing and finding take nothing for certain that is not listed", () => {
  for (const code of ["SYSTEM_ERROR", "NEVER_HEARD_OF", "RULE_LIMIT", "constructor", "__proto__"]) {
    expect(closeMeaning(foldCode(code))).toBe("unknown");
    expect(findMeaning(404, foldCode(code))).toBe("unknown");
  }
});

test.each([
  [403, "NOT_ENOUGH", "not_enough"],
  [403, "NOTENOUGH", "not_enough"],
  [403, "USER_ACCOUNT_ABNORMAL", "payer_account_closed"],
  [403, "NO_AUTH", "not_permitted"],
  [400, "PARAM_ERROR", "invalid"],
  [400, "INVALID_REQUEST", "invalid"],
  [404, "RESOURCE_NOT_EXISTS", "trade_absent"],
  [404, "MCH_NOT_EXISTS", "account_trouble"],
  [401, "SIGN_ERROR", "account_trouble"],
  [403, "FREQUENCY_LIMITED", "unknown"],
  [400, "SYSTEM_ERROR", "unknown"],
  [400, "NEVER_HEARD_OF", "invalid"],
  [401, "NEVER_HEARD_OF", "account_trouble"],
  [403, "NEVER_HEARD_OF", "not_permitted"],
  [404, "NEVER_HEARD_OF", "unknown"],
  [409, "NEVER_HEARD_OF", "unknown"],
])("refunding: HTTP %s %s means %s", (status, code, meaning) => {
  expect(refundMeaning(status, foldCode(code))).toBe(meaning);
});

test("only an answer of WeChat makes a refund absent", () => {
  expect(findRefundMeaning(404, foldCode("RESOURCE_NOT_EXISTS"))).toBe("absent");
  expect(findRefundMeaning(400, foldCode("RESOURCE_NOT_EXISTS"))).toBe("unknown");
  expect(findRefundMeaning(404, foldCode("NOT_FOUND"))).toBe("unknown");
});
