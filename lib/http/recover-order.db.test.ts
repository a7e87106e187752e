import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a shopper who comes back after the order has closed gets one fresh order for the same, and never a second one to pay.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const recover = async (orderId: string) => {
  const answer = await edge.asMerchant(`/api/v1/orders/${orderId}/recover`, { method: "POST" });
  return { status: answer.status, body: await answer.json() };
};
const CART = {
  items: [
    { name: "拿铁", unitAmount: 1_800, quantity: 2, sku: "L-1", category: "drinks" },
    { name: "送的", unitAmount: 0, quantity: 1 },
  ],
  ...{
    description: "下午茶",
    metadata: { table: 7 },
    expiresIn: 900,
    returnUrl: "https://shop.test/7",
    shopperId: "kim",
  },
};
async function closedOrder(more: object = {}) {
  const order = await edge.order({ ...CART, ...more });
  return edge.payments.closeOrder(order.id);
}

test("a closed order says that it can be made again, and is, with everything the shop gave it", async () => {
  const open = await edge.order({ ...CART, outTradeNo: "table-7" });
  expect(open).not.toHaveProperty("recoverable");
  expect((await recover(open.id)).body).toMatchObject({ code: "conflict", reason: "not_recoverable" });
  const closed = await edge.payments.closeOrder(open.id);
  expect(closed.recoverable).toBe(true);
  const { status, body } = await recover(open.id);
  expect([status, body.id === open.id]).toEqual([201, false]);
  const same = ["description", "metadata", "returnUrl", "amountTotal", "amountDue", "storeCode"] as const;
  for (const field of same) expect([field, body[field]]).toEqual([field, open[field]]);
  expect(body).toMatchObject({ status: "pending", outTradeNo: "table-7-r2" });
  expect(body.items.map(({ id: _, ...item }: { id: string }) => item)).toEqual(
    open.items.map(({ id: _, ...item }) => item),
  );
  expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(900_000);
  expect(await edge.rows("select shopper_id from orders where id = $1", [body.id])).toEqual([{ shopper_id: "kim" }]);
});

test("of many at once one makes it, and all get the same", async () => {
  const { id, outTradeNo } = await closedOrder();
  const answers = await Promise.all(Array.from({ length: 8 }, () => recover(id)));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(await edge.rows("select from orders where out_trade_no like $1", [`${outTradeNo}-r%`])).toHaveLength(1);
});

test("one whose pay page was opened and left is made again as well", async () => {
  const { id } = await edge.order(CART);
  await edge.open(id);
  expect((await edge.payments.closeOrder(id)).recoverable).toBe(true);
  expect((await recover(id)).status).toBe(201);
});

test("once the fresh order is paid it is the answer; once it has closed, there is one more", async () => {
  const { id } = await closedOrder({ outTradeNo: "chain-1" });
  const second = (await recover(id)).body;
  await edge.payments.closeOrder(second.id);
  const third = (await recover(id)).body;
  expect(third.outTradeNo).toBe("chain-1-r3");
  expect((await recover(second.id)).body.id).toBe(third.id);
  await edge.payAndNotify(await edge.open(third.id));
  for (const from of [id, second.id]) {
    expect(await recover(from)).toMatchObject({ status: 200, body: { id: third.id, status: "paid" } });
  }
});

test("an order that money came for after it closed is not made again", async () => {
  const { id, outTradeNo } = await edge.order(CART);
  const number = await edge.open(id);
  const late = edge.wechat.pay(number);
  // Closed here, while WeChat had it paid.
  await edge.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
  await edge.payments.closeOrder(id);
  await edge.payments.receiveNotification(edge.gateways.noticeOfPayment(late));
  expect(await edge.payments.order(id)).toMatchObject({ status: "closed", extraPayments: [{ verdict: "late" }] });
  const { status, body } = await recover(id);
  expect([status, body.reason]).toEqual([409, "not_recoverable"]);
  expect(await edge.rows("select from orders where out_trade_no like $1", [`${outTradeNo}-r%`])).toEqual([]);
});

test("a number of the shop's that is in the way is stepped over; a long one keeps within 28 characters", async () => {
  await edge.order({ ...CART, outTradeNo: "taken-1-r2", description: "something else" });
  const { id } = await closedOrder({ outTradeNo: "taken-1" });
  expect((await recover(id)).body.outTradeNo).toBe("taken-1-r3");
  const long = await closedOrder({ outTradeNo: "2026-12-01-000000000000000-1" });
  expect((await recover(long.id)).body.outTradeNo).toBe("6-12-01-000000000000000-1-r2");
  expect((await recover("ord_00000000000000000000000000")).status).toBe(404);
});
