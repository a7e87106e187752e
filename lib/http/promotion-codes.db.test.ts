import { afterAll, beforeAll, expect, test } from "vitest";
import { addedCodesSchema, promotionCodeViewSchema } from "#lib/contract/promotion-codes.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a shop's server pauses promotions and gives out codes as the dashboard does, and gives one to an order that is there.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

async function call(method: string, path: string, json?: unknown) {
  const answer = await edge.asMerchant(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) });
  return { status: answer.status, body: answer.status === 204 ? null : await answer.json() };
}
const TEA = { items: [{ name: "茶", unitAmount: 1_600, quantity: 2 }] };
const RULE = { type: "amount_off", phase: "order", off: 500, needsCode: true };

test("paused, resumed, archived", async () => {
  const { body } = await call("POST", "/promotions", { type: "amount_off", phase: "order", off: 100 });
  const discount = async () => (await call("POST", "/orders", TEA)).body.amountDiscount;
  expect(await discount()).toBe(100);
  expect(await call("POST", `/promotions/${body.id}/pause`)).toMatchObject({ status: 200, body: { status: "paused" } });
  expect(await discount()).toBe(0);
  expect(await call("POST", `/promotions/${body.id}/resume`, {})).toMatchObject({
    status: 200,
    body: { status: "active", pausedAt: null },
  });
  expect(await discount()).toBe(100);
  await call("DELETE", `/promotions/${body.id}`);
  expect(await call("POST", `/promotions/${body.id}/resume`)).toMatchObject({
    status: 409,
    body: { errors: [{ path: "status" }] },
  });
  expect((await call("POST", "/promotions/prm_none/pause")).status).toBe(404);
});

test("codes: added, listed, entered, revoked", async () => {
  const { body: promotion } = await call("POST", "/promotions", RULE);
  const codes = `/promotions/${promotion.id}/codes`;
  const made = await call("POST", codes, { count: 3, prefix: "tea", label: "传单" });
  expect([made.status, addedCodesSchema.parse(made.body)]).toEqual([201, { added: 3, duplicates: [] }]);
  expect((await call("POST", codes, { codes: ["Own-1", "OWN1"], maxUses: null })).body).toEqual({
    added: 1,
    duplicates: ["OWN1"],
  });
  const page = await call("GET", `${codes}?q=tea&limit=2`);
  expect(page.body.data.map((each: unknown) => promotionCodeViewSchema.parse(each).state)).toEqual(["free", "free"]);
  expect((await call("GET", `${codes}?q=tea&limit=2&cursor=${page.body.nextCursor}`)).body).toMatchObject({
    data: [{ label: "传单" }],
    nextCursor: null,
  });

  const { code, id } = page.body.data[0];
  const { body: order } = await call("POST", "/orders", TEA);
  const enter = (typed: string) => call("POST", `/orders/${order.id}/promotion-codes`, { code: typed });
  expect(await enter("nothing")).toMatchObject({
    status: 400,
    body: { errors: [{ path: "code", message: expect.stringContaining("没有这个优惠码") }] },
  });
  expect(await enter(code.toLowerCase().replaceAll("-", " "))).toMatchObject({
    status: 200,
    body: { amountDue: 2_700, discounts: [{ id: promotion.id, code }] },
  });
  expect((await enter(code)).status).toBe(200);
  expect((await call("GET", `${codes}?state=used`)).body.data).toMatchObject([{ id, uses: 1, orderId: order.id }]);
  const again = await call("POST", "/orders", { ...TEA, promotionCodes: ["x", code] });
  expect(again.body.errors.map(({ path }: { path: string }) => path)).toEqual(["promotionCodes.0", "promotionCodes.1"]);

  const free = page.body.data[1];
  expect((await call("DELETE", `${codes}/${free.id}`)).status).toBe(204);
  expect((await call("GET", `${codes}?state=revoked`)).body.data).toMatchObject([{ id: free.id }]);
  expect((await call("DELETE", `${codes}/no`)).status).toBe(404);
});

test.each([
  [{}, "count"],
  [{ count: 1, codes: ["A"] }, "count"],
  [{ count: 100_001 }, "count"],
  [{ codes: ["--"] }, "codes.0"],
  [{ codes: ["A"], prefix: "B" }, "prefix"],
  [{ count: 1, prefix: "优惠" }, "prefix"],
  [{ count: 1, maxUses: 0 }, "maxUses"],
])("what is wrong with %j is named", async (wish, path) => {
  const { body: promotion } = await call("POST", "/promotions", RULE);
  const { status, body } = await call("POST", `/promotions/${promotion.id}/codes`, wish);
  expect([status, body.errors.map((error: { path: string }) => error.path)]).toEqual([400, [path]]);
});
