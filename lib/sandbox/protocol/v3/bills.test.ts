import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { beijingDay, DAY_MS } from "../../clock.ts";
import { type Bench, call, control, NATIVE, nativeOrder, openBench } from "../../testing/client.ts";

let bench: Bench;
// Noon in Beijing, so that no test meets midnight.
const NOON = Date.parse("2026-07-01T12:00:00+08:00");
const now = Date.now();
const TODAY = beijingDay(new Date(NOON));
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
beforeEach(async () => {
  await control(bench.sandbox, "reset", {});
  await control(bench.sandbox, "clock", { advanceMs: NOON - now });
});

async function paidOrder(change: Record<string, unknown> = {}): Promise<string> {
  const body = nativeOrder(bench, change);
  await call(bench.merchant, NATIVE, { body });
  await control(bench.sandbox, "pay", { outTradeNo: body.out_trade_no, outcome: "success" });
  return String(body.out_trade_no);
}

const bill = (query = "", kind = "tradebill") => call(bench.merchant, `/v3/bill/${kind}?bill_date=${TODAY}${query}`);

async function download(url: unknown): Promise<Buffer> {
  const { pathname, search } = new URL(String(url));
  const authorized = await new Promise<string>((resolve) => {
    void call(bench.merchant, pathname + search, {
      tamper: {
        authorization: (value) => {
          resolve(value);
          return value;
        },
      },
    });
  });
  const headers = { Accept: "*/*", "User-Agent": "test", Authorization: authorized };
  const reply = await fetch(String(url), { headers });
  expect(reply.headers.get("wechatpay-signature")).toBeNull();
  return Buffer.from(await reply.arrayBuffer());
}

test("a bill exists from ten o'clock of the next day, and not for a day without trade", async () => {
  await paidOrder();
  expect((await bill()).value.code).toBe("INVALID_REQUEST");
  await control(bench.sandbox, "clock", { advanceMs: DAY_MS - 3 * 3_600_000 });
  expect((await bill()).value.code).toBe("STATEMENT_CREATING");
  await control(bench.sandbox, "clock", { advanceMs: 2 * 3_600_000 });
  expect((await bill()).status).toBe(200);
  await control(bench.sandbox, "clock", { advanceMs: DAY_MS });
  const empty = await call(bench.merchant, "/v3/bill/tradebill?bill_date=2026-07-02");
  expect(empty.value.code).toBe("NO_STATEMENT_EXIST");
  expect((await call(bench.merchant, "/v3/bill/tradebill?bill_date=2026-02-30")).value.code).toBe("PARAM_ERROR");
});

test("shows payments and refunds in yuan, with a summary; the hash covers the plain bytes", async () => {
  const one = await paidOrder({ amount: { total: 1234 }, description: "茶, 一壶" });
  await paidOrder({ amount: { total: 1 } });
  const amount = { refund: 234, total: 1234, currency: "CNY" };
  await call(bench.merchant, "/v3/refund/domestic/refunds", {
    body: { out_trade_no: one, out_refund_no: "R1", amount },
  });
  await control(bench.sandbox, "clock", { advanceMs: DAY_MS });
  const { value } = await bill("&tar_type=GZIP");
  const bytes = gunzipSync(await download(value.download_url));
  expect(createHash("sha1").update(bytes).digest("hex")).toBe(value.hash_value);
  const text = bytes.toString("utf8");
  expect(text.charCodeAt(0)).toBe(0xfeff);
  const [head = "", ...rows] = text.slice(1).trimEnd().split("\r\n");
  const names = head.split(",");
  const cells = rows.slice(0, 3).map((line) => line.slice(1).split(",`"));
  const column = (name: string) => cells.map((values) => values[names.indexOf(name)]);
  expect(cells.every((values) => values.length === names.length)).toBe(true);
  expect(column("订单金额")).toEqual(["12.34", "0.01", "0.00"]);
  expect(column("退款金额")).toEqual(["0.00", "0.00", "2.34"]);
  expect(column("交易状态")).toEqual(["SUCCESS", "SUCCESS", "REFUND"]);
  expect(column("商品名称")[0]).toBe("茶, 一壶");
  expect(column("手续费")).toEqual(["0.07404", "0.00006", "-0.01404"]);
  expect(rows[4]).toBe("`3.0,`12.35,`2.34,`0.00,`0.06006,`12.35,`2.34");
  for (const type of ["SUCCESS", "REFUND"]) {
    const other = await bill(`&bill_type=${type}`);
    const [otherHead = "", first = ""] = (await download(other.value.download_url)).toString("utf8").split("\r\n");
    expect(first.split(",`").length).toBe(otherHead.split(",").length);
  }
  // Two payments, a fee of 7 fen, a refund, a fee of 1 fen back.
  const flow = await bill("", "fundflowbill");
  expect((await download(flow.value.download_url)).toString("utf8").trimEnd().split("\r\n").at(-1)).toBe(
    "`5,`3,`12.36,`2,`2.41",
  );
});

test("a link names the host of the request", async () => {
  await paidOrder();
  await control(bench.sandbox, "clock", { advanceMs: DAY_MS });
  const named = { ...bench.merchant, api_base: bench.merchant.api_base.replace("127.0.0.1", "localhost") };
  const { value } = await call(named, "/v3/bill/tradebill?bill_date=2026-07-01");
  const link = new URL(String(value.download_url));
  expect(link.origin).toBe(named.api_base);
  expect((await download(value.download_url)).length).toBeGreaterThan(0);
});

test("a link ends after five minutes; faults make the bill lie", async () => {
  const one = await paidOrder();
  const two = await paidOrder();
  await control(bench.sandbox, "clock", { advanceMs: DAY_MS });
  const first = await bill();
  await control(bench.sandbox, "clock", { advanceMs: 300_001 });
  expect((await download(first.value.download_url)).toString("utf8")).toContain("INVALID_REQUEST");
  await control(bench.sandbox, "faults", { bill: { omit: [one], wrongAmount: { [two]: 999 } } });
  const text = (await download((await bill()).value.download_url)).toString("utf8");
  expect([text.includes(one), text.includes(two), text.includes("9.99")]).toEqual([false, true, true]);
});
