import { afterAll, beforeAll, expect, test } from "vitest";
import { beijingDay } from "#lib/base/beijing-time.ts";
import { addMs, DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import { dailyReportSchema } from "#lib/contract/report.ts";
import { rollUp } from "#lib/ops/insights.ts";
import { silentLog } from "#lib/ops/log.ts";
import { type EdgeFixture, edgeFixture } from "#lib/testing/edge-fixture.ts";
import { liveAtRandom, settleRefunds } from "#lib/testing/random-shop.ts";
import { takingsByHand } from "#lib/testing/takings-by-hand.ts";

// Goal: lists are narrowed by when things were made, paid and changed last; the days of the report come to what the rows come to.

let edge: EdgeFixture;
beforeAll(async () => {
  edge = await edgeFixture();
});
afterAll(() => edge.close());

async function get(path: string, query: Record<string, string> = {}) {
  const answer = await edge.asMerchant(`/api/v1/${path}?${new URLSearchParams(query)}`);
  return { status: answer.status, body: await answer.json() };
}
const ids = async (query: Record<string, string>) =>
  (await get("orders", query)).body.data.map(({ id }: { id: string }) => id);
const now = () => edge.clock.now().toISOString();
async function order(): Promise<string> {
  edge.clock.advance(1_000);
  return (await edge.order({ items: [{ name: "茶", unitAmount: 500, quantity: 1 }] })).id;
}

test("orders are found by when they were paid and when they changed last", async () => {
  const [early, closed, refunded, untouched] = [await order(), await order(), await order(), await order()];
  await edge.payAndNotify(await edge.open(refunded));
  edge.clock.advance(HOUR_MS);
  const t1 = now();
  await edge.payAndNotify(await edge.open(early));
  await edge.payments.closeOrder(closed);
  edge.clock.advance(MINUTE_MS);
  const t2 = now();
  const asker = { kind: "api", actor: "test", userId: null } as const;
  await edge.payments.refundOrder({ orderId: refunded, amount: 100, asker });
  await settleRefunds(edge, refunded);
  edge.clock.advance(MINUTE_MS);
  const late = await order();

  expect(await ids({ paidFrom: t1 })).toEqual([early]);
  expect(await ids({ paidTo: t1 })).toEqual([refunded]);
  expect(await ids({ paidFrom: t1, channel: "native" })).toEqual([early]);
  expect(await ids({ paidFrom: t1, channel: "h5" })).toEqual([]);
  expect(await ids({ updatedFrom: t1 })).toEqual([late, refunded, closed, early]);
  expect(await ids({ updatedFrom: t2 })).toEqual([late, refunded]);
  expect(await ids({ updatedTo: t1 })).toEqual([untouched]);
  expect(await ids({ updatedFrom: t1, updatedTo: t2 })).toEqual([closed, early]);
  expect(await ids({ updatedFrom: t1, limit: "1", cursor: refunded })).toEqual([closed]);
  const old = addMs(edge.clock.now(), -31 * DAY_MS).toISOString();
  expect(await get("orders", { updatedFrom: old })).toMatchObject({
    status: 400,
    body: { errors: [{ path: "updatedFrom", message: "must be at most 30 days back" }] },
  });
});

test("promotions and collection codes are searched", async () => {
  const promotion = async (name: string) => {
    const json = { name, type: "amount_off", phase: "order", off: 1, threshold: { amount: 900_000 } };
    return ((await (await edge.asMerchant("/api/v1/promotions", { json })).json()) as { id: string }).id;
  };
  const [tea, cake] = [await promotion("Tea Time 100%"), await promotion("Cake")];
  const found = async (path: string, query: Record<string, string>) =>
    (await get(path, query)).body.data.map(({ id }: { id: string }) => id);
  expect(await found("promotions", { q: "tea time" })).toEqual([tea]);
  expect(await found("promotions", { q: "%" })).toEqual([tea]);
  expect(await found("promotions", { q: cake })).toEqual([cake]);
  const code = async (json: object) =>
    (await (await edge.asMerchant("/api/v1/collection-codes", { json })).json()) as { id: string; code: string };
  const door = await code({ label: "Front door", itemName: "Donation" });
  const bar = await code({ label: "Bar_2" });
  expect(await found("collection-codes", { q: "donat" })).toEqual([door.id]);
  expect(await found("collection-codes", { q: "_2" })).toEqual([bar.id]);
  expect(await found("collection-codes", { q: door.code })).toEqual([door.id]);
  edge.clock.advance(MINUTE_MS);
  expect(await found("collection-codes", { createdFrom: now() })).toEqual([]);
  expect(await found("promotions", { createdTo: now(), q: "Cake" })).toEqual([cake]);
});

test("each day of the report is what its rows come to, by channel as well", async () => {
  const from = edge.clock.now();
  await liveAtRandom(edge, { seed: 20_261_130, actions: 60, pause: async () => edge.clock.advance(7 * HOUR_MS) });
  await rollUp({ pool: edge.database.pool, clock: edge.clock, log: silentLog });
  const { status, body } = await get("reports/daily", { from: beijingDay(from) });
  expect(status).toBe(200);
  const report = dailyReportSchema.parse(body);
  expect(report.data.at(-1)).toMatchObject({ day: beijingDay(edge.clock.now()), isOver: false });
  for (const { day, channels, ...own } of report.data) {
    const start = new Date(`${day}T00:00:00+08:00`);
    const span = { from: start, to: addMs(start, DAY_MS) };
    const all = (await takingsByHand(edge, "all", span))[""];
    const shown = { payments: own.payments, paid: own.amountPaid, refunded: own.amountRefunded };
    expect({ day, ...shown }).toEqual({
      day,
      ...{ payments: all?.payments ?? 0, paid: all?.paid ?? 0, refunded: all?.refunded ?? 0 },
    });
    expect(own.amountNet).toBe(own.amountPaid - own.amountRefunded);
    const added = (name: "payments" | "amountPaid" | "amountRefunded" | "amountNet") =>
      channels.reduce((sum, channel) => sum + channel[name], 0);
    for (const name of ["payments", "amountPaid", "amountRefunded", "amountNet"] as const)
      expect([day, name, added(name)]).toEqual([day, name, own[name]]);
  }
  expect(report.data.reduce((sum, { amountPaid }) => sum + amountPaid, 0)).toBeGreaterThan(0);
});

test("a report tells the fees of reconciled days, and refuses days that make no sense", async () => {
  const today = beijingDay(edge.clock.now());
  const [account] = await edge.rows<{ id: string }>("select id from gateway_accounts limit 1");
  await edge.rows(
    `insert into reconciliation_runs (account_id, day, status, fees, started_at, finished_at) values ($1, $2, 'done', 7, now(), now())`,
    [account?.id, today],
  );
  const [day] = (await get("reports/daily", { from: today })).body.data;
  expect(day).toMatchObject({ amountFees: 7, amountAfterFees: day.amountNet - 7 });
  expect((await get("reports/daily")).body.data).toHaveLength(31);
  for (const [query, path] of [
    [{ from: "2026-02-30" }, "from"],
    [{ from: "2999-01-01" }, "from"],
    [{ from: today, to: "2020-01-01" }, "to"],
    [{ from: "2020-01-01" }, "from"],
  ] as const)
    expect(await get("reports/daily", query)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
});
