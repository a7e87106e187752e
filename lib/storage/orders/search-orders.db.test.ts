import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { orderConditions } from "./order-conditions.ts";
import { listOrders } from "./read-orders.ts";
import { sumOrders } from "./sum-orders.ts";

// Goal: what people type finds the order it means and no other, and numbers are found by indexes.

let fixture: PaymentFixture;
const found: { id: string; outTradeNo: string; transaction: string; refund: string; wechatRefund: string } = {
  ...{ id: "", outTradeNo: "", transaction: "", refund: "", wechatRefund: "" },
};
beforeAll(async () => {
  fixture = await paymentFixture();
  for (const [name, price] of [
    ["拿铁 大杯", 18.8],
    ["100%_果汁", 42],
    ["可颂 20261130", 20_261_130],
  ] as const) {
    const { id, outTradeNo } = await fixture.order({
      items: [{ name, price: Math.min(price, 90_000), quantity: 1 }],
      description: name,
    });
    if (found.id !== "") continue;
    await fixture.payAndNotify(await fixture.open(id));
    const result = await fixture.payments.refundOrder({ orderId: id, amount: 100 });
    if (result.kind !== "requested") throw new Error("nothing was kept");
    const [row] = await fixture.rows<{ transaction: string; wechat: string }>(
      `select a.transaction_id as transaction, r.wechat_refund_id as wechat
         from payment_attempts a join refunds r on r.attempt_id = a.id where a.order_id = $1`,
      [id],
    );
    Object.assign(found, { id, outTradeNo, transaction: row?.transaction, wechatRefund: row?.wechat });
    found.refund = result.refund.outRefundNo;
  }
});
afterAll(() => fixture.close());

const ids = async (text: string) => {
  const orders = await listOrders(fixture.database.pool, { text, limit: 10 });
  expect((await sumOrders(fixture.database.pool, { text })).orders).toBe(orders.length);
  return orders.map(({ order }) => order.id);
};

describe("one order is found", () => {
  test.each([
    ["its id", () => found.id],
    ["its number", () => found.outTradeNo],
    ["the beginning of its number", () => found.outTradeNo.slice(0, 11)],
    ["WeChat's number", () => found.transaction],
    ["the beginning of WeChat's number", () => found.transaction.slice(0, -2)],
    ["the number of its refund", () => found.refund],
    ["WeChat's number of its refund", () => found.wechatRefund],
    ["part of its description", () => "大杯"],
    ["its amount", () => "18.80"],
    ["its amount as it is written", () => "¥18.8 元"],
  ])("by %s", async (_, text) => {
    expect(text().length).toBeGreaterThan(1);
    expect(await ids(text())).toEqual([found.id]);
  });
});

test.each(["%", "_", "\\", "LF%", "100_", "%%%%%%%%123456", "______123456"])(
  "%s means itself, not anything",
  async (text) => {
    const orders = await listOrders(fixture.database.pool, { text, limit: 10 });
    for (const { order } of orders) expect(order.description).toContain(text);
    expect(orders.length).toBe("100%_果汁".includes(text) ? 1 : 0);
  },
);

test("the name of a cashier finds what they took", async () => {
  const { rows } = fixture;
  await rows("insert into stores (id, code, name, created_at) values ('sto_1', 'one', '南门店', now())");
  await rows("insert into tills (id, store_id, code, name, created_at) values ('til_1', 'sto_1', '1', '一号', now())");
  await rows("insert into cashiers (id, name, pin_hash, created_at) values ('csh_1', '王小明', '$scrypt$x', now())");
  await rows(
    `with made as (
       insert into orders (id, out_trade_no, amount_total, amount_due, description, store_id, till_id, cashier_id, created_at,
                           expires_at, check_at)
       values ('ord_00000000000000000000000001', 'AT-THE-TILL', 100, 100, '早餐', 'sto_1', 'til_1', 'csh_1', now(),
               now() + interval '1h', now()))
     insert into order_items (id, order_id, position, name, unit_amount, quantity)
     values ('itm_1', 'ord_00000000000000000000000001', 0, '早餐', 100, 1)`,
  );
  expect(await ids("小明")).toEqual(["ord_00000000000000000000000001"]);
  expect(await ids("王大明")).toEqual([]);
});

test("an amount is that amount, however it is written", async () => {
  expect(await ids("18.80")).toEqual([found.id]);
  expect(await ids("18.8")).toEqual([found.id]);
  expect(await ids("18.81")).toEqual([]);
});

test.each([
  ["WeChat's number", () => found.transaction.slice(0, 14)],
  ["a number that we made", () => found.outTradeNo.slice(0, 8)],
  ["an id", () => found.id],
  ["an amount", () => "18.80"],
])("%s is looked up in indexes alone", async (_, text) => {
  const { from, where, values } = orderConditions({ text: text() });
  const client = await fixture.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("set local enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain select o.id from ${from} ${where}`, values);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toContain("BitmapOr");
    expect(plan).toMatch(/attempts_by_(?:number|transaction)_start|orders_by_due/);
    expect(plan).not.toContain("Seq Scan");
  } finally {
    await client.query("rollback");
    client.release();
  }
});
