import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Bench, call, control, NATIVE, nativeOrder, openBench, queryTarget } from "../testing/client.ts";
import { callV2, orderV2, readMerchantV2 } from "../testing/client-v2.ts";

// Goal: vouchers are used as WeChat's are: the best that fits, once, and goods_tag decides which may be used at all.

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(() => control(bench.sandbox, "reset", {}));

const give = async (voucher: object) => (await control(bench.sandbox, "vouchers", voucher)).value;
const pay = (outTradeNo: unknown, how: object = {}) =>
  control(bench.sandbox, "pay", { outTradeNo, outcome: "success", ...how });

async function paid(change: Record<string, unknown> = {}, how: object = {}) {
  const body = nativeOrder(bench, { amount: { total: 1000 }, ...change });
  await call(bench.merchant, NATIVE, { body });
  await pay(body.out_trade_no, how);
  return (await call(bench.merchant, queryTarget(bench, body.out_trade_no))).value;
}

test("the best that fits is used, once; minimum and tag decide what fits", async () => {
  const small = await give({ amount: 100 });
  await give({ amount: 400, goodsTag: "MIDAUTUMN" });
  await give({ amount: 300, minimum: 1001 });
  expect(await paid()).toMatchObject({
    amount: { total: 1000, payer_total: 900 },
    promotion_detail: [{ coupon_id: small.id, amount: 100, type: "CASH", wechatpay_contribute: 100 }],
  });
  expect((await paid()).promotion_detail).toEqual([]);
  expect((await paid({ goods_tag: "OTHER" })).promotion_detail).toEqual([]);
  expect((await paid({ goods_tag: "MIDAUTUMN" })).amount?.payer_total).toBe(600);
  expect((await paid({ amount: { total: 1001 } })).amount?.payer_total).toBe(701);
});

test("only its holder has it, and who pays with `coupon: 0` keeps it", async () => {
  const openid = (await control(bench.sandbox, "shoppers", { name: "小刚" })).value.openid;
  await give({ amount: 100, openid });
  expect((await paid()).amount?.payer_total).toBe(1000);
  expect((await paid({}, { openid, coupon: 0 })).amount?.payer_total).toBe(1000);
  expect((await paid({}, { openid })).amount?.payer_total).toBe(900);
});

test("v2: one numbered voucher; at the merchant's expense less is settled; its shares in refunds come to all of it", async () => {
  const merchant = await readMerchantV2(bench);
  const voucher = await give({ amount: 100, type: "NOCASH", goodsTag: "TAG" });
  const order = orderV2(bench, { total_fee: 333, goods_tag: "TAG" });
  const ask = (path: string, fields: Parameters<typeof callV2>[2]) =>
    callV2({ sandbox: bench.sandbox, merchant }, path, fields, { certificate: true });
  await ask("/pay/unifiedorder", order);
  await pay(order.out_trade_no);
  const query = await ask("/pay/orderquery", { out_trade_no: order.out_trade_no });
  expect(query.fields).toMatchObject({
    total_fee: "333",
    cash_fee: "233",
    settlement_total_fee: "233",
    coupon_count: "1",
    coupon_type_0: "NO_CASH",
    coupon_id_0: voucher.id,
    coupon_fee_0: "100",
  });
  const shares: number[] = [];
  for (const [at, fee] of [111, 111, 111].entries()) {
    const refund = { out_refund_no: `R${at}`, out_trade_no: order.out_trade_no, total_fee: 333, refund_fee: fee };
    shares.push(Number((await ask("/secapi/pay/refund", refund)).fields.coupon_refund_fee));
    await control(bench.sandbox, "clock", { advanceMs: 61_000 });
  }
  expect(shares).toEqual([33, 33, 34]);
});

test.each([
  { amount: 0 },
  { amount: 1.5 },
  { amount: 1, type: "GOLD" },
  { amount: 1, goodsTag: "x".repeat(33) },
  { amount: 1, byMerchant: 2 },
])("%o is no voucher", async (voucher) => {
  expect((await control(bench.sandbox, "vouchers", voucher)).status).toBe(400);
});
