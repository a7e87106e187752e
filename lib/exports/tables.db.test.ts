import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { netOf } from "#lib/base/takings.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import { exportOrders } from "#lib/storage/orders/export-orders.ts";
import { sumOrders } from "#lib/storage/orders/sum-orders.ts";
import { exportRefunds } from "#lib/storage/refunds/export-refunds.ts";
import { sumRefunds } from "#lib/storage/refunds/list-refunds.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { liveAtRandom, settleRefunds } from "#lib/testing/random-shop.ts";
import { adminText, exportsText } from "#lib/texts/admin.ts";
import { sceneText } from "#lib/texts/scene.ts";
import { monthTable, readMonth } from "./month.ts";
import { orderTable } from "./order-table.ts";
import { refundTable } from "./refund-table.ts";
import type { ExportTable } from "./table.ts";

// Goal: a file has exactly the rows of its list, once each, and comes to the sums that the list shows.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const pool = () => fixture.database.pool;
const text = adminText("zh-CN");
const words = exportsText("zh-CN");

/** Rows as records by the columns' titles. */
async function rowsOf({ columns, pages }: ExportTable) {
  const rows: Record<string, unknown>[] = [];
  for await (const page of pages) {
    for (const row of page) rows.push(Object.fromEntries(columns.map(({ title }, index) => [title, row[index]])));
  }
  return rows;
}

const orders = (filter: Parameters<typeof exportOrders>[1], pageRows = 3) =>
  rowsOf(
    orderTable(exportOrders(pool(), filter, pageRows), {
      ...words.orders,
      statuses: text.orders.statuses,
      channels: text.orders.channels,
      scenes: sceneText("zh-CN").names,
    }),
  );
const refunds = (filter: Parameters<typeof exportRefunds>[1], pageRows = 3) =>
  rowsOf(
    refundTable(exportRefunds(pool(), filter, pageRows), {
      ...words.refunds,
      statuses: text.refunds.statuses,
      channels: text.orders.channels,
      failures: text.refunds.failures,
    }),
  );
const sum = (rows: readonly Record<string, unknown>[], title: string): number =>
  rows.reduce((total, row) => total + Number(row[title] ?? 0), 0);

test("an order is a line in the words of the dashboard", async () => {
  const items = [
    { name: "拿铁", price: 18, quantity: 2 },
    { name: "可颂", price: 2, quantity: 1 },
  ];
  const { id, outTradeNo } = await fixture.order({ items, description: "早餐" });
  await fixture.payAndNotify(await fixture.open(id));
  await fixture.payments.refundOrder({ orderId: id, amount: 1_000, reason: "少了一杯" });
  await settleRefunds(fixture, id);
  const [order] = await orders({ text: outTradeNo });
  expect(order).toMatchObject({
    订单号: outTradeNo,
    状态: "部分退款",
    "合计（元）": 3_800,
    "应付（元）": 3_800,
    "实付（元）": 3_800,
    "已退（元）": 1_000,
    "净收（元）": 2_800,
    付款方式: "扫码",
    说明: "早餐",
    商品: "拿铁 ×2; 可颂 ×1",
    门店: null,
  });
  expect(order?.付款时间).toBeInstanceOf(Date);
  const [refund] = await refunds({ status: "succeeded" });
  expect(refund).toMatchObject({
    订单号: outTradeNo,
    "退款（元）": 1_000,
    原因: "少了一杯",
    来源: "本店发起",
    状态: "已到账",
  });
});

describe("after days of a shop at random", () => {
  beforeAll(() => liveAtRandom(fixture, { seed: 31, actions: 80, pause: async () => undefined }));

  test.each([1, 3, 25, 1_000])("pages of %d rows come to the list and its sums", async (pageRows) => {
    for (const filter of [{}, { status: "pending" }, { status: "paid" }, { channel: "native" }]) {
      const rows = await orders(filter, pageRows);
      const sums = await sumOrders(pool(), filter);
      expect(new Set(rows.map((row) => row.订单号)).size).toBe(rows.length);
      expect({
        orders: rows.length,
        due: sum(rows, "应付（元）"),
        paid: sum(rows, "实付（元）"),
        refunded: sum(rows, "已退（元）"),
      }).toEqual({ orders: sums.orders, due: sums.due, paid: sums.paid, refunded: sums.refunded });
      expect(rows.length).toBeGreaterThan(0);
    }
    for (const filter of [{}, { status: "succeeded" }, { from: new Date(0), to: fixture.clock.now() }] as const) {
      const rows = await refunds(filter, pageRows);
      expect({ refunds: rows.length, amount: sum(rows, "退款（元）") }).toEqual(await sumRefunds(pool(), filter));
      expect(rows.length).toBeGreaterThan(0);
    }
  });

  test("a month by day comes to the whole, with the fees of the days whose bill was read", async () => {
    const now = addMs(fixture.clock.now(), HOUR_MS);
    const month = beijingDay(now).slice(0, 7);
    const [account] = await fixture.rows<{ id: string }>("select id from gateway_accounts");
    await fixture.rows(
      `insert into reconciliation_runs (account_id, day, status, started_at, finished_at, fees, has_bill)
       values ($1, $2, 'done', now(), now(), 37, true)`,
      [account?.id, `${month}-01`],
    );
    expect((await readMonth(fixture.database, month, now)).isIncomplete).toBe(true);
    await rollUp({ pool: pool(), clock: fixture.clock, log: silentLog });
    const facts = await readMonth(fixture.database, month, now);
    expect(facts.isIncomplete).toBe(false);
    const rows = await rowsOf(monthTable(facts, words.month.columns));
    expect(rows.map((row) => row.日期)).toEqual(facts.days.map(({ day }) => day));
    expect(rows.at(-1)?.日期).toBe(beijingDay(addMs(now, -1)));
    expect(rows[0]).toMatchObject({ 日期: `${month}-01`, "微信手续费（元）": 37 });
    expect(sum(rows, "收款（元）")).toBe(facts.whole.paid);
    expect(sum(rows, "净收（元）")).toBe(netOf(facts.whole));
    expect(facts.channels.reduce((total, { sums }) => total + sums.paid, 0)).toBe(facts.whole.paid);
    expect(facts.fees).toBe(37);
    expect(facts.isOver).toBe(false);
    const [byHand] = await fixture.rows<{ paid: number }>(
      `select coalesce(sum(amount_paid), 0)::int as paid from payment_attempts
        where verdict = 'settles' and to_char(paid_at at time zone 'Asia/Shanghai', 'YYYY-MM') = $1`,
      [month],
    );
    expect(facts.whole.paid).toBe(byHand?.paid);
  });
});

test("orders made while the file is read stay out of it", async () => {
  const createdTo = fixture.clock.now();
  const before = await orders({ createdTo }, 1_000);
  const pages = exportOrders(pool(), { createdTo }, 2);
  const first = await pages.next();
  fixture.clock.advance(MINUTE_MS);
  await fixture.order();
  let rows = first.value?.length ?? 0;
  for await (const page of pages) rows += page.length;
  expect(rows).toBe(before.length);
  expect(await orders({ createdTo: addMs(createdTo, DAY_MS) }, 1_000)).toHaveLength(before.length + 1);
});
