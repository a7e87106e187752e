import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { OrderView } from "#lib/contract/order.ts";
import type { PaidTrade } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { attemptsOf, balanceOf, codeOf } from "#lib/testing/payment-queries.ts";
import { pricingChoices } from "#lib/testing/pricing-fixture.ts";

// Goal: the books of an order stay true between two prices, also with payments and killed processes.

let fixture: PaymentFixture;
const { rows, optional, clear, order, pay, standing, openTrades, expectSound } = pricingChoices(() => fixture);
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
beforeEach(clear);

describe("money for an older price", () => {
  /** A trade that is closed here and was paid all the same. */
  async function paidBehind(
    made: OrderView,
    { offers, differing = {} }: { offers?: readonly string[]; differing?: Partial<PaidTrade> },
    then: readonly string[],
  ) {
    await pay(made, offers && { offers });
    const [number = ""] = await openTrades(made);
    const trade = fixture.wechat.pay(number, differing);
    await rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
    await pay(made, { offers: then });
    return trade;
  }
  const verdictOf = async (made: OrderView) =>
    (await attemptsOf(fixture, made.id)).map(({ verdict }) => verdict).filter((verdict) => verdict !== null);

  test("settles the order at the price that was asked for then", async () => {
    const id = await optional();
    const made = await order();
    const trade = await paidBehind(made, {}, [id]);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    expect(await verdictOf(made)).toEqual(["settles"]);
    const after = await fixture.payments.order(made.id);
    expect(after).toMatchObject({ status: "paid", amountDue: 2_000, amountPaid: 2_000, discounts: [] });
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
    await expectSound([made]);
    // The newer trade could still be paid: it is closed.
    await fixture.payments.sweep();
    expect(await openTrades(made)).toEqual([]);
  });

  test("with an offer that was left since: it is taken again where there is room, and not beyond it", async () => {
    for (const [budget, spent] of [
      [300, 300],
      [300, 0],
    ] as const) {
      const id = await optional({ budget });
      const made = await order();
      const trade = await paidBehind(made, { offers: [id] }, []);
      const other = spent === 0 ? await order() : null;
      if (other !== null) await pay(other, { offers: [id] });
      await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
      expect(await fixture.payments.order(made.id)).toMatchObject({
        status: "paid",
        amountDue: 1_700,
        amountPaid: 1_700,
      });
      expect(await standing(id)).toMatchObject({ spent, reserved: other === null ? 0 : 300 });
      expect(await balanceOf(fixture, made.id)).toMatchObject({
        wechat_clearing: 1_700,
        discounts: 300,
        sales: -2_000,
      });
    }
  });

  test("is late when the order has closed, extra when it was paid otherwise, and no match when it is another amount", async () => {
    const id = await optional();
    const closed = await order();
    const late = await paidBehind(closed, {}, [id]);
    await fixture.payments.closeOrder(closed.id);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(late));
    expect(await verdictOf(closed)).toEqual(["late"]);
    const twice = await order();
    const extra = await paidBehind(twice, {}, [id]);
    await fixture.payAndNotify((await openTrades(twice))[0] ?? "");
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(extra));
    expect(await verdictOf(twice)).toEqual(["extra", "settles"]);
    const odd = await order();
    const mismatch = await paidBehind(odd, { differing: { totalFen: 1_700 as never } }, [id]);
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(mismatch));
    expect(await verdictOf(odd)).toEqual(["mismatch"]);
    expect(await fixture.payments.order(odd.id)).toMatchObject({ status: "pending", amountDue: 1_700 });
    await expectSound([twice, odd]);
  });
});

test("a process that dies between closing and opening leaves an order that anyone can go on with", async () => {
  const id = await optional();
  const made = await order();
  await pay(made);
  // Everything but the new trade's answer is done when it dies.
  fixture.wechat.failNext("openTrade", { kind: "unknown", workDone: true });
  expect(await codeOf(pay(made, { offers: [id] }))).toBe("gateway_unavailable");
  expect((await attemptsOf(fixture, made.id)).map(({ status }) => status)).toEqual(["closed", "opening"]);
  expect(await pay(made)).toMatchObject({ amountDue: 1_700 });
  expect(await openTrades(made)).toEqual([`${made.outTradeNo}-2`]);
  // It dies as soon as the old trade is closed: the old price stands.
  const early = await order();
  const number = await fixture.open(early.id);
  await fixture.wechat.closeTrade(number);
  await rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
  expect((await pay(early)).amountDue).toBe(2_000);
  expect((await pay(early, { offers: [id] })).amountDue).toBe(1_700);
  // It dies before it opens a trade at the new price.
  const other = await order();
  await pay(other);
  await fixture.payments.chooseOffers({ orderId: other.id, offers: [id] });
  expect(await openTrades(other)).toEqual([]);
  expect((await pay(other)).amountDue).toBe(1_700);
  await expectSound([made, early, other]);
});
