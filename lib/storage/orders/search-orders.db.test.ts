import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { foundOrders } from "./find-orders.ts";
import { indexOrders } from "./order-search.ts";
import { listOrders } from "./read-orders.ts";
import { sumOrders } from "./sum-orders.ts";

// Goal: what people type finds the order it means and no other, and numbers are found by indexes.

let fixture: PaymentFixture;
const found: { id: string; outTradeNo: string; transaction: string; refund: string; wechatRefund: string } = {
  ...{ id: "", outTradeNo: "", transaction: "", refund: "", wechatRefund: "" },
};
beforeAll(async () => {
  fixture = await paymentFixture();
  for (const [name, price] of [
    ["拿铁 大杯", 18.8],
    ["100%_果汁", 42],
    ["可颂 20261130", 20_261_130],
  ] as const) {
    const { id, outTradeNo } = await fixture.order({
      items: [{ name, price: Math.min(price, 90_000), quantity: 1 }],
      description: name,
    });
    if (found.id !== "") continue;
    await fixture.payAndNotify(await fixture.open(id));
    const result = await fixture.payments.refundOrder({ orderId: id, amount: 100 });
    if (result.kind !== "requested") throw new Error("nothing was kept");
    const [row] = await fixture.rows<{ transaction: string; wechat: string }>(
      `select a.transaction_id as transaction, r.wechat_refund_id as wechat
         from payment_attempts a join refunds r on r.attempt_id = a.id where a.order_id = $1`,
      [id],
    );
    Object.assign(found, { id, outTradeNo, transaction: row?.transaction, wechatRefund: row?.wechat });
    found.refund = result.refund.outRefundNo;
  }
});
afterAll(() => fixture.close());

const ids = async (text: string) => {
  const orders = await listOrders(fixture.database.pool, { text, limit: 10 });
  expect((await sumOrders(fixture.database.pool, { text })).orders).toBe(orders.length);
  return orders.map(({ order }) => order.id);
};

describe("one order is found", () => {
  test.each([
    ["its id", () => found.id],
    ["its number", () => found.outTradeNo],
    ["the beginning of its number", () => found.outTradeNo.slice(0, 11)],
    ["WeChat's number", () => found.transaction],
    ["the beginning of WeChat's number", () => found.transaction.slice(0, -2)],
    ["the number of its refund", () => found.refund],
    ["WeChat's number of its refund", () => found.wechatRefund],
    ["part of its description", () => "大杯"],
    ["its amount", () => "18.80"],
    ["its amount as it is written", () => "¥18.8 元"],
  ])("by %s", async (_, text) => {
    expect(text().length).toBeGreaterThan(1);
    expect(await ids(text())).toEqual([found.id]);
  });
});

test.each(["%", "_", "\\", "LF%", "100_", "%%%%%%%%123456", "______123456"])(
  "%s means itself, not anything",
  async (text) => {
    const orders = await listOrders(fixture.database.pool, { text, limit: 10 });
    for (const { order } of orders) expect(order.description).toContain(text);
    expect(orders.length).toBe("100%_果汁".includes(text) ? 1 : 0);
  },
);

test("the name of a cashier finds what they took", async () => {
  const { rows } = fixture;
  await rows("insert into stores (id, code, name, created_at) values ('sto_1', 'one', '南门店', now())");
  await rows("insert into tills (id, store_id, code, name, created_at) values ('til_1', 'sto_1', '1', '一号', now())");
  await rows("insert into cashiers (id, name, pin_hash, created_at) values ('csh_1', '王小明', '$scrypt$x', now())");
  await rows(
    `with made as (
       insert into orders (id, out_trade_no, amount_total, amount_due, description, store_id, till_id, cashier_id, created_at,
                           expires_at, check_at)
       values ('ord_00000000000000000000000001', 'AT-THE-TILL', 100, 100, '早餐', 'sto_1', 'til_1', 'csh_1', now(),
               now() + interval '1h', now()))
     insert into order_items (id, order_id, position, name, unit_amount, quantity)
     values ('itm_1', 'ord_00000000000000000000000001', 0, '早餐', 100, 1)`,
  );
  expect(await ids("小明")).toEqual(["ord_00000000000000000000000001"]);
  expect(await ids("王大明")).toEqual([]);
});

