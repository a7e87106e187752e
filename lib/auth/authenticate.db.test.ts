import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deleteOutlived } from "#lib/storage/operations/cleanup.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { createAuthenticate } from "./authenticate.ts";

// Goal: only the holder of a key calls the merchant API, and a signed request works once.
// Method: signatures are made here by hand, from the contract's words.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

interface Signed {
  readonly key?: { id: string; secret: string };
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  readonly nonce?: string;
  readonly at?: Date;
}

let nonces = 0;
function header({
  key = edge.key,
  method = "GET",
  path = "/api/v1/orders",
  body = "",
  nonce,
  at,
}: Signed = {}): string {
  const timestamp = Math.floor((at ?? edge.clock.now()).getTime() / 1_000);
  const once = nonce ?? `n-${++nonces}`;
  const text = `${method}\n${path}\n${timestamp}\n${once}\n${body}\n`;
  const signature = createHmac("sha256", key.secret).update(text).digest("base64");
  return `PAY-HMAC-SHA256 key_id="${key.id}",nonce="${once}",timestamp="${timestamp}",signature="${signature}"`;
}
const status = async (authorization: string, target = "/api/v1/orders", body?: string) => {
  const request = body === undefined ? {} : { body };
  return (await edge.send(target, { ...request, headers: { authorization } })).status;
};

test("a signed request is let in, query, body and all", async () => {
  expect(await status(header())).toBe(200);
  const path = "/api/v1/orders?q=%e5%92%96&limit=5";
  expect(await status(header({ path }), path)).toBe(200);
  const body = JSON.stringify({ items: [{ name: "咖啡", unitAmount: 1, quantity: 1 }] });
  expect(await status(header({ method: "POST", body }), "/api/v1/orders", body)).toBe(201);
});

describe("a request that differs from what was signed is refused", () => {
  test.each<[string, () => Promise<number>]>([
    ["another body", () => status(header({ method: "POST", body: "{}" }), "/api/v1/orders", '{"a":1}')],
    ["another query", () => status(header({ path: "/api/v1/orders?limit=1" }), "/api/v1/orders?limit=2")],
    ["another path", () => status(header({ path: "/api/v1/orders/x" }))],
    ["another method", () => status(header({ method: "POST" }))],
    ["another secret", () => status(header({ key: { id: edge.key.id, secret: "sk_wrong" } }))],
    ["another key", () => status(header({ key: { id: "key_00000000000000000000000000", secret: edge.key.secret } }))],
    ["301 s ago", () => status(header({ at: new Date(edge.clock.now().getTime() - 301_000) }))],
    ["in 301 s", () => status(header({ at: new Date(edge.clock.now().getTime() + 301_000) }))],
  ])("%s", async (_name, send) => {
    expect(await send()).toBe(401);
  });

  test("300 s are allowed on both sides", async () => {
    expect(await status(header({ at: new Date(edge.clock.now().getTime() - 300_000) }))).toBe(200);
    expect(await status(header({ at: new Date(edge.clock.now().getTime() + 300_000) }))).toBe(200);
  });
});

describe("a header that is not of the form", () => {
  test.each([
    "",
    "Bearer",
    "Bearer ",
    "Bearer sk_short",
    `Bearer sk_${"A".repeat(43)}`,
    "Basic dXNlcjpwYXNz",
    "PAY-HMAC-SHA256",
    "PAY-HMAC-SHA256 nonsense",
    'PAY-HMAC-SHA256 key_id="a",nonce="b",timestamp="1",signature=""',
    'PAY-HMAC-SHA256 key_id="a",key_id="a",nonce="b",timestamp="1",signature="x"',
  ])("%j", async (authorization) => {
    const answer = await edge.send("/api/v1/orders", authorization === "" ? {} : { headers: { authorization } });
    expect([answer.status, (await answer.json()).code]).toEqual([401, "unauthenticated"]);
    expect(answer.headers.get("www-authenticate")).toContain("PAY-HMAC-SHA256");
  });

  test.each([
    (given: string) => given.replace(/timestamp="\d+"/, 'timestamp="0x1"'),
    (given: string) => given.replace(/signature="[^"]+"/, 'signature="AAAA"'),
    (given: string) => given.replace(/nonce="[^"]+"/, `nonce="${"n".repeat(129)}"`),
    (given: string) => `${given},more="1"`,
    (given: string) => given.replace(/nonce="[^"]+",/, ""),
  ])("and one that nearly is (%#)", async (spoil) => {
    expect(await status(spoil(header()))).toBe(401);
  });
});

