import { expect, test } from "vitest";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { begin, faceOf, progress } from "./order-progress.ts";

const PENDING: OrderStatusView = {
  id: "ord_1",
  status: "pending",
  amountDue: 3800,
  amountPaid: 0,
  paidAt: null,
  expiresAt: "2026-07-01T10:00:00.000Z",
  handover: null,
  version: 2,
};
const PAID: OrderStatusView = { ...PENDING, status: "paid", amountPaid: 3800, version: 3 };

test("an answer that was overtaken does not bring the past back", () => {
  const paid = progress(begin(PENDING), { type: "seen", view: PAID });
  expect(faceOf(progress(paid, { type: "seen", view: PENDING }))).toBe("paid");
});

test("an answer about another order changes nothing", () => {
  const state = begin(PENDING);
  expect(progress(state, { type: "seen", view: { ...PAID, id: "ord_2" } })).toBe(state);
});

test("paid wins over what the shopper just claimed and over the clock", () => {
  const returned = progress(progress(begin(PENDING), { type: "overdue" }), { type: "returned" });
  const asking = progress(returned, { type: "claim", claim: "asking" });
  expect(faceOf(asking)).toBe("confirming");
  const paid = progress(asking, { type: "seen", view: PAID });
  expect(paid).toMatchObject({ claim: "none", overdue: false });
  expect(progress(paid, { type: "claim", claim: "cancelled" })).toBe(paid);
  expect(progress(paid, { type: "overdue" })).toBe(paid);
});

test.each(["not_yet", "ask_failed", "cancelled", "bridge_failed"] as const)(
  "whoever may have paid stays in confirming, also when the answer is %s",
  (claim) => {
    const returned = progress(begin(PENDING), { type: "returned" });
    expect(faceOf(progress(returned, { type: "claim", claim }))).toBe("confirming");
    expect(faceOf(progress(begin(PENDING, true), { type: "claim", claim }))).toBe("confirming");
    expect(faceOf(progress(begin(PENDING), { type: "claim", claim }))).toBe("waiting");
  },
);

test("failures add up until something answers", () => {
  const twice = progress(progress(begin(PENDING), { type: "unanswered" }), { type: "unanswered" });
  expect(twice.failures).toBe(2);
  expect(progress(twice, { type: "seen", view: PENDING }).failures).toBe(0);
  expect(progress(twice, { type: "network", offline: false }).failures).toBe(0);
});

test("a pending order past its time is neither waiting nor closed", () => {
  expect(faceOf(progress(begin(PENDING), { type: "overdue" }))).toBe("overdue");
  expect(faceOf(begin({ ...PENDING, status: "closed" }))).toBe("closed");
});