test("an amount is that amount, however it is written", async () => {
  expect(await ids("18.80")).toEqual([found.id]);
  expect(await ids("18.8")).toEqual([found.id]);
  expect(await ids("18.81")).toEqual([]);
});

describe("words", () => {
  const texts = [
    { name: "冰拿铁", metadata: { note: "少冰 打包" } },
    { name: "热拿铁", sku: "LATTE-01" },
    { name: "Ｌａｔｔｅ　Ｇｒａｎｄｅ" },
    { name: "拿破仑 铁观音" },
    { name: "茶", metadata: { table: "12", orderRef: "M-7788" } },
    { name: "50%_糖 红茶" },
  ];
  const made: { id: string; text: string }[] = [];
  const wanted = [
    "拿铁",
    "冰",
    "少冰",
    "铁拿",
    "latte",
    "LATTE-01",
    "ＬＡＴＴＥ grande",
    "铁 拿",
    "红茶 %_",
    "茶",
    "m-7788",
    "暗号",
  ];
  const finds = (typed: string) => {
    const words = typed.normalize("NFKC").toLowerCase().split(/\s+/);
    return made.filter(({ text }) => words.every((word) => text.includes(word))).map(({ id }) => id);
  };
  beforeAll(async () => {
    for (let round = 0; round < 3; round++) {
      for (const { name, metadata, sku } of texts as { name: string; metadata?: object; sku?: string }[]) {
        fixture.clock.advance(9 * DAY_MS);
        const order = await fixture.order({
          items: [{ name, price: 7, quantity: 1, ...(sku === undefined ? {} : { sku }) }],
          metadata: { ...metadata, round: `r${round}` },
        });
        const said = Object.values(metadata ?? {}).filter((value) => typeof value !== "object");
        const text = [order.description, name, sku, ...said].join(" ").normalize("NFKC").toLowerCase();
        made.unshift({ id: order.id, text });
      }
    }
  });
  const found = async (text: string, limit = 50) =>
    (await listOrders(fixture.database.pool, { text, limit })).map(({ order }) => order.id);

  test.each(["before the worker came", "half way", "once all of them are added", "again"])(
    "are found %s",
    async (when) => {
      const { pool } = fixture.database;
      if (when === "half way") {
        await indexOrders(pool, fixture.clock.now());
        await pool.query("update order_search_progress set indexed_to = $1", [
          addMs(fixture.clock.now(), -40 * DAY_MS),
        ]);
        await pool.query("delete from order_search where created_at >= $1", [addMs(fixture.clock.now(), -40 * DAY_MS)]);
      } else if (when !== "before the worker came") {
        fixture.clock.advance(DAY_MS);
        expect((await indexOrders(pool, fixture.clock.now())) > 0).toBe(when !== "again");
      }
      for (const text of wanted) {
        const expected = finds(text);
        expect({ text, ids: (await found(text)).filter((id) => made.some((each) => each.id === id)) }).toEqual({
          text,
          ids: expected,
        });
        expect(expected.length > 0).toBe(!["铁拿", "暗号"].includes(text));
        expect((await sumOrders(pool, { text })).orders).toBe((await found(text)).length);
      }
    },
  );

  test("page by page, narrowed, and with the newest first", async () => {
    const all = await found("拿铁");
    const paged: string[] = [];
    for (;;) {
      const page = await listOrders(fixture.database.pool, { text: "拿铁", limit: 2, after: paged.at(-1) });
      paged.push(...page.map(({ order }) => order.id));
      if (page.length < 2) break;
    }
    expect(paged).toEqual(all);
    expect(all.length).toBeGreaterThan(5);
    const narrowed = await listOrders(fixture.database.pool, { text: "拿铁", status: "paid", limit: 50 });
    expect(narrowed.map(({ order }) => order.id)).toEqual([all.at(-1)]);
  });

  test("an order that was recovered in the past is found", async () => {
    const { pool } = fixture.database;
    const { id } = await fixture.order({ items: [{ name: "找回的订单", price: 5, quantity: 1 }] });
    const number = await fixture.open(id);
    await indexOrders(pool, fixture.clock.now());
    fixture.clock.advance(DAY_MS);
    await indexOrders(pool, fixture.clock.now());
    await pool.query("delete from order_search where order_id = $1", [id]);
    expect(await found("找回的")).toEqual([]);
    await fixture.payAndNotify(number);
    await indexOrders(pool, fixture.clock.now());
    expect(await found("找回的")).toEqual([id]);
  });
});

