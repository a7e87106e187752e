import { gunzipSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { beijingDay, DAY_MS } from "../clock.ts";
import { benchFixture } from "../testing/bench-fixture.ts";
import { call, control, NATIVE, nativeOrder } from "../testing/client.ts";
import { callV2, fromXml, type V2Fields } from "../testing/client-v2.ts";

// Bills of API v2, which are in the answer itself; protocol/v3/bills.test.ts tests the links of v3.

const NOON = Date.parse("2026-07-01T12:00:00+08:00");
const DAY = beijingDay(new Date(NOON)).replaceAll("-", "");
const started = Date.now();
const { own } = benchFixture();
beforeEach(async () => {
  await control(own.bench.sandbox, "clock", { advanceMs: NOON - started });
  await control(own.bench.sandbox, "faults", { bill: { alwaysReady: true } });
});

const lie = (bill: object) => control(own.bench.sandbox, "faults", { bill });
const download = (fields: V2Fields = {}, path = "/pay/downloadbill") =>
  callV2(
    { sandbox: own.bench.sandbox, merchant: own.merchant },
    path,
    { bill_date: DAY, ...fields },
    { certificate: true },
  );

async function paidOrder(total: number, payment: object = {}): Promise<string> {
  const body = nativeOrder(own.bench, { amount: { total } });
  await call(own.bench.merchant, NATIVE, { body });
  await control(own.bench.sandbox, "pay", { outTradeNo: body.out_trade_no, ...payment });
  return String(body.out_trade_no);
}
const refund = (out_trade_no: string, out_refund_no: string, [part, total]: [number, number]) =>
  call(own.bench.merchant, "/v3/refund/domestic/refunds", {
    body: { out_trade_no, out_refund_no, amount: { refund: part, total, currency: "CNY" } },
  });

type BillRecord = Readonly<Record<string, string>>;
async function read(
  fields: V2Fields = {},
  path?: string,
): Promise<{ head: string[]; rows: BillRecord[]; summary: BillRecord; text: string }> {
  const text = (await download(fields, path)).bytes.toString("utf8");
  expect(text.charCodeAt(0)).toBe(0xfeff);
  const lines = text.slice(1).trimEnd().split(/\r?\n/);
  const cut = (line: string) => line.slice(1).split(",`");
  const named = (names: string[], line: string): BillRecord => {
    expect(line.startsWith("`")).toBe(true);
    expect(cut(line).length).toBe(names.length);
    return Object.fromEntries(names.map((name, index) => [name, cut(line)[index] ?? ""]));
  };
  const head = lines[0]!.split(",");
  const rows = lines.slice(1, -2).map((line) => named(head, line));
  return { head, rows, summary: named(lines.at(-2)!.split(","), lines.at(-1)!), text };
}

describe("the truth", () => {
  test("ALL, SUCCESS, REFUND and the old layout each have their own columns and sums", async () => {
    const one = await paidOrder(1234, { coupon: 200, couponType: "NOCASH" });
    const two = await paidOrder(500, { coupon: 100 });
    await refund(one, "R1", [617, 1234]);
    await refund(two, "R2", [250, 500]);
    const all = await read();
    expect(all.head.length).toBe(27);
    expect(all.rows.map((row) => row.交易状态)).toEqual(["SUCCESS", "SUCCESS", "REFUND", "REFUND"]);
    expect(all.rows[0]).toMatchObject({
      订单金额: "12.34",
      应结订单金额: "10.34",
      代金券金额: "2.00",
      手续费: "0.06204",
    });
    expect(all.rows[1]).toMatchObject({ 订单金额: "5.00", 应结订单金额: "5.00", 代金券金额: "1.00" });
    expect(all.rows[2]).toMatchObject({
      申请退款金额: "6.17",
      退款金额: "5.17",
      充值券退款金额: "0.00",
      订单金额: "0.00",
    });
    expect(all.rows[3]).toMatchObject({ 申请退款金额: "2.50", 退款金额: "2.50", 充值券退款金额: "0.50" });
    expect(all.summary).toEqual({
      总交易单数: "4.0",
      应结订单总金额: "15.34",
      退款总金额: "7.67",
      充值券退款总金额: "0.50",
      手续费总金额: "0.04602",
      订单总金额: "17.34",
      申请退款总金额: "8.67",
    });
    const success = await read({ bill_type: "SUCCESS" });
    expect([success.head.length, success.rows.length, success.summary.总交易单数]).toEqual([20, 2, "2.0"]);
    expect(success.head).not.toContain("退款金额");
    const refunds = await read({ bill_type: "REFUND" });
    expect([refunds.head.length, refunds.rows.length]).toEqual([29, 2]);
    expect(refunds.head.slice(14, 17)).toEqual(["退款申请时间", "退款成功时间", "微信退款单号"]);
    await lie({ oldLayout: 1, bareLineEnds: 1 });
    const old = await read();
    expect([old.head.length, old.rows[0]?.总金额, old.summary.总交易额]).toEqual([24, "12.34", "17.34"]);
    expect(old.text).not.toContain("\r");
    expect((await read()).text.match(/\n/g)?.length).toBe((await read()).text.match(/\r\n/g)?.length);
  });

  test("a reversed code-pay trade stands there twice: paid, and REVOKED", async () => {
    const { authCode } = (await control(own.bench.sandbox, "auth-code", {})).value;
    const { notify_url: _, ...order } = nativeOrder(own.bench);
    const body = { ...order, payer: { auth_code: authCode }, scene_info: {} };
    await call(own.bench.merchant, "/v3/pay/transactions/codepay", { body });
    await call(own.bench.merchant, `/v3/pay/transactions/out-trade-no/${order.out_trade_no}/reverse`, {
      body: { appid: own.merchant.appid, mchid: own.merchant.mch_id },
    });
    const { rows, summary } = await read();
    expect(rows.map((row) => [row.交易状态, row.交易类型, row.订单金额, row.退款金额])).toEqual([
      ["SUCCESS", "MICROPAY", "1.00", "0.00"],
      ["REVOKED", "MICROPAY", "0.00", "1.00"],
    ]);
    expect([summary.总交易单数, summary.手续费总金额]).toEqual(["2.0", "0.00000"]);
  });

  test("the fund flow: each move and its fee, the balance running", async () => {
    await refund(await paidOrder(1000), "R1", [400, 1000]);
    const flow = await read({ account_type: "Basic" }, "/pay/downloadfundflow");
    expect(flow.rows.map((row) => [row.业务类型, row.收支类型, row["收支金额(元)"], row["账户结余(元)"]])).toEqual([
      ["交易", "收入", "10.00", "10.00"],
      ["扣除交易手续费", "支出", "0.06", "9.94"],
      ["退款", "支出", "4.00", "5.94"],
      ["退还交易手续费", "收入", "0.02", "5.96"],
    ]);
    expect(flow.summary).toEqual({
      资金流水总笔数: "4",
      收入笔数: "2",
      收入金额: "10.02",
      支出笔数: "2",
      支出金额: "4.06",
    });
    const none = await download({ account_type: "Fees" }, "/pay/downloadfundflow");
    expect(none.fields.return_msg).toBe("No Bill Exist");
  });

  test("without a bill the reason is in the message; gzip has the same bytes", async () => {
    expect(fromXml((await download()).bytes.toString())).toMatchObject({
      return_code: "FAIL",
      return_msg: "No Bill Exist",
    });
    await paidOrder(1);
    await lie({ stillCreating: 1 });
    expect((await download()).fields.return_msg).toBe("Bill Creating");
    await lie({ alwaysReady: false });
    expect((await download()).fields.return_code).toBe("FAIL");
    await control(own.bench.sandbox, "clock", { advanceMs: DAY_MS - 3 * 3_600_000 });
    expect((await download()).fields.return_msg).toBe("Bill Creating");
    await control(own.bench.sandbox, "clock", { advanceMs: 3_600_000 });
    const plain = await download();
    const packed = await download({ tar_type: "GZIP" });
    expect(gunzipSync(packed.bytes).equals(plain.bytes)).toBe(true);
    expect((await download({ bill_type: "NONE" })).fields.return_code).toBe("FAIL");
  });
});

describe("lies, each alone", () => {
  let one: string;
  let two: string;
  beforeEach(async () => {
    one = await paidOrder(1000);
    two = await paidOrder(300);
    await refund(one, "R1", [400, 1000]);
  });

  test.each<[string, () => object, (rows: BillRecord[]) => unknown, unknown]>([
    ["omit a payment", () => ({ omit: [two] }), (rows) => rows.map((row) => row.商户退款单号), ["0", "R1"]],
    ["omit a refund", () => ({ omit: ["R1"] }), (rows) => rows.map((row) => row.交易状态), ["SUCCESS", "SUCCESS"]],
    [
      "wrongAmount",
      () => ({ wrongAmount: { [one]: 1001 } }),
      (rows) => rows.map((row) => row.订单金额),
      ["10.01", "3.00", "0.00"],
    ],
    ["wrongRefundAmount", () => ({ wrongRefundAmount: { R1: 399 } }), (rows) => rows[2]?.申请退款金额, "3.99"],
    [
      "wrongFee",
      () => ({ wrongFee: { [two]: 1.9, R1: -2 } }),
      (rows) => rows.map((row) => row.手续费),
      ["0.06000", "0.01900", "-0.02000"],
    ],
    [
      "wrongStatus",
      () => ({ wrongStatus: { [two]: "REVOKED", R1: "FAIL" } }),
      (rows) => [rows[1]?.交易状态, rows[2]?.退款状态],
      ["REVOKED", "FAIL"],
    ],
    [
      "duplicate",
      () => ({ duplicate: [two] }),
      (rows) => rows.map((row) => row.订单金额),
      ["10.00", "3.00", "3.00", "0.00"],
    ],
    [
      "otherMerchant",
      () => ({ otherMerchant: [two] }),
      (rows) => rows.map((row) => row.商户号 === own.merchant.mch_id),
      [true, false, true],
    ],
    [
      "strange",
      () => ({ strange: [{ total: 55 }, { outTradeNo: one, outRefundNo: "R9", refund: 5, mchid: "1" }] }),
      (rows) =>
        rows.filter((row) => row.商品名称 === "陌生的交易").map((row) => [row.交易状态, row.订单金额, row.退款金额]),
      [
        ["SUCCESS", "0.55", "0.00"],
        ["REFUND", "0.00", "0.05"],
      ],
    ],
  ])("%s; the summary fits what is shown", async (_, fault, look, expected) => {
    await lie(fault());
    const { rows, summary } = await read();
    expect(look(rows)).toEqual(expected);
    const fen = (text: string | undefined) => Math.round(Number(text) * 100);
    expect(fen(summary.订单总金额)).toBe(rows.reduce((sum, row) => sum + fen(row.订单金额), 0));
    expect(Number(summary.总交易单数)).toBe(rows.length);
  });

  test("wrongSummary: the named sums and no others; wrongHash: v3's hash; nonsense is refused", async () => {
    await lie({ wrongSummary: { 订单总金额: "99.99" }, wrongHash: 1 });
    expect((await read()).summary).toMatchObject({ 订单总金额: "99.99", 总交易单数: "3.0" });
    const hash = async () =>
      (await call(own.bench.merchant, "/v3/bill/tradebill?bill_date=2026-07-01")).value.hash_value;
    expect(await hash()).not.toBe(await hash());
    expect((await lie({ wrongFee: null })).status).toBe(400);
    expect((await lie({ unheard: 1 })).status).toBe(400);
  });
});
