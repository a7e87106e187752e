import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: a cashier gives back what was paid at their own till lately, up to the owner's limit, also with several refunds at once.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  const { pool } = fixture.database;
  await pool.query("insert into stores (id, code, name, created_at) values ('sto_1', 'west', '西街店', now())");
  await pool.query(
    `insert into tills (id, store_id, code, name, created_at) values
       ('til_1', 'sto_1', '1', '一号', now()), ('til_2', 'sto_1', '2', '二号', now())`,
  );
});
beforeEach(() => fixture.clock.advance(10 * MINUTE_MS));
afterAll(() => fixture.close());

async function paid(tillId = "til_1"): Promise<string> {
  const place = { store: { id: "sto_1", code: "west" }, till: { id: tillId, code: tillId.slice(-1) }, cashier: null };
  const request = { items: [{ name: "拿铁", price: 18, quantity: 1 }] };
  const { id } = await fixture.payments.createOrder(request, { place });
  await fixture.payAndNotify(await fixture.open(id));
  return id;
}

const bounds = (more: object = {}) => ({
  tillId: "til_1",
  paidSince: new Date(fixture.clock.now().getTime() - MINUTE_MS),
  upToFen: 500,
  ...more,
});
const refund = (orderId: string, amount?: number, more: object = {}) =>
  fixture.payments.refundOrder({ orderId, amount, bounds: bounds(more) });
const refundsOf = async (orderId: string) => (await fixture.payments.refunds(orderId)).map(({ amount }) => amount);

test("up to the limit, with what went back before", async () => {
  const id = await paid();
  await refund(id, 300);
  await expect(refund(id, 201)).rejects.toMatchObject({ code: "forbidden", reason: "refund_limit" });
  await refund(id, 200);
  expect((await refundsOf(id)).toSorted()).toEqual([200, 300]);
});

test("without an amount all that is left counts", async () => {
  const id = await paid();
  await expect(refund(id)).rejects.toMatchObject({ reason: "refund_limit" });
  expect(await refundsOf(id)).toEqual([]);
  await refund(id, undefined, { upToFen: 1_800 });
  expect(await refundsOf(id)).toEqual([1_800]);
});

test("two at once do not go beyond it together", async () => {
  const id = await paid();
  const answers = await Promise.allSettled([refund(id, 300), refund(id, 300), refund(id, 300)]);
  expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await refundsOf(id)).toEqual([300]);
});

test("an order of another till, or of none, is not there", async () => {
  await expect(refund(await paid("til_2"), 100)).rejects.toMatchObject({ code: "not_found" });
  const { id } = await fixture.order();
  await fixture.payAndNotify(await fixture.open(id));
  await expect(refund(id, 100)).rejects.toMatchObject({ code: "not_found" });
});

test("what was paid before the shift is for the owner", async () => {
  const id = await paid();
  fixture.clock.advance(10 * MINUTE_MS);
  await expect(refund(id, 100)).rejects.toMatchObject({ code: "forbidden", reason: "refund_too_old" });
  await fixture.payments.refundOrder({ orderId: id, amount: 100 });
  expect(await refundsOf(id)).toEqual([100]);
});
