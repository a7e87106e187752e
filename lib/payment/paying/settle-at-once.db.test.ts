import { afterAll, beforeAll, expect, test } from "vitest";
import type { Settling } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { balanceOf } from "#lib/testing/payment-queries.ts";
import type { Deps } from "../deps.ts";
import { receiveNotification } from "./receive-notification.ts";

// Goal: booking without holding the order is as good as holding it: a quicker change in between is noticed, and what
// was judged on the old state never reaches the disk.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

interface Meddling {
  /** What the statement answered. */
  booked: boolean[];
  readonly deps: Deps;
}

/** The payments, with another process that changes the order between our reading it and our booking. */
function meddled(meddle: (settling: Settling) => Promise<unknown>): Meddling {
  const booked: boolean[] = [];
  const settle = async (settling: Settling) => {
    await meddle(settling);
    const isBooked = await fixture.deps.store.settle(settling);
    booked.push(isBooked);
    return isBooked;
  };
  return { booked, deps: { ...fixture.deps, store: { ...fixture.deps.store, settle } } };
}

async function paidOrder() {
  const order = await fixture.order();
  const number = await fixture.open(order.id);
  return { order, number, notice: fixture.gateways.noticeOfPayment(fixture.wechat.pay(number)) };
}

const receiptsOf = (orderId: string) =>
  fixture
    .rows<{ n: number }>(
      `select count(*)::int as n from notify_receipts r
      where r.content->'trade'->>'number' in (select number from payment_attempts where order_id = $1)`,
      [orderId],
    )
    .then(([row]) => row?.n);

test("the plain case is one statement, and leaves what the locked way leaves", async () => {
  const { order, notice } = await paidOrder();
  const { booked, deps } = meddled(async () => {});
  expect(await receiveNotification(deps, notice)).toMatchObject({ kind: "accepted", result: "settles" });
  expect(booked).toEqual([true]);
  expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", amountPaid: 1800 });
  expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  expect(await receiptsOf(order.id)).toBe(1);
});

test("an order that got a new version meanwhile is judged again", async () => {
  const { order, notice } = await paidOrder();
  const { booked, deps } = meddled(({ payment }) =>
    fixture.rows("update orders set version = version + 1 where id = $1", [payment.orderId]),
  );
  expect(await receiveNotification(deps, notice)).toMatchObject({ result: "settles" });
  expect(booked).toEqual([false]);
  expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
  expect(await receiptsOf(order.id)).toBe(1);
});

test("an attempt that was closed meanwhile is booked under the lock, where other trades of the order are seen", async () => {
  const { order, number, notice } = await paidOrder();
  const { booked, deps } = meddled(() =>
    fixture.rows("update payment_attempts set status = 'closed', check_at = null, ended_at = now() where number = $1", [
      number,
    ]),
  );
  expect(await receiveNotification(deps, notice)).toMatchObject({ result: "settles" });
  expect(booked).toEqual([false]);
  expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid" });
});

test("an order that was closed meanwhile is paid late", async () => {
  const { order, number, notice } = await paidOrder();
  const { booked, deps } = meddled(async () => {
    await fixture.rows(
      "update payment_attempts set status = 'closed', check_at = null, ended_at = now() where number = $1",
      [number],
    );
    await fixture.payments.closeOrder(order.id);
  });
  expect(await receiveNotification(deps, notice)).toMatchObject({ result: "late" });
  expect(booked).toEqual([false]);
  expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, owed_to_shoppers: -1800 });
});

test("the same notice in between is booked by the first, and once", async () => {
  const { order, notice } = await paidOrder();
  const { booked, deps } = meddled(() => fixture.payments.receiveNotification(notice));
  expect(await receiveNotification(deps, notice)).toMatchObject({ result: "repeated" });
  expect(booked).toEqual([false]);
  expect(await receiptsOf(order.id)).toBe(1);
  expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: 1800, sales: -1800 });
});

test("a notice with a used number books nothing at once: what it says is judged under the order's lock", async () => {
  const { order, notice } = await paidOrder();
  const { booked, deps } = meddled(({ receipt }) => {
    if (receipt === null) throw new Error("a notice has its receipt");
    const { accountId, noticeId } = receipt.notification;
    return fixture.rows(
      "insert into notify_receipts (account_id, notice_id, kind, content, received_at) values ($1, $2, 'other', '{}', now())",
      [accountId, noticeId],
    );
  });
  expect(await receiveNotification(deps, notice)).toMatchObject({ result: "settles" });
  expect(await receiveNotification(deps, notice)).toMatchObject({ result: "repeated" });
  expect(booked).toEqual([false]);
  expect(await fixture.payments.order(order.id)).toMatchObject({ status: "paid", amountPaid: order.amountDue });
  const { amountDue } = order;
  expect(await balanceOf(fixture, order.id)).toEqual({ wechat_clearing: amountDue, sales: -amountDue });
});

test("the shop's server hears of it: the order as it stands afterwards, once", async () => {
  await fixture.rows(
    `insert into webhook_endpoints (id, url, events, secret_sealed, created_at)
     values ('whe_test', 'https://shop.example/hook', '{order.paid}', ''::bytea, now())`,
  );
  const { order, notice } = await paidOrder();
  const { booked, deps } = meddled(async () => {});
  await Promise.all(Array.from({ length: 8 }, () => receiveNotification(deps, notice)));
  expect(booked.filter(Boolean)).toHaveLength(1);
  const events = await fixture.rows<{ payload: string; deliveries: number }>(
    `select e.payload, (select count(*)::int from webhook_deliveries d where d.event_id = e.id) as deliveries
       from webhook_events e where e.order_id = $1`,
    [order.id],
  );
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ deliveries: 1 });
  const event = JSON.parse(events[0]?.payload ?? "{}");
  expect(event).toMatchObject({ type: "order.paid" });
  expect(event.data).toEqual(await fixture.payments.order(order.id));
});
