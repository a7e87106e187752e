import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COLLECTION_CODES_ACTIVE_MAX } from "#lib/base/collection-limits.ts";
import { collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { collectionStore } from "#lib/storage/collection/collection-codes.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { type Collected, type Collection, type CollectionForm, createCollection } from "./index.ts";

// Goal: one form, one order, of an amount that the code takes; what is paid is counted; every change is written down.

let fixture: PaymentFixture;
let collection: Collection;
beforeAll(async () => {
  fixture = await paymentFixture();
  const { ids, clock, log } = fixture.deps;
  const store = collectionStore(fixture.database.pool);
  collection = createCollection({
    store,
    payments: fixture.payments,
    ids,
    clock,
    log,
    publicUrl: "https://pay.example",
  });
});
afterAll(() => fixture.close());

const codeOf = (request: object) =>
  collection.create(collectionCodeRequestSchema.parse({ label: "一号收银台", ...request }), { by: "li@shop.test" });
const formOf = (code: string, more: Partial<CollectionForm> = {}): CollectionForm => ({
  code,
  token: randomBytes(16).toString("base64url"),
  amount: "12.30",
  note: "",
  ...more,
});
const orders = async (): Promise<number> =>
  (await fixture.database.pool.query("select count(*)::int as count from orders")).rows[0].count;
const orderIdOf = (collected: Collected): string => {
  if (collected.kind !== "ordered") throw new Error(`not ordered: ${JSON.stringify(collected)}`);
  return collected.orderId;
};
const pay = async (orderId: string) => fixture.payAndNotify(await fixture.open(orderId));

describe("an order", () => {
  test("is of the amount entered, and tells where it came from", async () => {
    const code = await codeOf({ scene: "dining", itemName: "堂食", category: "food" });
    expect(code).toMatchObject({ url: `https://pay.example/c/${code.code}`, amount: null, amountMin: 1 });
    expect(code.code).toMatch(/^[0-9a-hjkmnp-tv-z]{12}$/);
    const made = await collection.order(formOf(code.code.toUpperCase(), { amount: "￥12.30", note: " 少糖 " }));
    expect(await fixture.payments.order(orderIdOf(made))).toMatchObject({
      amountDue: 1_230,
      description: "堂食",
      items: [{ name: "堂食", category: "food", quantity: 1 }],
      metadata: { collectionCode: code.code, collectionLabel: "一号收银台", scene: "dining", note: "少糖" },
      returnUrl: code.url,
    });
  });

  test("is made once, however often and however much at once its form is sent", async () => {
    const { code } = await codeOf({});
    const form = formOf(code);
    const before = await orders();
    const made = await Promise.all(Array.from({ length: 8 }, () => collection.order(form)));
    expect(new Set(made.map(orderIdOf)).size).toBe(1);
    await pay(orderIdOf(made[0] as Collected));
    expect(await collection.order(form)).toEqual(made[0]);
    expect(await orders()).toBe(before + 1);
    const other = await collection.order({ ...form, amount: "12.31" });
    expect(orderIdOf(other)).not.toBe(orderIdOf(made[0] as Collected));
    expect(orderIdOf(await collection.order(formOf(code)))).not.toBe(orderIdOf(made[0] as Collected));
  });

  test.each<[string, Partial<CollectionForm>, string]>([
    ["nothing entered", { amount: "" }, "empty"],
    ["letters", { amount: "abc" }, "malformed"],
    ["three decimals", { amount: "1.234" }, "decimals"],
    ["too little", { amount: "0.99" }, "below"],
    ["too much", { amount: "100.01" }, "above"],
    ["a note that is too long", { note: "长".repeat(51) }, "note"],
    ["a note with control characters", { note: "a\u0000b" }, "note"],
    ["a token that no page of ours had", { token: "x" }, "stale"],
  ])("%s makes none", async (_what, wrong, trouble) => {
    const { code } = await codeOf({ amountMin: 100, amountMax: 10_000 });
    const before = await orders();
    expect(await collection.order(formOf(code, wrong))).toEqual({ kind: "refused", trouble });
    expect(await orders()).toBe(before);
  });

  test("of a fixed amount costs what the page showed, or nothing", async () => {
    const { id, code } = await codeOf({ amount: 1_230 });
    expect((await collection.order(formOf(code))).kind).toBe("ordered");
    await collection.change(id, { amount: 1_500 }, { by: "li" });
    expect(await collection.order(formOf(code))).toEqual({ kind: "refused", trouble: "changed" });
    expect(await collection.order(formOf(code, { amount: "15.00" }))).toMatchObject({ kind: "ordered" });
  });

  test("no order comes from an unknown or retired code, except the one that was made before", async () => {
    const { id, code } = await codeOf({});
    const form = formOf(code);
    const made = await collection.order(form);
    await collection.retire(id, { by: "li" });
    expect(await collection.order(formOf(code))).toEqual({ kind: "retired" });
    expect(await collection.order(formOf("nobodymadeit"))).toEqual({ kind: "unknown" });
    expect((await fixture.payments.order(orderIdOf(made))).status).toBe("pending");
  });

  test("waits for an account that it can be paid to", async () => {
    const { code } = await codeOf({});
    const { pool } = fixture.database;
    await pool.query("update gateway_accounts set status = 'retired', retired_at = now() where status = 'active'");
    expect(await collection.order(formOf(code))).toEqual({ kind: "unpayable" });
    await pool.query("update gateway_accounts set status = 'active', retired_at = null");
  });
});

describe("what a code brought in", () => {
  test("is counted when it is paid, and not before", async () => {
    const { id, code } = await codeOf({});
    const [first, second] = await Promise.all([
      collection.order(formOf(code)),
      collection.order(formOf(code, { amount: "0.70" })),
    ]);
    await collection.order(formOf(code, { amount: "99" }));
    expect(await collection.get(id)).toMatchObject({ paidCount: 0, paidAmount: 0 });
    await pay(orderIdOf(first));
    await pay(orderIdOf(second));
    expect(await collection.get(id)).toMatchObject({ paidCount: 2, paidAmount: 1_300 });
    const listed = await collection.list({ limit: 100 });
    expect(listed.data.find((each) => each.id === id)).toMatchObject({ paidCount: 2, paidAmount: 1_300 });
  });

  test("is read from the index alone", async () => {
    const { pool } = fixture.database;
    await pool.query("vacuum analyze collection_orders");
    const client = await pool.connect();
    await client.query("set enable_seqscan = off");
    const { rows } = await client.query(
      "explain select count(*), sum(paid_amount) from collection_orders where code_id = 'col_x' and paid_amount is not null",
    );
    await client.query("reset enable_seqscan");
    client.release();
    expect(JSON.stringify(rows)).toContain("Index Only Scan using collection_orders_paid");
  });
});

describe("the records", () => {
  test("hold who made, changed and retired it, and what differed", async () => {
    const { id } = await codeOf({ amount: 1_200 });
    await collection.change(id, { amount: 1_500, label: "二号" }, { by: "wang@shop.test" });
    await collection.change(id, { label: "二号" }, { by: "nobody" });
    await collection.change(id, { amount: null, amountMax: 900 }, { by: "wang@shop.test" });
    await collection.retire(id, { by: "li@shop.test" });
    await collection.retire(id, { by: "li@shop.test" });
    const { rows } = await fixture.database.pool.query(
      "select actor, action, detail from audit_log where subject = $1 order by id",
      [id],
    );
    expect(rows).toEqual([
      { actor: "li@shop.test", action: "collection_code.create", detail: { label: "一号收银台", amount: 1_200 } },
      {
        actor: "wang@shop.test",
        action: "collection_code.change",
        detail: { label: "一号收银台 → 二号", amount: "1200 → 1500" },
      },
      {
        actor: "wang@shop.test",
        action: "collection_code.change",
        detail: { amount: "1500 → –", amountMin: "– → 1", amountMax: "– → 900" },
      },
      { actor: "li@shop.test", action: "collection_code.retire", detail: { label: "二号" } },
    ]);
  });

  test("there is a limit to how many are in use", async () => {
    const { pool } = fixture.database;
    await pool.query(
      `insert into collection_codes (id, code, label, amount, created_by, created_at, updated_at)
       select 'col_many' || n, lpad(n::text, 12, '0'), 'x', 1, 'test', now(), now() from generate_series(1, $1) n`,
      [COLLECTION_CODES_ACTIVE_MAX],
    );
    await expect(codeOf({})).rejects.toMatchObject({ code: "conflict" });
  });
});
