import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { type OrderRequestInput, orderRequestSchema } from "#lib/contract/order-request.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { PaymentProcessor, type PricingFacts, type PromotionStanding, priceCart } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: an order gets what its promotions give it, no more and no less, from its making to its last refund.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
// Promotions of one test are no business of the next one's.
beforeEach(() =>
  fixture.rows("update promotions set status = 'archived', archived_at = now() where status = 'active'"),
);

let count = 0;
async function promote(promotion: object): Promise<string> {
  count += 1;
  const off = "type" in promotion ? {} : { type: "amount_off", off: 300 };
  const rule = { id: `p${count}`, phase: "order", ...off, ...promotion };
  return (await fixture.payments.promotions.create(promotionRequestSchema.parse(rule))).id;
}
const order = (request: Partial<OrderRequestInput> = {}): Promise<OrderView> =>
  fixture.order({ items: [{ name: "茶", unitAmount: 1_000, quantity: 2 }], ...request });
const pay = async ({ id }: OrderView) => fixture.payAndNotify(await fixture.open(id));
/** Paid while it was being closed. */
async function paidLate({ id: orderId }: OrderView) {
  const number = await fixture.open(orderId);
  const trade = fixture.wechat.pay(number);
  await fixture.rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
  await fixture.payments.closeOrder(orderId);
  await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
  return { orderId, transactionId: trade.transactionId };
}
const standing = async (id: string) => {
  const { spent, reserved, uses } = await fixture.payments.promotions.get(id);
  return { spent, reserved, uses };
};

