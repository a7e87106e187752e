// Goal: refunds are requested as WeChat documents it, and an answer counts for this refund only.
import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import type { NewRefund } from "#lib/payment/index.ts";
import { isRightlySigned } from "../testing/platform.ts";
import { platformFixture } from "../testing/platform-fixture.ts";

const { own, answer, refuse } = platformFixture();

const refund: NewRefund = {
  number: "order-0001-R1",
  tradeNumber: "order-0001",
  transactionId: "4200001569202208304701234567",
  amountFen: fen(30),
  totalFen: fen(100),
  reason: "少了一杯",
};
const wire = {
  refund_id: "50000000382019052709732678859",
  out_refund_no: "order-0001-R1",
  transaction_id: "4200001569202208304701234567",
  out_trade_no: "order-0001",
  channel: "ORIGINAL",
  user_received_account: "支付用户零钱",
  create_time: "2026-07-01T18:00:00+08:00",
  status: "PROCESSING",
  amount: { total: 100, refund: 30, payer_total: 90, payer_refund: 27, currency: "CNY" },
  something_new: { deep: [1] },
};
const told = {
  number: "order-0001-R1",
  refundId: "50000000382019052709732678859",
  tradeNumber: "order-0001",
  transactionId: "4200001569202208304701234567",
  amountFen: 30,
  payerFen: 27,
  status: "processing",
  succeededAt: null,
};

describe("asking for a refund", () => {
  test("sends what WeChat documents, rightly signed", async () => {
    answer(200, wire);
    expect(await own.gateway.openRefund(refund)).toEqual({ kind: "done", value: told });
    const [seen] = own.platform.seen;
    expect([seen?.method, seen?.path]).toEqual(["POST", "/v3/refund/domestic/refunds"]);
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      transaction_id: refund.transactionId,
      out_refund_no: "order-0001-R1",
      reason: "少了一杯",
      notify_url: "https://shop.example/payment/notify",
      amount: { refund: 30, total: 100, currency: "CNY" },
    });
    expect(seen && isRightlySigned(seen)).toBe(true);
  });

  test("without a reason none is sent, and twice the same is the same", async () => {
    answer(200, wire);
    await own.gateway.openRefund({ ...refund, reason: null });
    await own.gateway.openRefund({ ...refund, reason: null });
    const [one, two] = own.platform.seen.map(({ body }) => body);
    expect(one).toBe(two);
    expect(JSON.parse(one ?? "")).not.toHaveProperty("reason");
  });

  test("it may have succeeded at once", async () => {
    answer(200, { ...wire, status: "SUCCESS", success_time: "2026-07-01T18:00:05+08:00" });
    expect(await own.gateway.openRefund(refund)).toEqual({
      kind: "done",
      value: { ...told, status: "succeeded", succeededAt: new Date("2026-07-01T10:00:05Z") },
    });
  });

  test.each([
    [403, "NOT_ENOUGH", "not_enough"],
    [403, "USER_ACCOUNT_ABNORMAL", "payer_account_closed"],
    [404, "RESOURCE_NOT_EXISTS", "trade_absent"],
    [400, "INVALID_REQUEST", "invalid"],
    [401, "SIGN_ERROR", "account_trouble"],
  ])("HTTP %s %s is refused: %s, with WeChat's words in one line", async (status, code, reason) => {
    refuse(status, code);
    expect(await own.gateway.openRefund(refund)).toEqual({ kind: "refused", reason, detail: `${code}: 说明 ` });
  });

  test.each([
    [429, "FREQUENCY_LIMITED"],
    [500, "SYSTEM_ERROR"],
    [502, "BANK_ERROR"],
    [400, "SYSTEM_ERROR"],
    [409, "NEVER_HEARD_OF"],
  ])("HTTP %s %s leaves it unknown", async (status, code) => {
    refuse(status, code);
    expect((await own.gateway.openRefund(refund)).kind).toBe("unknown");
  });

  test.each([
    ["another amount", { amount: { refund: 31 } }],
    ["another payment", { transaction_id: "4200" }],
  ])("an answer with %s under our number: the number is used", async (_name, change) => {
    answer(200, { ...wire, ...change });
    expect(await own.gateway.openRefund(refund)).toMatchObject({ kind: "refused", reason: "number_used" });
  });

  test.each([
    ["of another refund", { ...wire, out_refund_no: "order-0001-R2" }],
    ["of an unheard-of state", { ...wire, status: "DREAMING" }],
    ["without an amount", { ...wire, amount: {} }],
    ["with a fraction of a fen", { ...wire, amount: { refund: 30.5 } }],
    ["that is no refund", []],
  ])("an answer %s says nothing", async (_name, content) => {
    answer(200, content);
    expect((await own.gateway.openRefund(refund)).kind).toBe("unknown");
    expect((await own.gateway.findRefund(refund.number)).kind).toBe("unknown");
  });

  test("an unsigned success is not accepted", async () => {
    own.platform.script = () => ({ status: 200, body: JSON.stringify(wire) });
    expect((await own.gateway.openRefund(refund)).kind).toBe("unknown");
  });
});

describe("asking what became of it", () => {
  test.each([
    ["PROCESSING", "processing"],
    ["SUCCESS", "succeeded"],
    ["ABNORMAL", "abnormal"],
    ["CLOSED", "closed"],
  ])("%s", async (status, ours) => {
    answer(200, { ...wire, status });
    expect(await own.gateway.findRefund(refund.number)).toEqual({ kind: "done", value: { ...told, status: ours } });
    expect(own.platform.seen[0]?.path).toBe("/v3/refund/domestic/refunds/order-0001-R1");
  });

  test("a number of a console, with what it may hold, is asked for as it is", async () => {
    answer(200, { ...wire, out_refund_no: "a|b*c@d" });
    expect((await own.gateway.findRefund("a|b*c@d")).kind).toBe("done");
    expect(own.platform.seen[0]?.path).toBe("/v3/refund/domestic/refunds/a%7Cb*c%40d");
  });

  test("absent only if WeChat says so", async () => {
    refuse(404, "RESOURCE_NOT_EXISTS");
    expect(await own.gateway.findRefund(refund.number)).toMatchObject({ kind: "refused", reason: "absent" });
    refuse(404, "NOT_FOUND");
    expect((await own.gateway.findRefund(refund.number)).kind).toBe("unknown");
  });
});
