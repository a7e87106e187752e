import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import type { RefundAsker, RefundOrder } from "#lib/payment/index.ts";
import { type PaymentFixture, paymentFixture } from "#lib/testing/payment-fixture.ts";
import { codeOf } from "#lib/testing/payment-queries.ts";

// Goal: above the owner's limit a refund is made by two people or not at all, and in between its amount is nobody else's.

let fixture: PaymentFixture;
const OWNER = { userId: "usr_owner", actor: "owner@shop.test" };
const FINANCE = { userId: "usr_finance", actor: "finance@shop.test" };
const asks = ({ userId, actor }: typeof OWNER): RefundAsker => ({ kind: "person", actor, userId });

beforeAll(async () => {
  fixture = await paymentFixture();
  await fixture.rows(
    `insert into admin_users (id, email, role, password_hash, created_at)
     select 'usr_' || role, role || '@shop.test', role, '$scrypt$x', now() from unnest(array['owner', 'finance', 'clerk']) as role`,
  );
});
beforeEach(async () => {
  fixture.clock.advance(10 * MINUTE_MS);
  await rules({ above: 500 });
});
afterAll(() => fixture.close());

const rules = ({ above, api = false }: { above: number | null; api?: boolean }) =>
  fixture.rows("update refund_rules set approval_above = $1, approval_covers_api = $2", [above, api]);

/** An order of 18 yuan that is paid. */
async function paid(): Promise<string> {
  const { id } = await fixture.order();
  await fixture.payAndNotify(await fixture.open(id));
  return id;
}
async function ask(orderId: string, amount: number, more: Partial<RefundOrder> = {}) {
  const made = await fixture.payments.refundOrder({ orderId, amount, asker: asks(OWNER), ...more });
  if (made.kind !== "requested") throw new Error("a first request is no repeat");
  return made.refund;
}
const answer = (refundId: string, decision: "approved" | "declined" | "withdrawn", by = FINANCE) =>
  fixture.payments.answerApproval({ refundId, decision, by, reason: decision === "declined" ? "未见退货" : null });
const reasonOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (cause) => cause.reason,
  );
const sends = (number: string) =>
  fixture.wechat.calls.filter((call) => call.operation === "openRefund" && call.number === number).length;
const held = async (orderId: string) =>
  (
    await fixture.rows<{ held: number }>("select refund_held as held from payment_attempts where order_id = $1", [
      orderId,
    ])
  )[0]?.held;
const audited = async (orderId: string) =>
  (
    await fixture.rows<{ action: string }>("select action from audit_log where subject = $1 order by id", [orderId])
  ).map(({ action }) => action);

describe("the limit", () => {
  test("lets a refund up to it pass, and makes one above it wait unsent with its amount held", async () => {
    const id = await paid();
    expect(await ask(id, 500)).toMatchObject({ awaitingApproval: false });
    const other = await paid();
    const refund = await ask(other, 501);
    expect(refund).toMatchObject({ status: "pending", awaitingApproval: true });
    expect(sends(refund.outRefundNo)).toBe(0);
    expect(await held(other)).toBe(501);
    await fixture.payments.sweep();
    expect(sends(refund.outRefundNo)).toBe(0);
  });

  test("counts what went back of the order without a second person: several small ones are one large one", async () => {
    const id = await paid();
    await ask(id, 300);
    expect(await ask(id, 201)).toMatchObject({ awaitingApproval: true });
    expect(await ask(id, 200)).toMatchObject({ awaitingApproval: false });
  });

  test("is off by default, and zero means every refund", async () => {
    await rules({ above: null });
    expect(await ask(await paid(), 1_800)).toMatchObject({ awaitingApproval: false });
    await rules({ above: 0 });
    expect(await ask(await paid(), 1)).toMatchObject({ awaitingApproval: true });
  });

  test("leaves the shop's own server alone unless the owner wants otherwise", async () => {
    const asker = { kind: "api", actor: "key_1", userId: null } as const;
    expect(await ask(await paid(), 1_800, { asker })).toMatchObject({ awaitingApproval: false });
    await rules({ above: 500, api: true });
    expect(await ask(await paid(), 1_800, { asker })).toMatchObject({ awaitingApproval: true });
  });

  test("holds for a caller who forgot to say who asks", async () => {
    expect(await ask(await paid(), 1_800, { asker: undefined })).toMatchObject({ awaitingApproval: true });
  });

  test("does not concern money that settles no order", async () => {
    const { id } = await fixture.order();
    const wrong = fixture.wechat.pay(await fixture.open(id), { totalFen: 1_799 as never });
    await fixture.payments.receiveNotification(fixture.gateways.noticeOfPayment(wrong));
    const { transactionId } = wrong;
    const refund = await fixture.payments.refundExtraPayment({ orderId: id, transactionId });
    expect(refund).toMatchObject({ awaitingApproval: false, amount: 1_799 });
  });
});

