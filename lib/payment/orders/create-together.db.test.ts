import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { orderRequestSchema } from "#lib/contract/order-request.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: orders that are made together share commits, and each caller has the answer it would have had alone.

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.rows(
    "insert into api_keys (id, name, secret_hash, secret_sealed) values ('key_test', 'test', sha256('x'), '')",
  );
});
afterAll(() => fixture.close());

interface AskedOrder {
  readonly key?: string;
  readonly price?: number;
  readonly outTradeNo?: string;
  readonly items?: number;
}

const onceOf = (key: string | undefined, text: string) =>
  key === undefined ? null : { apiKeyId: "key_test", key, digest: createHash("sha256").update(text).digest() };

function create({ key, price = 18, outTradeNo, items = 1 }: AskedOrder) {
  const lines = Array.from({ length: items }, (_, n) => ({ name: `item ${n}`, price, quantity: 1 }));
  const request = { items: lines, ...(outTradeNo === undefined ? {} : { outTradeNo }) };
  return fixture.payments.createOrderOnce(orderRequestSchema.parse(request), onceOf(key, JSON.stringify(request)));
}

const idOf = (result: Awaited<ReturnType<typeof create>>): string =>
  result.kind === "replayed" ? JSON.parse(result.answer.body).id : result.order.id;

test("many at once are made in few commits, each as it was asked for", async () => {
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, n) => create({ key: `many-${n}`, price: n + 1, items: (n % 3) + 1 })),
  );
  expect(new Set(made.map(idOf)).size).toBe(60);
  for (const [n, result] of made.entries()) {
    const order = await fixture.payments.order(idOf(result));
    expect(order.amountDue).toBe((n + 1) * 100 * ((n % 3) + 1));
    expect(order.items.map(({ name }) => name)).toEqual(["item 0", "item 1", "item 2"].slice(0, (n % 3) + 1));
  }
  const [commits] = await fixture.rows<{ n: number; answers: number }>(
    `select count(distinct o.xmin::text)::int as n, (select count(*)::int from idempotency where key like 'many-%') as answers
       from orders o where o.id = any ($1)`,
    [made.map(idOf)],
  );
  expect(commits?.answers).toBe(60);
  expect(commits?.n).toBeLessThan(20);
});

test("the same call sent twice in one moment makes one order, and both get its answer", async () => {
  const others = Array.from({ length: 10 }, (_, n) => create({ key: `other-${n}` }));
  const twice = [create({ key: "twice" }), create({ key: "twice" }), create({ key: "twice" })];
  const made = await Promise.all(twice);
  await Promise.all(others);
  expect(new Set(made.map(idOf)).size).toBe(1);
  expect(made.filter(({ kind }) => kind === "created")).toHaveLength(1);
  const orders = await fixture.rows("select from orders where id = $1", [made.map(idOf)[0]]);
  expect(orders).toHaveLength(1);
});

test("another body under a key, and a number that is taken, are refused alone", async () => {
  await create({ key: "known" });
  await create({ outTradeNo: "TOGETHER-1" });
  const settled = await Promise.allSettled([
    ...Array.from({ length: 8 }, (_, n) => create({ key: `fine-${n}` })),
    create({ key: "known", price: 19 }),
    create({ outTradeNo: "TOGETHER-1", price: 20 }),
    create({ outTradeNo: "TOGETHER-1" }),
    ...Array.from({ length: 8 }, (_, n) => create({ key: `good-${n}` })),
  ]);
  const [other, taken, same] = settled.slice(8, 11);
  expect(other).toMatchObject({ status: "rejected", reason: { code: "idempotency_conflict" } });
  expect(taken).toMatchObject({ status: "rejected", reason: { code: "conflict" } });
  expect(same).toMatchObject({ status: "fulfilled", value: { kind: "existing" } });
  const rest = [...settled.slice(0, 8), ...settled.slice(11)];
  expect(rest.map((each) => each.status === "fulfilled" && each.value.kind)).toEqual(rest.map(() => "created"));
});

test("a large order among small ones is made with all its items", async () => {
  const [, large] = await Promise.all([create({}), create({ items: 60 }), create({})]);
  expect((await fixture.payments.order(idOf(large))).items).toHaveLength(60);
});
