import { describe, expect, test } from "vitest";
import { benchFixture } from "../testing/bench-fixture.ts";
import { call, closeTarget, control, nativeOrder, queryTarget } from "../testing/client.ts";
import { callV2, orderV2, type V2Fields } from "../testing/client-v2.ts";
import { DEFAULT_SHOPPERS } from "./shoppers.ts";

const { own } = benchFixture();

const CODEPAY = "/v3/pay/transactions/codepay";
const authCode = async (openid?: string) =>
  String((await control(own.bench.sandbox, "auth-code", openid === undefined ? {} : { openid })).value.authCode);
const faults = (codepay: object) => control(own.bench.sandbox, "faults", { codepay });

function atCounter(code: string, change: Record<string, unknown> = {}): Record<string, unknown> {
  const { notify_url: _, ...order } = nativeOrder(own.bench, change);
  return { ...order, payer: { auth_code: code }, scene_info: { store_info: { id: "1" } }, ...change };
}
const pay = (body: unknown) => call(own.bench.merchant, CODEPAY, { body });
const state = async (number: unknown) =>
  String((await call(own.bench.merchant, queryTarget(own.bench, number))).value.trade_state);
const reverse = (number: unknown) =>
  call(own.bench.merchant, `/v3/pay/transactions/out-trade-no/${number}/reverse`, {
    body: { appid: own.merchant.appid, mchid: own.merchant.mch_id },
  });

describe("v3", () => {
  test("a small amount is paid in the answer itself by the owner of the code, without a notice", async () => {
    const openid = DEFAULT_SHOPPERS[1].openid;
    const code = await authCode(openid);
    expect(code).toMatch(/^1[0-5]\d{16}$/);
    const body = atCounter(code);
    const { status, value } = await pay(body);
    expect(status).toBe(200);
    expect(value).toMatchObject({
      trade_state: "SUCCESS",
      trade_type: "MICROPAY",
      payer: { openid },
      amount: { total: 100 },
    });
    expect(
      (await control(own.bench.sandbox, `trades?outTradeNo=${body.out_trade_no}`)).value.trades?.[0]?.notices,
    ).toEqual([]);
    expect((await pay(body)).value.code).toBe("ORDERPAID");
  });

  test("a code works once, for two minutes, and must look like one", async () => {
    const code = await authCode();
    await pay(atCounter(code));
    expect((await pay(atCounter(code))).value.code).toBe("AUTH_CODE_INVALID");
    const late = await authCode();
    await control(own.bench.sandbox, "clock", { advanceMs: 120_001 });
    expect((await pay(atCounter(late))).value.code).toBe("AUTH_CODE_INVALID");
    expect((await pay(atCounter("281234567890123456"))).value.code).toBe("AUTH_CODE_INVALID");
    await faults({ authCodeInvalid: 1 });
    expect((await pay(atCounter(await authCode()))).value.code).toBe("AUTH_CODE_INVALID");
  });

  test("more than 1000 yuan needs the password; the person pays or does not", async () => {
    const body = atCounter(await authCode(), { amount: { total: 100_001 } });
    expect((await pay(body)).value.trade_state).toBe("USERPAYING");
    expect((await pay(body)).value.trade_state).toBe("USERPAYING");
    await control(own.bench.sandbox, "pay", { outTradeNo: body.out_trade_no });
    expect(await state(body.out_trade_no)).toBe("SUCCESS");
    await faults({ userPaying: 1 });
    const declined = atCounter(await authCode());
    await pay(declined);
    await control(own.bench.sandbox, "pay", { outTradeNo: declined.out_trade_no, outcome: "cancel" });
    expect(await state(declined.out_trade_no)).toBe("PAYERROR");
    expect((await control(own.bench.sandbox, "pay", { outTradeNo: declined.out_trade_no })).status).toBe(400);
    expect((await pay(declined)).value.code).toBe("TRADE_ERROR");
  });

  test("reversing closes what is unpaid and gives back what is paid, once and for all", async () => {
    await faults({ userPaying: 1, recall: 1 });
    const waiting = atCounter(await authCode());
    await pay(waiting);
    expect((await reverse(waiting.out_trade_no)).status).toBe(500);
    expect(await state(waiting.out_trade_no)).toBe("USERPAYING");
    expect((await reverse(waiting.out_trade_no)).status).toBe(200);
    expect((await reverse(waiting.out_trade_no)).status).toBe(200);
    expect((await control(own.bench.sandbox, "pay", { outTradeNo: waiting.out_trade_no })).status).toBe(400);
    expect(await state(waiting.out_trade_no)).toBe("REVOKED");
    expect((await pay({ ...waiting, payer: { auth_code: await authCode() } })).value.code).toBe("ORDER_REVERSED");
    const paid = atCounter(await authCode());
    await pay(paid);
    expect(
      (await call(own.bench.merchant, closeTarget(paid.out_trade_no), { body: { mchid: own.merchant.mch_id } })).value
        .code,
    ).toBe("ORDERPAID");
    expect((await reverse(paid.out_trade_no)).status).toBe(200);
    const shown = (await control(own.bench.sandbox, `trades?outTradeNo=${paid.out_trade_no}`)).value.trades?.[0];
    expect([shown?.state, shown?.reversedAt]).toEqual(["REVOKED", expect.any(String)]);
    const refund = {
      out_trade_no: paid.out_trade_no,
      out_refund_no: "R1",
      amount: { refund: 1, total: 100, currency: "CNY" },
    };
    expect((await call(own.bench.merchant, "/v3/refund/domestic/refunds", { body: refund })).value.code).toBe(
      "INVALID_REQUEST",
    );
    expect((await reverse("NEVER_WAS")).value.code).toBe("ORDER_NOT_EXIST");
    const native = nativeOrder(own.bench);
    await call(own.bench.merchant, "/v3/pay/transactions/native", { body: native });
    expect((await reverse(native.out_trade_no)).value.code).toBe("INVALID_REQUEST");
  });

  test("its form is its own: no notify_url, a scene, a code", async () => {
    const code = await authCode();
    for (const change of [{ notify_url: own.bench.shop.url }, { scene_info: undefined }, { payer: {} }]) {
      expect((await pay(atCounter(code, change))).value.code).toBe("PARAM_ERROR");
    }
  });
});

