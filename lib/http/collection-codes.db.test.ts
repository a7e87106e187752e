import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { collectionCodeSchema } from "#lib/contract/collection-code.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: collection codes as the contract has them, over a real database.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
beforeEach(() => edge.clock.advance(1_000));
afterAll(() => edge.close());

async function call(method: string, path: string, json?: unknown) {
  const request = { method, ...(json === undefined ? {} : { json }) };
  const answer = await edge.asMerchant(`/api/v1/collection-codes${path}`, request);
  return { status: answer.status, headers: answer.headers, body: answer.status === 204 ? null : await answer.json() };
}
const FREE = { label: "一号收银台" };
const FIXED = { label: "早餐套餐", amount: 1_200, scene: "dining", itemName: "套餐", category: "food" };

test("made, read, listed, changed, retired", async () => {
  const made = await call("POST", "", FIXED);
  expect(made.status).toBe(201);
  const { id, code } = collectionCodeSchema.parse(made.body);
  expect(made.headers.get("location")).toBe(`/api/v1/collection-codes/${id}`);
  expect(made.body).toMatchObject({
    ...FIXED,
    url: `http://localhost:3000/c/${code}`,
    amountMin: null,
    amountMax: null,
    status: "active",
    paidCount: 0,
    paidAmount: 0,
    createdBy: edge.key.id,
    retiredAt: null,
  });
  expect((await call("GET", `/${id}`)).body).toEqual(made.body);

  const changed = await call("PATCH", `/${id}`, { amount: 1_500, scene: null });
  expect([changed.status, changed.body]).toMatchObject([200, { amount: 1_500, scene: null, label: "早餐套餐", code }]);
  expect((await call("PATCH", `/${id}`, { amount: null, amountMax: 900 })).body).toMatchObject({
    amount: null,
    amountMin: 1,
    amountMax: 900,
  });
  expect((await call("PATCH", `/${id}`, { amount: 7 })).body).toMatchObject({ amount: 7, amountMin: null });

  expect((await call("DELETE", `/${id}`)).status).toBe(204);
  expect((await call("DELETE", `/${id}`)).status).toBe(204);
  expect((await call("GET", `/${id}`)).body).toMatchObject({ status: "retired", retiredAt: expect.any(String) });
  expect(await call("PATCH", `/${id}`, { label: "x" })).toMatchObject({ status: 409, body: { code: "conflict" } });
});

