import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { newCodesSchema } from "#lib/contract/promotion-codes.ts";
import { CONTAINER_SYMBOL } from "#lib/http/container.ts";
import { EDGE_ORIGIN, type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a printed code that brings a promotion code along makes an order at the promotion's price; one that cannot be used says so
// on the pay page and stops nobody from paying.
// Only Next's own edges are stood in for.

vi.mock("server-only", () => ({}));
vi.mock("next/headers", () => ({
  headers: async () => new Headers(),
  cookies: async () => ({ get: () => undefined }),
}));

let edge: EdgeFixture;
let order: typeof import("./[code]/order/route.ts");
let code: string;
beforeAll(async () => {
  edge = await edgeFixture();
  Object.assign(globalThis, { [CONTAINER_SYMBOL]: Promise.resolve(edge.container) });
  order = await import("./[code]/order/route.ts");
  const { collection, payments } = edge.container;
  const made = collectionCodeRequestSchema.parse({ label: "一号桌" });
  code = (await collection.create(made, { by: "test" })).code;
  const rule = promotionRequestSchema.parse({
    id: "tea",
    phase: "order",
    type: "amount_off",
    off: 300,
    needsCode: true,
  });
  await payments.promotions.create(rule);
  await payments.promotionCodes.add("tea", newCodesSchema.parse({ codes: ["TEA-ONCE"] }), { by: "test" });
});
afterAll(() => edge.close());

async function submit(query: string, amount = "20"): Promise<URL> {
  const body = new URLSearchParams({ token: randomBytes(16).toString("base64url"), amount });
  const request = new Request(`${EDGE_ORIGIN}/c/${code}/order${query}`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
      origin: EDGE_ORIGIN,
    },
    body,
  });
  const answer = await order.POST(request, { params: Promise.resolve({ code }) });
  expect(answer.status).toBe(303);
  return new URL(answer.headers.get("location") ?? "", EDGE_ORIGIN);
}
const dueOf = async ({ pathname }: URL) =>
  (await edge.container.payments.order(pathname.split("/")[2] ?? "")).amountDue;

test("the code's price is the order's, however the code is written; the language stays", async () => {
  const page = await submit("?promo=tea%20once&lang=en");
  expect(page.pathname).toMatch(/^\/pay\/ord_/);
  expect(Object.fromEntries(page.searchParams)).toMatchObject({ lang: "en", code: "applied" });
  expect(page.searchParams.has("promo")).toBe(false);
  expect(await dueOf(page)).toBe(1_700);
});

test("a code that is used up or unknown is told on the pay page, and the order costs what it costs", async () => {
  const used = await submit("?promo=TEA-ONCE");
  expect(used.searchParams.get("code")).toBe("used");
  expect(await dueOf(used)).toBe(2_000);
  const unknown = await submit("?promo=NOBODY");
  expect(unknown.searchParams.get("code")).toBe("unknown");
  expect(await dueOf(unknown)).toBe(2_000);
});

test("what is no code is left out, and an amount that is wrong keeps the code for the next try", async () => {
  const nothing = await submit("?promo=%20-%20");
  expect(nothing.searchParams.has("code")).toBe(false);
  const wrong = await submit("?promo=TEA-ONCE", "nonsense");
  expect(wrong.pathname).toBe(`/c/${code}`);
  expect(Object.fromEntries(wrong.searchParams)).toEqual({ promo: "TEA-ONCE", trouble: "malformed" });
});