describe("v2", () => {
  const send = (path: string, fields: V2Fields, certificate = false) =>
    callV2({ sandbox: own.bench.sandbox, merchant: own.merchant }, path, fields, { certificate });
  const micropay = (auth_code: string): V2Fields => {
    const { notify_url: _, trade_type: _type, product_id: _id, ...fields } = orderV2(own.bench);
    return { ...fields, auth_code };
  };

  test("micropay, USERPAYING, PAYERROR and reverse with the certificate", async () => {
    const paid = await send("/pay/micropay", micropay(await authCode()));
    expect(paid.fields).toMatchObject({ result_code: "SUCCESS", trade_type: "MICROPAY", total_fee: "100" });
    expect((await send("/pay/micropay", micropay("100"))).fields.err_code).toBe("AUTH_CODE_INVALID");
    await faults({ userPaying: 1 });
    const waiting = micropay(await authCode());
    expect((await send("/pay/micropay", waiting)).fields.err_code).toBe("USERPAYING");
    const which = { out_trade_no: waiting.out_trade_no };
    expect((await send("/pay/orderquery", which)).fields.trade_state).toBe("USERPAYING");
    expect((await send("/secapi/pay/reverse", which)).status).toBe(400);
    await faults({ recall: 1 });
    const again = await send("/secapi/pay/reverse", which, true);
    expect(again.fields).toMatchObject({ err_code: "SYSTEMERROR", recall: "Y" });
    expect((await send("/secapi/pay/reverse", which, true)).fields).toMatchObject({
      result_code: "SUCCESS",
      recall: "N",
    });
    expect((await send("/pay/orderquery", which)).fields.trade_state).toBe("REVOKED");
    expect((await send("/pay/micropay", waiting)).fields.err_code).toBe("ORDERREVERSED");
    await faults({ payError: 1 });
    const failed = micropay(await authCode());
    expect((await send("/pay/micropay", failed)).fields.err_code).toBe("TRADE_ERROR");
    const after = await send("/pay/orderquery", { out_trade_no: failed.out_trade_no });
    expect(after.fields.trade_state).toBe("PAYERROR");
  });
});
