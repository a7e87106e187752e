import { afterAll, beforeAll, expect, test } from "vitest";
import { MINUTE_MS } from "#lib/base/time.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { readOrderStory } from "../orders/order-story.ts";
import { insertEndpoint } from "../webhooks/webhook-endpoints.ts";
import { exportRefunds } from "./export-refunds.ts";
import { foundRefunds } from "./find-refunds.ts";
import { listRefunds, sumRefundList, sumRefunds } from "./list-refunds.ts";

// Goal: what the dashboard lists of refunds and of one order is complete, in order, and goes on where a page ended.

let fixture: PaymentFixture;
const made: { order: string; outTradeNo: string; refund: string; number: string }[] = [];
beforeAll(async () => {
  fixture = await paymentFixture();
  const endpoint = {
    id: "whe_1",
    url: "https://shop.example/hook",
    events: ["order.paid"],
    apiKeyId: null,
    keptBy: null,
  };
  const by = { actor: "owner@shop.test", at: fixture.clock.now() };
  await insertEndpoint(fixture.database.pool, { ...endpoint, secretSealed: new Uint8Array(32) }, by);
  // Three of one moment, and so in the order of their ids; then a newer one.
  for (let nth = 0; nth < 4; nth++) {
    if (nth === 3) fixture.clock.advance(MINUTE_MS);
    const order = await fixture.order();
    await fixture.payAndNotify(await fixture.open(order.id));
    const result = await fixture.payments.refundOrder({ orderId: order.id, amount: 100, reason: `nth ${nth}` });
    if (result.kind !== "requested") throw new Error("nothing was kept");
    const { id, outRefundNo } = result.refund;
    made.push({ order: order.id, outTradeNo: order.outTradeNo, refund: id, number: outRefundNo });
  }
});
afterAll(() => fixture.close());

const list = async (filter: Parameters<typeof listRefunds>[1]) => listRefunds(fixture.database.pool, filter);
const ids = async (filter: Parameters<typeof listRefunds>[1]) => (await list(filter)).map(({ id }) => id);

test("refunds come newest first, by id within a moment, and page by page", async () => {
  const newest = made.at(-1);
  const expected = [
    newest?.refund,
    ...made
      .slice(0, 3)
      .map(({ refund }) => refund)
      .toSorted()
      .reverse(),
  ];
  expect(await ids({ limit: 10 })).toEqual(expected);
  const paged: string[] = [];
  for (let after: string | undefined; ; after = paged.at(-1)) {
    const page = await ids({ limit: 1, ...(after === undefined ? {} : { after }) });
    if (page.length === 0) break;
    paged.push(...page);
  }
  expect(paged).toEqual(expected);
  expect(await ids({ limit: 10, after: "ref_unknown" })).toEqual([]);
  expect((await list({ limit: 1 }))[0]).toMatchObject({
    orderId: newest?.order,
    outTradeNo: newest?.outTradeNo,
    number: newest?.number,
    amount: 100,
    reason: "nth 3",
    failure: null,
    succeededAt: null,
  });
});

test("a page goes on after a refund that has left the status asked for", async () => {
  const all = await ids({ status: "pending", limit: 10 });
  expect(all).toHaveLength(4);
  await fixture.database.pool.query(
    "update refunds set status = 'processing', accepted_at = now() where status = 'requested' and id = $1",
    [all[1]],
  );
  await fixture.payments.receiveNotification(
    fixture.gateways.noticeOfRefund(
      fixture.wechat.refunds.settle(made.find(({ refund }) => refund === all[1])?.number ?? "", "succeeded"),
    ),
  );
  expect(await ids({ status: "succeeded", limit: 10 })).toEqual([all[1]]);
  expect(await ids({ status: "pending", limit: 10, after: all[1] ?? "" })).toEqual(all.slice(2));
  expect(await ids({ status: "pending", limit: 10 })).toEqual([all[0], ...all.slice(2)]);
});

test("what people type finds refunds, in the list, its sum and its file", async () => {
  const [first, , , last] = made;
  const { pool } = fixture.database;
  const found = async (text: string) => {
    const listed = await ids({ text, limit: 10 });
    expect((await sumRefunds(pool, { text })).refunds).toBe(listed.length);
    const exported: string[] = [];
    for await (const page of exportRefunds(pool, { text }, 2)) exported.push(...page.map(({ id }) => id));
    expect(exported).toEqual(listed);
    return listed;
  };
  const all = await ids({ limit: 10 });
  expect(await found("nth 3")).toEqual([last?.refund]);
  expect(await found("NTH")).toEqual(all);
  expect(await found("1.00")).toEqual(all);
  expect(await found("1.01")).toEqual([]);
  expect(await found(first?.number.slice(0, -1) ?? "")).toEqual([first?.refund]);
  expect(await found(first?.outTradeNo.toLowerCase() ?? "")).toEqual([first?.refund]);
  for (const sign of ["%", "_", "\\", "nth_3", "nth%"]) expect(await found(sign)).toEqual([]);
  expect(await found("th 3")).toEqual([last?.refund]);
  expect(await found("ｎｔｈ　3")).toEqual([last?.refund]);
  expect(await found("3 nth")).toEqual([]);
  expect(await ids({ text: "nth", after: all[1] ?? "", limit: 10 })).toEqual(all.slice(2));
});

test("a search narrows by status and day, too, and a sum of many says that it is of the newest", async () => {
  const { pool } = fixture.database;
  const [succeeded] = await ids({ text: "nth", status: "succeeded", limit: 10 });
  expect(await ids({ status: "succeeded", limit: 10 })).toEqual([succeeded]);
  expect(await ids({ text: "nth", from: new Date(0), to: new Date(1), limit: 10 })).toEqual([]);
  expect(await sumRefundList(pool, { text: "nth" }, 3)).toEqual({ refunds: 3, amount: 300, hasMore: true });
  expect(await sumRefundList(pool, { text: "nth" })).toEqual({ refunds: 4, amount: 400, hasMore: false });
  expect(await sumRefundList(pool, {}, 3)).toEqual({ refunds: 4, amount: 400, hasMore: false });
});

test("numbers, amounts and reasons are found by indexes, however few refunds a shop has", async () => {
  const { pool } = fixture.database;
  const { from, values } = foundRefunds({ text: "1880", limit: 25 });
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query("set local enable_seqscan = off");
    const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain select * from ${from} r`, values);
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    for (const index of [
      "refunds_by_number_start",
      "refunds_by_wechat_start",
      "refunds_by_reason",
      "refunds_by_amount",
    ]) {
      expect(plan).toContain(index);
    }
    expect(plan).not.toContain("Seq Scan on refunds");
  } finally {
    await client.query("rollback");
    client.release();
  }
});

test("an order's story tells its attempts, refunds and webhooks, oldest first", async () => {
  const [one] = made;
  const story = await readOrderStory(fixture.database.pool, one?.order ?? "");
  expect(story.attempts).toMatchObject([{ channel: "native", status: "succeeded", verdict: "settles", failure: null }]);
  expect(Object.keys(story.attempts[0] ?? {})).not.toContain("payerRef");
  expect(story.refunds).toMatchObject([{ id: one?.refund, amount: 100, origin: "request", reason: "nth 0" }]);
  expect(story.webhooks).toMatchObject([
    {
      type: "order.paid",
      createdAt: story.attempts[0]?.paidAt,
      url: "https://shop.example/hook",
      status: "pending",
      tries: 0,
      lastStatus: null,
      lastError: null,
      endedAt: null,
      isEnded: false,
      log: [],
    },
  ]);
});