describe("making an order", () => {
  test("the best combination is taken, spread over the lines and explained", async () => {
    // smart.md §3.4, example 1: by priority it would be 270.
    const a = await promote({
      type: "percent_off",
      phase: "item",
      payBps: 8_500,

      scope: { categories: ["drink"] },
    });
    const b = await promote({ name: "满减", threshold: { amount: 3_000 }, off: 500 });
    const made = await order({
      items: [
        { name: "拿铁", unitAmount: 1_800, quantity: 1, category: "drink" },
        { name: "蛋糕", unitAmount: 1_390, quantity: 1 },
      ],
    });
    expect(made).toMatchObject({ amountTotal: 3_190, amountDiscount: 500, amountDue: 2_690 });
    expect(made.items.map(({ discount }) => discount)).toEqual([282, 218]);
    expect(made.discounts).toEqual([
      {
        id: b,
        name: "满减",
        amount: 500,
        reason: "满30减5",
        terms: { type: "amount_off", threshold: { amount: 3_000 }, off: 500 },
      },
    ]);
    expect(await fixture.payments.order(made.id)).toEqual(made);
    const [kept] = await fixture.rows<{ discounts: unknown }>("select discounts from orders where id = $1", [made.id]);
    expect(kept?.discounts).toMatchObject([{ id: b, reason: null, terms: { type: "amount_off", off: 500 } }]);
    expect(await standing(b)).toEqual({ spent: 0, reserved: 500, uses: 1 });
    expect(await standing(a)).toEqual({ spent: 0, reserved: 0, uses: 0 });
  });

  test("without promotions nothing is decided and nothing stored", async () => {
    const made = await order();
    expect(made).toMatchObject({ amountDiscount: 0, amountDue: 2_000, discounts: [] });
    expect(await fixture.rows("select from offer_decisions where order_id = $1", [made.id])).toEqual([]);
  });

  test("a promotion is there from the very next order on, and gone from the very next", async () => {
    expect((await order()).amountDiscount).toBe(0);
    const id = await promote({});
    expect((await order()).amountDiscount).toBe(300);
    await fixture.payments.promotions.archive(id);
    expect((await order()).amountDiscount).toBe(0);
  });

  test("a code is needed, and another one is none", async () => {
    await promote({ code: "SPRING" });
    expect((await order()).amountDiscount).toBe(0);
    expect((await order({ promotionCodes: ["SPRING"] })).amountDiscount).toBe(300);
  });

  test("a code that no promotion in use has is refused by name, in an order and in a quote", async () => {
    const id = await promote({ code: "SPRING" });
    const errors = [
      { path: "promotionCodes.0", message: expect.stringContaining("OTHER") },
      { path: "promotionCodes.2", message: expect.stringContaining("spring-2") },
    ];
    const promotionCodes = ["OTHER", "spring", "spring-2"];
    const refusal = { code: "invalid_request", errors };
    const orders = () => fixture.rows<{ n: number }>("select count(*)::int as n from orders");
    const before = await orders();
    await expect(order({ promotionCodes })).rejects.toMatchObject(refusal);
    const cart = { items: [{ name: "茶", unitAmount: 5_000, quantity: 1 }], expiresIn: 900, promotionCodes };
    await expect(fixture.payments.quote(cart)).rejects.toMatchObject(refusal);
    expect(await orders()).toEqual(before);
    await fixture.payments.promotions.archive(id);
    await expect(order({ promotionCodes: ["SPRING"] })).rejects.toMatchObject({ code: "invalid_request" });
  });

  test("a repeated request gets its first answer, though the promotion has ended since", async () => {
    const id = await promote({ code: "REPEAT" });
    const request = orderRequestSchema.parse({
      items: [{ name: "茶", unitAmount: 1_000, quantity: 2 }],
      promotionCodes: ["REPEAT"],
    });
    await fixture.rows(
      "insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_r', 'r', sha256('r'), '')",
    );
    const once = { apiKeyId: "key_r", key: "again", digest: new Uint8Array(32) };
    expect(await fixture.payments.createOrderOnce(request, once)).toMatchObject({ kind: "created" });
    await fixture.payments.promotions.archive(id);
    expect(await fixture.payments.createOrderOnce(request, once)).toMatchObject({ kind: "replayed" });
  });

  test("one that only the learner may add is left alone", async () => {
    await promote({ optional: true });
    expect((await order()).amountDiscount).toBe(0);
  });

  test("a limit per shopper: no unknown shopper, and none too often", async () => {
    await promote({ limitPerUser: 1 });
    expect((await order()).amountDiscount).toBe(0);
    expect((await order({ shopperId: "kim" })).amountDiscount).toBe(300);
    expect((await order({ shopperId: "kim" })).amountDiscount).toBe(0);
    expect((await order({ shopperId: "lee" })).amountDiscount).toBe(300);
  });

  test("for new customers: those who never paid, and not unknown ones", async () => {
    await promote({ audience: { newCustomer: true } });
    expect((await order()).amountDiscount).toBe(0);
    await pay(await order({ shopperId: "new" }));
    expect((await order({ shopperId: "new" })).amountDiscount).toBe(0);
  });

  test("a donation is never made smaller", async () => {
    const id = await promote({});
    const gift = await order({ items: [{ name: "希望工程捐款", unitAmount: 5_000, quantity: 1 }] });
    expect(gift).toMatchObject({ amountDiscount: 0, amountDue: 5_000 });
    expect((await order({ metadata: { scene: "donation" } })).amountDiscount).toBe(0);
    expect(await standing(id)).toMatchObject({ uses: 0 });
  });

  test("the rest of a budget that does not suffice is not given: the next best is", async () => {
    const rich = await promote({ off: 500, budget: 900, group: "g" });
    const poor = await promote({ off: 100, group: "g" });
    expect((await order()).discounts.map(({ id }) => id)).toEqual([rich]);
    expect((await order()).discounts.map(({ id }) => id)).toEqual([poor]);
  });

  test("the same call again is answered the same, and takes nothing more", async () => {
    const id = await promote({});
    await fixture.rows(
      "insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_p', 'x', sha256('p'), '')",
    );
    const once = { apiKeyId: "key_p", key: "k", digest: new Uint8Array(32) };
    const request = { items: [{ name: "茶", unitAmount: 1_000, quantity: 1 }], expiresIn: 900 };
    const results = await Promise.all([
      fixture.payments.createOrderOnce(request, once),
      fixture.payments.createOrderOnce(request, once),
    ]);
    expect(results.map(({ kind }) => kind).sort()).toEqual(["created", "replayed"]);
    const again = await fixture.payments.createOrderOnce(request, once);
    const first = results.find((one) => one.kind === "created");
    expect(again.kind === "replayed" && JSON.parse(again.answer.body)).toEqual(
      first?.kind === "created" && first.order,
    );
    expect(await standing(id)).toEqual({ spent: 0, reserved: 300, uses: 1 });
  });

  test("a number that is taken takes nothing of the promotion", async () => {
    const id = await promote({});
    const first = await order({ outTradeNo: "taken-1" });
    expect((await order({ outTradeNo: "taken-1" })).id).toBe(first.id);
    await expect(order({ outTradeNo: "taken-1", expiresIn: 60 })).rejects.toMatchObject({ code: "conflict" });
    expect(await standing(id)).toMatchObject({ reserved: 300, uses: 1 });
  });

  test("a repeated number is the same order only with the same codes", async () => {
    const id = await promote({ code: "SAME-CODE" });
    const request = { outTradeNo: "coded-1", promotionCodes: ["SAME-CODE"] };
    const first = await order(request);
    expect((await order(request)).id).toBe(first.id);
    await expect(order({ outTradeNo: "coded-1" })).rejects.toMatchObject({ code: "conflict" });
    expect(await standing(id)).toMatchObject({ uses: 1 });
  });

  test("when pricing fails the order is made at its full price", async () => {
    const id = await promote({ type: "random_off", phase: "channel", min: 100, max: 200 });
    const hashDraw = () => {
      throw new Error("no key");
    };
    const broken = new PaymentProcessor({ ...fixture.deps, hashDraw });
    const made = await broken.createOrder({ items: [{ name: "茶", unitAmount: 1_000, quantity: 1 }] });
    expect(made).toMatchObject({ amountDiscount: 0, amountDue: 1_000 });
    expect(await standing(id)).toMatchObject({ uses: 0 });
  });
});

