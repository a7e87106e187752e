import { afterAll, beforeAll, expect, test } from "vitest";
import { codeKey } from "#lib/base/promotion-code.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { newCodesSchema } from "#lib/contract/promotion-codes.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: what must never be true of a code is refused by Postgres, whichever program asks.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

let count = 0;
/** A promotion with one code that works once, and an order that has it. */
async function used(rule: object = {}) {
  count += 1;
  const [id, code] = [`codes-${count}`, `CODE${count}`];
  const wish = { id, type: "amount_off", phase: "order", off: 500, needsCode: true, ...rule };
  await fixture.payments.promotions.create(promotionRequestSchema.parse(wish));
  await fixture.payments.promotionCodes.add(id, newCodesSchema.parse({ codes: [code, `${code}FREE`] }));
  const order = await fixture.order({ promotionCodes: [code] });
  const [row] = await fixture.rows<{ id: string }>("select id from promotion_codes where code = $1", [code]);
  return { promotionId: id, code, codeId: row?.id ?? "", order };
}
const CLAIM = `with priced as (update orders set amount_discount = $3, amount_due = amount_total - $3 where id = $1 returning id)
  insert into promotion_uses (order_id, promotion_id, version, amount, code_id, created_at)
  select id, $2, 1, $3, $4, now() from priced`;

test("a code that works once is not had by a second order", async () => {
  const { promotionId, codeId } = await used();
  const other = await fixture.order();
  expect(await fixture.refusedBy(CLAIM, [other.id, promotionId, 500, codeId])).toBe("promotion_code_uses");
});

test("a promotion that needs a code is not had without one, nor with that of another, nor with a revoked one", async () => {
  const [mine, others] = [await used(), await used()];
  const other = await fixture.order();
  expect(await fixture.refusedBy(CLAIM, [other.id, mine.promotionId, 500, null])).toBe("promotion_needs_code");
  expect(await fixture.refusedBy(CLAIM, [other.id, mine.promotionId, 500, others.codeId])).toContain(
    "promotion_uses_code",
  );
  await fixture.payments.promotionCodes.revoke(mine.promotionId, null);
  const [free] = await fixture.rows<{ id: string }>("select id from promotion_codes where code = $1", [
    `${mine.code}FREE`,
  ]);
  expect(await fixture.refusedBy(CLAIM, [other.id, mine.promotionId, 500, free?.id])).toBe("promotion_code_revoked");
});

test("a budget is not exceeded with codes", async () => {
  const { promotionId, code } = await used({ budget: 900 });
  const other = await fixture.order();
  const [free] = await fixture.rows<{ id: string }>("select id from promotion_codes where code = $1", [`${code}FREE`]);
  expect(await fixture.refusedBy(CLAIM, [other.id, promotionId, 500, free?.id])).toBe("promotion_budget");
});

test("codes are counted by their uses alone, are never changed, never deleted, and revoked for good", async () => {
  const { codeId, order } = await used();
  const refused = (sql: string) => fixture.refusedBy(sql, [codeId]);
  expect(await refused("update promotion_codes set uses = 0 where id = $1")).toBe("promotion_counters");
  expect(await refused("update promotion_codes set code = 'X' where id = $1")).toBe("promotion_code_fixed");
  expect(await refused("update promotion_codes set max_uses = 9 where id = $1")).toBe("promotion_code_fixed");
  expect(await refused("delete from promotion_codes where id = $1")).toBe("promotion_code_fixed");
  await fixture.rows("update promotion_codes set revoked_at = now() where id = $1", [codeId]);
  expect(await refused("update promotion_codes set revoked_at = null where id = $1")).toBe("promotion_code_fixed");
  expect(
    await fixture.refusedBy("update promotion_uses set code_id = null where order_id = $1 and state = 'spent'", [
      order.id,
    ]),
  ).toBe(null);
  await fixture.payAndNotify(await fixture.open(order.id));
  expect(await fixture.refusedBy("update promotion_uses set code_id = null where order_id = $1", [order.id])).toBe(
    "promotion_use_fixed",
  );
});

test("one code is in one promotion at a time", async () => {
  const [mine, others] = [await used(), await used()];
  const insert = "insert into promotion_codes (promotion_id, code, created_at) values ($1, $2, now())";
  expect(await fixture.refusedBy(insert, [others.promotionId, mine.code.toLowerCase()])).toBe("promotion_codes_in_use");
  expect(await fixture.refusedBy(insert, [others.promotionId, " - "])).toBe("promotion_codes_key_check");
});

test.each([
  "abc-123",
  " Ａ Ｂ Ｃ　１２３ ",
  "a\u2011b\u2013c\u2014d\u2212e－f",
  "zero\u200bwidth\ufeffnbsp\u00a0x",
  "春节 快乐-2026",
  "ǅ ß i İ ﬁ",
  "tab\tline\r\nend",
  "a_b.c·d",
])("Postgres and the program compare %j in the same way", async (code) => {
  const [row] = await fixture.rows<{ key: string }>("select promotion_code_key($1) as key", [code]);
  expect(row?.key).toBe(codeKey(code));
});
