import { expect, test } from "vitest";
import { nameOperation } from "./name-operation.ts";

const asked = (protocol: "v2" | "v3", path: string, sent = "", received = "") =>
  nameOperation({ protocol, path, sent: Buffer.from(sent), received: Buffer.from(received) });
const TRADE = '{"out_trade_no":"LF01"}';
const REFUND = '{"out_trade_no":"LF01","out_refund_no":"RF01"}';

test.each([
  ["/v3/pay/transactions/native", TRADE, "open_trade", "trade", "LF01"],
  ["/v3/pay/transactions/jsapi", TRADE, "open_trade", "trade", "LF01"],
  ["/v3/pay/transactions/codepay", TRADE, "charge_code", "trade", "LF01"],
  ["/v3/pay/transactions/out-trade-no/LF01?mchid=1900000001", "", "find_trade", "trade", "LF01"],
  ["/v3/pay/transactions/out-trade-no/LF%2A01/close", '{"mchid":"1"}', "close_trade", "trade", "LF*01"],
  ["/v3/pay/transactions/out-trade-no/LF01/reverse", "", "reverse_trade", "trade", "LF01"],
  ["/v3/refund/domestic/refunds", REFUND, "open_refund", "refund", "RF01"],
  ["/v3/refund/domestic/refunds/RF01", "", "find_refund", "refund", "RF01"],
  ["/v3/refund/domestic/refunds/5000/apply-abnormal-refund", REFUND, "finish_refund", "refund", "RF01"],
])("v3 %s", (path, sent, operation, about, number) => {
  expect(asked("v3", path, sent)).toEqual({ operation, about, number });
});

test("v3: a trade asked for by WeChat's number is named by the answer", () => {
  expect(asked("v3", "/v3/pay/transactions/id/4200?mchid=1", "", TRADE)).toMatchObject({ number: "LF01" });
  expect(asked("v3", "/v3/pay/transactions/id/4200?mchid=1", "", "<html>")).toBeNull();
});

test.each([
  ["/pay/unifiedorder", "open_trade", "trade", "LF01"],
  ["/pay/orderquery", "find_trade", "trade", "LF01"],
  ["/pay/closeorder", "close_trade", "trade", "LF01"],
  ["/pay/micropay", "charge_code", "trade", "LF01"],
  ["/secapi/pay/reverse", "reverse_trade", "trade", "LF01"],
  ["/secapi/pay/refund", "open_refund", "refund", "RF01"],
  ["/pay/refundquery", "find_refund", "refund", "RF01"],
])("v2 %s", (path, operation, about, number) => {
  const xml = "<xml><out_trade_no>LF01</out_trade_no><out_refund_no>RF01</out_refund_no></xml>";
  expect(asked("v2", path, xml)).toEqual({ operation, about, number });
});

test("bills and certificates are about no order", () => {
  expect(asked("v3", "/v3/certificates")).toBeNull();
  expect(asked("v3", "/v3/bill/tradebill?bill_date=2026-07-01")).toBeNull();
  expect(asked("v2", "/pay/downloadbill", "<xml></xml>")).toBeNull();
});
