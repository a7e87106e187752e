import { describe, expect, test } from "vitest";
import { benchFixture } from "../../testing/bench-fixture.ts";
import { call, control, NATIVE, nativeOrder, queryTarget, unseal } from "../../testing/client.ts";

const { own } = benchFixture();

const REFUNDS = "/v3/refund/domestic/refunds";
const minuteLater = () => control(own.bench.sandbox, "clock", { advanceMs: 60_000 });

async function paidOrder(): Promise<string> {
  const body = nativeOrder(own.bench);
  await call(own.bench.merchant, NATIVE, { body });
  await control(own.bench.sandbox, "pay", { outTradeNo: body.out_trade_no, outcome: "success" });
  return String(body.out_trade_no);
}

const refund = (out_trade_no: string, out_refund_no: string, amount: number) =>
  call(own.bench.merchant, REFUNDS, {
    body: {
      out_trade_no,
      out_refund_no,
      amount: { refund: amount, total: 100, currency: "CNY" },
      notify_url: own.bench.shop.url,
    },
  });

describe("refunds", () => {
  test("are accepted as PROCESSING, end as SUCCESS and are notified", async () => {
    const number = await paidOrder();
    await own.bench.shop.waitForNotices(1);
    const accepted = await refund(number, "R1", 40);
    expect(accepted.value).toMatchObject({ status: "PROCESSING", amount: { refund: 40, total: 100 } });
    expect((await call(own.bench.merchant, queryTarget(own.bench, number))).value.trade_state).toBe("REFUND");
    await minuteLater();
    await own.bench.shop.waitForNotices(2);
    const envelope = JSON.parse(own.bench.shop.received[1]!.body);
    expect(envelope.event_type).toBe("REFUND.SUCCESS");
    expect(JSON.parse(unseal(own.bench.merchant.api_v3_key, envelope.resource))).toMatchObject({
      out_refund_no: "R1",
      refund_status: "SUCCESS",
      amount: { refund: 40, total: 100 },
    });
    expect((await call(own.bench.merchant, `${REFUNDS}/R1`)).value.status).toBe("SUCCESS");
  });

  test("one number refunds once, and only the same", async () => {
    const number = await paidOrder();
    const first = await refund(number, "R1", 40);
    const again = await refund(number, "R1", 40);
    expect(again.value.refund_id).toBe(first.value.refund_id);
    expect((await refund(number, "R1", 41)).value.code).toBe("INVALID_REQUEST");
  });

  test("one minute between two, and never more than was paid", async () => {
    const number = await paidOrder();
    await refund(number, "R1", 60);
    const soon = await refund(number, "R2", 40);
    expect([soon.status, soon.value.code]).toEqual([429, "FREQUENCY_LIMITED"]);
    await minuteLater();
    expect((await refund(number, "R3", 41)).value.code).toBe("INVALID_REQUEST");
    expect((await refund(number, "R2", 40)).status).toBe(200);
  });

  test("at most fifty", async () => {
    const number = await paidOrder();
    for (let index = 0; index < 50; index++) {
      expect((await refund(number, `R${index}`, 1)).status).toBe(200);
      await minuteLater();
    }
    expect((await refund(number, "R50", 1)).value.code).toBe("INVALID_REQUEST");
  });

  test("without balance nothing happens, and the same number may come again; a closed one frees its amount", async () => {
    const number = await paidOrder();
    await control(own.bench.sandbox, "faults", { refund: { notEnough: 1, outcome: "CLOSED" } });
    const poor = await refund(number, "R1", 100);
    expect([poor.status, poor.value.code]).toEqual([403, "NOT_ENOUGH"]);
    expect((await call(own.bench.merchant, `${REFUNDS}/R1`)).value.code).toBe("RESOURCE_NOT_EXISTS");
    expect((await refund(number, "R1", 100)).status).toBe(200);
    await minuteLater();
    expect((await call(own.bench.merchant, `${REFUNDS}/R1`)).value.status).toBe("CLOSED");
    expect((await refund(number, "R2", 100)).status).toBe(200);
  });

  test("an abnormal one can be mended", async () => {
    const number = await paidOrder();
    await control(own.bench.sandbox, "faults", { refund: { outcome: "ABNORMAL" } });
    const { value } = await refund(number, "R1", 10);
    await minuteLater();
    expect((await call(own.bench.merchant, `${REFUNDS}/R1`)).value.status).toBe("ABNORMAL");
    const body = { out_refund_no: "R1", type: "MERCHANT_BANK_CARD" };
    const mended = await call(own.bench.merchant, `${REFUNDS}/${value.refund_id}/apply-abnormal-refund`, { body });
    expect(mended.value.status).toBe("PROCESSING");
    await minuteLater();
    expect((await call(own.bench.merchant, `${REFUNDS}/R1`)).value.status).toBe("SUCCESS");
  });

  test("need a paid order and its own total", async () => {
    const body = nativeOrder(own.bench);
    await call(own.bench.merchant, NATIVE, { body });
    expect((await refund(String(body.out_trade_no), "R1", 1)).value.code).toBe("INVALID_REQUEST");
    expect((await refund("NEVER_WAS", "R1", 1)).value.code).toBe("RESOURCE_NOT_EXISTS");
    expect((await refund(await paidOrder(), "R1", 101)).value.code).toBe("INVALID_REQUEST");
  });
});
