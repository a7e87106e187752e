import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import type { AbnormalDestination } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";

// Goal: money that could not go back the way it came is sent another way once, whatever is lost in between, and no card is kept.

const CARD = "6225880137706868";
const card: AbnormalDestination = {
  way: "payer_card",
  bank: "CMB_DEBIT",
  cardNumber: new Secret(CARD),
  name: new Secret("张三丰"),
};

let fixture: PaymentFixture;
beforeAll(async () => {
  fixture = await paymentFixture();
});
beforeEach(() => {
  fixture.wechat.clearFaults();
  fixture.clock.advance(20 * MINUTE_MS);
});
afterAll(() => fixture.close());

/** A refund that WeChat calls abnormal. */
async function abnormal() {
  const { id } = await fixture.order();
  await fixture.payAndNotify(await fixture.open(id));
  const made = await fixture.payments.refundOrder({ orderId: id });
  if (made.kind !== "requested") throw new Error("a first request is no repeat");
  fixture.wechat.refunds.settle(made.refund.outRefundNo, "abnormal");
  await fixture.payments.syncRefund(made.refund.id);
  return { orderId: id, refundId: made.refund.id, number: made.refund.outRefundNo };
}
const finish = (refundId: string, destination: AbnormalDestination = card) =>
  fixture.payments.finishAbnormal({ refundId, destination, by: "owner@shop.test" });
const applications = async (refundId: string) =>
  fixture.rows<{ status: string; failure: string | null; card_end: string | null }>(
    "select status, failure, card_end from abnormal_refund_applications where refund_id = $1 order by id",
    [refundId],
  );
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (cause) => cause.reason,
  );
const calls = (number: string) =>
  fixture.wechat.calls.filter((call) => call.operation === "finishAbnormalRefund" && call.number === number).length;

describe("an abnormal refund", () => {
  test("is accepted, and succeeds when WeChat says so", async () => {
    const { refundId, number, orderId } = await abnormal();
    expect(await finish(refundId)).toEqual({ kind: "accepted" });
    expect(await applications(refundId)).toEqual([{ status: "accepted", failure: null, card_end: "6868" }]);
    fixture.wechat.refunds.settle(number, "succeeded");
    expect(await fixture.payments.syncRefund(refundId)).toMatchObject({ status: "succeeded" });
    expect(await fixture.payments.order(orderId)).toMatchObject({ amountRefunded: 1_800 });
  });

  test("is asked for once by several people at once", async () => {
    const { refundId, number } = await abnormal();
    const all = await Promise.allSettled([finish(refundId), finish(refundId), finish(refundId)]);
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(calls(number)).toBe(1);
    expect(await reasonOf(finish(refundId))).toBe("application_open");
  });

  test("that is refused says why, and can be tried with another card", async () => {
    const { refundId } = await abnormal();
    fixture.wechat.failNext("finishAbnormalRefund", { kind: "refused", reason: "invalid" });
    expect(await finish(refundId)).toEqual({ kind: "refused", failure: "invalid", detail: "scripted" });
    expect(await finish(refundId)).toEqual({ kind: "accepted" });
    expect((await applications(refundId)).map(({ status }) => status)).toEqual(["refused", "accepted"]);
  });

  test("whose refusal came after WeChat had taken it is accepted: how the refund stands decides", async () => {
    const { refundId, number } = await abnormal();
    fixture.wechat.beforeNext("finishAbnormalRefund", () => void fixture.wechat.refunds.settle(number, "processing"));
    expect(await finish(refundId)).toEqual({ kind: "accepted" });
  });

  test("that is not abnormal is left alone", async () => {
    const { refundId, number } = await abnormal();
    fixture.wechat.refunds.settle(number, "succeeded");
    await fixture.payments.syncRefund(refundId);
    expect(await reasonOf(finish(refundId))).toBe("not_abnormal");
    expect(calls(number)).toBe(0);
  });
});

