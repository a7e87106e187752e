import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: a page of the shop's own may ask how an order stands, where its origin is allowed; no other page, and nothing else.

const SHOP = "https://shop.example";
const CORS = /^access-control-/;

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture({ settings: { embedOrigins: [SHOP] } });
});
afterAll(() => edge.close());

const ask = (target: string, origin: string, more: object = {}) => edge.send(target, { headers: { origin }, ...more });
const shared = (answer: Response) => [...answer.headers.keys()].filter((name) => CORS.test(name));

test("an allowed origin is told: 200, 304, 404, and before it asks", async () => {
  const { id } = await edge.order();
  const seen = await ask(`/api/orders/${id}/status`, SHOP);
  expect([seen.status, seen.headers.get("access-control-allow-origin")]).toEqual([200, SHOP]);
  expect(seen.headers.get("vary")).toBe("Origin");
  expect(seen.headers.has("access-control-allow-credentials")).toBe(false);
  const headers = { origin: SHOP, "if-none-match": seen.headers.get("etag") ?? "" };
  const same = await edge.send(`/api/orders/${id}/status`, { headers });
  expect([same.status, same.headers.get("access-control-allow-origin")]).toEqual([304, SHOP]);
  const absent = await ask("/api/orders/ord_00000000000000000000000000/status", SHOP);
  expect([absent.status, absent.headers.get("access-control-allow-origin")]).toEqual([404, SHOP]);
  const before = await ask(`/api/orders/${id}/status`, SHOP, { method: "OPTIONS" });
  expect([before.status, before.headers.get("access-control-allow-headers")]).toEqual([204, "If-None-Match"]);
});

test.each(["https://other.example", "https://shop.example.evil.example", "http://shop.example", "null"])(
  "%s reads nothing",
  async (origin) => {
    const { id } = await edge.order();
    const seen = await ask(`/api/orders/${id}/status`, origin);
    expect([seen.status, shared(seen), seen.headers.get("vary")]).toEqual([200, [], "Origin"]);
  },
);

test("nothing else is told to another origin, an allowed one included", async () => {
  const { id } = await edge.order();
  for (const target of ["/api/v1/orders", `/api/orders/${id}/qr.svg`, "/api/openapi.json", "/healthz"]) {
    expect(shared(await ask(target, SHOP)), target).toEqual([]);
  }
  expect(shared(await ask(`/api/orders/${id}/pay`, SHOP, { method: "OPTIONS" }))).toEqual([]);
});

test("where no origin is allowed, the answers are as they were", async () => {
  const closed = await edgeFixture();
  const order = await closed.order();
  const seen = await closed.send(`/api/orders/${order.id}/status`, { headers: { origin: SHOP } });
  expect([seen.status, shared(seen), seen.headers.get("vary")]).toEqual([200, [], null]);
  await closed.close();
});

test("no answer of the API runs anything or stands in a frame", async () => {
  const { id } = await edge.order();
  for (const target of [`/api/orders/${id}/status`, "/api/v1/orders", "/api/nothing", "/healthz"]) {
    const { headers } = await edge.send(target);
    expect(headers.get("content-security-policy"), target).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers.get("x-content-type-options"), target).toBe("nosniff");
  }
});
