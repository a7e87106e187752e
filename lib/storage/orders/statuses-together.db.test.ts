import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { createFindStatus } from "./read-orders.ts";

// Goal: statuses that are asked for at one moment share a read, and each is what it would be alone.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

test("many at once are read by few statements, each with its own order's status, and none for an order that is not there", async () => {
  const orders = await Promise.all(Array.from({ length: 20 }, () => fixture.order()));
  const [paid, open] = orders;
  if (!paid || !open) throw new Error("twenty orders were made");
  await fixture.open(paid.id);
  await fixture.open(open.id);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(fixture.wechat.pay(paid.outTradeNo)));
  const asked: number[] = [];
  const counting = new Proxy(fixture.database.pool, {
    get: (pool, key) =>
      key === "query"
        ? (query: { text: string; values: [string[]] }) => {
            asked.push(query.values[0].length);
            return pool.query(query);
          }
        : Reflect.get(pool, key),
  });
  const find = createFindStatus(counting);
  const ids = [...orders.map(({ id }) => id), "ord_00000000000000000000000000", paid.id];
  const statuses = await Promise.all(ids.map((id) => find(id, fixture.clock.now())));
  expect(asked).toEqual([1, 1, 20]);
  expect(statuses.map((each) => each?.id)).toEqual([...orders.map(({ id }) => id), undefined, paid.id]);
  expect(statuses.map((each) => each?.status)).toEqual(["paid", ...Array(19).fill("pending"), undefined, "paid"]);
  expect(statuses.map((each) => each?.handover ?? null)).toEqual([null, expect.any(String), ...Array(20).fill(null)]);
});