test("a random reduction is drawn once, within its bounds, and kept", async () => {
  const id = await promote({ type: "random_off", phase: "channel", min: 50, max: 300 });
  const orders = await Promise.all(Array.from({ length: 12 }, () => order()));
  const drawn = orders.map(({ amountDiscount }) => amountDiscount);
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(50);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(300);
  expect(new Set(drawn).size).toBeGreaterThan(3);
  const kept = await fixture.rows<{ draw: number; amount: number }>(
    "select draw, amount from promotion_uses where promotion_id = $1 order by order_id",
    [id],
  );
  const byId = orders.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  expect(kept).toEqual(byId.map(({ amountDiscount }) => ({ draw: amountDiscount, amount: amountDiscount })));
});

test("what was decided can be decided again from what was stored", async () => {
  await promote({ type: "percent_off", phase: "item", payBps: 9_000, limitPerUser: 5 });
  await promote({ threshold: { amount: 5_000 } });
  await promote({ type: "random_off", phase: "channel", min: 100, max: 200 });
  await promote({ code: "X", threshold: { amount: 9_000 } });
  const made = await order({ shopperId: "kim", promotionCodes: ["X"] });
  await fixture.payments.promotions.change(`p${count - 3}`, { payBps: 1_000 });
  const [kept] = await fixture.rows<{ inputs: Inputs; applied: AppliedInOrder[]; rejected: unknown; discount: number }>(
    "select * from offer_decisions where order_id = $1",
    [made.id],
  );
  if (kept === undefined) throw new Error("nothing was decided");
  const standings = await Promise.all(kept.inputs.promotions.map(asItWas));
  const items = made.items.map((item) => ({ ...item, unitFen: fen(item.unitAmount) }));
  const again = priceCart({ items, standings, facts: kept.inputs });
  expect(again.discountFen).toBe(kept.discount);
  expect(again.applied.map(({ id, amountFen, lines }) => ({ id, amountFen, lines }))).toEqual(
    kept.applied.map(({ id, amountFen, lines }) => ({ id, amountFen, lines })),
  );
  expect(again.rejected.map(({ id, reason }) => ({ id, reason }))).toEqual(kept.rejected);
  expect(kept.discount).toBe(made.amountDiscount);
  expect(kept.applied).toHaveLength(2);
});

