import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: refunds as the contract has them, over a real database.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

async function paidOrder() {
  const order = await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 2 }] });
  await edge.payAndNotify(await edge.open(order.id));
  return order;
}
const refund = (orderId: string, json: unknown, headers: Record<string, string> = {}) =>
  edge.asMerchant(`/api/v1/orders/${orderId}/refunds`, { json, headers });

test("a refund is asked for, read, listed, and shows in its order", async () => {
  const { id } = await paidOrder();
  const made = await refund(id, { amount: 300, reason: "少了一杯" });
  expect(made.status).toBe(201);
  const view = await made.json();
  expect(view).toEqual({
    id: expect.stringMatching(/^ref_/),
    orderId: id,
    awaitingApproval: false,
    outRefundNo: expect.stringMatching(/-R1$/),
    amount: 300,
    // Until WeChat says what of it goes to the shopper and what comes from the merchant.
    amountPayer: null,
    amountSettled: null,
    status: "pending",
    reason: "少了一杯",
    items: [],
    failureReason: null,
    failureDetail: null,
    createdAt: expect.any(String),
    succeededAt: null,
  });
  expect(made.headers.get("location")).toBe(`/api/v1/refunds/${view.id}`);
  await edge.payments.receiveNotification(
    edge.gateways.noticeOfRefund(edge.wechat.refunds.settle(view.outRefundNo, "succeeded")),
  );
  const read = await (await edge.asMerchant(`/api/v1/refunds/${view.id}`)).json();
  const succeededAt = edge.clock.now().toISOString();
  expect(read).toEqual({ ...view, status: "succeeded", succeededAt, amountSettled: 300 });
  expect(await (await edge.asMerchant(`/api/v1/orders/${id}/refunds`)).json()).toEqual({
    data: [read],
    nextCursor: null,
  });
  expect(await (await edge.asMerchant(`/api/v1/orders/${id}`)).json()).toMatchObject({
    status: "partially_refunded",
    amountRefunded: 300,
  });
});

test("no body at all gives back all that is left", async () => {
  const { id } = await paidOrder();
  const made = await edge.asMerchant(`/api/v1/orders/${id}/refunds`, { method: "POST" });
  expect([made.status, (await made.json()).amount]).toEqual([201, 1000]);
  const again = await refund(id, {});
  expect([again.status, (await again.json()).code]).toEqual([409, "amount_exceeds_refundable"]);
});

describe("Idempotency-Key", () => {
  test("the first answer, word for word, also when all has been given back since", async () => {
    const { id } = await paidOrder();
    const headers = { "idempotency-key": "refund-1" };
    const first = await refund(id, {}, headers);
    const text = await first.text();
    edge.clock.advance(2 * MINUTE_MS);
    const again = await refund(id, {}, headers);
    expect([again.status, again.headers.get("idempotent-replayed"), await again.text()]).toEqual([201, "true", text]);
    const other = await refund(id, { amount: 1 }, headers);
    expect([other.status, (await other.json()).code]).toEqual([409, "idempotency_conflict"]);
  });

  test("twenty at once make one refund, each answered with it", async () => {
    const { id } = await paidOrder();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refund(id, { amount: 10 }, { "idempotency-key": "refund-20" })),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(new Set(texts).size).toBe(1);
    expect(await edge.payments.refunds(id)).toHaveLength(1);
  });

  test("one key for two orders is a conflict, and nothing is set aside for the second", async () => {
    const [one, two] = [await paidOrder(), await paidOrder()];
    const answers = await Promise.all(
      [one, two].map(({ id }) => refund(id, { amount: 10 }, { "idempotency-key": "refund-2-orders" })),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 409]);
    const refunds = [...(await edge.payments.refunds(one.id)), ...(await edge.payments.refunds(two.id))];
    expect(refunds).toHaveLength(1);
  });

  test("a refusal is not kept", async () => {
    const order = await edge.order();
    const headers = { "idempotency-key": "refund-3" };
    const early = await refund(order.id, {}, headers);
    expect([early.status, (await early.json()).code]).toEqual([409, "conflict"]);
    await edge.payAndNotify(await edge.open(order.id));
    expect((await refund(order.id, {}, headers)).status).toBe(201);
  });
});

