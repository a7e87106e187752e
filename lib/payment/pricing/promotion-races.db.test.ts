import { afterAll, beforeAll, expect, test } from "vitest";
import { isAppError } from "#lib/base/app-error.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderRequestInput } from "#lib/contract/order-request.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: a crowd on one promotion never takes a fen or a use more than there is, and takes all there is.
// Method: a thousand orders at once against a real store; then the rows are counted, not the counters.

const CROWD = 1_000;
/** A crowd takes its time on a machine that has others to serve. */
const PATIENCE_MS = 120_000;

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());

const promote = (promotion: object) => fixture.payments.promotions.create(promotionRequestSchema.parse(promotion));

/** A store that is overrun says so and takes nothing; its caller comes again. */
async function comeAgain(request: OrderRequestInput): Promise<OrderView> {
  for (;;) {
    try {
      return await fixture.payments.createOrder(request);
    } catch (cause) {
      if (!isAppError(cause) || cause.code !== "unavailable") throw cause;
    }
  }
}

const crowd = (request: (at: number) => Partial<OrderRequestInput>, size = CROWD): Promise<OrderView[]> =>
  Promise.all(
    Array.from({ length: size }, (_, at) =>
      comeAgain({ items: [{ name: "茶", unitAmount: 1_000, quantity: 1 }], ...request(at) }),
    ),
  );

async function counted(promotionId: string) {
  const { rows } = await fixture.database.pool.query(
    `select p.spent::int, p.reserved::int, p.uses, count(u.order_id)::int as rows, coalesce(sum(u.amount), 0)::int as amount
       from promotions p left join promotion_uses u on u.promotion_id = p.id where p.id = $1 group by p.id`,
    [promotionId],
  );
  return rows[0];
}

const discounted = (orders: readonly OrderView[]) => orders.filter(({ amountDiscount }) => amountDiscount > 0);

test(
  "a budget in the middle of a crowd",
  async () => {
    await promote({ id: "budget", type: "amount_off", phase: "order", off: 300, budget: 40_100, code: "B" });
    const orders = await crowd(() => ({ promotionCodes: ["B"] }));
    expect(discounted(orders)).toHaveLength(133);
    expect(await counted("budget")).toEqual({ spent: 0, reserved: 39_900, uses: 133, rows: 133, amount: 39_900 });
  },
  PATIENCE_MS,
);

test(
  "a code that works once",
  async () => {
    await promote({ id: "once", type: "amount_off", phase: "order", off: 500, limitTotal: 1, code: "ONCE" });
    const orders = await crowd(() => ({ promotionCodes: ["ONCE"] }));
    expect(discounted(orders)).toHaveLength(1);
    expect(await counted("once")).toMatchObject({ uses: 1, rows: 1, amount: 500 });
  },
  PATIENCE_MS,
);

test(
  "three uses for each of twenty shoppers",
  async () => {
    await promote({ id: "three", type: "amount_off", phase: "order", off: 200, limitPerUser: 3, code: "THREE" });
    const orders = await crowd((at) => ({ promotionCodes: ["THREE"], shopperId: `shopper-${at % 20}` }));
    expect(discounted(orders)).toHaveLength(60);
    const { rows } = await fixture.database.pool.query(
      "select shopper_id, count(*)::int as rows from promotion_uses where promotion_id = 'three' group by shopper_id",
    );
    expect(rows.map((row) => row.rows)).toEqual(Array(20).fill(3));
  },
  PATIENCE_MS,
);

test(
  "two promotions that go to the end together, in any order",
  async () => {
    await promote({ id: "z-first", type: "percent_off", phase: "item", payBps: 9_000, budget: 10_000, code: "Z" });
    await promote({ id: "a-last", type: "amount_off", phase: "channel", off: 50, budget: 3_000, code: "A" });
    const orders = await crowd((at) => ({ promotionCodes: at % 2 === 0 ? ["Z", "A"] : ["A", "Z"] }), 300);
    expect(await counted("z-first")).toMatchObject({ reserved: 10_000, uses: 100, rows: 100, amount: 10_000 });
    expect(await counted("a-last")).toMatchObject({ reserved: 3_000, uses: 60, rows: 60, amount: 3_000 });
    expect(orders.reduce((sum, { amountDiscount }) => sum + amountDiscount, 0)).toBe(13_000);
  },
  PATIENCE_MS,
);
