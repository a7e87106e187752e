import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { readNotices } from "./doctor.ts";

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  // The question is asked by the database's clock.
  fixture.clock.advance(Date.now() - fixture.clock.now().getTime());
});
afterAll(() => fixture.close());

test("payments are counted, and those that no notice told of, whatever came first", async () => {
  const pay = async () => {
    const { id } = await fixture.order();
    return { id, number: await fixture.open(id) };
  };
  const told = await pay();
  await fixture.payAndNotify(told.number);
  const found = await pay();
  fixture.wechat.pay(found.number);
  expect(await fixture.payments.syncOrder(found.id)).toMatchObject({ status: "paid" });
  await pay();
  const [account] = await fixture.rows<{ id: string }>("select id from gateway_accounts where status = 'active'");
  expect(await readNotices(fixture.database.pool, account?.id ?? "")).toMatchObject({ paid: 2, paidWithout: 1 });
  expect(await readNotices(fixture.database.pool, "acc_none")).toMatchObject({ paid: 0, paidWithout: 0, lastAt: null });
});
