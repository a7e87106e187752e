import { afterAll, beforeAll, expect, test } from "vitest";
import { OFFER_CHOICES_PER_ORDER_MAX } from "#lib/base/web-limits.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: what the shopper takes or leaves at the till, as the pay call takes and answers it.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture({});
  const rule = { id: "pricing", type: "amount_off", phase: "order", off: 300, optional: true };
  await edge.payments.promotions.create(promotionRequestSchema.parse(rule));
});
afterAll(() => edge.close());

async function pay(id: string, offers?: unknown) {
  const answer = await edge.send(`/api/orders/${id}/pay`, {
    json: { channel: "native", ...(offers ? { offers } : {}) },
  });
  return { status: answer.status, ...(await answer.json()) };
}

test("an offer taken is another price and another code; asked again it is the same", async () => {
  const order = await edge.order();
  const plain = await pay(order.id);
  const taken = await pay(order.id, ["pricing"]);
  expect([plain.amountDue, taken.amountDue]).toEqual([1_800, 1_500]);
  expect(taken.codeUrl).not.toBe(plain.codeUrl);
  expect(await pay(order.id, ["pricing"])).toEqual(taken);
  expect(await pay(order.id)).toEqual(taken);
  const status = await (await edge.send(`/api/orders/${order.id}/status`)).json();
  expect(status).toMatchObject({ status: "pending", amountDue: 1_500, handover: taken.handover });
  expect(taken.handover).not.toBe(plain.handover);
});

test("one that cannot be had is named, and the open code stays", async () => {
  const order = await edge.order();
  const open = await pay(order.id, ["pricing"]);
  const refused = await pay(order.id, ["pricing", "nobody"]);
  expect(refused).toMatchObject({ status: 400, code: "invalid_request", errors: [{ path: "offers[1]" }] });
  expect(await pay(order.id)).toEqual(open);
});

test("prices that were asked for too often are no more made, and the order stays payable at the one it has", async () => {
  const order = await edge.order();
  const prices = async () => {
    const text = "select count(*)::int as count from offer_decisions where order_id = $1";
    return (await edge.database.pool.query(text, [order.id])).rows[0].count;
  };
  let changes = 0;
  const choose = () => edge.payments.chooseOffers({ orderId: order.id, offers: changes % 2 === 0 ? ["pricing"] : [] });
  const change = async (): Promise<boolean> => {
    try {
      await choose();
      changes++;
      return true;
    } catch (cause) {
      expect(cause).toMatchObject({ code: "conflict" });
      return false;
    }
  };
  while (changes <= OFFER_CHOICES_PER_ORDER_MAX && (await change()));
  expect(changes).toBeGreaterThan(20);
  expect(changes).toBeLessThan(OFFER_CHOICES_PER_ORDER_MAX);
  const before = await prices();
  expect(await change()).toBe(false);
  expect(await prices()).toBe(before);
  expect(await pay(order.id)).toMatchObject({ status: 200, amountDue: changes % 2 === 0 ? 1_800 : 1_500 });
});

test.each([["pricing"], [{ id: "pricing" }], [Array(9).fill("pricing")], [[""]], [[7]]])(
  "%j is no list of offers",
  async (offers) => {
    const order = await edge.order();
    expect(await pay(order.id, offers)).toMatchObject({ status: 400, code: "invalid_request" });
  },
);
