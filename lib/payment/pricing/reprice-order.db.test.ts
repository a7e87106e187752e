import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { attemptsOf, balanceOf, codeOf } from "#lib/testing/payment-queries.ts";
import { errorsOf, pricingChoices } from "#lib/testing/pricing-fixture.ts";

// Goal: an order can be repriced while it cannot be paid, and at no other time; no one ever pays another price than the
// one that stands, and no promotion ever loses a fen or a use by it.

let fixture: PaymentFixture;
const { rows, promote, optional, clear, order, pay, standing, openTrades, expectSound } = pricingChoices(() => fixture);
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
beforeEach(clear);

describe("an optional offer", () => {
  test("is taken before the trade is opened: one price, one trade, and why", async () => {
    const id = await optional({ name: "立减3元" });
    const made = await order();
    expect(made.amountDue).toBe(2_000);
    expect(await pay(made, { offers: [id] })).toMatchObject({ amountDue: 1_700 });
    const after = await fixture.payments.order(made.id);
    expect(after).toMatchObject({ amountDiscount: 300, amountDue: 1_700 });
    expect(after.discounts).toEqual([
      { id, name: "立减3元", amount: 300, reason: null, terms: { type: "amount_off", off: 300 } },
    ]);
    expect(after.items.map(({ discount }) => discount)).toEqual([300]);
    expect(await standing(id)).toEqual({ spent: 0, reserved: 300, uses: 1 });
    expect(await rows("select from offer_decisions where order_id = $1", [made.id])).toHaveLength(1);
  });

  test("taken and left after the code was shown: the old trade is closed before the new one can be paid", async () => {
    const id = await optional();
    const made = await order();
    await pay(made);
    const [first] = await openTrades(made);
    await pay(made, { offers: [id] });
    const [second, ...more] = await openTrades(made);
    expect([second, more]).toEqual([`${made.outTradeNo}-2`, []]);
    expect(second).not.toBe(first);
    await pay(made, { offers: [] });
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
    expect(await fixture.payments.order(made.id)).toMatchObject({ amountDue: 2_000, discounts: [] });
    await pay(made, { offers: [id] });
    await fixture.payAndNotify((await openTrades(made))[0] ?? "");
    expect(await fixture.payments.order(made.id)).toMatchObject({ status: "paid", amountPaid: 1_700 });
    expect(await standing(id)).toEqual({ spent: 300, reserved: 0, uses: 1 });
    expect(await balanceOf(fixture, made.id)).toMatchObject({ discounts: 300, sales: -2_000 });
    await expectSound([made]);
  });

  test("asked for again, or not spoken of: the same price and no new trade", async () => {
    const id = await optional();
    const made = await order();
    const first = await pay(made, { offers: [id] });
    const asked = fixture.wechat.calls.length;
    expect(await pay(made, { offers: [id, id] })).toEqual(first);
    expect(await pay(made)).toEqual(first);
    expect(fixture.wechat.calls).toHaveLength(asked);
    expect(await attemptsOf(fixture, made.id)).toHaveLength(1);
    expect((await fixture.payments.order(made.id)).amountDue).toBe(1_700);
  });

  test("keeps what was promised when the promotion changes or ends", async () => {
    const [kept, other] = [await promote({ off: 200, window: { end: "2199-01-01T00:00:00Z" } }), await optional()];
    const made = await order();
    await fixture.payments.promotions.change(kept, { off: 1 });
    await fixture.payments.promotions.archive(kept);
    await pay(made, { offers: [other] });
    expect(await fixture.payments.order(made.id)).toMatchObject({ amountDiscount: 500 });
    await expectSound([made]);
  });

  test("moves what others take: the best combination with it", async () => {
    const percent = await promote({ type: "percent_off", payBps: 9_000, phase: "order" });
    const first = await optional({ phase: "item", off: 500 });
    const made = await order();
    expect(made.amountDiscount).toBe(200);
    await pay(made, { offers: [first] });
    expect(await standing(percent)).toMatchObject({ reserved: 150, uses: 1 });
    expect(await fixture.payments.order(made.id)).toMatchObject({ amountDiscount: 650 });
    await pay(made, { offers: [] });
    expect(await standing(percent)).toMatchObject({ reserved: 200, uses: 1 });
    await expectSound([made]);
  });

  test.each([
    ["is not there", async () => "nobody"],
    ["is not optional", () => promote({ off: 1 })],
    [
      "has ended",
      async () => {
        const id = await optional();
        await fixture.payments.promotions.archive(id);
        return id;
      },
    ],
    ["is not for this cart", () => optional({ threshold: { amount: 5_000 } })],
    ["has no money left", () => optional({ budget: 299 })],
    ["needs a code that the order does not have", () => optional({ code: "X" })],
    ["is for another way of paying", () => optional({ audience: { channels: ["jsapi"] } })],
    ["is for shoppers we know", () => optional({ limitPerUser: 1 })],
  ])("that %s is refused by name, and nothing changes", async (_, make) => {
    const good = await optional({ off: 100 });
    const bad = await make();
    const made = await order();
    await pay(made, { offers: [good] });
    const before = await fixture.payments.order(made.id);
    const calls = fixture.wechat.calls.length;
    expect(await errorsOf(pay(made, { offers: [good, bad] }))).toEqual(["offers[1]"]);
    expect(await errorsOf(pay(made, { offers: [bad] }))).toEqual(["offers[0]"]);
    expect(await fixture.payments.order(made.id)).toEqual(before);
    expect(fixture.wechat.calls).toHaveLength(calls);
    expect(await standing(good)).toEqual({ spent: 0, reserved: 100, uses: 1 });
  });

  test("with a code is there for who has the code", async () => {
    const id = await optional({ code: "MINE" });
    const made = await order({ promotionCodes: ["MINE"] });
    expect(made.amountDiscount).toBe(0);
    expect((await pay(made, { offers: [id] })).amountDue).toBe(1_700);
  });

  test("of a paid or closed order cannot be chosen", async () => {
    const id = await optional();
    const paid = await order();
    await fixture.payAndNotify(await fixture.open(paid.id));
    expect(await codeOf(pay(paid, { offers: [id] }))).toBe("order_not_payable");
    const closed = await order();
    await fixture.payments.closeOrder(closed.id);
    expect(await codeOf(fixture.payments.chooseOffers({ orderId: closed.id, offers: [id] }))).toBe("order_not_payable");
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
  });

  test("can be chosen without opening a trade", async () => {
    const id = await optional();
    const made = await order();
    await pay(made);
    expect(await fixture.payments.chooseOffers({ orderId: made.id, offers: [id] })).toMatchObject({ amountDue: 1_700 });
    expect(await openTrades(made)).toEqual([]);
    expect((await pay(made)).amountDue).toBe(1_700);
  });
});