describe("an answer that was lost", () => {
  test("is not taken for a refusal: WeChat is asked, and meanwhile nobody asks it again", async () => {
    const { refundId, number } = await abnormal();
    fixture.wechat.failNext("finishAbnormalRefund", { kind: "unknown", workDone: true });
    expect(await finish(refundId)).toEqual({ kind: "unknown" });
    expect(await reasonOf(finish(refundId))).toBe("application_open");
    await fixture.payments.syncRefund(refundId);
    expect(await applications(refundId)).toMatchObject([{ status: "accepted" }]);
    expect(calls(number)).toBe(1);
  });

  test("of an application that never arrived ends it after WeChat's time, and a person may try again", async () => {
    const { refundId } = await abnormal();
    fixture.wechat.failNext("finishAbnormalRefund", { kind: "unknown", workDone: false });
    await finish(refundId);
    fixture.clock.advance(9 * MINUTE_MS);
    await fixture.payments.syncRefund(refundId);
    expect(await applications(refundId)).toMatchObject([{ status: "sent" }]);
    fixture.clock.advance(MINUTE_MS);
    await fixture.payments.syncRefund(refundId);
    expect(await applications(refundId)).toMatchObject([{ status: "failed", failure: "not_taken" }]);
    expect(await finish(refundId)).toEqual({ kind: "accepted" });
  });

  test("by a process that died is found by the sweep", async () => {
    const { refundId, number } = await abnormal();
    fixture.wechat.beforeNext("finishAbnormalRefund", () => {
      throw new Error("the process dies here");
    });
    await expect(finish(refundId)).rejects.toThrow("dies here");
    fixture.wechat.refunds.settle(number, "succeeded");
    fixture.clock.advance(5 * MINUTE_MS);
    await fixture.payments.sweep();
    expect(await fixture.payments.refund(refundId)).toMatchObject({ status: "succeeded" });
  });
});

test("that fails again at the new card says so", async () => {
  const { refundId, number } = await abnormal();
  await finish(refundId);
  fixture.wechat.refunds.settle(number, "abnormal");
  fixture.clock.advance(30 * MINUTE_MS);
  await fixture.payments.syncRefund(refundId);
  expect(await applications(refundId)).toMatchObject([{ status: "failed", failure: "abnormal_again" }]);
});

test("card number and name are in no table: only the last four digits are kept", async () => {
  const { refundId } = await abnormal();
  await finish(refundId);
  const tables = await fixture.rows<{ name: string }>(
    "select format('%I', table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  for (const { name } of tables) {
    const hits = await fixture.rows(
      `select from ${name} t where t::text like '%' || $1 || '%' or t::text like '%张三丰%'`,
      [CARD],
    );
    expect(hits, name).toHaveLength(0);
  }
  const noted = await fixture.rows<{ detail: object }>("select detail from audit_log where action = 'refund.finish'");
  expect(JSON.stringify(noted)).not.toContain("6868");
});

describe("Postgres", () => {
  test("keeps one open application of a refund, of an abnormal one, and never changes what was asked", async () => {
    const { refundId, number } = await abnormal();
    await finish(refundId);
    const insert = (id: string) =>
      fixture.refusedBy(
        `insert into abnormal_refund_applications (refund_id, way, asked_by, asked_at) values ($1, 'merchant_account', 'x', now())`,
        [id],
      );
    expect(await insert(refundId)).toBe("abnormal_refund_applications_one");
    const change = (set: string) =>
      fixture.refusedBy(`update abnormal_refund_applications set ${set} where refund_id = $1`, [refundId]);
    expect(await change("card_end = '0000'")).toBe("application_fixed");
    expect(await change("status = 'sent'")).toBe("application_fixed");
    fixture.wechat.refunds.settle(number, "succeeded");
    await fixture.payments.syncRefund(refundId);
    const other = await abnormal();
    fixture.wechat.refunds.settle(other.number, "succeeded");
    await fixture.payments.syncRefund(other.refundId);
    expect(await insert(other.refundId)).toBe("application_abnormal");
  });
});

describe("Postgres refuses an application", () => {
  const write = (refundId: string, columns: Readonly<Record<string, string>>) =>
    fixture.refusedBy(
      `insert into abnormal_refund_applications (refund_id, asked_by, asked_at, ${Object.keys(columns).join(", ")})
       values ($1, 'owner@shop.test', now(), ${Object.values(columns).join(", ")})`,
      [refundId],
    );
  const toShop = { way: "'merchant_account'" };
  test.each([
    ["to a card without its bank", { way: "'payer_card'", card_end: "'6868'" }, "application_card"],
    ["to a card without its end", { way: "'payer_card'", bank: "'ICBC_DEBIT'" }, "application_card"],
    ["to the shop with a card", { ...toShop, bank: "'ICBC_DEBIT'", card_end: "'6868'" }, "application_card"],
    ["accepted at no time", { ...toShop, status: "'accepted'" }, "application_accepted"],
    ["refused at no time", { ...toShop, status: "'refused'", failure: "'invalid'" }, "application_ended"],
    ["refused without why", { ...toShop, status: "'refused'", ended_at: "now()" }, "application_ended"],
    ["ended while it is on its way", { ...toShop, ended_at: "now()", failure: "'invalid'" }, "application_ended"],
  ])("%s", async (_, columns, constraint) => {
    const { refundId } = await abnormal();
    expect(await write(refundId, columns)).toBe(constraint);
  });

  test("beside one that is open", async () => {
    const { refundId } = await abnormal();
    expect(await write(refundId, toShop)).toBeNull();
    expect(await write(refundId, toShop)).toBe("abnormal_refund_applications_one");
  });
});
