import { afterAll, beforeAll, expect, test } from "vitest";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { sealShopper } from "./shopper.ts";

// Goal: what the page tells is kept once, typed, bounded, and without a trace of who told it.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

const AGENT =
  "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0.49";
let made = 0;
const uuid = (): string => `01937c2e-6f00-7abc-8def-${String(++made).padStart(12, "0")}`;
const event = (type: string, props?: unknown) => ({ id: uuid(), type, ...(props === undefined ? {} : { props }) });
const batch = (events: unknown[], session = "visit01") => ({ session, channel: "jsapi", events });
const tell = (orderId: string, body: unknown, headers: Record<string, string> = {}) =>
  edge.send(`/api/orders/${orderId}/behaviour`, {
    body: typeof body === "string" ? body : JSON.stringify(body),
    method: "POST",
    headers: { "content-type": "text/plain;charset=UTF-8", "user-agent": AGENT, ...headers },
  });
const kept = async (orderId: string) =>
  (await edge.database.pool.query("select * from behaviour_events where order_id = $1 order by id", [orderId])).rows;
const shopperOf = async (orderId: string) =>
  (await edge.database.pool.query("select shopper_id from order_shoppers where order_id = $1", [orderId])).rows[0]
    ?.shopper_id;

test("a beacon is kept once, however often it comes, and tells of the visitor only app, device and system", async () => {
  const { id } = await edge.order();
  const told = batch([event("page_viewed"), event("failed", { code: "bridge_fail" })]);
  expect((await tell(id, told)).status).toBe(204);
  expect((await tell(id, told, { "content-type": "application/json" })).status).toBe(204);
  const rows = await kept(id);
  expect(rows.map(({ type, props }) => [type, props])).toEqual([
    ["page_viewed", {}],
    ["failed", { code: "bridge_fail" }],
  ]);
  expect(rows[0]).toMatchObject({
    ...{ session: "visit01", env: "wechat", form: "phone", os: "android", channel: "jsapi" },
    at: edge.clock.now(),
  });
  expect(JSON.stringify(rows)).not.toMatch(/Mozilla|Pixel|127\.0/);
});

test("the same beacon twice at once is kept once", async () => {
  const { id } = await edge.order();
  const told = batch([event("page_viewed"), event("pay_tapped")]);
  const answers = await Promise.all(Array.from({ length: 8 }, () => tell(id, told)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204]));
  expect(await kept(id)).toHaveLength(2);
});

test("one visit tells at most 20 events, one order 200", async () => {
  const { id } = await edge.order();
  const many = (count: number) => Array.from({ length: count }, () => event("page_viewed"));
  await tell(id, batch(many(18)));
  await tell(id, batch(many(5)));
  expect(await kept(id)).toHaveLength(20);
  for (let visit = 0; visit < 12; visit++) await tell(id, batch(many(20), `another${visit}`));
  expect(await kept(id)).toHaveLength(200);
});

test.each([
  ["events.0.type", batch([event("paid")])],
  ["events.0.id", batch([{ id: "7b0c5d1e-0000-4000-8000-000000000000", type: "page_viewed" }])],
  ["events.0.props.code", batch([event("failed", { code: "<script>" })])],
  ["events.0.props.name", batch([event("page_viewed", { name: "张三" })])],
  ["session", batch([event("page_viewed")], "server")],
  ["events", batch([])],
  ["events", batch(Array.from({ length: 21 }, () => event("page_viewed")))],
  ["channel", { ...batch([event("page_viewed")]), channel: "carrier pigeon" }],
  ["agent", { ...batch([event("page_viewed")]), agent: "x" }],
])("what is wrong is named: %s", async (path, body) => {
  const { id } = await edge.order();
  const answer = await tell(id, body);
  const { errors = [] } = await answer.json();
  expect([answer.status, errors.map((error: { path: string }) => error.path)]).toEqual([400, [path]]);
  expect(await kept(id)).toEqual([]);
});

