import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { DAY_MS } from "#lib/base/time.ts";
import { aPaidAttempt, aRefund, later, MOMENT } from "#lib/testing/domain-fixture.ts";
import {
  type ApprovalQuestion,
  approvalLimit,
  askApproval,
  endApproval,
  isUnapproved,
  moveOfApproval,
  type RefundApproval,
} from "./refund-approval.ts";

// Goal: above the limit somebody else answers, in time; small refunds one after another do not get round it.

const asker = { kind: "person" as const, actor: "li@shop.test", userId: "adm_li" };
const wang = { userId: "adm_wang", actor: "wang@shop.test" };

describe("the limit", () => {
  const question = (change: Partial<ApprovalQuestion> = {}): ApprovalQuestion => ({
    rules: { approvalAboveFen: fen(500), approvalCoversApi: false, confirmAboveFen: null },
    ...{ asker, amountFen: fen(500), others: [], approvedIds: new Set() },
    ...change,
  });
  const limit = (change: Partial<ApprovalQuestion>) => approvalLimit(question(change));

  test("is asked for above it, and not at it", () => {
    expect(limit({})).toBeNull();
    expect(limit({ amountFen: fen(501) })).toBe(500);
    const off = { approvalAboveFen: null, approvalCoversApi: true, confirmAboveFen: null };
    expect(limit({ amountFen: fen(9_999), rules: off })).toBeNull();
  });

  test("leaves the shop's server alone, unless the owner wants otherwise", () => {
    const api = { asker: { kind: "api" as const }, amountFen: fen(501) };
    expect(limit(api)).toBeNull();
    expect(limit({ ...api, rules: { ...question().rules, approvalCoversApi: true } })).toBe(500);
  });

  test("counts what else goes back of the trade without a second person", () => {
    const one = { id: "ref_1", status: "succeeded" as const, amountFen: fen(400) };
    expect(limit({ amountFen: fen(100), others: [one] })).toBeNull();
    expect(limit({ amountFen: fen(101), others: [one] })).toBe(500);
    expect(limit({ amountFen: fen(101), others: [{ ...one, status: "closed" }] })).toBeNull();
    expect(limit({ amountFen: fen(101), others: [one], approvedIds: new Set(["ref_1"]) })).toBeNull();
  });
});

const waiting: RefundApproval = {
  ...{ refundId: "ref_1", aboveFen: fen(500), askedBy: "li@shop.test", askedUserId: "adm_li" },
  ...{ askedAt: MOMENT, expiresAt: later(3 * DAY_MS), end: null },
};

test("the wait begins with the refund and ends after three days", () => {
  expect(askApproval(aRefund(), fen(500), asker)).toEqual(waiting);
});

describe("the answer", () => {
  const answer = (decision: "approved" | "declined" | "withdrawn", by = wang, at = later(1)) =>
    endApproval(waiting, { decision, by, reason: "why" }, at);
  const refusal = (work: () => unknown) => {
    try {
      return work();
    } catch (cause) {
      const { code, reason, detail } = cause as { code: string; reason: string; detail: string };
      return [code, reason, detail];
    }
  };

  test("comes from somebody else", () => {
    for (const decision of ["approved", "declined"] as const) {
      expect(answer(decision)).toEqual({ decision, by: wang, at: later(1), reason: "why" });
      const own = ["forbidden", "own_refund", "a second person has to answer"];
      expect(refusal(() => answer(decision, { userId: "adm_li", actor: "li2@shop.test" }))).toEqual(own);
      // Their address may have been given to a new account.
      expect(refusal(() => answer(decision, { userId: "adm_new", actor: "li@shop.test" }))).toEqual(own);
    }
  });

  test("is taken back by who asked, and nobody else", () => {
    const li = { userId: "adm_li", actor: "li@shop.test" };
    expect(answer("withdrawn", li)).toMatchObject({ decision: "withdrawn", by: li });
    expect(refusal(() => answer("withdrawn"))).toEqual([
      ...["forbidden", "not_own_refund", "only the person who asked takes a request back"],
    ]);
  });

  test("comes in time", () => {
    expect(answer("approved", wang, later(3 * DAY_MS - 1))).toMatchObject({ decision: "approved" });
    expect(refusal(() => answer("approved", wang, later(3 * DAY_MS)))).toEqual([
      ...["conflict", "approval_expired", "nobody answered in time, so this refund is not made"],
    ]);
  });
});

describe("the refund after it", () => {
  const refund = aRefund({ status: "awaiting_approval", sentAt: null });
  const attempt = aPaidAttempt({ refundHeldFen: fen(300) });
  const end = (decision: "approved" | "declined" | "withdrawn" | "expired") => ({
    ...{ decision, by: decision === "expired" ? null : wang, at: later(10), reason: null },
  });
  const move = (decision: Parameters<typeof end>[0], sendAt = later(10)) =>
    moveOfApproval({ refund, attempt, end: end(decision), sendAt });

  test("is sent at once where its minute has come, else when it comes", () => {
    expect(move("approved")).toMatchObject({
      refund: { status: "requested", sendAt: later(10), sentAt: later(10), checks: 1 },
      attempt: { refundHeldFen: 300 },
    });
    expect(move("approved", later(11)).refund).toMatchObject({ sendAt: later(11), sentAt: null, checks: 0 });
  });

  test.each([
    ["declined", "approval_declined"],
    ["withdrawn", "approval_withdrawn"],
    ["expired", "approval_expired"],
  ] as const)("that was %s is closed, and its amount is free again", (decision, failure) => {
    expect(move(decision)).toMatchObject({
      refund: { status: "closed", failure, failureDetail: null, closedAt: later(10) },
      attempt: { refundHeldFen: 0, refundedFen: 0 },
    });
    expect(isUnapproved(failure)).toBe(true);
  });

  test("no failure of WeChat's is an end of the wait", () => {
    expect([isUnapproved(null), isUnapproved("not_enough"), isUnapproved("closed_at_wechat")]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