test("names of stores, tills and codes, the shop's name for a shopper, the beginning of a refund's number", async () => {
  const shopperId = "member-0099-WXYZ";
  const { id } = await fixture.order({ shopperId, storeCode: "one", tillCode: "1" });
  for (const text of ["南门", "one", "一号", "WXYZ", "0099-WXYZ", shopperId]) expect(await ids(text)).toContain(id);
  expect(await ids("99-WXY")).toEqual([]);
  expect(await ids("北门")).toEqual([]);
  expect(await ids(found.refund.slice(0, -2))).toEqual([found.id]);
  await fixture.rows(`insert into collection_codes (id, code, label, amount_min, amount_max, created_by, created_at, updated_at)
    values ('col_1', 'abcdefgh0123', '五号桌', 1, 9000, 'li', now(), now())`);
  await fixture.rows("insert into collection_orders (order_id, code_id, created_at) values ($1, 'col_1', now())", [id]);
  for (const text of ["五号桌", "ABCDEFGH0123"]) expect(await ids(text)).toEqual([id]);
});

test("our own numbers are found in small letters, too", async () => {
  expect(await ids(found.outTradeNo.toLowerCase())).toEqual([found.id]);
});

test.each([
  ["WeChat's number", () => found.transaction.slice(0, 14), /payment_attempts_transaction_id_key/],
  ["a number that we made", () => found.outTradeNo.slice(0, 8), /orders_out_trade_no_key/],
  ["a word", () => "拿铁", /order_search_pieces/],
  ["the end of a shopper's name", () => "WXYZ", /orders_by_shopper_end/],
  ["an amount", () => "18.80", /orders_by_due/],
])("%s is looked up in indexes alone", async (_, text, index) => {
  await indexOrders(fixture.database.pool, fixture.clock.now());
  const { from, values } = await foundOrders(fixture.database.pool, { text: text(), limit: 26 });
  const client = await fixture.database.pool.connect();
  try {
    await client.query("begin");
    await client.query("set local enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain select f.id from ${from} f`, values);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    expect(plan).toMatch(index);
    expect(plan).not.toContain("Seq Scan");
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("more orders of a few minutes than one statement takes are all found, and each is added once", async () => {
  const { pool } = fixture.database;
  const now = fixture.clock.now();
  await indexOrders(pool, now);
  await pool.query(
    `with made as (
       insert into orders (id, out_trade_no, amount_total, amount_due, description, created_at, expires_at, check_at)
       select 'ord_' || lpad('crowd' || n, 26, '0'), 'crowd-' || n, 100, 100, 'rush hour ' || n,
              $1::timestamptz - interval '9 minutes' + n * interval '100 milliseconds', $1::timestamptz + interval '1 hour', $1
         from generate_series(1, 4500) n
       returning id
     )
     insert into order_items (id, order_id, position, name, unit_amount, quantity)
     select replace(id, 'ord_', 'itm_'), id, 0, 'tea', 100, 1 from made`,
    [now],
  );
  expect(await indexOrders(pool, now)).toBe(4_500);
  expect(await listOrders(pool, { text: "rush hour 4500", limit: 10 })).toHaveLength(1);
  expect(await indexOrders(pool, now)).toBe(0);
}, 60_000);
