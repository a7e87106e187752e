import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS, SECOND_MS } from "#lib/base/time.ts";
import { promotionRequestSchema } from "#lib/contract/promotion.ts";
import { PaymentProcessor } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { decisionSentence } from "#lib/texts/learner-decision.ts";
import { paymentStore } from "../paying/payment-store.ts";
import { rebuildLearner } from "./learner-rebuild.ts";
import { readLearnerSettings, setMoneyKnown, switchLearner } from "./learner-settings.ts";
import { decisionAbout } from "./learner-status.ts";

// Goal: what is learned is what happened, in the order in which it became known, once, by however many processes; and the
// same again from the beginning, bit for bit.

let fixture: PaymentFixture;
const pool = () => fixture.database.pool;

beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.rows("update gateway_accounts set sandbox = false");
  await setMoneyKnown(pool(), { margins: { default: 6_000 } }, { actor: "test", at: fixture.clock.now() });
  for (const [id, off] of [
    ["o-small", 200],
    ["o-large", 500],
  ] as const) {
    const rule = { id, type: "amount_off", phase: "order", off, optional: true, budget: 1_000_000, name: id };
    await fixture.payments.promotions.create(promotionRequestSchema.parse(rule));
  }
});
afterAll(() => fixture.close());

let count = 0;
/** Another process, which has looked at nothing yet. */
const secondFixture = () => new PaymentProcessor({ ...fixture.deps, store: paymentStore(pool()) });

interface Visit {
  readonly end?: "paid" | "closed" | "open";
  readonly metadata?: Record<string, string>;
  readonly shopperId?: string;
}
async function visit(payments: PaymentProcessor, { end = "paid", metadata = {}, shopperId }: Visit = {}) {
  count += 1;
  const items = [{ name: "拿铁咖啡", unitAmount: 3_000 + (count % 7) * 500, quantity: 1 + (count % 3) }];
  const order = await fixture.order({ items, metadata: { scene: "dining", ...metadata } });
  const ask = { orderId: order.id, channel: "native", shopperId: shopperId ?? `s${count}`, personalised: true };
  const shown = await payments.presentOffers(ask);
  if (end === "paid") await fixture.payAndNotify(await fixture.open(order.id));
  if (end === "closed") await fixture.payments.closeOrder(order.id);
  return { order, shown };
}
const fold = (payments = fixture.deps.store) => payments.learner.fold(fixture.clock.now());
const models = () =>
  fixture.rows<{ version: number; folded: number }>("select version, folded from learner_models order by version");
const outcomes = () =>
  fixture.rows<{ decision_id: string; converted: boolean; net_margin: string; cost: string; unlearned: string | null }>(
    "select * from learner_outcomes order by resolved_at, id",
  );

test("paid and closed orders are learned from, once, and open ones are waited for", async () => {
  const payments = secondFixture();
  await visit(payments);
  await visit(payments, { end: "closed" });
  const open = await visit(payments, { end: "open" });
  expect(await fold()).toEqual({ version: 1, outcomes: 2, stopped: false });
  expect(await fold()).toEqual({ version: 1, outcomes: 0, stopped: false });
  expect((await outcomes()).map(({ converted }) => converted)).toEqual([true, false]);
  fixture.clock.advance(SECOND_MS);
  await fixture.payments.closeOrder(open.order.id);
  expect(await fold()).toEqual({ version: 2, outcomes: 1, stopped: false });
  expect(await models()).toMatchObject([
    { version: 1, folded: 2 },
    { version: 2, folded: 3 },
  ]);
});

test("what is paid at once waits for the decisions before it, three hours at most", async () => {
  const payments = secondFixture();
  const before = (await outcomes()).length;
  const open = await visit(payments, { end: "open" });
  await visit(payments);
  expect(await fold()).toMatchObject({ outcomes: 0 });
  fixture.clock.advance(3 * HOUR_MS + SECOND_MS);
  expect(await fold()).toMatchObject({ outcomes: 1 });
  await fixture.payments.closeOrder(open.order.id);
  expect(await fold()).toMatchObject({ outcomes: 1 });
  expect((await outcomes()).slice(before).map(({ converted }) => converted)).toEqual([true, false]);
});

