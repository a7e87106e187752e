import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { promotionViewSchema } from "#lib/contract/promotion.ts";
import { quoteSchema } from "#lib/contract/quote.ts";
import { listAudit } from "#lib/storage/operations/audit-log.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";

// Goal: promotions and quotes as the contract has them, over a real database.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
// Promotions of one test are no business of the next one's.
beforeEach(() =>
  edge.database.pool.query("update promotions set status = 'archived', archived_at = now() where status = 'active'"),
);
afterAll(() => edge.close());

async function call(method: string, path: string, json?: unknown) {
  const answer = await edge.asMerchant(`/api/v1${path}`, { method, ...(json === undefined ? {} : { json }) });
  return { status: answer.status, headers: answer.headers, body: answer.status === 204 ? null : await answer.json() };
}
const RULE = { type: "amount_off", phase: "order", off: 500, threshold: { amount: 3_000 } };
const TEA = { items: [{ name: "茶", unitAmount: 1_600, quantity: 2 }] };

describe("promotions", () => {
  test("made, read, listed, changed, ended", async () => {
    const made = await call("POST", "/promotions", { ...RULE, name: "满减", budget: 1_000, limitTotal: 9 });
    expect(made.status).toBe(201);
    const { id } = promotionViewSchema.parse(made.body);
    expect(made.headers.get("location")).toBe(`/api/v1/promotions/${id}`);
    expect(made.body).toMatchObject({
      ...RULE,
      version: 1,
      status: "active",
      priority: 0,
      budget: 1_000,
      budgetLeft: 1_000,
      spent: 0,
      reserved: 0,
      limitTotal: 9,
      uses: 0,
      archivedAt: null,
    });
    await call("POST", "/orders", TEA);
    expect((await call("GET", `/promotions/${id}`)).body).toMatchObject({ reserved: 500, budgetLeft: 500, uses: 1 });

    const changed = await call("PATCH", `/promotions/${id}`, { off: 400, limitTotal: null, version: 1 });
    expect([changed.status, changed.body]).toMatchObject([
      200,
      { off: 400, limitTotal: null, budget: 1_000, version: 2 },
    ]);
    expect((await call("PATCH", `/promotions/${id}`, { off: 400 })).body).toMatchObject({ version: 2 });
    expect((await call("PATCH", `/promotions/${id}`, { budgetLeft: 50 })).body).toMatchObject({
      budget: 550,
      version: 3,
    });
    expect((await call("PATCH", `/promotions/${id}`, { budget: null })).body).toMatchObject({ budgetLeft: null });

    expect((await call("DELETE", `/promotions/${id}`)).status).toBe(204);
    expect((await call("DELETE", `/promotions/${id}`)).status).toBe(204);
    expect((await call("GET", `/promotions/${id}`)).body).toMatchObject({ status: "archived" });
    expect((await call("PATCH", `/promotions/${id}`, { off: 1 })).body).toMatchObject({ code: "conflict" });
  });

  test("pages, newest first", async () => {
    const ids: string[] = [];
    for (const at of [1, 2, 3]) {
      edge.clock.advance(1_000);
      ids.unshift((await call("POST", "/promotions", { ...RULE, id: `page-${at}`, code: "PAGE" })).body.id);
    }
    const first = (await call("GET", "/promotions?status=active&limit=2")).body;
    expect(first.data.map(({ id }: { id: string }) => id)).toEqual(ids.slice(0, 2));
    const second = (await call("GET", `/promotions?status=active&limit=2&cursor=${first.nextCursor}`)).body;
    expect(second).toMatchObject({ data: [{ id: ids[2] }], nextCursor: null });
  });

  test.each([
    ["an unknown field", { ...RULE, budgt: 5 }, "budgt"],
    ["an unknown type", { ...RULE, type: "free" }, "type"],
    [
      "a type in a phase it does not have",
      { ...RULE, type: "tiered_off", off: undefined, tiers: [], phase: "channel" },
      "phase",
    ],
    ["a number less than one", { ...RULE, off: 0 }, "off"],
    ["every without an amount", { ...RULE, every: true, threshold: { qty: 2 } }, "threshold.amount"],
    ["two budgets", { ...RULE, budget: 1, budgetLeft: 1 }, "budgetLeft"],
    ["an id that is no part of an address", { ...RULE, id: "a/b" }, "id"],
    ["a version nobody made", { ...RULE, version: 2 }, "version"],
  ])("%s is refused by its name", async (_what, body, path) => {
    const refused = await call("POST", "/promotions", body);
    expect([refused.status, refused.body.code]).toEqual([400, "invalid_request"]);
    expect(refused.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  test("what contradicts what is there is a conflict", async () => {
    await call("POST", "/promotions", { ...RULE, id: "once", code: "C", budget: 600 });
    await call("POST", "/orders", { ...TEA, promotionCodes: ["C"] });
    const codes = await Promise.all([
      call("POST", "/promotions", { ...RULE, id: "once" }),
      call("PATCH", "/promotions/once", { budget: 499 }),
      call("PATCH", "/promotions/once", { off: 1, version: 7 }),
    ]);
    expect(codes.map(({ status, body }) => [status, body.code])).toEqual(Array(3).fill([409, "conflict"]));
    expect((await call("PATCH", "/promotions/once", { wrong: 1 })).body.errors).toEqual([
      { path: "wrong", message: "is not a known field" },
    ]);
    expect((await call("PATCH", "/promotions/once", { id: "other" })).status).toBe(400);
    expect((await call("GET", "/promotions/none")).status).toBe(404);
    expect((await call("PATCH", "/promotions/none", {})).status).toBe(404);
    expect((await call("DELETE", "/promotions/none")).status).toBe(404);
  });

  test("the same key makes one", async () => {
    const headers = { "idempotency-key": "promotion-1" };
    const send = () => edge.asMerchant("/api/v1/promotions", { json: { ...RULE, code: "K" }, headers });
    const first = await (await send()).json();
    const again = await send();
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await again.json()).toEqual(first);
  });

  test("each change names the key that made it", async () => {
    const { id, secret } = await edge.container.keys.create({
      ...{ name: "offers", requireSigning: false, scopes: ["promotions:write"], actor: "test" },
    });
    const headers = { authorization: `Bearer ${secret.reveal()}` };
    const send = (method: string, path: string, json?: unknown) =>
      edge.send(`/api/v1${path}`, { method, headers, ...(json === undefined ? {} : { json }) });
    await send("POST", "/promotions", { ...RULE, id: "told", code: "T" });
    await send("PATCH", "/promotions/told", { name: "更好" });
    await send("PATCH", "/promotions/told", { wrong: 1 });
    await send("DELETE", "/promotions/told");
    const entries = await listAudit(edge.database.pool, { subjects: ["told"], limit: 9 });
    expect(entries.map(({ actor, action, detail }) => [actor, action, detail.version])).toEqual([
      [id, "promotion.archive", 2],
      [id, "promotion.change", 2],
      [id, "promotion.create", 1],
    ]);
  });

  test("a key that may only read does not write, and one for orders does neither", async () => {
    const as = async (scopes: string[], path: string, json?: unknown) => {
      const { secret } = await edge.container.keys.create({ name: "x", requireSigning: false, scopes, actor: "test" });
      const headers = { authorization: `Bearer ${secret.reveal()}` };
      return (await edge.send(`/api/v1${path}`, { headers, ...(json === undefined ? {} : { json }) })).status;
    };
    expect(await as(["promotions:read"], "/promotions")).toBe(200);
    expect(await as(["promotions:read"], "/quotes", TEA)).toBe(200);
    expect(await as(["promotions:read"], "/promotions", RULE)).toBe(403);
    expect(await as(["promotions:write"], "/promotions", { ...RULE, code: "S" })).toBe(201);
    expect(await as(["orders:write"], "/promotions")).toBe(403);
    expect((await edge.send("/api/v1/promotions")).status).toBe(401);
  });
});

describe("quotes", () => {
  const offers = async (suffix: string) => {
    const made = [
      { ...RULE, name: "满30减5" },
      { ...RULE, name: "满37减9", off: 900, threshold: { amount: 3_700 } },
      { ...RULE, name: "暗号", code: "SESAME", thresholdBase: "original" },
      { ...RULE, name: "会员", limitPerUser: 1, thresholdBase: "original" },
      { name: "随机", type: "random_off", phase: "channel", min: 50, max: 300 },
    ].map((rule, at) => call("POST", "/promotions", { ...rule, id: `q${at}${suffix}` }));
    await Promise.all(made);
  };

  test("the price, why, and what a little more would bring; nothing is stored", async () => {
    await offers("");
    const before = await stored();
    const { status, body } = await call("POST", "/quotes", TEA);
    expect(status).toBe(200);
    const quote = quoteSchema.parse(body);
    expect(quote).toMatchObject({
      amountTotal: 3_200,
      amountDiscount: 500,
      amountDue: 2_700,
      applied: [{ id: "q0", version: 1, name: "满30减5", discount: 500, lines: [500], sentence: "满30减5" }],
      lineDiscounts: [500],
      optimal: true,
    });
    const reasons = new Map(quote.rejected.map((one) => [one.id, [one.reason, one.sentence]]));
    expect(reasons.get("q1")).toEqual(["threshold", "“满37减9”未达到使用门槛"]);
    expect(reasons.get("q2")).toEqual(["code", "“暗号”需要输入优惠码"]);
    expect(reasons.get("q3")).toEqual(["user_limit", "“会员”需要知道顾客是谁才能使用"]);
    expect(reasons.get("q4")).toEqual(["window", "“随机”下单时随机立减 ¥0.50–¥3.00"]);
    expect(quote.nudge).toEqual({ promotionId: "q1", gap: 500, gain: 400, sentence: "再买 ¥5.00 可减 ¥4.00" });
    expect(await stored()).toEqual(before);
  });

  test("an order then costs what was quoted", async () => {
    const request = { ...TEA, promotionCodes: ["SESAME"], shopperId: "kim", expiresIn: 900 };
    await offers("-again");
    await call("DELETE", "/promotions/q4-again");
    const { body: quote } = await call("POST", "/quotes", request);
    const { body: order } = await call("POST", "/orders", request);
    expect(quote.amountDiscount).toBe(1_500);
    expect([order.amountDue, order.items.map((item: { discount: number }) => item.discount)]).toEqual([
      quote.amountDue,
      quote.lineDiscounts,
    ]);
  });

  test("nothing is taken off a donation", async () => {
    await offers("-gift");
    const { body } = await call("POST", "/quotes", { items: [{ name: "爱心捐款", unitAmount: 9_900, quantity: 1 }] });
    expect(body).toMatchObject({ amountDiscount: 0, applied: [], nudge: null });
    expect(body.rejected[0]).toMatchObject({ reason: "scope", sentence: expect.stringContaining("捐赠不参加优惠") });
  });

  test.each([
    [{ items: [] }, "items"],
    [{ ...TEA, channel: "cash" }, "channel"],
    [{ items: [{ name: "茶", unitAmount: 0, quantity: 1 }] }, "items"],
  ])("a cart that is no order is refused: %j", async (body, path) => {
    const refused = await call("POST", "/quotes", body);
    expect(refused.status).toBe(400);
    expect(refused.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });
});

async function stored(): Promise<unknown> {
  const { rows } = await edge.database.pool.query(
    `select (select count(*) from orders) as orders, (select count(*) from offer_decisions) as decisions,
            (select count(*) from promotion_uses) as uses, (select count(*) from idempotency) as answers`,
  );
  return rows[0];
}