test("no order, no JSON, too much: a clear no", async () => {
  const told = batch([event("page_viewed")]);
  expect((await tell("ord_01jzk3v9x2t8q4w6y0bcdefghj", told)).status).toBe(404);
  expect((await tell("nothing", told)).status).toBe(404);
  const { id } = await edge.order();
  expect((await tell(id, "{")).status).toBe(400);
  expect((await tell(id, " ".repeat(9_000))).status).toBe(413);
});

test("crawlers leave nothing", async () => {
  const { id } = await edge.order();
  expect((await tell(id, batch([event("page_viewed")]), { "user-agent": "Googlebot/2.1" })).status).toBe(204);
  expect(await kept(id)).toEqual([]);
});

test("an order is a shopper's only with their yes; who touches pay is the shopper", async () => {
  const { id } = await edge.order();
  const as = (name: string) => ({
    cookie: `lf_personal=${name.startsWith("shp_") ? sealShopper(edge.container.shopperKey, name) : name}`,
  });
  const [one, other] = ["a", "b"].map((letter) => `shp_${letter.repeat(22)}`);
  await tell(id, batch([event("page_viewed")]), as("no"));
  expect(await shopperOf(id)).toBeUndefined();
  await tell(id, batch([event("page_viewed")]), as(one ?? ""));
  await tell(id, batch([event("page_viewed")], "visit02"), as(other ?? ""));
  expect(await shopperOf(id)).toBe(one);
  await tell(id, batch([event("pay_tapped")], "visit02"), as(other ?? ""));
  expect(await shopperOf(id)).toBe(other);
});

test("an order that has told all it may is linked to nobody new", async () => {
  const { id } = await edge.order();
  const as = (letter: string) => ({
    cookie: `lf_personal=${sealShopper(edge.container.shopperKey, `shp_${letter.repeat(22)}`)}`,
  });
  for (let visit = 0; visit < 10; visit++) {
    const told = batch(
      Array.from({ length: 20 }, () => event("page_viewed")),
      `crowd${visit}`,
    );
    await tell(id, told, as("a"));
  }
  await tell(id, batch([event("pay_tapped")], "last001"), as("b"));
  expect(await shopperOf(id)).toBe(`shp_${"a".repeat(22)}`);
});

test.each(["healthcare", "education", "donation"])("an order of %s is nobody's", async (scene) => {
  const { id } = await edge.order();
  await edge.database.pool.query("update orders set scene = $2, scene_decision = null where id = $1", [id, scene]);
  await tell(id, batch([event("pay_tapped")]), {
    cookie: `lf_personal=${sealShopper(edge.container.shopperKey, `shp_${"c".repeat(22)}`)}`,
  });
  expect(await kept(id)).toHaveLength(1);
  expect(await shopperOf(id)).toBeUndefined();
});

test("a month that was made late takes over what was waiting for it", async () => {
  const { pool } = edge.database;
  const { id } = await edge.order();
  await pool.query(
    `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene)
     values ($1, '2031-05-15Z', gen_random_uuid(), 'visit01', 'page_viewed', '2031-05-15Z', 'browser', 'phone', 'ios', 'h5', 'other')`,
    [id],
  );
  for (let again = 0; again < 2; again++) await pool.query("select make_behaviour_month('2031-05-01')");
  const place = "select tableoid::regclass::text as place from behaviour_events where order_id = $1";
  expect((await pool.query(place, [id])).rows).toEqual([{ place: "behaviour.events_203105" }]);
  const dropped = "select drop_behaviour_months($1) as months";
  expect((await pool.query(dropped, ["2031-05-31T23:59:59Z"])).rows[0].months).toBeGreaterThanOrEqual(3);
  expect(await kept(id)).toHaveLength(1);
  expect((await pool.query(dropped, ["2031-06-01T00:00:00Z"])).rows).toEqual([{ months: 1 }]);
  expect(await kept(id)).toEqual([]);
});
