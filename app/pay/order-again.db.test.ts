import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { ORDER_AGAIN_MS } from "#lib/base/limits.ts";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { USUAL_LOOK } from "#lib/contract/shop-look.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: the button on the page of a closed order makes one fresh order, where the shop allows it and for nobody else.
// Only Next's own edges are stood in for. That both doors draw the button is in lane/same-as-react.db.test.ts.

vi.mock("server-only", () => ({}));

let edge: EdgeFixture;
let route: typeof import("./[orderId]/again/route.ts");
let orderAgain: "on" | "off";
beforeAll(async () => {
  edge = await edgeFixture();
  const merchant = async () => ({ name: "shop", industry: null, brand: null, look: { ...USUAL_LOOK, orderAgain } });
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve({ ...edge.container, merchant }) });
  route = await import("./[orderId]/again/route.ts");
});
beforeEach(() => {
  orderAgain = "on";
});
afterAll(() => edge.close());

const OWN = { "sec-fetch-site": "same-origin", origin: EDGE_ORIGIN };
async function press(orderId: string, { query = "", headers = OWN }: { query?: string; headers?: object } = {}) {
  const request = new Request(`${EDGE_ORIGIN}/pay/${orderId}/again${query}`, {
    ...{ method: "POST", body: "", headers: { "content-type": "application/x-www-form-urlencoded", ...headers } },
  });
  const { status, headers: answered } = await route.POST(request, { params: Promise.resolve({ orderId }) });
  return { status, location: answered.get("location") };
}

async function closedOrder(more: Parameters<EdgeFixture["order"]>[0] = {}) {
  return edge.payments.closeOrder((await edge.order(more)).id);
}

const ordersMade = async () => (await edge.rows<{ n: number }>("select count(*)::int n from orders"))[0]?.n;

test("of many presses at once and later one fresh order comes, at the offers of now, and all lead to its page", async () => {
  const { id, outTradeNo, amountDue } = await closedOrder({ items: [{ name: "tea", unitAmount: 1_000, quantity: 1 }] });
  await edge.payments.promotions.create({
    ...{ id: "now", name: "now", type: "amount_off", phase: "order", off: 100, needsCode: false },
  } as Parameters<typeof edge.payments.promotions.create>[0]);
  const before = await ordersMade();
  const answers = await Promise.all(Array.from({ length: 6 }, () => press(id, { query: "?lang=en&returned=1" })));
  answers.push(await press(id, { query: "?lang=en" }));
  const [{ location } = { location: "" }] = answers;
  expect(location).toMatch(/^\/pay\/ord_\w+\?lang=en$/);
  for (const answer of answers) expect(answer).toEqual({ status: 303, location });
  expect(await ordersMade()).toBe((before ?? 0) + 1);
  const fresh = await edge.payments.order(/ord_\w+/.exec(location ?? "")?.[0] ?? "");
  expect(fresh).toMatchObject({ status: "pending", outTradeNo: `${outTradeNo}-r2`, amountDue: amountDue - 100 });
  expect(fresh.id).not.toBe(id);
});

test.each([
  ["the shop has not allowed it", { allowed: "off", waitMs: 0, more: {} }],
  ["a day has gone by", { allowed: "on", waitMs: ORDER_AGAIN_MS, more: {} }],
  ["software behind the epay door made it", { allowed: "on", waitMs: 0, more: { metadata: { epayOrder: "7" } } }],
] as const)("nothing is made where %s", async (_, { allowed, waitMs, more }) => {
  const { id } = await closedOrder(more);
  orderAgain = allowed;
  edge.clock.advance(waitMs);
  const before = await ordersMade();
  expect(await press(id)).toEqual({ status: 303, location: `/pay/${id}?trouble=refused` });
  expect(await ordersMade()).toBe(before);
});

test("nothing is made of an order that is open or paid, of a till, of a collection code, or of none", async () => {
  const open = await edge.order();
  const paid = await edge.order();
  await edge.payAndNotify(await edge.open(paid.id));
  const { collection } = edge.container;
  const { code } = await collection.create(collectionCodeRequestSchema.parse({ label: "one" }), { by: "test" });
  const collected = await collection.order({ code, token: "t".repeat(22), amount: "5", note: "" });
  const ofCode = collected.kind === "ordered" ? collected.orderId : "";
  await edge.payments.closeOrder(ofCode);
  await edge.rows("insert into stores (id, code, name, created_at) values ('sto_1', 'west', 'West', now())");
  await edge.rows(
    "insert into tills (id, store_id, code, name, created_at) values ('til_1', 'sto_1', '1', 'one', now())",
  );
  const items = [{ name: "tea", price: "18.00", quantity: 1 }];
  const atTill = await edge.asMerchant("/api/v1/orders", { json: { items, storeCode: "west", tillCode: "1" } });
  const { id: ofTill } = await atTill.json();
  await edge.payments.closeOrder(ofTill);
  const before = await ordersMade();
  for (const id of [open.id, paid.id, ofCode, ofTill]) {
    expect(await press(id)).toEqual({ status: 303, location: `/pay/${id}?trouble=refused` });
  }
  const none = "ord_00000000000000000000000000";
  expect(await press(none)).toEqual({ status: 303, location: `/pay/${none}` });
  expect(await ordersMade()).toBe(before);
});

test("another site's page makes nothing", async () => {
  const { id } = await closedOrder();
  const before = await ordersMade();
  for (const headers of [
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { origin: "https://evil.example" },
    {},
  ]) {
    expect(await press(id, { headers })).toEqual({ status: 403, location: null });
  }
  expect(await ordersMade()).toBe(before);
});

test("too many from one address are told to wait, and make nothing", async () => {
  const { id } = await closedOrder();
  const limits = edge.container.limits;
  for (let n = 0; n < 10_000; n++) {
    if (
      await limits.countPayPageOrder("").then(
        () => false,
        () => true,
      )
    )
      break;
  }
  const before = await ordersMade();
  expect(await press(id)).toEqual({ status: 303, location: `/pay/${id}?trouble=busy` });
  expect(await ordersMade()).toBe(before);
});