type KeptStanding = Omit<PromotionStanding, "rule"> & { readonly id: string; readonly version: number };
type Inputs = PricingFacts & { readonly promotions: readonly KeptStanding[] };
interface AppliedInOrder {
  readonly id: string;
  readonly amountFen: number;
  readonly lines: readonly number[];
}

async function asItWas({ id, version, ...left }: KeptStanding): Promise<PromotionStanding> {
  const [row] = await fixture.rows<{ definition: object }>(
    "select definition from promotion_versions where promotion_id = $1 and version = $2",
    [id, version],
  );
  return { ...left, rule: { ...row?.definition, id, version } as PromotionStanding["rule"] };
}

describe("after that", () => {
  test("paid: what was held is spent, and the books know the discount", async () => {
    const id = await promote({});
    const made = await order();
    await pay(made);
    expect(await standing(id)).toEqual({ spent: 300, reserved: 0, uses: 1 });
    expect(await fixture.payments.order(made.id)).toMatchObject({ status: "paid", amountPaid: 1_700 });
    const lines = await fixture.rows(
      "select account, debit::int, credit::int from journal_lines l join journal_entries e on e.id = l.entry_id where order_id = $1 order by account",
      [made.id],
    );
    expect(lines).toContainEqual({ account: "discounts", debit: 300, credit: 0 });
  });

  test("closed or expired: what was held is there for others", async () => {
    const id = await promote({ budget: 300, limitPerUser: 1 });
    const first = await order({ shopperId: "kim" });
    expect((await order({ shopperId: "lee" })).amountDiscount).toBe(0);
    await fixture.payments.closeOrder(first.id);
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
    const second = await order({ shopperId: "kim", expiresIn: 60 });
    expect(second.amountDiscount).toBe(300);
    fixture.clock.advance(HOUR_MS);
    await fixture.payments.sweep();
    expect((await fixture.payments.order(second.id)).status).toBe("closed");
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
  });

  test("paid late and accepted: taken again where there is room, and not beyond it", async () => {
    const id = await promote({ budget: 300 });
    const late = await paidLate(await order());
    const other = await order();
    expect(other.amountDiscount).toBe(300);
    await fixture.payments.acceptLatePayment(late);
    expect(await standing(id)).toEqual({ spent: 0, reserved: 300, uses: 1 });
    await fixture.payments.closeOrder(other.id);
    const another = await paidLate(await order());
    expect(await standing(id)).toEqual({ spent: 0, reserved: 0, uses: 0 });
    await fixture.payments.acceptLatePayment(another);
    expect(await standing(id)).toEqual({ spent: 300, reserved: 0, uses: 1 });
  });

  test("refunded piece by piece: exactly what was paid, and the budget stays spent", async () => {
    const id = await promote({ off: 1_001 });
    const made = await order({
      items: [
        { name: "茶", unitAmount: 999, quantity: 3 },
        { name: "糕", unitAmount: 1_250, quantity: 2 },
      ],
    });
    await pay(made);
    const paidFor = made.items.map(({ amount, discount }) => amount - discount);
    const back: [number, number] = [0, 0];
    for (const [line, pieces] of [
      [0, 1],
      [1, 1],
      [0, 1],
      [1, 1],
      [0, 1],
    ] as const) {
      const items = [{ itemId: made.items[line]?.id ?? "", quantity: pieces }];
      const result = await fixture.payments.refundOrder({ orderId: made.id, items });
      back[line] += result.kind === "requested" ? result.refund.amount : 0;
    }
    expect(back).toEqual(paidFor);
    expect(back[0] + back[1]).toBe(made.amountDue);
    expect(await standing(id)).toEqual({ spent: 1_001, reserved: 0, uses: 1 });
  });

  test("a promotion that is changed or ended keeps what it promised", async () => {
    const id = await promote({});
    const made = await order();
    await fixture.payments.promotions.change(id, { off: 1 });
    await fixture.payments.promotions.archive(id);
    await pay(made);
    expect(await fixture.payments.order(made.id)).toMatchObject({ amountPaid: 1_700, amountDiscount: 300 });
    expect(await standing(id)).toEqual({ spent: 300, reserved: 0, uses: 1 });
  });
});
