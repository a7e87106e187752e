import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { balanceOf } from "#lib/testing/payment-queries.ts";
import type { Deps } from "../deps.ts";
import { receiveNotification } from "./receive-notification.ts";

// Goal: notices that arrive together share commits, and each has the answer it would have had alone.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

type PaymentWish = Parameters<PaymentFixture["wechat"]["pay"]>[1];

interface Opened {
  readonly id: string;
  /** The first trade of an order has the order's number. */
  readonly number: string;
}

async function opened(): Promise<Opened> {
  const { id, outTradeNo } = await fixture.order();
  await fixture.open(id);
  return { id, number: outTradeNo };
}

const openedMany = (count: number) => Promise.all(Array.from({ length: count }, () => opened()));
const noticeOf = (number: string, payment: PaymentWish = {}) =>
  fixture.gateways.noticeOfPayment(fixture.wechat.pay(number, payment));
const receive = async (notice: ReturnType<typeof noticeOf>) => {
  const outcome = await fixture.payments.receiveNotification(notice);
  return outcome.kind === "accepted" ? outcome.result : outcome.reason;
};
const statusOf = async (id: string) => (await fixture.payments.order(id)).status;
const booked = { wechat_clearing: 1800, sales: -1800 };

test("many at once are booked in few commits, each with its receipt and its journal", async () => {
  const orders = await openedMany(60);
  const answers = await Promise.all(orders.map(({ number }) => receive(noticeOf(number))));
  expect(answers).toEqual(orders.map(() => "settles"));
  for (const { id } of orders) expect(await balanceOf(fixture, id)).toEqual(booked);
  const [commits] = await fixture.rows<{ n: number; receipts: number }>(
    `select count(distinct r.xmin::text)::int as n, count(*)::int as receipts
       from notify_receipts r where r.content -> 'trade' ->> 'number' = any ($1)`,
    [orders.map(({ number }) => number)],
  );
  expect(commits?.receipts).toBe(60);
  expect(commits?.n).toBeLessThan(20);
});

test("one that Postgres refuses fails alone", async () => {
  const orders = await openedMany(12);
  // The same payment under two numbers: WeChat's number of it is booked once.
  const twice = orders.slice(5, 7);
  const notices = orders.map((each) =>
    noticeOf(each.number, twice.includes(each) ? { transactionId: "4200000000000000000000009" } : {}),
  );
  const answers = await Promise.all(notices.map(receive));
  const others = answers.filter((_, place) => place !== 5 && place !== 6);
  expect(others).toEqual(others.map(() => "settles"));
  expect(answers.slice(5, 7).toSorted()).toEqual(["settles", "unknown_order"]);
  const statuses = await Promise.all(orders.map(({ id }) => statusOf(id)));
  expect(statuses.filter((status) => status === "paid")).toHaveLength(11);
});

test("an order that somebody holds waits alone, and is booked once it is let go", async () => {
  const orders = await openedMany(8);
  const held = orders[4] as Opened;
  const holder = await fixture.database.pool.connect();
  await holder.query("begin");
  await holder.query("select from orders where id = $1 for update", [held.id]);
  const answers = orders.map(({ number }) => receive(noticeOf(number)));
  const others = answers.filter((_, place) => place !== 4);
  expect(await Promise.all(others)).toEqual(others.map(() => "settles"));
  expect(await statusOf(held.id)).toBe("pending");
  await holder.query("rollback");
  holder.release();
  expect(await answers[4]).toBe("settles");
  expect(await balanceOf(fixture, held.id)).toEqual(booked);
});

test("what is repeated, late, of another amount or unknown is answered as it would be alone", async () => {
  const [plain, repeated, late, other, sentTwice] = await openedMany(5);
  if (!plain || !repeated || !late || !other || !sentTwice) throw new Error("five orders were opened");
  const first = noticeOf(repeated.number);
  await receive(first);
  const lateNotice = noticeOf(late.number);
  await fixture.rows(
    "update payment_attempts set status = 'closed', check_at = null, ended_at = now() where number = $1",
    [late.number],
  );
  await fixture.rows(
    "update orders set status = 'closed', closed_at = now(), check_at = null, version = version + 1 where id = $1",
    [late.id],
  );
  const again = noticeOf(sentTwice.number);
  const answers = await Promise.all([
    ...[noticeOf(plain.number), first, lateNotice, again, again].map(receive),
    receive(noticeOf(other.number, { totalFen: 1700 as never })),
  ]);
  expect(answers.slice(0, 3)).toEqual(["settles", "repeated", "late"]);
  expect(answers.slice(3, 5).toSorted()).toEqual(["repeated", "settles"]);
  expect(answers[5]).toBe("mismatch");
  expect(await balanceOf(fixture, sentTwice.id)).toEqual(booked);
  expect(await balanceOf(fixture, late.id)).toEqual({ wechat_clearing: 1800, owed_to_shoppers: -1800 });
});

