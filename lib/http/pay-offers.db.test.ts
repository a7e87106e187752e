import { afterAll, beforeAll, expect, test } from "vitest";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: what the shopper takes or leaves at the till, as the pay call takes and answers it.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture({});
  const rule = { id: "till", type: "amount_off", phase: "order", off: 300, optional: true };
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
  const taken = await pay(order.id, ["till"]);
  expect([plain.amountDue, taken.amountDue]).toEqual([1_800, 1_500]);
  expect(taken.codeUrl).not.toBe(plain.codeUrl);
  expect(await pay(order.id, ["till"])).toEqual(taken);
  expect(await pay(order.id)).toEqual(taken);
  const status = await (await edge.send(`/api/orders/${order.id}/status`)).json();
  expect(status).toMatchObject({ status: "pending", amountDue: 1_500, handover: taken.handover });
  expect(taken.handover).not.toBe(plain.handover);
});

test("one that cannot be had is named, and the open code stays", async () => {
  const order = await edge.order();
  const open = await pay(order.id, ["till"]);
  const refused = await pay(order.id, ["till", "nobody"]);
  expect(refused).toMatchObject({ status: 400, code: "invalid_request", errors: [{ path: "offers[1]" }] });
  expect(await pay(order.id)).toEqual(open);
});

test.each([["till"], [{ id: "till" }], [Array(9).fill("till")], [[""]], [[7]]])(
  "%j is no list of offers",
  async (offers) => {
    const order = await edge.order();
    expect(await pay(order.id, offers)).toMatchObject({ status: 400, code: "invalid_request" });
  },
);
