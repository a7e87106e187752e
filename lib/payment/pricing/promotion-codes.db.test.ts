import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CODE_ALPHABET, codeKey } from "#lib/base/promotion-code.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import type { OrderView } from "#lib/contract/order.ts";
import { newCodesSchema } from "#lib/contract/promotion-codes.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { errorsOf, pricingChoices } from "#lib/testing/pricing-fixture.ts";

// Goal: a code opens its promotion for as many orders as it may, whoever comes first; nothing else is lost or taken for it.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
afterAll(() => fixture.close());
const here = pricingChoices(() => fixture);
const { rows, promote, order, pay } = here;
beforeEach(here.clear);

const needsCode = (promotion: object = {}) => promote({ needsCode: true, off: 500, ...promotion });
const addCodes = (promotionId: string, wish: object) =>
  fixture.payments.promotionCodes.add(promotionId, newCodesSchema.parse(wish), { by: "owner@example.com" });
let count = 0;
/** A promotion with one code that works once. */
async function single(promotion: object = {}, wish: object = {}) {
  count += 1;
  const code = `ONCE-${count}`;
  const promotionId = await needsCode(promotion);
  await addCodes(promotionId, { codes: [code], ...wish });
  return { promotionId, code };
}
const enter = ({ id: orderId }: Pick<OrderView, "id">, code: string) => fixture.payments.enterCode({ orderId, code });
const due = async ({ id }: Pick<OrderView, "id">) => (await fixture.payments.order(id)).amountDue;
const usesOf = async (code: string) =>
  (await rows<{ uses: number }>("select uses from promotion_codes where key = $1", [codeKey(code)]))[0]?.uses;

describe("codes are given out", () => {
  test("made at once: as many as asked, all different, none guessable, with the prefix", async () => {
    const id = await needsCode();
    expect(await addCodes(id, { count: 5_001, prefix: "xmas", label: "公众号" })).toEqual({
      added: 5_001,
      duplicates: [],
    });
    const made = await rows<{ code: string; max_uses: number }>(
      "select code, max_uses from promotion_codes where promotion_id = $1",
      [id],
    );
    expect(new Set(made.map(({ code }) => code)).size).toBe(5_001);
    const form = new RegExp(`^XMAS-[${CODE_ALPHABET}]{5}-[${CODE_ALPHABET}]{5}$`);
    expect(made.every(({ code, max_uses }) => form.test(code) && max_uses === 1)).toBe(true);
    expect(await fixture.payments.promotionCodes.figures(id)).toEqual({
      total: 5_001,
      free: 5_001,
      used: 0,
      revoked: 0,
      open: 0,
      paid: 0,
      given: 0,
    });
  });

  test("taken in: each that is there already, or twice in the list, is named and nothing else is refused", async () => {
    const [one, other] = [await needsCode(), await needsCode()];
    expect(await addCodes(one, { codes: ["Spring 1", "spring-2", "ＳＰＲＩＮＧ１"] })).toEqual({
      added: 2,
      duplicates: ["ＳＰＲＩＮＧ１"],
    });
    expect(await addCodes(other, { codes: ["SPRING2", "SPRING3"] })).toEqual({ added: 1, duplicates: ["SPRING2"] });
  });

  test("a promotion that needs none takes none, and one word and a list are not both", async () => {
    const id = await promote();
    expect(await errorsOf(addCodes(id, { count: 1 }))).toEqual(["needsCode"]);
    expect(await errorsOf(promote({ code: "A", needsCode: true }))).toEqual(["needsCode"]);
    expect(await errorsOf(addCodes("no-such", { count: 1 }))).toEqual([]);
  });

  test("found again by how they begin, by label and by state; with the order that has one", async () => {
    const { promotionId, code } = await single();
    await addCodes(promotionId, { codes: ["PAPER-1", "PAPER-2"], label: "传单" });
    const made = await order({ promotionCodes: [code] });
    const find = async (query: object) =>
      (await fixture.payments.promotionCodes.list(promotionId, { limit: 10, ...query })).data.map((each) => each.code);
    expect(await find({ q: "paper" })).toEqual(["PAPER-2", "PAPER-1"]);
    expect(await find({ q: "传单", state: "free" })).toEqual(["PAPER-2", "PAPER-1"]);
    expect(await find({ state: "used" })).toEqual([code]);
    const { data, nextCursor } = await fixture.payments.promotionCodes.list(promotionId, { limit: 2 });
    expect([data.map((each) => each.code), nextCursor]).toEqual([["PAPER-2", "PAPER-1"], data[1]?.id]);
    const rest = await fixture.payments.promotionCodes.list(promotionId, { limit: 2, cursor: nextCursor ?? "" });
    expect(rest).toMatchObject({ data: [{ code, state: "used", uses: 1, orderId: made.id }], nextCursor: null });
  });
});