describe("bad input names the field, and nothing is set aside", () => {
  test.each([
    ["too much", { amount: 1001 }, 409, "amount"],
    ["nothing", { amount: 0 }, 400, "amount"],
    ["a fraction", { amount: 1.5 }, 400, "amount"],
    ["less than nothing", { amount: -1 }, 400, "amount"],
    ["a text", { amount: "100" }, 400, "amount"],
    ["too long a reason", { reason: "长".repeat(81) }, 400, "reason"],
    ["an empty reason", { reason: "" }, 400, "reason"],
    ["an unknown field", { sum: 1 }, 400, "sum"],
    ["no items", { items: [] }, 400, "items"],
    ["an item of elsewhere", { items: [{ itemId: "itm_x", quantity: 1 }] }, 400, "items.0.itemId"],
    [
      "an item twice",
      {
        items: [
          { itemId: "itm_x", quantity: 1 },
          { itemId: "itm_x", quantity: 1 },
        ],
      },
      400,
      "items.1.itemId",
    ],
    ["no piece of it", { items: [{ itemId: "itm_x", quantity: 0 }] }, 400, "items.0.quantity"],
  ])("%s", async (_name, json, status, path) => {
    const { id } = await paidOrder();
    const answer = await refund(id, json);
    expect([answer.status, (await answer.json()).errors[0].path]).toEqual([status, path]);
    expect(await edge.payments.refunds(id)).toEqual([]);
  });

  test("more of an item than was bought, and an amount that is not the items'", async () => {
    const order = await paidOrder();
    const itemId = order.items[0]?.id;
    const many = await refund(order.id, { items: [{ itemId, quantity: 3 }] });
    expect([many.status, (await many.json()).errors[0].path]).toEqual([409, "items.0.quantity"]);
    const other = await refund(order.id, { amount: 499, items: [{ itemId, quantity: 1 }] });
    expect([other.status, (await other.json()).errors[0].path]).toEqual([400, "amount"]);
    const right = await refund(order.id, { amount: 500, items: [{ itemId, quantity: 1 }] });
    expect((await right.json()).items).toEqual([{ itemId, quantity: 1, amount: 500 }]);
  });

  test("orders and refunds that are not there", async () => {
    for (const [path, method] of [
      ["/api/v1/orders/ord_x/refunds", "POST"],
      ["/api/v1/orders/ord_00000000000000000000000000/refunds", "POST"],
      ["/api/v1/orders/ord_00000000000000000000000000/refunds", "GET"],
      ["/api/v1/refunds/ref_x", "GET"],
      ["/api/v1/refunds/ref_00000000000000000000000000", "GET"],
    ] as const) {
      const answer = await edge.asMerchant(path, { method });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

test("keys need a scope of their own to give money back", async () => {
  const { id } = await paidOrder();
  const keyWith = async (scope: string) => {
    const made = await edge.container.keys.create({ name: "r", requireSigning: false, scopes: [scope], actor: "test" });
    return { authorization: `Bearer ${made.secret.reveal()}` };
  };
  const path = `/api/v1/orders/${id}/refunds`;
  expect((await edge.send(path, { json: {}, headers: await keyWith("orders:write") })).status).toBe(403);
  expect((await edge.send(path, { json: {}, headers: await keyWith("refunds:read") })).status).toBe(403);
  expect((await edge.send(path, { json: {}, headers: await keyWith("refunds:write") })).status).toBe(201);
  expect((await edge.send(path, { headers: await keyWith("refunds:write") })).status).toBe(200);
});

describe("the list of all refunds", () => {
  const list = async (query: string) => {
    const answer = await edge.asMerchant(`/api/v1/refunds?${query}`);
    return [answer.status, await answer.json()] as const;
  };
  const idsOf = async (query: string) => (await list(query))[1].data.map(({ id }: { id: string }) => id);

  test("goes page by page through those that its filters leave, newest first", async () => {
    edge.clock.advance(MINUTE_MS);
    const createdFrom = edge.clock.now().toISOString();
    const made: string[] = [];
    for (const [reason, amount] of [
      ["第一", 111],
      ["第二", 222],
      ["第三", 333],
    ] as const) {
      edge.clock.advance(MINUTE_MS);
      const { id } = await paidOrder();
      const view = await (await refund(id, { amount, reason })).json();
      made.unshift(view.id);
      if (reason === "第二") {
        await edge.payments.receiveNotification(
          edge.gateways.noticeOfRefund(edge.wechat.refunds.settle(view.outRefundNo, "succeeded")),
        );
      }
    }
    const [, succeeded, first] = made;
    expect(await idsOf(`createdFrom=${createdFrom}`)).toEqual(made);
    const [, page] = await list(`createdFrom=${createdFrom}&limit=2`);
    expect([page.data.length, page.nextCursor]).toEqual([2, succeeded]);
    const [, rest] = await list(`createdFrom=${createdFrom}&limit=2&cursor=${page.nextCursor}`);
    expect([rest.data.map(({ id }: { id: string }) => id), rest.nextCursor]).toEqual([[first], null]);
    expect(rest.data[0]).toEqual(await (await edge.asMerchant(`/api/v1/refunds/${first}`)).json());
    expect(await idsOf(`createdFrom=${createdFrom}&status=succeeded`)).toEqual([succeeded]);
    expect(await idsOf(`succeededFrom=${createdFrom}`)).toEqual([succeeded]);
    expect(await idsOf(`succeededTo=${createdFrom}&createdFrom=${createdFrom}`)).toEqual([]);
    expect(await idsOf(`createdFrom=${createdFrom}&q=${encodeURIComponent("第三")}`)).toEqual([made[0]]);
    expect(await idsOf(`createdFrom=${createdFrom}&q=2.22`)).toEqual([succeeded]);
    const { createdAt } = rest.data[0];
    expect(await idsOf(`createdFrom=${createdFrom}&createdTo=${createdAt}`)).toEqual([]);
  });

  test.each([
    ["limit=0", "limit"],
    ["status=lost", "status"],
    ["cursor=ord_1", "cursor"],
    ["createdFrom=yesterday", "createdFrom"],
    ["statos=closed", "statos"],
  ])("%s is refused by name", async (query, path) => {
    const [status, problem] = await list(query);
    expect([status, problem.errors[0].path]).toEqual([400, path]);
  });
});