test("pages, newest first, by status", async () => {
  const ids: string[] = [];
  for (const at of [1, 2, 3]) {
    edge.clock.advance(1_000);
    ids.unshift((await call("POST", "", { label: `第 ${at} 张` })).body.id);
  }
  const first = (await call("GET", "?status=active&limit=2")).body;
  expect(first.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
  const second = (await call("GET", `?status=active&limit=1&cursor=${first.nextCursor}`)).body;
  expect(second.data).toMatchObject([{ id: ids[2] }]);
  await call("DELETE", `/${ids[0]}`);
  const retired = (await call("GET", "?status=retired")).body.data.map(({ id }: { id: string }) => id);
  expect(retired).toContain(ids[0]);
  expect(retired).not.toContain(ids[1]);
});

test.each([
  ["no label", {}, "label"],
  ["an empty label", { label: "  " }, "label"],
  ["a label that is too long for a sign", { label: "长".repeat(33) }, "label"],
  ["a label of several lines", { label: "a\nb" }, "label"],
  ["nothing to pay", { ...FREE, amount: 0 }, "amount"],
  ["a part of a fen", { ...FREE, amount: 1.5 }, "amount"],
  ["an amount as a text", { ...FREE, amount: "12" }, "amount"],
  ["more than can be paid", { ...FREE, amount: 1_000_000_001 }, "amount"],
  ["a fixed amount with a least one", { ...FREE, amount: 5, amountMin: 1 }, "amountMin"],
  ["a fixed amount with a most one", { ...FREE, amount: 5, amountMax: 9 }, "amountMax"],
  ["bounds that leave nothing", { ...FREE, amountMin: 10, amountMax: 9 }, "amountMax"],
  ["a least amount over the usual most", { ...FREE, amountMin: 5_000_001 }, "amountMin"],
  ["a scene nobody knows", { ...FREE, scene: "casino" }, "scene"],
  ["an empty item name", { ...FREE, itemName: "" }, "itemName"],
  ["a category that is too long", { ...FREE, category: "x".repeat(65) }, "category"],
  ["an unknown field", { ...FREE, amonut: 5 }, "amonut"],
  ["a code of one's own", { ...FREE, code: "aaaaaaaaaaaa" }, "code"],
])("%s is refused by its name", async (_what, body, path) => {
  const refused = await call("POST", "", body);
  expect([refused.status, refused.body.code]).toEqual([400, "invalid_request"]);
  expect(refused.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  const { id } = (await call("POST", "", FREE)).body;
  if (path === "label" && !("label" in body)) return;
  const patched = await call("PATCH", `/${id}`, body);
  expect(patched.status).toBe(400);
  expect(patched.body.errors.map((error: { path: string }) => error.path)).toContain(path);
});

test("what is not there is not found, and says so", async () => {
  for (const [method, path, body] of [
    ["GET", "/col_none"],
    ["PATCH", "/col_none", { label: "x" }],
    ["DELETE", "/col_none"],
    ["GET", "/col_none/poster.svg"],
    ["GET", "/col_none/poster.pdf"],
  ] as const) {
    expect(await call(method, path, body)).toMatchObject({ status: 404, body: { code: "not_found" } });
  }
  expect((await call("GET", "?state=active")).body.errors).toMatchObject([{ path: "state" }]);
});

test("the same key makes one", async () => {
  const send = (body: object) =>
    edge.asMerchant("/api/v1/collection-codes", { json: body, headers: { "idempotency-key": "code-1" } });
  const first = await (await send(FREE)).json();
  const again = await send(FREE);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await again.json()).toEqual(first);
  expect((await send(FIXED)).status).toBe(409);
});

test("a key that may only read does not write, and one for orders does neither", async () => {
  const { id } = (await call("POST", "", FREE)).body;
  const as = async (scopes: string[], [method, path]: [string, string], json?: unknown) => {
    const { secret } = await edge.container.keys.create({ name: "x", requireSigning: false, scopes, actor: "test" });
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    const request = { method, headers, ...(json === undefined ? {} : { json }) };
    return (await edge.send(`/api/v1/collection-codes${path}`, request)).status;
  };
  const read = ["collection-codes:read"];
  expect(await as(read, ["GET", ""])).toBe(200);
  expect(await as(read, ["GET", `/${id}/poster.svg`])).toBe(200);
  expect(await as(read, ["POST", ""], FREE)).toBe(403);
  expect(await as(read, ["PATCH", `/${id}`], { label: "x" })).toBe(403);
  expect(await as(read, ["DELETE", `/${id}`])).toBe(403);
  expect(await as(["collection-codes:write"], ["POST", ""], FREE)).toBe(201);
  expect(await as(["orders:write"], ["GET", ""])).toBe(403);
  expect((await edge.send("/api/v1/collection-codes")).status).toBe(401);
});

test("the keys of our own forms are nobody's", async () => {
  expect((await edge.container.keys.list()).map(({ id }) => id)).not.toContain("key_collection");
});

describe("posters", () => {
  const get = (path: string) => edge.asMerchant(`/api/v1/collection-codes${path}`);

  test("come as a picture and as a page of the wanted size", async () => {
    const { id, code } = (await call("POST", "", FIXED)).body;
    const svg = await get(`/${id}/poster.svg?size=a4&lang=en`);
    expect(svg.status).toBe(200);
    expect(svg.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(svg.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(svg.headers.get("content-disposition")).toBe(`inline; filename="${code}-a4.svg"`);
    expect(await svg.text()).toContain("Scan with WeChat to pay");
    const pdf = await get(`/${id}/poster.pdf`);
    expect(pdf.headers.get("content-type")).toBe("application/pdf");
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
  });

  test("are of known sizes and languages, and not of retired codes", async () => {
    const { id } = (await call("POST", "", FREE)).body;
    expect((await (await get(`/${id}/poster.svg?size=a5`)).json()).errors).toMatchObject([{ path: "size" }]);
    expect((await (await get(`/${id}/poster.pdf?lang=fr`)).json()).errors).toMatchObject([{ path: "lang" }]);
    await call("DELETE", `/${id}`);
    expect((await get(`/${id}/poster.svg`)).status).toBe(409);
  });
});

describe("a code of a store or till", () => {
  beforeAll(async () => {
    const { pool } = edge.database;
    await pool.query("insert into stores (id, code, name, created_at) values ('sto_1', 'west', '西街店', now())");
    await pool.query(
      "insert into tills (id, store_id, code, name, created_at) values ('til_1', 'sto_1', '1', '一号收银台', now())",
    );
  });

  test("its orders carry the place, and only those made after a change carry the new one", async () => {
    const { body } = await call("POST", "", { label: "台卡", amount: 500, storeCode: "west", tillCode: "1" });
    expect(body).toMatchObject({ storeCode: "west", tillCode: "1" });
    const order = async () => {
      edge.clock.advance(1_000);
      const token = randomBytes(16).toString("base64url");
      const made = await edge.container.collection.order({ code: body.code, token, amount: "5.00", note: "" });
      if (made.kind !== "ordered") throw new Error(made.kind);
      return made.orderId;
    };
    const first = await order();
    const changed = await call("PATCH", `/${body.id}`, { tillCode: null });
    expect(changed.body).toMatchObject({ storeCode: "west", tillCode: null });
    const second = await order();
    const placeOf = async (id: string) => {
      const { storeCode, tillCode, cashier } = await edge.payments.order(id);
      return { storeCode, tillCode, cashier };
    };
    expect(await placeOf(first)).toEqual({ storeCode: "west", tillCode: "1", cashier: null });
    expect(await placeOf(second)).toEqual({ storeCode: "west", tillCode: null, cashier: null });
  });

  test.each([
    [{ storeCode: "nowhere" }, "storeCode"],
    [{ storeCode: "west", tillCode: "7" }, "tillCode"],
    [{ tillCode: "1" }, "tillCode"],
  ])("%j is refused by name, for a new code and for one there is", async (place, path) => {
    const refused = { status: 400, body: { code: "invalid_request", errors: [{ path }] } };
    expect(await call("POST", "", { ...FREE, ...place })).toMatchObject(refused);
    const { body } = await call("POST", "", FREE);
    expect(await call("PATCH", `/${body.id}`, place)).toMatchObject(refused);
    expect((await call("GET", `/${body.id}`)).body).toEqual(body);
  });

  test("a code whose store was taken out of use can still be changed otherwise", async () => {
    const { body } = await call("POST", "", { ...FREE, storeCode: "west" });
    await edge.database.pool.query("update stores set deactivated_at = now() where id = 'sto_1'");
    expect((await call("PATCH", `/${body.id}`, { label: "新名字" })).body).toMatchObject({
      label: "新名字",
      storeCode: "west",
    });
    await edge.database.pool.query("update stores set deactivated_at = null where id = 'sto_1'");
  });
});