test("where nothing looks at the channel, opening a trade asks the store nothing more", async () => {
  await optional();
  const made = await order();
  const asked: string[] = [];
  const counting: PaymentFixture["deps"]["store"] = {
    ...fixture.deps.store,
    transaction: (work) =>
      fixture.deps.store.transaction((tx) =>
        work(
          new Proxy(tx, {
            get(target, name) {
              asked.push(String(name));
              const value = Reflect.get(target, name);
              return typeof value === "function" ? value.bind(target) : value;
            },
          }),
        ),
      ),
  };
  const payments = new PaymentProcessor({ ...fixture.deps, store: counting });
  await payments.startPayment({ orderId: made.id, channel: "native", openid: null, payerIp: null });
  expect(asked).toEqual(["lockOrder", "isNumberTaken", "insertAttempt", "moveAttempt"]);
});

describe("promotions that look at the channel", () => {
  test("come in when the channel is known, and go with it", async () => {
    const id = await promote({ phase: "channel", audience: { channels: ["jsapi"] } });
    const made = await order();
    expect(made.amountDiscount).toBe(0);
    expect((await pay(made, { channel: "jsapi", openid: "oUser" })).amountDue).toBe(1_700);
    expect(await standing(id)).toMatchObject({ reserved: 300 });
    expect((await pay(made, { channel: "jsapi", openid: "oUser" })).amountDue).toBe(1_700);
    expect(await attemptsOf(fixture, made.id)).toHaveLength(1);
    expect((await pay(made)).amountDue).toBe(2_000);
    expect(await standing(id)).toMatchObject({ reserved: 0, uses: 0 });
    await expectSound([made]);
  });

  test("that begin after the code was shown change nothing on it", async () => {
    const made = await order();
    const first = await pay(made);
    await promote({ phase: "channel", audience: { channels: ["native"] } });
    expect(await pay(made)).toEqual(first);
    expect(await attemptsOf(fixture, made.id)).toHaveLength(1);
  });

  test("draw once: leaving the channel and coming back gives the same", async () => {
    const rule = { type: "random_off", min: 10, max: 900, audience: { channels: ["native"] } };
    const id = await promote({ ...rule, phase: "channel" });
    const made = await order();
    const due = (await pay(made)).amountDue;
    expect(due).toBeLessThan(2_000);
    expect((await pay(made, { channel: "jsapi", openid: "oUser" })).amountDue).toBe(2_000);
    expect((await pay(made)).amountDue).toBe(due);
    expect(await rows("select draw from promotion_uses where promotion_id = $1", [id])).toEqual([
      { draw: 2_000 - due },
    ]);
  });

  test("where pricing fails the old price stands", async () => {
    await promote({
      type: "random_off",
      min: 1,
      max: 9,
      phase: "channel",
      audience: { channels: ["native"] },
    });
    const made = await order();
    const hashDraw = () => {
      throw new Error("no key");
    };
    const broken = new PaymentProcessor({ ...fixture.deps, hashDraw });
    const wish = { orderId: made.id, channel: "native", openid: null, payerIp: null } as const;
    expect((await broken.startPayment(wish)).amountDue).toBe(2_000);
  });
});

