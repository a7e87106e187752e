import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: budgets, limits and histories hold against a hand that knows SQL and goes round the domain.
// Method: an order that holds one use of a promotion; then one forbidden statement at a time.

let fixture: PaymentFixture;
let promotion: string;
let order: string;
let count = 0;
beforeAll(async () => {
  fixture = await paymentFixture();
});
beforeEach(async () => {
  count += 1;
  promotion = `p${count}`;
  const rule = { id: promotion, type: "amount_off", phase: "order", off: 300, code: promotion, limitPerUser: 2 };
  await fixture.payments.promotions.create(promotionRequestSchema.parse({ ...rule, budget: 600, limitTotal: 3 }));
  order = await ordered("kim");
});
afterAll(() => fixture.close());

const ordered = async (shopperId: string): Promise<string> =>
  (await fixture.order({ shopperId, promotionCodes: [promotion] })).id;

/** The name of the constraint that refuses the statement; `$1` is the promotion, `$2` the order. */
function refusedBy(sql: string): Promise<string | null> {
  const values = [promotion, order].slice(0, sql.includes("$2") ? 2 : 1);
  const text = sql.includes("$2") && !sql.includes("$1") ? `${sql} and $1::text is not null` : sql;
  return fixture.refusedBy(text, values);
}

const take = (amount: number, shopper = "'lee'") =>
  `with o as (
     insert into orders (id, out_trade_no, amount_total, amount_discount, amount_due, description, created_at, expires_at, check_at)
     values ('hand-' || $1, 'hand-' || $1, 1000, ${amount}, ${1000 - amount}, 'x', now(), now() + '1h', now()) returning id
   ), i as (
     insert into order_items (id, order_id, position, name, unit_amount, quantity, discount)
     select 'item-' || $1, id, 0, 'x', 1000, 1, ${amount} from o
   ) insert into promotion_uses (order_id, promotion_id, version, shopper_id, amount, created_at)
     select id, $1, 1, ${shopper}, ${amount}, now() from o`;

describe("what there is to give", () => {
  test("a use within the budget is fine", async () => {
    expect(await refusedBy(take(300))).toBeNull();
  });

  test("never more than the budget", async () => {
    expect(await refusedBy(take(301))).toBe("promotion_budget");
    expect(await refusedBy("update promotions set budget = 299, version = 2 where id = $1")).toBe("promotion_budget");
  });

  test("never more orders than the limit", async () => {
    await refusedBy("update promotions set limit_total = 1, version = 2 where id = $1");
    expect(await refusedBy(take(100).replace("$1, 1,", "$1, 2,"))).toBe("promotion_limit_total");
  });

  test("never more often than one shopper may", async () => {
    await ordered("kim");
    expect(await refusedBy(take(1, "'kim'"))).toBe("promotion_budget");
    await refusedBy("update promotions set budget = 900, version = 2 where id = $1");
    expect(await refusedBy(take(1, "'kim'").replace("$1, 1,", "$1, 2,"))).toBe("promotion_limit_per_user");
  });

  test("a limit per shopper needs to know the shopper", async () => {
    expect(await refusedBy(take(1, "null"))).toBe("promotion_needs_shopper");
  });

  test("nothing of one that has ended, and nothing of an older version", async () => {
    await refusedBy("update promotions set budget = 700, version = 2 where id = $1");
    expect(await refusedBy(take(1))).toBe("promotion_current");
    await fixture.payments.promotions.archive(promotion);
    expect(await refusedBy(take(1).replace("$1, 1,", "$1, 2,"))).toBe("promotion_current");
  });

  test.each(["spent = 1", "reserved = reserved - 1", "uses = 0"])("counters follow the uses: %s", async (change) => {
    expect(await refusedBy(`update promotions set ${change} where id = $1`)).toBe("promotion_counters");
  });

  test("nor is a shopper's count anybody's to set", async () => {
    expect(await refusedBy("update promotion_shopper_uses set uses = 0 where promotion_id = $1")).toBe(
      "promotion_counters",
    );
    expect(await refusedBy("insert into promotion_shopper_uses values ($1, 'new', 1)")).toBe("promotion_counters");
    expect(await refusedBy("delete from promotion_shopper_uses where promotion_id = $1")).toBe("append_only");
  });
});