describe("nonces", () => {
  test("one works once per key, for every method, also after a restart", async () => {
    expect(await status(header({ nonce: "once" }))).toBe(200);
    expect(await status(header({ nonce: "once" }))).toBe(401);
    const { pool } = edge.database;
    const restarted = createAuthenticate({
      ...{ pool, keys: edge.container.keys, clock: edge.clock, settings: { sandbox: false }, noteUse() {} },
    });
    const authorization = header({ nonce: "once", method: "POST" });
    const readBody = async () => new Uint8Array(0);
    const again = restarted({ authorization, method: "POST", target: "/api/v1/orders", address: "", readBody });
    await expect(again).rejects.toMatchObject({ code: "unauthenticated" });
  });

  test("of twenty at the same time one is let in", async () => {
    const same = header({ nonce: "race" });
    const statuses = await Promise.all(Array.from({ length: 20 }, () => status(same)));
    expect(statuses.filter((each) => each === 200)).toHaveLength(1);
  });

  test("another key may use the same nonce", async () => {
    const { id, secret } = await edge.container.keys.create({
      name: "b",
      requireSigning: true,
      scopes: [],
      actor: "test",
    });
    expect(await status(header({ nonce: "shared" }))).toBe(200);
    expect(await status(header({ nonce: "shared", key: { id, secret: secret.reveal() } }))).toBe(200);
  });

  test("a wrong signature uses up nothing", async () => {
    expect(await status(header({ nonce: "kept" }).replace(/signature="./, 'signature="-'))).toBe(401);
    expect(await status(header({ nonce: "kept", key: { id: edge.key.id, secret: "sk_wrong" } }))).toBe(401);
    expect(await status(header({ nonce: "kept" }))).toBe(200);
  });

  test("one is forgotten only when its timestamp alone refuses the request", async () => {
    const forget = () => deleteOutlived(edge.database.pool, "nonces", { before: edge.clock.now(), batchRows: 1_000 });
    const early = header({ nonce: "ahead", at: new Date(edge.clock.now().getTime() + 300_000) });
    expect(await status(early)).toBe(200);
    edge.clock.advance(600_000);
    await forget();
    expect(await status(early)).toBe(401);
    edge.clock.advance(120_000);
    expect(await forget()).toBeGreaterThan(0);
    expect(await status(early)).toBe(401);
  });
});

describe("keys", () => {
  test("a key that requires signing takes no Bearer", async () => {
    const made = await edge.container.keys.create({ name: "signed", requireSigning: true, scopes: [], actor: "test" });
    const key = { id: made.id, secret: made.secret.reveal() };
    expect(await status(`Bearer ${key.secret}`)).toBe(401);
    expect(await status(header({ key }))).toBe(200);
  });

  test("a revoked key stops at once, by both ways", async () => {
    const made = await edge.container.keys.create({ name: "gone", requireSigning: false, scopes: [], actor: "test" });
    const key = { id: made.id, secret: made.secret.reveal() };
    expect(await status(`Bearer ${key.secret}`)).toBe(200);
    await edge.container.keys.revoke(key.id, "test");
    await edge.container.keys.revoke(key.id, "test");
    expect(await status(`Bearer ${key.secret}`)).toBe(401);
    expect(await status(header({ key }))).toBe(401);
    await expect(edge.container.keys.revoke("key_nobody", "test")).rejects.toMatchObject({ code: "not_found" });
  });

  test("secrets are long, and nowhere in the database", async () => {
    expect(edge.key.secret).toMatch(/^sk_[A-Za-z0-9_-]{43}$/);
    const { rows } = await edge.database.pool.query("select row_to_json(k)::text as row from api_keys k");
    for (const { row } of rows) expect(row).not.toContain(edge.key.secret);
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe("a refusal names the part that does not fit", () => {
  const problemOf = async (authorization: string, target = "/api/v1/orders", on = edge) =>
    (await on.send(target, { headers: { authorization } })).json();

  test("timestamp, nonce, key and signature", async () => {
    const old = header({ at: new Date(edge.clock.now().getTime() - 412_000) });
    expect(await problemOf(old)).toMatchObject({
      ...{ reason: "timestamp", detail: "the timestamp is 412 s old (allowed 300)" },
    });
    expect(await problemOf(header({ nonce: "told" }))).not.toHaveProperty("reason");
    expect(await problemOf(header({ nonce: "told" }))).toMatchObject({ reason: "nonce" });
    const unknown = { id: "key_00000000000000000000000000", secret: edge.key.secret };
    expect(await problemOf(header({ key: unknown }))).toMatchObject({ reason: "key" });
    const path = "/api/v1/orders?limit=2";
    expect(await problemOf(header(), path)).toMatchObject({
      ...{ reason: "signature", detail: "the signature does not fit: it was made over the path without its query" },
    });
  });

  test("in the sandbox alone, with the text that should have been signed", async () => {
    const signed = header({ nonce: "shown", path: "/x" });
    const [, timestamp] = /timestamp="(\d+)"/.exec(signed) ?? [];
    expect(await problemOf(signed)).toMatchObject({ stringToSign: `GET\n/api/v1/orders\n${timestamp}\nshown\n\n` });
    const real = await edgeFixture({ settings: { sandbox: false } });
    const told = await problemOf(header({ key: real.key, path: "/x", at: real.clock.now() }), "/api/v1/orders", real);
    expect(told).toMatchObject({ reason: "signature" });
    expect(told).not.toHaveProperty("stringToSign");
    await real.close();
  });
});
