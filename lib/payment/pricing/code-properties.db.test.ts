import { afterAll, beforeAll, expect, test } from "vitest";
import { isAppError } from "#lib/base/app-error.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { newCodesSchema } from "#lib/contract/promotion-codes.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: in no order of operations is a code that works once had by two orders, or a budget exceeded, and what a code's counter
// says is what its uses say.
// Method: orders are made, given codes, paid, paid late, closed and accepted as dice fall, several at once; after each step
// everything is counted from the rows.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const BUDGET = 4_000;
const OFF = 500;
const SEEDS = [1, 2, 3];
const STEPS = 40;
const PATIENCE_MS = 120_000;

/** Deterministic dice. */
function dice(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761;
  return (below) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/** What is refused, or too late, is refused; anything else is a fault. */
async function tried(work: Promise<unknown>): Promise<void> {
  await work.catch((cause) => {
    // Nobody can pay a trade that was closed meanwhile.
    if (String(cause).includes("is not open")) return;
    if (!isAppError(cause) || cause.code === "internal") throw cause;
  });
}

test.each(SEEDS)(
  "as dice %i fall",
  async (seed) => {
    const roll = dice(seed);
    const promotionId = `dice-${seed}`;
    const rule = { id: promotionId, type: "amount_off", phase: "order", off: OFF, needsCode: true, budget: BUDGET };
    await fixture.payments.promotions.create(promotionRequestSchema.parse({ ...rule, returnUse: seed === 2 }));
    // Fewer codes than orders, one of them for three, and less money than codes.
    const codes = Array.from({ length: 8 }, (_, at) => `D${seed}-${at}`);
    const add = (wish: object) => fixture.payments.promotionCodes.add(promotionId, newCodesSchema.parse(wish));
    await add({ codes });
    await add({ codes: [`D${seed}-SHARED`], maxUses: 3 });
    codes.push(`D${seed}-SHARED`);
    const orders: string[] = [];
    /** Paid at WeChat, the notice still under way. */
    const underWay: ReturnType<PaymentFixture["wechat"]["pay"]>[] = [];
    const anOrder = () => orders[roll(orders.length)] ?? "";
    const aCode = () => codes[roll(codes.length)] ?? "";
    const made = async (promotionCodes: string[]) => {
      orders.push((await fixture.order({ promotionCodes })).id);
    };
    const operations: (() => Promise<unknown>)[] = [
      () => made([]),
      () => made([aCode()]),
      () => fixture.payments.enterCode({ orderId: anOrder(), code: aCode() }),
      () => fixture.payments.enterCode({ orderId: anOrder(), code: aCode() }),
      () => fixture.payments.closeOrder(anOrder()),
      async () => fixture.payAndNotify(await fixture.open(anOrder())),
      async () => {
        const orderId = anOrder();
        const number = await fixture.open(orderId);
        underWay.push(fixture.wechat.pay(number));
        await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [
          number,
        ]);
        await fixture.payments.closeOrder(orderId);
      },
      async () => {
        const trade = underWay.shift();
        if (trade === undefined) return;
        await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
        const [late] = await fixture.rows<{ order_id: string }>(
          "select order_id from payment_attempts where transaction_id = $1 and verdict = 'late'",
          [trade.transactionId],
        );
        if (late)
          await fixture.payments.acceptLatePayment({ orderId: late.order_id, transactionId: trade.transactionId });
      },
      () => fixture.payments.refundOrder({ orderId: anOrder() }),
    ];
    await made([]);
    for (let step = 0; step < STEPS; step++) {
      const together = Array.from({ length: 1 + roll(3) }, () => operations[roll(operations.length)]);
      await Promise.all(together.map((operation) => tried(operation?.() ?? Promise.resolve())));
      await expectTrue(promotionId);
    }
    const [had] = await fixture.rows<{ n: number }>(
      "select count(*)::int as n from promotion_uses where promotion_id = $1",
      [promotionId],
    );
    expect(had?.n).toBeGreaterThan(5);
  },
  PATIENCE_MS,
);

async function expectTrue(promotionId: string): Promise<void> {
  const codes = await fixture.rows<{ code: string; uses: number; max_uses: number; counted: number }>(
    `select c.code, c.uses, c.max_uses,
            (select count(*) from promotion_uses u
              where u.code_id = c.id and u.state in ('reserved', 'spent') and not u.use_returned)::int as counted
       from promotion_codes c where c.promotion_id = $1`,
    [promotionId],
  );
  for (const { code, uses, max_uses, counted } of codes) {
    expect([code, uses]).toEqual([code, counted]);
    expect(counted).toBeLessThanOrEqual(max_uses);
  }
  const [promotion] = await fixture.rows<{ taken: number; counted: number; uses: number; rows: number }>(
    `select (p.spent + p.reserved)::int as taken, p.uses,
            (select coalesce(sum(amount), 0) from promotion_uses u where u.promotion_id = p.id and u.state in ('reserved', 'spent'))::int as counted,
            (select count(*) from promotion_uses u where u.promotion_id = p.id and u.state in ('reserved', 'spent') and not u.use_returned)::int as rows
       from promotions p where p.id = $1`,
    [promotionId],
  );
  expect(promotion?.taken).toBe(promotion?.counted);
  expect(promotion?.uses).toBe(promotion?.rows);
  expect(promotion?.taken).toBeLessThanOrEqual(BUDGET);
}