describe("what was promised", () => {
  test.each(["shopper_id = 'x'", "draw = 5", "created_at = now()"])("stays: %s", async (change) => {
    expect(await refusedBy(`update promotion_uses set ${change} where order_id = $2`)).toBe("promotion_use_fixed");
  });

  test("changes with its order's price, and with nothing else", async () => {
    expect(await refusedBy("update promotion_uses set amount = 1 where order_id = $2")).toBe("promotion_use_sums");
    const discount = "amount_discount = amount_discount - 1, amount_due = amount_due + 1";
    expect(await refusedBy(`update orders set ${discount} where id = $2`)).toBe("promotion_use_sums");
    expect(await refusedBy("update order_items set discount = discount - 1 where order_id = $2")).toBe("order_sums");
    const drop = `with o as (update orders set amount_discount = 0, amount_due = amount_total where id = $2),
                       i as (update order_items set discount = 0 where order_id = $2)
                  update promotion_uses set state = 'dropped', settled_at = now() where order_id = $2`;
    await fixture.open(order);
    expect(await refusedBy(drop), "a trade is open at the old price").toBe("order_price");
    await fixture.database.pool.query("update payment_attempts set status = 'closed' where order_id = $1", [order]);
    expect(await refusedBy(drop)).toBeNull();
    expect(await refusedBy("update promotion_uses set amount = 5 where order_id = $2")).toBe("promotion_use_fixed");
    expect(await fixture.payments.promotions.get(promotion)).toMatchObject({ reserved: 0, uses: 0 });
  });

  test("is never deleted", async () => {
    expect(await refusedBy("delete from promotion_uses where order_id = $2")).toBe("promotion_use_fixed");
  });

  test("an order takes of one promotion once", async () => {
    const again = "insert into promotion_uses (order_id, promotion_id, version, shopper_id, amount, created_at)";
    expect(await refusedBy(`${again} values ($2, $1, 1, 'kim', 1, now())`)).toBe("promotion_uses_pkey");
  });

  test("goes the way of its order", async () => {
    const to = (state: string) =>
      refusedBy(`update promotion_uses set state = '${state}', settled_at = now() where order_id = $2`);
    expect(await to("spent")).toBe("promotion_use_state");
    expect(await to("returned")).toBe("promotion_use_sums");
    expect(
      await refusedBy(
        "update orders set status = 'closed', closed_at = now(), check_at = null, version = version + 1 where id = $2",
      ),
    ).toBe("promotion_use_state");
  });

  test("what was spent or given back is not held again", async () => {
    await fixture.payments.closeOrder(order);
    expect(await refusedBy("update promotion_uses set state = 'reserved', settled_at = null where order_id = $2")).toBe(
      "illegal_transition",
    );
  });

  test("is what the order says it is", async () => {
    expect(await refusedBy(take(200).replace(" 200, now()", " 199, now()"))).toBe("promotion_use_sums");
  });
});

describe("what was said", () => {
  test.each([
    ["promotion_version", "definition = definition || '{\"off\": 1}'"],
    ["promotion_version", "version = 2"],
    ["promotion_fixed", "id = 'other'"],
  ])("a rule changes by its next version: %s", async (constraint, change) => {
    expect(await refusedBy(`update promotions set ${change} where id = $1`)).toBe(constraint);
  });

  test("every version is kept, and stays", async () => {
    await fixture.payments.promotions.change(promotion, { off: 200 });
    const { rows } = await fixture.database.pool.query(
      "select version, definition ->> 'off' as off from promotion_versions where promotion_id = $1 order by version",
      [promotion],
    );
    expect(rows).toEqual([
      { version: 1, off: "300" },
      { version: 2, off: "200" },
    ]);
    expect(await refusedBy("update promotion_versions set budget = 1 where promotion_id = $1")).toBe("append_only");
    expect(await refusedBy("delete from promotion_versions where promotion_id = $1")).toBe("append_only");
  });

  test("what has ended does not come back, and is not forgotten", async () => {
    await fixture.payments.promotions.archive(promotion);
    expect(await refusedBy("update promotions set status = 'active', archived_at = null where id = $1")).toBe(
      "promotion_fixed",
    );
    expect(await refusedBy("delete from promotions where id = $1")).toBe("append_only");
  });

  test("a decision is append-only", async () => {
    expect(await refusedBy("update offer_decisions set discount = 0 where order_id = $2")).toBe("append_only");
    expect(await refusedBy("delete from offer_decisions where order_id = $2")).toBe("append_only");
  });
});
