import { expect } from "vitest";
import { isAppError } from "#lib/base/app-error.ts";
import type { OrderView } from "#lib/contract/order.ts";
import type { OrderRequestInput } from "#lib/contract/order-request.ts";
import type { PayAnswer } from "#lib/contract/payment.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import type { StartPayment } from "#lib/payment/index.ts";
import type { PaymentFixture } from "./payment-fixture.ts";
import { attemptsOf } from "./payment-queries.ts";

/** Helpers of the pricing tests. @param here the current payment fixture */
export function pricingChoices(here: () => PaymentFixture) {
  let count = 0;
  const rows = <Row>(sql: string, values: unknown[] = []) => here().rows<Row>(sql, values);
  async function promote(promotion: object = {}): Promise<string> {
    count += 1;
    const off = "type" in promotion ? {} : { type: "amount_off", off: 300 };
    const rule = { id: `p${count}`, phase: "order", ...off, ...promotion };
    return (await here().payments.promotions.create(promotionRequestSchema.parse(rule))).id;
  }
  return {
    rows,
    promote,
    optional: (promotion: object = {}) => promote({ optional: true, ...promotion }),
    /** Archives all promotions, so that tests stay independent. */
    clear: () => rows("update promotions set status = 'archived', archived_at = now() where status = 'active'"),
    order: (request: Partial<OrderRequestInput> = {}): Promise<OrderView> =>
      here().order({ items: [{ name: "茶", unitAmount: 1_000, quantity: 2 }], ...request }),
    pay: ({ id: orderId }: OrderView, wish: Partial<StartPayment> = {}): Promise<PayAnswer> =>
      here().payments.startPayment({ orderId, channel: "native", openid: null, payerIp: null, ...wish }),
    async standing(id: string) {
      const { spent, reserved, uses } = await here().payments.promotions.get(id);
      return { spent, reserved, uses };
    },
    /** Numbers of the order's trades that a shopper could pay right now. */
    async openTrades({ id }: OrderView): Promise<string[]> {
      const numbers = (await attemptsOf(here(), id)).map(({ number }) => number);
      return here()
        .wechat.payableNumbers()
        .filter((number) => numbers.includes(number));
    },
    expectSound: (orders: readonly OrderView[]) => expectSound(rows, orders),
  };
}

/** Paths that a refused call names; null when it was not refused. */
export const errorsOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (cause) => (isAppError(cause) ? cause.errors.map(({ path }) => path) : String(cause)),
  );

/** Checks the invariants of discounts by counting rows. */
async function expectSound(
  rows: (sql: string, values?: unknown[]) => Promise<unknown[]>,
  orders: readonly OrderView[],
) {
  const ids = orders.map(({ id }) => id);
  const wrong = await rows(
    `select o.id from orders o
      where o.id = any($1) and (
        o.amount_discount <> (select sum(discount) from order_items where order_id = o.id)
        or o.amount_discount <> (select coalesce(sum(amount), 0) from promotion_uses
                                  where order_id = o.id and state in ('reserved', 'spent'))
        or (o.status = 'paid' and o.amount_due <> (select amount_paid from payment_attempts
                                                    where order_id = o.id and verdict = 'settles')))`,
    [ids],
  );
  expect(wrong).toEqual([]);
  const miscounted = await rows(
    `select p.id from promotions p
       join lateral (
         select coalesce(sum(amount) filter (where state = 'reserved'), 0) as reserved,
                coalesce(sum(amount) filter (where state = 'spent'), 0) as spent,
                count(*) filter (where state in ('reserved', 'spent') and not use_returned) as uses
           from promotion_uses where promotion_id = p.id) u on true
      where (p.reserved, p.spent, p.uses) is distinct from (u.reserved, u.spent, u.uses)`,
  );
  expect(miscounted).toEqual([]);
}
