import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { ERROR_CATALOGUE } from "../../base/app-error.ts";
import type { LingfuErrorCode } from "../errors.ts";
import { createLingfu, LingfuConnectionError, LingfuError, type SigningKey } from "../index.ts";
import { OPERATIONS } from "../operations.ts";
import { merchantApiDocument } from "./api-document.ts";

// Goal: calls are sent as the contract says, and repeated exactly where a repeat does no harm.
// Method: a stand-in for the network, and no waiting.

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

type Scripted = Response | Error;

function clientWith(answers: readonly Scripted[], key: SigningKey | string = "sk_bearer") {
  const sent: Sent[] = [];
  const waits: number[] = [];
  const lingfu = createLingfu({
    baseUrl: "https://pay.example/",
    key,
    async sleep(ms) {
      waits.push(ms);
    },
    async fetch(url, { method = "GET", headers = {}, body } = {}) {
      sent.push({ url: String(url), method, headers: headers as Record<string, string>, body: String(body ?? "") });
      const answer = answers[sent.length - 1] ?? new Response("{}");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  });
  return { lingfu, sent, waits };
}

const problem = (status: number, code: LingfuErrorCode, more: object = {}, headers: HeadersInit = {}) =>
  new Response(JSON.stringify({ code, detail: "why", status, title: "", type: "", requestId: "req_1", ...more }), {
    status,
    headers,
  });
const ok = () => new Response('{"id":"ord_1"}');
const items = [{ name: "a", unitAmount: 1, quantity: 1 }];
const create = ({ lingfu }: ReturnType<typeof clientWith>) => lingfu.orders.create({ items });

test("a key with an id signs method, target, time, nonce and body; the secret is not sent", async () => {
  const { lingfu, sent } = clientWith([], { id: "key_1", secret: "sk_secret" });
  await lingfu.orders.create({ items });
  await lingfu.orders.list({ q: "拿 铁", createdFrom: new Date("2026-07-01T00:00:00Z"), limit: 5 });
  const targets = [
    "/api/v1/orders",
    "/api/v1/orders?q=%E6%8B%BF+%E9%93%81&createdFrom=2026-07-01T00%3A00%3A00.000Z&limit=5",
  ];
  for (const [at, { url, method, body, headers }] of sent.entries()) {
    expect(url).toBe(`https://pay.example${targets[at]}`);
    const { groups = {} } =
      /^PAY-HMAC-SHA256 key_id="key_1",nonce="(?<nonce>[\w-]+)",timestamp="(?<time>\d+)",signature="(?<signature>[^"]+)"$/.exec(
        headers.authorization ?? "",
      ) ?? {};
    const text = `${method}\n${targets[at]}\n${groups.time}\n${groups.nonce}\n${body}\n`;
    expect(groups.signature).toBe(createHmac("sha256", "sk_secret").update(text).digest("base64"));
    expect(JSON.stringify(headers)).not.toContain("sk_secret");
  }
});

test("a secret alone is a bearer key", async () => {
  const client = clientWith([]);
  await create(client);
  expect(client.sent[0]?.headers.authorization).toBe("Bearer sk_bearer");
});

test.each([
  ["no answer", new TypeError("fetch failed"), null],
  ["500", problem(500, "internal"), null],
  ["503 with Retry-After", problem(503, "unavailable", {}, { "retry-after": "2" }), 2_000],
  ["502 of a proxy", new Response("<html>", { status: 502 }), null],
  ["429", problem(429, "rate_limited", {}, { "retry-after": "7" }), 7_000],
  ["409 while the first is under way", problem(409, "conflict", {}, { "retry-after": "1" }), 1_000],
])("%s: sent again under the same idempotency key, signed anew", async (_, answer, askedMs) => {
  const client = clientWith([answer, ok()], { id: "key_1", secret: "sk_1" });
  expect((await create(client)).id).toBe("ord_1");
  const [first, second] = client.sent;
  expect(client.sent).toHaveLength(2);
  expect(first?.headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.headers["idempotency-key"]).toBe(first?.headers["idempotency-key"]);
  expect(second?.headers.authorization).not.toBe(first?.headers.authorization);
  expect(client.waits).toEqual([askedMs ?? expect.any(Number)]);
});

test.each([
  ["400", problem(400, "invalid_request", { errors: [{ path: "items.0.price", message: "is wrong" }] })],
  ["401", problem(401, "unauthenticated")],
  ["402", problem(402, "payment_declined")],
  ["409", problem(409, "order_not_payable")],
  ["429 for longer than half a minute", problem(429, "rate_limited", {}, { "retry-after": "31" })],
  ["a redirect", new Response(null, { status: 302, headers: { location: "https://elsewhere.example" } })],
])("%s is not sent again", async (_, answer) => {
  const client = clientWith([answer]);
  await expect(create(client)).rejects.toBeInstanceOf(LingfuError);
  expect(client.sent).toHaveLength(1);
});