describe("what waits", () => {
  test("and what is refunded never come to more than was paid", async () => {
    const id = await paid();
    await ask(id, 1_500);
    expect(await codeOf(ask(id, 301))).toBe("amount_exceeds_refundable");
    const rest = await Promise.allSettled([ask(id, 300), ask(id, 300), ask(id, 300)]);
    expect(rest.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await held(id)).toBe(1_800);
  });

  test("holds its items, too", async () => {
    const { id, items } = await fixture.order({ items: [{ name: "茶", unitAmount: 600, quantity: 2 }] });
    await fixture.payAndNotify(await fixture.open(id));
    const tea = [{ itemId: items[0]?.id ?? "", quantity: 2 }];
    await fixture.payments.refundOrder({ orderId: id, items: tea, asker: asks(OWNER) });
    expect(await codeOf(fixture.payments.refundOrder({ orderId: id, items: tea, asker: asks(OWNER) }))).toBe(
      "amount_exceeds_refundable",
    );
  });

  test("delays no other refund of the order, which a minute later goes out", async () => {
    const id = await paid();
    await ask(id, 600);
    const small = await ask(id, 100);
    expect(sends(small.outRefundNo)).toBe(1);
  });
});

describe("an answer", () => {
  test("approved by another, it is sent as every refund, and the log says by whom", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    expect(await answer(refund.id, "approved")).toMatchObject({ status: "pending", awaitingApproval: false });
    expect(sends(refund.outRefundNo)).toBe(1);
    expect(await held(id)).toBe(1_800);
    expect(await audited(id)).toEqual(["refund.approve"]);
  });

  test("is not given by the one who asked; also not under the same name", async () => {
    const refund = await ask(await paid(), 900);
    expect(await reasonOf(answer(refund.id, "approved", OWNER))).toBe("own_refund");
    expect(await reasonOf(answer(refund.id, "declined", OWNER))).toBe("own_refund");
    expect(await reasonOf(answer(refund.id, "approved", { ...OWNER, userId: "usr_other" }))).toBe("own_refund");
    expect(await fixture.payments.refund(refund.id)).toMatchObject({ awaitingApproval: true });
  });

  test("declined with a reason, the amount is free again and no alarm is raised", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    expect(await answer(refund.id, "declined")).toMatchObject({ status: "closed", failureReason: "approval_declined" });
    expect(await held(id)).toBe(0);
    expect(sends(refund.outRefundNo)).toBe(0);
    expect(await fixture.rows("select from alerts where order_id = $1", [id])).toHaveLength(0);
    expect(await ask(id, 1_800)).toMatchObject({ awaitingApproval: true });
  });

  test("taken back by the one who asked, and by nobody else", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    expect(await reasonOf(answer(refund.id, "withdrawn", FINANCE))).toBe("not_own_refund");
    expect(await answer(refund.id, "withdrawn", OWNER)).toMatchObject({ failureReason: "approval_withdrawn" });
    expect(await held(id)).toBe(0);
  });

  test("by several people at once has exactly one outcome", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    const outcomes = await Promise.allSettled([
      answer(refund.id, "approved"),
      answer(refund.id, "declined"),
      answer(refund.id, "approved"),
      answer(refund.id, "withdrawn", OWNER),
    ]);
    const won = outcomes.filter(({ status }) => status === "fulfilled");
    expect(won).toHaveLength(1);
    const lost = outcomes.flatMap((each) => (each.status === "rejected" ? [each.reason.reason] : []));
    expect(lost).toEqual(["approval_answered", "approval_answered", "approval_answered"]);
    expect((await audited(id)).filter((action) => action.startsWith("refund."))).toHaveLength(1);
    expect(sends(refund.outRefundNo)).toBeLessThanOrEqual(1);
  });

  test("keeps WeChat's minute between two refunds of an order", async () => {
    const id = await paid();
    const waiting = await ask(id, 600);
    await ask(id, 100);
    await answer(waiting.id, "approved");
    expect(sends(waiting.outRefundNo)).toBe(0);
    fixture.clock.advance(MINUTE_MS + SECOND_MS);
    await fixture.payments.sweep();
    expect(sends(waiting.outRefundNo)).toBe(1);
  });

  test("is not lost where the process dies before WeChat is called: the sweep sends it", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    fixture.wechat.failNext("openRefund", { kind: "unknown", workDone: false });
    await answer(refund.id, "approved");
    fixture.clock.advance(5 * MINUTE_MS);
    await fixture.payments.sweep();
    expect(sends(refund.outRefundNo)).toBe(2);
    expect(await held(id)).toBe(1_800);
  });
});

describe("without an answer", () => {
  test("it ends after three days by itself: nothing is sent, the amount is free", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    fixture.clock.advance(3 * DAY_MS - SECOND_MS);
    await fixture.payments.sweep();
    expect(await fixture.payments.refund(refund.id)).toMatchObject({ awaitingApproval: true });
    fixture.clock.advance(SECOND_MS);
    await fixture.payments.sweep();
    expect(await fixture.payments.refund(refund.id)).toMatchObject({
      status: "closed",
      failureReason: "approval_expired",
    });
    expect(await held(id)).toBe(0);
    expect(sends(refund.outRefundNo)).toBe(0);
    expect(await audited(id)).toEqual(["refund.expire"]);
  });

  test("an answer that comes too late ends it as well, and approves nothing", async () => {
    const id = await paid();
    const refund = await ask(id, 1_800);
    fixture.clock.advance(3 * DAY_MS);
    expect(await reasonOf(answer(refund.id, "approved"))).toBe("approval_expired");
    expect(await fixture.payments.refund(refund.id)).toMatchObject({ failureReason: "approval_expired" });
    expect(sends(refund.outRefundNo)).toBe(0);
  });
});