test("a model that another release wrote is learned again from the outcomes", async () => {
  const [newest] = await fixture.rows<{ version: number }>("select max(version) as version from learner_models");
  await fixture.rows(
    `insert into learner_models select version + 1, folded_to, folded, arms, mean[1:3], covariance[1:9], coupons,
            stop_loss - 'costs', created_at from learner_models where version = $1`,
    [newest?.version],
  );
  await visit(secondFixture());
  expect(await fold()).toMatchObject({ version: (newest?.version ?? 0) + 2, outcomes: 1 });
  expect(await rebuildLearner(pool(), { write: false, at: fixture.clock.now() })).toMatchObject({ isSame: true });
});

test("a paid order's net margin is what it earned less its offer", async () => {
  const payments = secondFixture();
  const made = await visit(payments);
  await fold();
  const [decision] = await fixture.rows<{
    id: string;
    arm: string;
    context: { margin: number };
    arms: { id: string; maxCost: number }[];
  }>("select * from learner_decisions where order_id = $1", [made.order.id]);
  const cost = decision?.arms.find(({ id }) => id === decision.arm)?.maxCost ?? 0;
  const [outcome] = await fixture.rows(
    "select net_margin::int, cost::int from learner_outcomes where decision_id = $1",
    [decision?.id],
  );
  expect(outcome).toEqual({ net_margin: (decision?.context.margin ?? 0) - cost, cost });
  expect(decision?.context.margin).toBe(Math.floor(made.order.amountTotal * 0.6));
  const told = await decisionAbout(pool(), made.order.id);
  expect(told).toMatchObject({ orderId: made.order.id, arm: decision?.arm });
  expect(told && decisionSentence(told, "zh-CN")).toMatch(/。$/);
  expect(told && decisionSentence(told, "en")).toMatch(/\)\.$/);
  expect(await decisionAbout(pool(), "ord_none")).toBeNull();
});

test("nothing is learned of tests, of refunded orders, and of offers that the shopper had from elsewhere", async () => {
  const payments = secondFixture();
  const before = (await models()).at(-1);
  await visit(payments, { metadata: { test: "true" } });
  const refunded = await visit(payments);
  await fixture.payments.refundOrder({ orderId: refunded.order.id, amount: 100 });
  const own = await visit(payments, { end: "open" });
  const other = own.shown.optional[0]?.id === "o-small" ? "o-large" : "o-small";
  await fixture.payments.chooseOffers({ orderId: own.order.id, offers: [other] });
  await fixture.payAndNotify(await fixture.open(own.order.id));
  expect(await fold()).toMatchObject({ outcomes: 3, stopped: false });
  expect(
    (await outcomes())
      .slice(-3)
      .map(({ unlearned }) => unlearned)
      .toSorted(),
  ).toEqual(["own_choice", "refunded", "test"]);
  expect((await models()).at(-1)?.folded).toBe(before?.folded);
});

test("a crowd of folding processes writes each outcome and each version once", async () => {
  const payments = secondFixture();
  for (let n = 0; n < 12; n++) await visit(payments, { end: n % 3 === 0 ? "closed" : "paid" });
  const before = (await models()).length;
  const reports = await Promise.all(Array.from({ length: 8 }, () => fold(paymentStore(pool()))));
  expect(reports.reduce((sum, report) => sum + report.outcomes, 0)).toBe(12);
  expect((await models()).length).toBe(before + 1);
});

test("learning everything anew gives the same model, bit for bit, also after offers came and went", async () => {
  const payments = secondFixture();
  await fixture.payments.promotions.archive("o-small");
  const rule = { id: "o-late", type: "percent_off", phase: "order", payBps: 9_500, optional: true };
  await fixture.payments.promotions.create(promotionRequestSchema.parse(rule));
  for (let n = 0; n < 30; n++) {
    await visit(secondFixture(), { end: n % 4 === 0 ? "closed" : "paid" });
    if (n % 5 === 0) await fold();
  }
  await visit(payments);
  await fold();
  expect((await models()).length).toBeGreaterThan(8);
  const rebuilt = await rebuildLearner(pool(), { write: false, at: fixture.clock.now() });
  expect(rebuilt).toMatchObject({ isSame: true, outcomes: (await models()).at(-1)?.folded });
  // A model that somebody tampered with is found out, and can be made good.
  const [newest] = await fixture.rows<{ version: number }>("select max(version) as version from learner_models");
  await fixture.rows(
    `insert into learner_models select version + 1, folded_to, folded, arms, array_fill(0.5::float8, array[cardinality(mean)]),
            covariance, coupons, stop_loss, created_at from learner_models where version = $1`,
    [newest?.version],
  );
  expect(await rebuildLearner(pool(), { write: true, at: fixture.clock.now() })).toMatchObject({ isSame: false });
  expect(await rebuildLearner(pool(), { write: false, at: fixture.clock.now() })).toMatchObject({ isSame: true });
});

