import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppError } from "#lib/base/app-error.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { answerWeb } from "./web-adapter.ts";

// Goal: the merchant API as the contract has it, over a real database.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const ORDER = { items: [{ name: "商品名称", price: 100.0, quantity: 1 }] };
const counted = async () => (await edge.database.pool.query("select count(*)::int as n from orders")).rows[0].n;

test("an order is made, read, found in the list and closed", async () => {
  const made = await edge.asMerchant("/api/v1/orders", { json: { ...ORDER, outTradeNo: "shop-0001" } });
  expect(made.status).toBe(201);
  const order = await made.json();
  expect(order).toMatchObject({ outTradeNo: "shop-0001", status: "pending", amountDue: 10_000, currency: "CNY" });
  expect(made.headers.get("location")).toBe(`/api/v1/orders/${order.id}`);
  expect(made.headers.get("x-request-id")).toMatch(/^req_/);

  const read = await edge.asMerchant(`/api/v1/orders/${order.id}`);
  expect(await read.json()).toEqual(order);
  const list = await (await edge.asMerchant("/api/v1/orders?outTradeNo=shop-0001&limit=1")).json();
  expect(list).toEqual({ data: [order], nextCursor: null });
  const closed = await edge.asMerchant(`/api/v1/orders/${order.id}/close`, { method: "POST" });
  expect([closed.status, (await closed.json()).status]).toEqual([200, "closed"]);
});

describe("bad input names the field, and nothing is created", () => {
  const item = ORDER.items[0];
  const json = (value: unknown) => ({ body: JSON.stringify(value), headers: { "content-type": "application/json" } });
  test.each([
    ["no JSON", { body: "{", headers: {} }, /not JSON/],
    ["no UTF-8", { body: new Uint8Array([0x22, 0xff, 0x22]), headers: {} }, /UTF-8/],
    ["a form", { body: "a=1", headers: { "content-type": "application/x-www-form-urlencoded" } }, /Content-Type/],
    ["nothing", { body: "", headers: {} }, /"items"/],
    ["null", json(null), /not valid/],
    ["a list", json([ORDER]), /not valid/],
    ["no items", json({ items: [] }), /"items"/],
    ["three decimals", json({ items: [{ ...item, price: 0.001 }] }), /items\.0\.price/],
    ["minus", json({ items: [{ ...item, price: -1 }] }), /items\.0\.price/],
    [
      "too large a number",
      { body: '{"items":[{"name":"a","quantity":1,"price":1e309}]}', headers: {} },
      /items\.0\.price/,
    ],
    ["not a number", json({ items: [{ ...item, price: "NaN" }] }), /items\.0\.price/],
    ["an unknown field", json({ ...ORDER, coupon: 1 }), /"coupon"/],
    ["__proto__", { body: '{"items":[],"__proto__":{"x":1}}', headers: {} }, /__proto__/],
    [
      "__proto__ in disguise",
      { body: '{"metadata":{"\\u005f_proto__":1},"items":[]}', headers: {} },
      /metadata\.__proto__/,
    ],
    ["NUL", json({ ...ORDER, returnUrl: "https://a.example/\u0000" }), /returnUrl/],
    ["half a character", { body: `{"items":[],"shopperId":"\\ud800"}`, headers: {} }, /shopperId/],
    ["a tower", { body: "[".repeat(100_000), headers: {} }, /nested/],
    ["javascript:", json({ ...ORDER, returnUrl: "javascript:alert(1)" }), /returnUrl/],
  ])("%s", async (_name, request, problem) => {
    const before = await counted();
    const answer = await edge.asMerchant("/api/v1/orders", { method: "POST", ...request });
    const text = await answer.text();
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      400,
      "application/problem+json; charset=utf-8",
    ]);
    expect(JSON.parse(text)).toMatchObject({
      code: "invalid_request",
      status: 400,
      requestId: answer.headers.get("x-request-id"),
    });
    expect(text).toMatch(problem);
    expect(await counted()).toBe(before);
  });

  test.each([
    "limit=0",
    "limit=101",
    "limit=x",
    "status=open",
    "nope=1",
    "q=",
    "q=%00",
    "limit=1&limit=2",
    "cursor=abc",
    "createdFrom=today",
    "q=%ff",
  ])("?%s", async (query) => {
    const answer = await edge.asMerchant(`/api/v1/orders?${query}`);
    expect([answer.status, (await answer.json()).errors[0].path]).toEqual([400, query.split("=")[0]]);
  });

  test("a body over a megabyte is 413, with and without its length said beforehand", async () => {
    const long = "x".repeat(1_048_577);
    const said = await edge.asMerchant("/api/v1/orders", { body: long, headers: { "content-length": "1048577" } });
    expect(said.status).toBe(413);
    const streamed = await edge.asMerchant("/api/v1/orders", { body: long });
    expect([streamed.status, (await streamed.json()).code]).toEqual([413, "payload_too_large"]);
  });
});