describe("an order is made with a code", () => {
  test("in any case, with spaces and dashes, full width: it is one code, and stands with the discount", async () => {
    const { promotionId, code } = await single();
    const made = await order({ promotionCodes: [` ｏｎｃｅ－ ${count}`] });
    expect(made).toMatchObject({ amountDiscount: 500, discounts: [{ id: promotionId, code }] });
    expect(await usesOf(code)).toBe(1);
  });

  test("without one the promotion is not had, and a quote says that it needs a code", async () => {
    const { promotionId } = await single();
    expect((await order()).amountDiscount).toBe(0);
    const items = [{ name: "茶", unitAmount: 1_000, quantity: 2 }];
    const quote = await fixture.payments.quote({ items, expiresIn: 7_200 });
    expect(quote.rejected).toContainEqual(expect.objectContaining({ id: promotionId, reason: "code" }));
  });

  test("one that was used, revoked or never was is refused by its place, and makes no order", async () => {
    const [used, revoked] = [await single(), await single()];
    await order({ promotionCodes: [used.code] });
    await fixture.payments.promotionCodes.revoke(revoked.promotionId, null);
    const wrong = order({ promotionCodes: [used.code, revoked.code, "NEVER"] });
    expect(await errorsOf(wrong)).toEqual(["promotionCodes.0", "promotionCodes.1", "promotionCodes.2"]);
  });

  test("closed unpaid, it gives the code back; paid, it keeps it", async () => {
    const { code } = await single();
    const first = await order({ promotionCodes: [code] });
    await fixture.payments.closeOrder(first.id);
    expect(await usesOf(code)).toBe(0);
    const second = await order({ promotionCodes: [code] });
    await fixture.payAndNotify(await fixture.open(second.id));
    expect(await errorsOf(order({ promotionCodes: [code] }))).toEqual(["promotionCodes.0"]);
    expect(await usesOf(code)).toBe(1);
    await here.expectSound([second]);
  });

  test("of a crowd at once exactly one has it, and the others are told", async () => {
    const { code } = await single();
    const answers = await Promise.all(Array.from({ length: 24 }, () => errorsOf(order({ promotionCodes: [code] }))));
    expect(answers.filter((answer) => answer === null)).toHaveLength(1);
    expect(answers.every((answer) => answer === null || String(answer).startsWith("promotionCodes"))).toBe(true);
    expect(await usesOf(code)).toBe(1);
  });

  test("the same number with the same code is the same order, also after a second code was typed", async () => {
    const [one, other] = [await single(), await single()];
    const request = { outTradeNo: `CODES-${count}`, promotionCodes: [one.code] };
    const first = await order(request);
    expect(await enter(first, other.code)).toMatchObject({ kind: "applied" });
    expect((await order({ ...request, promotionCodes: [one.code.toLowerCase()] })).id).toBe(first.id);
  });
});