describe("at once", () => {
  test("two tabs that choose differently: one trade, at the price that stands", async () => {
    const [small, large] = [await optional({ off: 100, group: "g" }), await optional({ off: 300, group: "g" })];
    const made = await Promise.all(Array.from({ length: 6 }, () => order()));
    for (const each of made) {
      const wishes = [[small], [large], [], [small], [large], [small]];
      await Promise.all(wishes.map((offers) => codeOf(pay(each, { offers }))));
      const trades = await openTrades(each);
      expect(trades.length).toBeLessThanOrEqual(1);
      const { amountDue } = await pay(each);
      const [number] = await openTrades(each);
      expect((await fixture.payments.order(each.id)).amountDue).toBe(amountDue);
      await fixture.payAndNotify(number ?? "");
      expect(await fixture.payments.order(each.id)).toMatchObject({ status: "paid", amountPaid: amountDue });
    }
    await expectSound(made);
  });

  test("a payment in the middle of a change wins, and nothing changes", async () => {
    const id = await optional();
    for (const operation of ["findTrade", "closeTrade"] as const) {
      const made = await order();
      const number = await fixture.open(made.id);
      fixture.wechat.beforeNext(operation, () => void fixture.wechat.pay(number));
      expect(await codeOf(pay(made, { offers: [id] }))).toBe("order_not_payable");
      expect(await fixture.payments.order(made.id)).toMatchObject({
        status: "paid",
        amountPaid: 2_000,
        amountDiscount: 0,
      });
    }
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
  });

  test("payments and changes in any order: paid is what was due", async () => {
    const id = await optional();
    const made = await Promise.all(Array.from({ length: 12 }, () => order()));
    await Promise.all(
      made.map(async (each, at) => {
        const number = await fixture.open(each.id);
        const paying = async () => {
          for (let turn = 0; turn < at; turn++) await Promise.resolve();
          await fixture.payAndNotify(number);
        };
        await Promise.allSettled([pay(each, { offers: [id] }), paying()]);
        await fixture.payments.syncOrder(each.id).catch(() => {});
      }),
    );
    await expectSound(made);
    const after = await Promise.all(made.map((each) => fixture.payments.order(each.id)));
    for (const each of after) expect(each.extraPayments).toEqual([]);
  });

  test("a crowd at the counter takes all of a budget, never more, and no other order stops", async () => {
    const id = await optional({ budget: 3_100 });
    const made = await Promise.all(Array.from({ length: 40 }, () => order()));
    const answers = await Promise.all(
      made.map((each) =>
        pay(each, { offers: [id] }).then(
          ({ amountDue }) => amountDue,
          (cause) => cause.errors?.[0]?.path,
        ),
      ),
    );
    expect(answers.filter((due) => due === 1_700)).toHaveLength(10);
    expect(answers.filter((path) => path === "offers[0]")).toHaveLength(30);
    expect(await standing(id)).toEqual({ spent: 0, reserved: 3_000, uses: 10 });
    const late = await Promise.all(made.map((each) => pay(each)));
    expect(late.filter(({ amountDue }) => amountDue === 2_000)).toHaveLength(30);
    await expectSound(made);
  });

  test("a crowd gets the next best when a channel's promotion runs out", async () => {
    const rich = await promote({ phase: "channel", budget: 1_500, group: "g", audience: { channels: ["native"] } });
    await promote({ phase: "channel", off: 100, group: "g", audience: { channels: ["native"] } });
    const made = await Promise.all(Array.from({ length: 30 }, () => order()));
    const answers = await Promise.all(made.map((each) => pay(each)));
    expect(answers.filter(({ amountDue }) => amountDue === 1_700)).toHaveLength(5);
    expect(answers.filter(({ amountDue }) => amountDue === 1_900)).toHaveLength(25);
    expect(await standing(rich)).toMatchObject({ reserved: 1_500, uses: 5 });
    await expectSound(made);
  });
});
