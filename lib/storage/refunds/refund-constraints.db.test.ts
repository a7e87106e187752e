import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { refundMachine } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: every constraint of refunds holds against SQL that goes round the domain.
let fixture: PaymentFixture;
let orderId: string;
let itemId: string;
let attemptId: string;
beforeAll(async () => {
  fixture = await paymentFixture();
});
beforeEach(async () => {
  const order = await fixture.order({ items: [{ name: "茶", unitAmount: 500, quantity: 2 }] });
  orderId = order.id;
  itemId = order.items[0]?.id ?? "";
  await fixture.payAndNotify(await fixture.open(orderId));
  attemptId =
    (await fixture.rows<{ id: string }>("select id from payment_attempts where order_id = $1", [orderId]))[0]?.id ?? "";
});
afterAll(() => fixture.close());

interface Raw {
  readonly amount?: number;
  /** How much more the attempt is set to hold. */
  readonly held?: number;
  readonly number?: string;
  readonly order?: string;
  /** Item, quantity and amount. */
  readonly item?: readonly [string, number, number];
}
const insert = ({ amount = 100, held = amount, number = crypto.randomUUID(), order = orderId, item }: Raw) =>
  fixture.refusedBy(
    `with made as (
       insert into refunds (id, order_id, attempt_id, number, origin, amount, created_at, send_at, check_at)
       values (gen_random_uuid()::text, $1, $2, $3, 'request', $4::int, now(), now(), now()) returning id
     ), lines as (
       insert into refund_items (refund_id, order_item_id, quantity, amount)
       select made.id, $6, $7::int, $8::int from made where $6::text is not null
     )
     update payment_attempts set refund_held = refund_held + $5::int where id = $2`,
    [order, attemptId, number, amount, held, ...(item ?? [null, null, null])],
  );
const change = (what: string) => fixture.refusedBy(`update refunds set ${what} where attempt_id = $1`, [attemptId]);

test("the moves in SQL are the moves of the domain", async () => {
  const inSql = await fixture.rows<{ move: string }>(
    "select from_status || '>' || to_status as move from allowed_transition where machine = 'refund'",
  );
  const inDomain = Object.entries<readonly string[]>(refundMachine.moves).flatMap(([from, targets]) =>
    targets.map((to) => `${from}>${to}`),
  );
  expect(inSql.map((row) => row.move).toSorted()).toEqual(inDomain.toSorted());
});

describe("what is held", () => {
  test("is what waits: not more, not less, and never more than was paid", async () => {
    expect(await insert({ amount: 100, held: 99 })).toBe("refund_sums");
    expect(await insert({ amount: 100, held: 0 })).toBe("refund_sums");
    expect(await insert({ amount: 1001 })).toBe("attempt_refunds");
    expect(await insert({ amount: 600 })).toBeNull();
    expect(await insert({ amount: 401 })).toBe("attempt_refunds");
    expect(await fixture.refusedBy("update payment_attempts set refund_held = 0 where id = $1", [attemptId])).toBe(
      "refund_sums",
    );
  });

  test("two at once cannot both take what is left", async () => {
    const results = await Promise.all([insert({ amount: 700 }), insert({ amount: 700 })]);
    expect(results.toSorted()).toEqual(["attempt_refunds", null]);
  });

  test("is set free only together with the refund's end", async () => {
    await insert({ amount: 100 });
    const closed = "status = 'closed', closed_at = now(), check_at = null, failure = 'invalid'";
    expect(await change(closed)).toBe("refund_sums");
    const both = `with closed as (update refunds set ${closed} where attempt_id = $1)
                  update payment_attempts set refund_held = 0 where id = $1`;
    expect(await fixture.refusedBy(both, [attemptId])).toBeNull();
  });
});

describe("a refund", () => {
  test.each(["amount = 99", "number = 'another'", "reason = 'x'", "origin = 'policy'", "created_at = now()"])(
    "never changes: %s",
    async (what) => {
      await insert({});
      expect(await change(what)).toBe("refund_fixed");
    },
  );

  test("is never deleted", async () => {
    await insert({});
    expect(await fixture.refusedBy("delete from refunds where attempt_id = $1", [attemptId])).toBe("refund_fixed");
  });

  test("moves as the table says", async () => {
    await insert({});
    await change("status = 'processing'");
    expect(await change("status = 'requested'")).toBe("illegal_transition");
  });

  test("has one number, also for two at once", async () => {
    const results = await Promise.all([insert({ number: "same-number" }), insert({ number: "same-number" })]);
    expect(results.toSorted()).toEqual([null, "refunds_number_key"].toSorted());
  });

  test.each([
    ["check_at = null", "refund_to_do"],
    ["status = 'succeeded', check_at = null", "refund_succeeded"],
    ["status = 'closed', check_at = null, closed_at = now()", "refund_closed"],
  ])("is looked at until it is final, and says when and why it ended: %s", async (what, constraint) => {
    await insert({});
    expect(await change(what)).toBe(constraint);
  });

  test("is of its own order", async () => {
    const other = await fixture.order();
    expect(await insert({ order: other.id })).toBe("refund_order");
  });

  test("gives back at least one fen", async () => {
    expect(await insert({ amount: 0 })).toBe("refunds_amount_check");
  });
});

describe("its items", () => {
  test("add up, are of its order, and were bought", async () => {
    expect(await insert({ amount: 500, item: [itemId, 1, 499] })).toBe("refund_items_sum");
    expect(await insert({ amount: 500, item: [itemId, 3, 500] })).toBe("refund_items_bought");
    const other = await fixture.order();
    expect(await insert({ amount: 500, item: [other.items[0]?.id ?? "", 1, 500] })).toBe("refund_items_bought");
    expect(await insert({ amount: 500, item: [itemId, 1, 500] })).toBeNull();
    expect(await insert({ amount: 500, item: [itemId, 2, 500] })).toBe("refund_items_bought");
    expect(await insert({ amount: 500, item: [itemId, 1, 500] })).toBeNull();
  });

  test("never change", async () => {
    await insert({ amount: 500, item: [itemId, 1, 500] });
    expect(await fixture.refusedBy("update refund_items set quantity = 2")).toBe("append_only");
    expect(await fixture.refusedBy("delete from refund_items")).toBe("append_only");
  });
});