describe("a code is typed on the pay page", () => {
  test("the price is made anew, an open trade at the old price is ended, and that is paid", async () => {
    const { promotionId, code } = await single();
    const made = await order();
    await pay(made);
    expect(await enter(made, code.toLowerCase())).toEqual({ kind: "applied", savesFen: 500 });
    expect(await here.openTrades(made)).toEqual([]);
    await fixture.payAndNotify(await fixture.open(made.id));
    const paid = await fixture.payments.order(made.id);
    expect(paid).toMatchObject({ status: "paid", amountPaid: 1_500, discounts: [{ id: promotionId, code }] });
    await here.expectSound([made]);
  });

  test("what cannot be used is said, and changes nothing", async () => {
    const used = await single();
    await order({ promotionCodes: [used.code] });
    const ended = await single();
    await fixture.payments.promotions.pause(ended.promotionId);
    const dear = await single({ threshold: { amount: 9_000 } });
    const early = await single({ window: { start: new Date(fixture.clock.now().getTime() + HOUR_MS).toISOString() } });
    const better = await promote({ off: 900, group: "g" });
    const worse = await single({ group: "g" });
    const made = await order();
    expect(made.discounts).toMatchObject([{ id: better }]);
    expect(await enter(made, "no such code")).toEqual({ kind: "unknown" });
    expect(await enter(made, " - ")).toEqual({ kind: "unknown" });
    expect(await enter(made, used.code)).toEqual({ kind: "used" });
    expect(await enter(made, ended.code)).toEqual({ kind: "ended" });
    expect(await enter(made, dear.code)).toMatchObject({
      kind: "refused",
      reason: "threshold",
      rule: { id: dear.promotionId },
    });
    expect(await enter(made, early.code)).toMatchObject({ kind: "refused", reason: "window" });
    expect(await enter(made, worse.code)).toMatchObject({ kind: "refused", reason: "group" });
    expect(await fixture.payments.order(made.id)).toEqual(made);
    expect(await usesOf(worse.code)).toBe(0);
  });

  test("typed twice it is there already; a shared one works for as many as it may", async () => {
    const { code } = await single({}, { maxUses: 2 });
    const [one, two, three] = [await order(), await order(), await order()];
    expect(await enter(one, code)).toMatchObject({ kind: "applied" });
    expect(await enter(one, code)).toEqual({ kind: "already" });
    expect(await enter(two, code)).toMatchObject({ kind: "applied" });
    expect(await enter(three, code)).toEqual({ kind: "used" });
    expect(await due(three)).toBe(2_000);
  });

  test("two shoppers at once: one has it, the other is told and keeps the price", async () => {
    const { code } = await single();
    const [one, other] = [await order(), await order()];
    const kinds = (await Promise.all([enter(one, code), enter(other, code)])).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(["applied", "used"]);
    expect((await Promise.all([due(one), due(other)])).toSorted()).toEqual([1_500, 2_000]);
    expect(await usesOf(code)).toBe(1);
    await here.expectSound([one, other]);
  });

  test("the one word of a promotion is typed the same way, and an optional offer is taken by its code", async () => {
    await promote({ code: "Happy New Year", off: 200 });
    const optional = await promote({ code: "TAKE-ME", optional: true, off: 100 });
    const made = await order();
    expect(await enter(made, "happynewyear")).toMatchObject({ kind: "applied", savesFen: 200 });
    expect(await enter(made, "takeme")).toMatchObject({ kind: "applied", savesFen: 100 });
    expect((await fixture.payments.order(made.id)).discounts).toContainEqual(
      expect.objectContaining({ id: optional, code: "TAKE-ME" }),
    );
  });

  test("a paid order takes no code any more", async () => {
    const { code } = await single();
    const made = await order();
    await fixture.payAndNotify(await fixture.open(made.id));
    await expect(enter(made, code)).rejects.toMatchObject({ code: "order_not_payable" });
    expect(await usesOf(code)).toBe(0);
  });
});

describe("a payment that comes late", () => {
  test("at the price with the code, while the code went elsewhere: it is booked as it was promised", async () => {
    const { code, promotionId } = await single();
    const made = await order({ promotionCodes: [code] });
    const number = await fixture.open(made.id);
    const trade = fixture.wechat.pay(number);
    await rows("update payment_attempts set status = 'closed', check_at = null where number = $1", [number]);
    await fixture.payments.closeOrder(made.id);
    const next = await order({ promotionCodes: [code] });
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(trade));
    await fixture.payments.acceptLatePayment({ orderId: made.id, transactionId: trade.transactionId });
    expect(await fixture.payments.order(made.id)).toMatchObject({
      status: "paid",
      amountPaid: 1_500,
      amountDiscount: 500,
    });
    expect(await usesOf(code)).toBe(1);
    expect(await here.standing(promotionId)).toEqual({ spent: 0, reserved: 500, uses: 1 });
    expect((await fixture.payments.order(next.id)).amountDiscount).toBe(500);
  });
});

test("a revoked code opens nothing more, but an order that has it keeps it", async () => {
  const { promotionId, code } = await single({}, { maxUses: null });
  const made = await order({ promotionCodes: [code] });
  expect(await fixture.payments.promotionCodes.revoke(promotionId, null, { by: "owner@example.com" })).toBe(1);
  expect(await enter(await order(), code)).toEqual({ kind: "ended" });
  await fixture.payAndNotify(await fixture.open(made.id));
  expect(await fixture.payments.order(made.id)).toMatchObject({ status: "paid", amountPaid: 1_500 });
  // It may be given out anew.
  const other = await needsCode();
  expect(await addCodes(other, { codes: [code] })).toEqual({ added: 1, duplicates: [] });
});

test("a use that comes back with the whole refund brings its code back; a part of it does not", async () => {
  const { code } = await single({ returnUse: true });
  const made = await order({ promotionCodes: [code] });
  await fixture.payAndNotify(await fixture.open(made.id));
  for (const amount of [500, 1_000]) {
    await fixture.payments.refundOrder({ orderId: made.id, amount });
    fixture.clock.advance(120_000);
    await fixture.payments.sweep();
    const refunds = await fixture.payments.refunds(made.id);
    for (const { outRefundNo } of refunds) fixture.wechat.refunds.settle(outRefundNo, "succeeded");
    for (const { id } of refunds) await fixture.payments.syncRefund(id);
    expect(await usesOf(code)).toBe(amount === 500 ? 1 : 0);
  }
  expect((await order({ promotionCodes: [code] })).amountDiscount).toBe(500);
});