describe("the switch", () => {
  const change = () => ({ actor: "test", at: fixture.clock.now() });

  test("off and on, recorded in the audit log, and seen by the next reader", async () => {
    expect(await switchLearner(pool(), false, change())).toBe(true);
    expect(await switchLearner(pool(), false, change())).toBe(false);
    expect(await readLearnerSettings(pool())).toMatchObject({ enabled: false, stoppedBy: "person" });
    const payments = secondFixture();
    const { order } = await visit(payments);
    expect(await fixture.rows("select from learner_decisions where order_id = $1", [order.id])).toEqual([]);
    expect(await switchLearner(pool(), true, change())).toBe(true);
    const told = await fixture.rows<{ action: string }>(
      "select action from audit_log where subject = 'learner' order by id desc limit 2",
    );
    expect(told.map(({ action }) => action)).toEqual(["learner.on", "learner.off"]);
  });

  test("turns itself off where offers do harm, alerts the merchant once, and starts again on request", async () => {
    const [newest] = await fixture.rows<{ version: number }>("select max(version) as version from learner_models");
    await fixture.rows(
      `insert into learner_models select version + 1, folded_to, folded, arms, mean, covariance, coupons,
              jsonb_set(stop_loss, '{tripped}', 'true'), created_at from learner_models where version = $1`,
      [newest?.version],
    );
    await visit(secondFixture(), { end: "closed" });
    expect(await fold()).toMatchObject({ stopped: true });
    await visit(secondFixture(), { end: "closed" });
    expect(await fold()).toMatchObject({ stopped: false });
    expect(await readLearnerSettings(pool())).toMatchObject({ enabled: false, stoppedBy: "stop_loss" });
    expect(await fixture.rows("select from alerts where kind = 'learner_stopped'")).toHaveLength(1);
    await switchLearner(pool(), true, change());
    await fold();
    expect(await readLearnerSettings(pool())).toMatchObject({ enabled: true, stoppedBy: null });
    const [stopLoss] = await fixture.rows<{ stop_loss: { tripped: boolean } }>(
      "select stop_loss from learner_models order by version desc limit 1",
    );
    expect(stopLoss?.stop_loss.tripped).toBe(false);
  });
});

test("the price of money rises when the offers' budget goes too fast, and follows each decision once", async () => {
  await fixture.rows(
    "update promotions set budget = reserved + spent + 100, version = version + 1 where optional and status = 'active' and budget is not null",
  );
  const pace = async () =>
    (await fixture.rows<{ lambda: number; shoppers: number; paced_to: string }>("select * from learner_pace"))[0];
  const before = await pace();
  for (let n = 0; n < 6; n++) await visit(secondFixture(), { end: "open" });
  await fold();
  await fold();
  const after = await pace();
  const [decided] = await fixture.rows<{ n: number; last: string }>(
    "select count(*)::int as n, max(id) as last from learner_decisions",
  );
  expect(after?.paced_to).toBe(decided?.last);
  expect(after?.shoppers).toBe(decided?.n);
  expect(after?.lambda).toBeGreaterThan(before?.lambda ?? 0);
});

describe("the log holds against a hand that knows SQL", () => {
  test.each([
    ["update learner_decisions set arm = 'none', propensity = 1", "append_only"],
    ["update learner_decisions set shopper_id = 'another'", "append_only"],
    ["delete from learner_decisions", "append_only"],
    ["update learner_outcomes set converted = true", "append_only"],
    ["delete from learner_outcomes", "append_only"],
    ["update learner_models set mean = covariance", "append_only"],
  ])("%s", async (sql, constraint) => {
    await expect(pool().query(sql)).rejects.toMatchObject({ constraint });
  });

  test("a shopper can be forgotten, and nothing else", async () => {
    await pool().query("update learner_decisions set shopper_id = null");
    expect(await rebuildLearner(pool(), { write: false, at: fixture.clock.now() })).toMatchObject({
      version: expect.any(Number),
    });
  });
});
