import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { seenOrders } from "./seen-orders.ts";

// Goal: pages in use are noted together, and nobody who works on one of their orders is waited for or held up.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const seenAt = async (id: string) =>
  (await fixture.rows<{ at: Date | null }>("select seen_at as at from orders where id = $1", [id]))[0]?.at ?? null;

test("an order that somebody works on is left out, and noted at the next look", async () => {
  const { pool } = fixture.database;
  const note = seenOrders(pool);
  const now = fixture.clock.now();
  const [free, taken] = [await fixture.order(), await fixture.order()];
  const holder = await pool.connect();
  try {
    await holder.query("begin");
    await holder.query("select from orders where id = $1 for update", [taken.id]);
    await Promise.all([note(free.id, now), note(taken.id, now)]);
    expect(await seenAt(free.id)).toEqual(now);
  } finally {
    await holder.query("rollback");
    holder.release();
  }
  expect(await seenAt(taken.id)).toBeNull();
  const later = new Date(now.getTime() + 1_000);
  await Promise.all([note(free.id, later), note(taken.id, later)]);
  expect(await seenAt(taken.id)).toEqual(later);
  expect(await seenAt(free.id), "twice within half a minute says nothing new").toEqual(now);
});