test("metadata that looks dangerous as a value is only text", async () => {
  const made = await edge.asMerchant("/api/v1/orders", { json: { ...ORDER, metadata: { note: "__proto__ \\u0000" } } });
  expect((await made.json()).metadata).toEqual({ note: "__proto__ \\u0000" });
});

test("addresses and methods that are not ours", async () => {
  for (const path of [
    "/api/v1/nothing",
    "/api/v1/orders/ord_unknown",
    "/api/v1/orders/..%2f..",
    "/api/orders/x/status",
  ]) {
    const answer = await edge.asMerchant(path);
    expect([path, answer.status, (await answer.json()).code]).toEqual([path, 404, "not_found"]);
  }
  const wrong = await edge.asMerchant("/api/v1/orders", { method: "DELETE" });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST, GET, HEAD, OPTIONS"]);
  const options = await edge.send("/payment/notify", { method: "OPTIONS" });
  expect([options.status, options.headers.get("allow")]).toEqual([204, "POST, OPTIONS"]);
  const head = await edge.send("/healthz", { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

describe("Idempotency-Key", () => {
  const post = (json: unknown, key: string) =>
    edge.asMerchant("/api/v1/orders", { json, headers: { "idempotency-key": key } });

  test("the same key and body give the first answer, word for word", async () => {
    const first = await post(ORDER, "k-1");
    const again = await post(ORDER, "k-1");
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(first.headers.get("idempotent-replayed")).toBeNull();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.text()).toBe(await first.text());
  });

  test("twenty at once make one order", async () => {
    const before = await counted();
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(ORDER, "k-20")));
    for (const answer of answers) expect([201, 409]).toContain(answer.status);
    expect(answers.some((answer) => answer.status === 201)).toBe(true);
    expect(await counted()).toBe(before + 1);
  });

  test("a number that was sent before answers its order, under a new key as well; other content is a conflict", async () => {
    const numbered = { ...ORDER, outTradeNo: "sent-before" };
    const first = await post(numbered, "k-n1");
    const { id } = await first.json();
    const again = await post(numbered, "k-n2");
    expect([first.status, again.status, (await again.json()).id]).toEqual([201, 200, id]);
    const replayed = await post(numbered, "k-n2");
    expect([replayed.status, replayed.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
    expect((await (await post({ ...numbered, expiresIn: 60 }, "k-n2")).json()).code).toBe("idempotency_conflict");
    const other = await post({ ...numbered, expiresIn: 60 }, "k-n3");
    expect([other.status, (await other.json()).code]).toEqual([409, "conflict"]);
  });

  test("another body is refused", async () => {
    await post(ORDER, "k-2");
    const other = await post({ items: [{ name: "b", unitAmount: 1, quantity: 1 }] }, "k-2");
    expect([other.status, (await other.json()).code]).toEqual([409, "idempotency_conflict"]);
  });

  test("a refused request is not kept", async () => {
    await post({ items: [] }, "k-3");
    expect((await post(ORDER, "k-3")).status).toBe(201);
  });

  test.each(["", "x".repeat(256), "caf\u00e9"])("a key that is none: %j", async (key) => {
    const answer = await post(ORDER, key);
    expect([answer.status, (await answer.json()).errors[0].path]).toEqual([400, "Idempotency-Key"]);
  });

  test("it works for every POST, and keys that call by another address are other requests", async () => {
    const { id } = await (await post(ORDER, "k-4")).json();
    const close = () =>
      edge.asMerchant(`/api/v1/orders/${id}/close`, { method: "POST", headers: { "idempotency-key": "k-5" } });
    const first = await close();
    const again = await close();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.text()).toBe(await first.text());
    expect((await post(ORDER, "k-5")).status).toBe(409);
  });
});

test.each(["47.31", "¥47.31", "￥47.31", "47.31元"])("orders are found by their amount, typed as %s", async (q) => {
  const outTradeNo = "amount-47-31";
  const items = [{ name: "二十三号", price: 47.31, quantity: 1 }];
  // The same order each time: its number says so.
  await edge.order({ outTradeNo, items }).catch(() => null);
  await edge.order({ items: [{ name: "别的", price: 473.1, quantity: 1 }] });
  const found = await (await edge.asMerchant(`/api/v1/orders?q=${encodeURIComponent(q)}`)).json();
  expect(found.data.map((order: { outTradeNo: string }) => order.outTradeNo)).toEqual([outTradeNo]);
});

test("webhook endpoints: the secret is shown once, and not kept in the clear", async () => {
  const json = { url: "http://127.0.0.1:9/hook", events: ["order.paid"] };
  const headers = { "idempotency-key": "hook-1" };
  const made = await edge.asMerchant("/api/v1/webhook-endpoints", { json, headers });
  expect(made.status).toBe(201);
  const endpoint = await made.json();
  expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const again = await edge.asMerchant("/api/v1/webhook-endpoints", { json, headers });
  expect((await again.json()).secret).toBe(endpoint.secret);
  const { rows } = await edge.database.pool.query("select body from idempotency where key = 'hook-1'");
  expect(rows[0].body).not.toContain("whsec_");

  const list = await (await edge.asMerchant("/api/v1/webhook-endpoints")).json();
  expect(list.data).toHaveLength(1);
  expect(list.data[0]).not.toHaveProperty("secret");
  const gone = await edge.asMerchant(`/api/v1/webhook-endpoints/${endpoint.id}`, { method: "DELETE" });
  expect([gone.status, await gone.text()]).toEqual([204, ""]);
  expect((await edge.asMerchant(`/api/v1/webhook-endpoints/${endpoint.id}`)).status).toBe(404);
});

test.each(["http://10.0.0.1/", "http://169.254.169.254/latest", "ftp://a.example/", "not an address"])(
  "a webhook to %s is refused",
  async (url) => {
    const answer = await edge.asMerchant("/api/v1/webhook-endpoints", { json: { url, events: ["order.paid"] } });
    expect([answer.status, (await answer.json()).errors[0].path]).toEqual([400, "url"]);
  },
);

test("a key is limited to its scopes", async () => {
  const { secret } = await edge.container.keys.create({
    name: "r",
    requireSigning: false,
    scopes: ["orders:read"],
    actor: "test",
  });
  const headers = { authorization: `Bearer ${secret.reveal()}` };
  expect((await edge.send("/api/v1/orders", { headers })).status).toBe(200);
  const refused = await edge.send("/api/v1/orders", { headers, json: ORDER });
  expect([refused.status, (await refused.json()).code]).toEqual([403, "forbidden"]);
});

describe("what is left of a key's calls (RateLimit, draft-ietf-httpapi-ratelimit-headers)", () => {
  const leftOf = (answer: Response) => /^"key";r=(\d+);t=(\d+)$/.exec(answer.headers.get("ratelimit") ?? "") ?? [];

  test("every answer tells it, refusals among them", async () => {
    const answers = [
      await edge.asMerchant("/api/v1/orders?limit=1"),
      await edge.asMerchant("/api/v1/orders?limit=0"),
      await edge.asMerchant("/api/v1/orders/ord_x"),
      await edge.asMerchant("/api/v1/orders", { json: { ...ORDER, coupon: 1 } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 404, 400]);
    const [first = 0, ...others] = answers.map((answer) => Number(leftOf(answer)[1]));
    expect(others).toEqual([first - 1, first - 2, first - 3]);
    for (const answer of answers) {
      expect(answer.headers.get("ratelimit-policy")).toBe('"key";q=120000;w=60');
      expect(Number(leftOf(answer)[2])).toBeLessThanOrEqual(60);
    }
  });

  test("who has none left is told until when", async () => {
    const spent = async () => {
      throw new AppError("rate_limited", "too many requests; try again in 7 s", { retryAfterS: 7 });
    };
    const container = { ...edge.container, limits: { ...edge.container.limits, countApiCall: spent } };
    const headers = { authorization: `Bearer ${edge.key.secret}` };
    const answer = await answerWeb(container, new Request("http://localhost:3000/api/v1/orders", { headers }));
    expect([answer.status, answer.headers.get("retry-after"), ...leftOf(answer).slice(1)]).toEqual([
      429,
      "7",
      "0",
      "7",
    ]);
  });
});
