import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { DAY_MS } from "#lib/base/time.ts";
import { anAttempt, aPaidAttempt, later, MOMENT } from "#lib/testing/domain-fixture.ts";
import { confirmationOf, type Evidence, hintReason, plausibleTime, whyOnlyHint, withTime } from "./evidence.ts";
import type { PaidTrade } from "./trade.ts";

// Goal: a notice decides about the trades that were opened with its own account and protocol, and about nothing else.

const notice: Evidence = { kind: "notice", accountIds: ["acc_0", "acc_1"], protocol: "v3" };
const query: Evidence = { kind: "query", accountIds: ["acc_9"], protocol: "v2" };
const trade: PaidTrade = {
  ...{ number: "order-1", transactionId: "4200001", appId: "wx1", merchantNumber: "m1", currency: "CNY" },
  ...{ totalFen: fen(1_800), payerFen: null, paidAt: MOMENT },
};

test("what WeChat answers to a call of ours always counts", () => {
  expect(whyOnlyHint(anAttempt(), query)).toBeNull();
  expect(hintReason({ attempts: [], trade, evidence: query })).toBeNull();
});

test("a notice counts for its own account and protocol", () => {
  expect(whyOnlyHint(anAttempt(), notice)).toBeNull();
  expect(whyOnlyHint(anAttempt(), { ...notice, protocol: "v2" })).toBe("other_protocol");
  expect(whyOnlyHint(anAttempt({ accountId: "acc_2" }), notice)).toBe("other_account");
});

describe("a notice about an order", () => {
  const reason = (attempts: ReturnType<typeof anAttempt>[], change: Partial<PaidTrade> = {}, evidence = notice) =>
    hintReason({ attempts, trade: { ...trade, ...change }, evidence });
  const booked = aPaidAttempt();

  test("is judged where one of its trades explains it", () => {
    expect(reason([anAttempt()])).toBeNull();
    expect(reason([anAttempt({ number: "order-1-2" })])).toBe("unexplained");
    expect(reason([])).toBe("unexplained");
    expect(reason([anAttempt({ accountId: "acc_2" })])).toBe("other_account");
  });

  test("that repeats what was booked is a repeat, whichever key signed it", () => {
    const elsewhere: Evidence = { ...notice, accountIds: ["acc_9"], protocol: "v2" };
    expect(reason([booked], {}, elsewhere)).toBeNull();
    expect(reason([booked])).toBeNull();
  });

  test("that differs from what was booked is asked about", () => {
    for (const change of [
      { totalFen: fen(1_799) },
      { number: "order-2" },
      { appId: "wx2" },
      { merchantNumber: "m2" },
      { currency: "USD" },
    ]) {
      expect(reason([booked], change), JSON.stringify(change)).toBe("mismatch");
    }
    expect(reason([booked], { totalFen: fen(1) }, { ...notice, accountIds: [] })).toBe("other_account");
  });

  test("about money that was booked as different is a repeat of the same, and no other", () => {
    const mismatch = aPaidAttempt({ verdict: "mismatch", appId: "wx9" });
    expect(reason([mismatch])).toBeNull();
    expect(reason([mismatch], { totalFen: fen(5) })).toBe("mismatch");
  });

  test("of another payment of a trade that is paid is asked about where it differs from the trade", () => {
    expect(reason([booked], { transactionId: "4200002" })).toBeNull();
    expect(reason([booked], { transactionId: "4200002", totalFen: fen(5) })).toBe("mismatch");
    // Of one that is not paid the judgement itself says in what it differs.
    expect(reason([anAttempt()], { totalFen: fen(5) })).toBeNull();
  });

  test("finds the trade by the payment first, then by the number", () => {
    const other = anAttempt({ id: "att_2", number: "order-1", accountId: "acc_2" });
    const paid = aPaidAttempt({ number: "order-1-2" });
    expect(reason([other, paid], { number: "order-1-2" })).toBeNull();
    expect(reason([other, paid], { number: "order-1" })).toBe("mismatch");
  });
});

test("a payment is kept with the account that believes it: its own where that is among them", () => {
  expect(confirmationOf({ accountId: "acc_1" }, notice)).toEqual({ by: "notice", accountId: "acc_1", protocol: "v3" });
  expect(confirmationOf({ accountId: "acc_5" }, notice)).toEqual({ by: "notice", accountId: "acc_0", protocol: "v3" });
  expect(confirmationOf({ accountId: "acc_5" }, { ...query, accountIds: [] })).toEqual({
    ...{ by: "query", accountId: "acc_5", protocol: "v2" },
  });
});

describe("the time of a payment", () => {
  const now = later(DAY_MS);

  test("lies between the order and now, a day either way", () => {
    const plausible = (moment: Date | null) => plausibleTime(moment, MOMENT, now);
    for (const moment of [later(-DAY_MS), MOMENT, later(2 * DAY_MS)]) expect(plausible(moment)).toBe(moment);
    for (const moment of [later(-DAY_MS - 1), later(2 * DAY_MS + 1), null]) expect(plausible(moment)).toBeNull();
  });

  test("is ours where WeChat's cannot be", () => {
    const order = { createdAt: MOMENT };
    expect(withTime(trade, order, now)).toEqual({ ...trade, paidAt: MOMENT, isPaidAtOurs: false });
    expect(withTime({ ...trade, paidAt: null }, order, now)).toEqual({ ...trade, paidAt: now, isPaidAtOurs: true });
    const early = later(-2 * DAY_MS);
    expect(withTime({ ...trade, paidAt: early }, order, now)).toMatchObject({ paidAt: now, isPaidAtOurs: true });
  });
});
