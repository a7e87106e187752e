import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { runCli } from "#lib/testing/run-cli.ts";

// Goal: the figures as people and scripts use them: from real rows, with exit codes, and without single shoppers.

let fixture: PaymentFixture;
let environment: Record<string, string>;
const sql = async (text: string, values: unknown[] = []) => (await fixture.database.pool.query(text, values)).rows;
const SHOPPER = `shp_${"a".repeat(22)}`;

beforeAll(async () => {
  fixture = await paymentFixture();
  // The command uses the real clock, so the rows are of today, but older than what the next roll-up reads again.
  fixture.clock.advance(Date.now() - 3_600_000 - fixture.clock.now().getTime());
  for (let at = 0; at < 12; at++) {
    const { id } = await fixture.order({ shopperId: `vip-${at % 6}` });
    await sql(
      `insert into behaviour_events (order_id, order_at, id, session, type, at, env, form, os, channel, scene)
       select id, created_at, $2, 'visit01', 'page_viewed', created_at, 'wechat', 'phone', 'ios', 'jsapi', 'dining' from orders where id = $1`,
      [id, randomUUID()],
    );
    if (at < 2) await sql("insert into order_shoppers values ($1, $2, now())", [id, SHOPPER]);
    if (at < 7) await fixture.payAndNotify(await fixture.open(id));
    else await fixture.payments.closeOrder(id);
  }
  const [row] = await sql("select current_database() as name, inet_server_port() as port");
  const url = new URL(String(fixture.database.pool.options.connectionString));
  expect(url.pathname.slice(1)).toBe(row.name);
  environment = {
    DATABASE_URL: url.href,
    MASTER_KEY: randomBytes(32).toString("base64"),
    DATA_DIR: "/nonexistent",
    PAYMENT_CONFIG: "/nonexistent/payment_config.json",
  };
});
afterAll(() => fixture.close());

const cli = (...args: string[]) => runCli(args, environment);
const json = async (...args: string[]) => {
  const { code, out, err } = await cli(...args, "--json");
  return { code, err, value: JSON.parse(out) };
};

test("the funnel, for machines and for people", async () => {
  const { code, value } = await json("insights", "funnel", "--by", "channel");
  expect(code).toBe(0);
  expect(value.rows).toEqual([
    expect.objectContaining({
      ...{ channel: "jsapi", hidden: false, viewed: 12, paid: 7 },
      paidOfViewed: { share: 7 / 12, low: expect.closeTo(0.3195, 3), high: expect.closeTo(0.8067, 3) },
      reasons: [{ reason: "left_without_tapping", code: null, orders: 5, lost: 9_000 }],
    }),
  ]);
  const { out } = await cli("insights", "funnel");
  expect(out).toMatch(/viewed +tapped +paid/);
  expect(out).toMatch(/left_without_tapping ¥90\.00/);
});

test.each([
  // One cell for each month since then, of which there are two when the month has just begun.
  [
    ["cohorts"],
    {
      cohorts: [{ shoppers: 6, cells: expect.arrayContaining([expect.objectContaining({ returning: 6, few: true })]) }],
    },
  ],
  [["rfm"], { shoppers: 6, groups: 3 }],
  [["anomalies"], { alarms: [] }],
  [["uplift"], { perShopper: null, verdict: "not_yet_known" }],
  [["policy", "none"], { value: null, conclusion: "refused", reason: "too_few" }],
])("%j says what it knows, and that it knows nothing", async (figure, told) => {
  expect(await json("insights", ...figure)).toMatchObject({ code: 0, value: told });
});

test("the roll-up is proved equal to a rebuild", async () => {
  expect(await json("insights", "rebuild", "--check")).toMatchObject({ code: 0, value: { isSame: true, orders: 12 } });
});

test("a wrong sum is a failure until it is rebuilt", async () => {
  await sql("update behaviour_cells set tapped = tapped - 1 where tapped > 0");
  expect(await json("insights", "rebuild", "--check")).toMatchObject({ code: 1, value: { isSame: false } });
  expect(await json("insights", "rebuild")).toMatchObject({ code: 0, value: { isSame: true } });
});

test("a shopper is exported, and erased at once or by the worker", async () => {
  const told = await json("shoppers", "export", SHOPPER);
  expect([told.code, told.value.orders.length, told.value.orders[0].items[0].name]).toEqual([0, 2, "拿铁"]);
  expect(await json("shoppers", "erase", "vip-3")).toMatchObject({ code: 0, value: { status: "erasing" } });
  expect(await sql("select payload ->> 'shopperId' as id from graphile_worker._private_jobs")).toEqual([
    { id: "vip-3" },
  ]);
  expect(await json("shoppers", "erase", SHOPPER, "--now")).toMatchObject({ code: 0, value: { orders: 2 } });
});

test.each([
  [["insights", "funnel", "--by", "name"]],
  [["insights", "funnel", "--from", "yesterday"]],
  [["insights", "rfm", "--to", "2026-02-30"]],
])("%j is not understood: 2", async (args) => {
  expect(await cli(...args)).toMatchObject({ code: 2, out: "" });
});