test("what is unknown after the last try says under which key it can be repeated", async () => {
  const client = clientWith([1, 2, 3, 4].map(() => new TypeError("reset")));
  const failed = await create(client).catch((cause: unknown) => cause);
  expect(failed).toBeInstanceOf(LingfuConnectionError);
  expect((failed as LingfuConnectionError).idempotencyKey).toBe(client.sent[0]?.headers["idempotency-key"]);
  expect(client.sent).toHaveLength(4);
  expect(client.waits).toHaveLength(3);
  for (const [at, ms] of client.waits.entries()) {
    expect(ms).toBeGreaterThanOrEqual(250 * 2 ** at);
    expect(ms).toBeLessThanOrEqual(500 * 2 ** at);
  }
});

test("an error names code, field, request and reason", async () => {
  const errors = [{ path: "items.0.price", message: "must be an amount" }];
  const client = clientWith([problem(400, "invalid_request", { errors, reason: "why_exactly" })]);
  const failed = (await create(client).catch((cause: unknown) => cause)) as LingfuError;
  expect(failed).toMatchObject({ status: 400, code: "invalid_request", requestId: "req_1", reason: "why_exactly" });
  expect(failed.field("items.0.price")).toBe("must be an amount");
  expect(failed.message).toBe("invalid_request: why; items.0.price: must be an amount");
});

test("PATCH, which has no idempotency key, is repeated after 429 alone", async () => {
  const change = (answer: Scripted) => {
    const client = clientWith([answer, ok()]);
    return client.lingfu.promotions.update("prm_1", { name: "b" }).then(
      () => client.sent.length,
      () => client.sent.length,
    );
  };
  expect(await change(problem(503, "unavailable"))).toBe(1);
  expect(await change(new TypeError("reset"))).toBe(1);
  expect(await change(problem(429, "rate_limited", {}, { "retry-after": "1" }))).toBe(2);
});

test("a removal whose answer was lost has happened", async () => {
  const { lingfu, sent } = clientWith([new TypeError("reset"), problem(404, "not_found")]);
  await lingfu.webhookEndpoints.remove("whe_1");
  expect(sent).toHaveLength(2);
  const absent = clientWith([problem(404, "not_found")]);
  await expect(absent.lingfu.webhookEndpoints.remove("whe_1")).rejects.toMatchObject({ code: "not_found" });
});

test("a caller who gives up is told so at once, and nothing more is sent", async () => {
  const stopping = new AbortController();
  stopping.abort(new Error("enough"));
  const { lingfu, sent } = clientWith([]);
  await expect(lingfu.orders.get("ord_1", { signal: stopping.signal })).rejects.toThrow("enough");
  expect(sent).toHaveLength(0);
});

test.each(["", ".", ".."])("an id %j names no other address", async (id) => {
  const { lingfu, sent } = clientWith([]);
  await expect(lingfu.orders.get(id)).rejects.toThrow("orderId is missing");
  await lingfu.orders.get("a/b?c");
  expect(sent.map(({ url }) => url)).toEqual(["https://pay.example/api/v1/orders/a%2Fb%3Fc"]);
});

test("every call of the API can be made, and is sent where the OpenAPI document has it", async () => {
  const described = Object.entries(merchantApiDocument().paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [operationId, [method.toUpperCase(), path]]),
  );
  expect(OPERATIONS).toEqual(Object.fromEntries(described));

  const { lingfu, sent } = clientWith([]);
  const { sandbox: _, ...resources } = lingfu;
  for (const resource of Object.values(resources)) {
    for (const [name, call] of Object.entries(resource)) {
      if (name === "all" || name === "allCodes" || name === "find") continue;
      await (call as (...args: unknown[]) => Promise<unknown>)(...argumentsOf(resource, name));
    }
  }
  const reached = new Set(
    sent.map(({ method, url }) => `${method} ${new URL(url).pathname.replaceAll(/ID\d?/g, "{}")}`),
  );
  const wanted = Object.values(OPERATIONS).map(([method, path]) => `${method} ${path.replaceAll(/\{\w+\}/g, "{}")}`);
  expect([...reached].sort()).toEqual([...new Set(wanted)].sort());
});

function argumentsOf(resource: object, name: string): unknown[] {
  const takesNone = ["list", "create", "all"].includes(name);
  if ("redeliver" in resource && !("test" in resource))
    return takesNone ? [{}] : [{ endpointId: "ID", eventId: "ID2" }];
  if (name === "revokeCode") return ["ID", "ID2"];
  return takesNone ? [{}] : ["ID", {}];
}

test("the codes of errors are those of the API", () => {
  const codes: Record<LingfuErrorCode, true> = {
    ...{ invalid_request: true, unauthenticated: true, forbidden: true, not_found: true, method_not_allowed: true },
    ...{ conflict: true, idempotency_conflict: true, order_not_payable: true, amount_exceeds_refundable: true },
    ...{ payment_declined: true, payload_too_large: true, unsupported_media_type: true, rate_limited: true },
    ...{ gateway_rejected: true, gateway_unavailable: true, unavailable: true, internal: true },
    unexpected_answer: true,
  };
  // One of our own, which callers see as `internal`.
  const { illegal_transition: _, ...catalogue } = ERROR_CATALOGUE;
  expect(Object.keys(codes).sort()).toEqual([...Object.keys(catalogue), "unexpected_answer"].sort());
});
