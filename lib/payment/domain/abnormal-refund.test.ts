import { expect, test } from "vitest";
import { Secret } from "#lib/base/secret.ts";
import { MINUTE_MS } from "#lib/base/time.ts";
import { later, MOMENT } from "#lib/testing/domain-fixture.ts";
import { applicationAfter, applyFor, isOpen } from "./abnormal-refund.ts";

// Goal: an application keeps the last four digits and nothing else of a card, and ends by how its refund stands at WeChat.

const by = { by: "owner@shop.test", at: MOMENT };
const sent = applyFor("ref_1", { way: "merchant_account" }, by);

test("of a card its bank and last four digits are kept", () => {
  const fresh = { acceptedAt: null, endedAt: null, failure: null, failureDetail: null };
  const all = { refundId: "ref_1", askedBy: "owner@shop.test", askedAt: MOMENT, status: "sent", ...fresh };
  expect(sent).toEqual({ ...all, way: "merchant_account", bank: null, cardEnd: null });
  const card = { cardNumber: new Secret("6225880137706868"), name: new Secret("Zhang") };
  const applied = applyFor("ref_1", { way: "payer_card", bank: "CMB_DEBIT", ...card }, by);
  expect(applied).toEqual({ ...all, way: "payer_card", bank: "CMB_DEBIT", cardEnd: "6868" });
});

test("it is open until WeChat refused it or it failed", () => {
  const open = (["sent", "accepted", "refused", "failed"] as const).filter((status) => isOpen({ status }));
  expect(open).toEqual(["sent", "accepted"]);
});

test("a refund that is no longer abnormal shows that it was taken", () => {
  const accepted = { ...sent, status: "accepted", acceptedAt: later(5) };
  expect(applicationAfter(sent, "processing", later(5))).toEqual(accepted);
  expect(applicationAfter({ ...sent, status: "accepted" }, "processing", later(5))).toBeNull();
});

test("a refund that is abnormal still ends it, ten minutes after it was sent or taken", () => {
  const wait = 10 * MINUTE_MS;
  expect(applicationAfter(sent, "abnormal", later(wait - 1))).toBeNull();
  expect(applicationAfter(sent, "abnormal", later(wait))).toEqual({
    ...{ ...sent, status: "failed", endedAt: later(wait), failure: "not_taken" },
  });
  const taken = { ...sent, status: "accepted" as const, acceptedAt: later(MINUTE_MS) };
  expect(applicationAfter(taken, "abnormal", later(wait))).toBeNull();
  expect(applicationAfter(taken, "abnormal", later(wait + MINUTE_MS))).toMatchObject({
    ...{ status: "failed", failure: "abnormal_again", endedAt: later(wait + MINUTE_MS) },
  });
});

test("one that has ended is not looked at again", () => {
  expect(applicationAfter({ ...sent, status: "failed" }, "processing", later(5))).toBeNull();
  expect(applicationAfter({ ...sent, status: "refused" }, "abnormal", later(60 * MINUTE_MS))).toBeNull();
});