test("one payment under two numbers, both under their orders' locks: one is booked, the other is answered", async () => {
  const pairs = await Promise.all(Array.from({ length: 8 }, () => openedMany(2)));
  const holder = await fixture.database.pool.connect();
  await holder.query("begin");
  const ids = pairs.flat().map(({ id }) => id);
  await holder.query("select from orders where id = any ($1) for update", [ids]);
  const answers = pairs.map((pair, place) => {
    const payment = { transactionId: `42000000000000000000001${place}` };
    return Promise.all(pair.map(({ number }) => receive(noticeOf(number, payment))));
  });
  await vi.waitUntil(async () => {
    const waiting = await fixture.rows(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length >= 2;
  });
  await holder.query("rollback");
  holder.release();
  for (const pair of await Promise.all(answers)) expect(pair.toSorted()).toEqual(["settles", "unknown_order"]);
});

test("of two about one order in one list the first books it, and the second is answered after it", async () => {
  const [one, another, told] = await openedMany(3);
  if (!one || !another || !told) throw new Error("three orders were opened");
  const holder = await fixture.database.pool.connect();
  await holder.query("begin");
  await holder.query("lock table notify_receipts in share mode");
  const busy = [one, another].map(({ number }) => receive(noticeOf(number)));
  const waiting = (count: number) =>
    vi.waitUntil(async () => {
      const stopped = await fixture.rows(
        "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return stopped.length === count;
    });
  // Both lanes are taken, so that what comes now goes together.
  await waiting(2);
  const settle = vi.spyOn(fixture.deps.store, "settle");
  const trade = fixture.wechat.pay(told.number);
  const [first, second] = [0, 1].map(() => receive(fixture.gateways.noticeOfPayment(trade)));
  await vi.waitUntil(() => settle.mock.calls.length === 2);
  await holder.query("commit");
  holder.release();
  expect(await Promise.all(busy)).toEqual(["settles", "settles"]);
  expect([await first, await second].toSorted()).toEqual(["repeated", "settles"]);
  expect(await balanceOf(fixture, told.id)).toEqual(booked);
  const receipts = "select from notify_receipts where content -> 'trade' ->> 'number' = $1";
  expect(await fixture.rows(receipts, [told.number])).toHaveLength(2);
  settle.mockRestore();
});

test("one notice that arrives twice in one moment never waits for itself: the order comes before the receipt", async () => {
  const { id, number } = await opened();
  const notice = noticeOf(number);
  const read = await fixture.deps.gateways.readNotification(notice);
  if (read.kind !== "payment") throw new Error("the notice is of a payment");
  // As `settle` does: the order's lock first, the receipt later.
  const settling = await fixture.database.pool.connect();
  await settling.query("begin");
  await settling.query("select from orders where id = $1 for update", [id]);
  let runs = 0;
  const transaction: Deps["store"]["transaction"] = (work) =>
    fixture.deps.store.transaction((tx) => {
      runs++;
      return work(tx);
    });
  const second = receiveNotification({ ...fixture.deps, store: { ...fixture.deps.store, transaction } }, notice);
  await vi.waitUntil(async () => {
    const waiting = await fixture.rows(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length === 1;
  });
  const receipt = [read.accountId, read.noticeId];
  await settling.query(
    "insert into notify_receipts (account_id, notice_id, kind, content, received_at) values ($1, $2, 'payment', '{}', now())",
    receipt,
  );
  await settling.query("commit");
  settling.release();
  // The receipt alone books nothing: what the notice says is judged, whichever of the two came first.
  expect(await second).toMatchObject({ result: "settles" });
  // One that Postgres ends because of a deadlock runs again.
  expect(runs).toBe(1);
});

test("the shop's server hears of each by itself", async () => {
  await fixture.rows(
    `insert into webhook_endpoints (id, url, events, secret_sealed, created_at)
     values ('whe_together', 'https://shop.example/hook', '{order.paid}', ''::bytea, now())`,
  );
  const orders = await openedMany(10);
  await Promise.all(orders.map(({ number }) => receive(noticeOf(number))));
  for (const { id } of orders) {
    const events = await fixture.rows<{ payload: string; deliveries: number }>(
      `select e.payload, (select count(*)::int from webhook_deliveries d where d.event_id = e.id) as deliveries
         from webhook_events e where e.order_id = $1`,
      [id],
    );
    expect(events).toMatchObject([{ deliveries: 1 }]);
    expect(JSON.parse(events[0]?.payload ?? "{}").data).toEqual(await fixture.payments.order(id));
  }
});

test("what WeChat answers to a question settles in the same way, and leaves no receipt", async () => {
  const orders = await openedMany(10);
  for (const { number } of orders) fixture.wechat.pay(number);
  await Promise.all(orders.map(({ id }) => fixture.payments.syncOrder(id)));
  for (const { id } of orders) expect(await balanceOf(fixture, id)).toEqual(booked);
  const [kept] = await fixture.rows<{ receipts: number; commits: number; asked: number }>(
    `select (select count(*)::int from notify_receipts r where r.content -> 'trade' ->> 'number' = any ($1)) as receipts,
            count(distinct a.xmin::text)::int as commits, count(*) filter (where a.confirmed_by = 'query')::int as asked
       from payment_attempts a where a.number = any ($1)`,
    [orders.map(({ number }) => number)],
  );
  expect(kept).toMatchObject({ receipts: 0, asked: 10 });
  expect(kept?.commits).toBeLessThan(10);
});

test("people hear of a payment once, though its row is written again", async () => {
  await fixture.rows(
    `insert into notification_channels (id, kind, name, settings_sealed, target, events, created_at, created_by)
     values ('nch_together', 'wecom', 'a', '\\x00', 't', '{payment_received}', now(), 'test')`,
  );
  const { id, number } = await opened();
  await receive(noticeOf(number));
  await fixture.rows("update payment_attempts set status = status where number = $1", [number]);
  expect(await fixture.rows("select event from notifications where order_id = $1", [id])).toEqual([
    { event: "payment_received" },
  ]);
});
