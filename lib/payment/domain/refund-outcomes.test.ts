import { describe, expect, test } from "vitest";
import { type Fen, fen } from "#lib/base/fen.ts";
import { MINUTE_MS, SECOND_MS } from "#lib/base/time.ts";
import { anAttempt, aPaidAttempt, aRefund, later, MOMENT } from "#lib/testing/domain-fixture.ts";
import {
  decideRefund,
  holding,
  judgeRefund,
  moveOfRefusal,
  type Refund,
  refundableFen,
  refundMachine,
  refundNumber,
  refundView,
} from "./refund.ts";
import { earliestSendTime, plannedSendTime } from "./refund-spacing.ts";
import type { TradeRefund } from "./trade.ts";

// Goal: each answer about a refund has its exact outcome: the refund, its attempt's sums, the books and what others see.

test("the ways between the states", () => {
  const ways = refundMachine.states.map((from) => [
    from,
    refundMachine.states.filter((to) => refundMachine.allows(from, to)).toSorted(),
  ]);
  expect(Object.fromEntries(ways)).toEqual({
    awaiting_approval: ["closed", "requested", "succeeded"],
    requested: ["abnormal", "closed", "processing", "succeeded"],
    processing: ["abnormal", "closed", "succeeded"],
    abnormal: ["closed", "succeeded"],
    closed: ["succeeded"],
    succeeded: [],
  });
  expect([refundMachine.name, refundMachine.initial]).toEqual(["refund", "awaiting_approval"]);
});

test("what can still be asked for, and under which number", () => {
  expect(refundableFen(aPaidAttempt({ refundHeldFen: fen(300), refundedFen: fen(500) }))).toBe(1_000);
  expect([refundNumber({ number: "order-1" }, 0), refundNumber({ number: "order-1-2" }, 4)]).toEqual([
    "order-1-R1",
    "order-1-2-R5",
  ]);
});

describe("items that are asked for", () => {
  const item = (id: string, unitFen: number, quantity: number, discountFen = 0) => ({
    ...{ id, name: "tea", sku: null, category: null, unitFen: fen(unitFen), quantity, discountFen: fen(discountFen) },
  });
  const orderItems = [item("itm_1", 500, 2), item("itm_2", 334, 3, 202)];
  const decide = (items: { itemId: string; quantity: number }[] | null, amountFen: Fen | null = null, before = {}) =>
    decideRefund({
      ...{ attempt: aPaidAttempt(), orderItems, now: MOMENT, wish: { amountFen, items } },
      refunds: [
        aRefund({ status: "processing", items: [{ itemId: "itm_1", quantity: 1, amountFen: fen(500) }], ...before }),
      ],
    });

  test("have to be of the order, and no more of them than are left", () => {
    expect(
      decide([
        { itemId: "itm_2", quantity: 1 },
        { itemId: "itm_9", quantity: 1 },
      ]),
    ).toEqual({
      ...{ kind: "item_unknown", at: 1 },
    });
    expect(decide([{ itemId: "itm_1", quantity: 2 }])).toEqual({ kind: "item_exceeds", at: 0, left: 1 });
    expect(decide([{ itemId: "itm_1", quantity: 2 }], null, { status: "closed" })).toMatchObject({
      ...{ kind: "allowed", amountFen: 1_000 },
    });
  });

  test("come to what was paid for them; the last piece takes the rest", () => {
    // 3 × 3.34 yuan less 2.02: 8.00 paid, so 2.66 for the first, 5.33 for two, 8.00 for all.
    const pieces = (quantity: number, before = {}) => decide([{ itemId: "itm_2", quantity }], null, before);
    expect(pieces(1)).toMatchObject({ amountFen: 266, items: [{ itemId: "itm_2", quantity: 1, amountFen: 266 }] });
    expect(pieces(2)).toMatchObject({ amountFen: 533 });
    const two = { items: [{ itemId: "itm_2", quantity: 2, amountFen: fen(533) }] };
    expect(pieces(1, two)).toMatchObject({ amountFen: 267 });
    // More went back of the line than the formula gives: nothing is taken back for it.
    const much = { items: [{ itemId: "itm_2", quantity: 1, amountFen: fen(600) }] };
    expect(
      decide(
        [
          { itemId: "itm_2", quantity: 1 },
          { itemId: "itm_1", quantity: 1 },
        ],
        null,
        much,
      ),
    ).toMatchObject({
      ...{ amountFen: 500, items: [{ amountFen: 0 }, { amountFen: 500 }] },
    });
  });

  test("come to the amount that is given with them, or the difference is told", () => {
    const one = [{ itemId: "itm_2", quantity: 1 }];
    expect(decide(one, fen(266))).toMatchObject({ kind: "allowed", amountFen: 266 });
    expect(decide(one, fen(267))).toEqual({ kind: "items_differ", itemsFen: 266 });
    expect(decide(null, fen(1_500))).toMatchObject({ kind: "allowed", amountFen: 1_500, items: [] });
    expect(decide([])).toEqual({ kind: "nothing_paid" });
  });
});

test("money that was never paid is not given back", () => {
  const input = { orderItems: [], refunds: [], wish: { amountFen: null, items: null }, now: MOMENT };
  expect(decideRefund({ ...input, attempt: anAttempt() })).toEqual({ kind: "too_late" });
});

describe("what WeChat says of a refund", () => {
  const attempt = aPaidAttempt({ refundHeldFen: fen(300), settledFen: fen(1_200) });
  const now = later(5 * SECOND_MS);
  const judge = (refund: Refund, change: Partial<TradeRefund>, of = attempt) => {
    const reported = {
      ...{ number: refund.number, refundId: "5030001", tradeNumber: "order-1", transactionId: "4200001" },
      ...{ amountFen: refund.amountFen, status: "processing" as const, succeededAt: null },
    };
    const judgement = judgeRefund({ refund, attempt: of, reported: { ...reported, ...change }, now });
    if (judgement.kind !== "moves") throw new Error(judgement.kind);
    return judgement.move;
  };
  const refund = aRefund({ checks: 3 });

  test("it is under way: accepted now, its amount still held, nothing booked", () => {
    expect(judge(refund, {})).toEqual({
      from: "requested",
      refund: { ...refund, status: "processing", providerRefundId: "5030001", acceptedAt: now, checks: 0 },
      attempt,
      ...{ resolution: null, journal: null },
    });
  });

  test("it is abnormal: its amount stays held; it was accepted when it was first", () => {
    const accepted = aRefund({ status: "processing", acceptedAt: MOMENT, failureDetail: "old" });
    expect(judge(accepted, { status: "abnormal" })).toMatchObject({
      from: "processing",
      refund: { status: "abnormal", failure: "abnormal_at_wechat", failureDetail: null, acceptedAt: MOMENT },
      attempt: { refundHeldFen: 300, refundedFen: 0 },
      journal: null,
    });
  });

  test("it is closed: its amount is free again", () => {
    expect(judge(refund, { status: "closed" })).toMatchObject({
      refund: { status: "closed", failure: "closed_at_wechat", failureDetail: null, closedAt: now },
      attempt: { refundHeldFen: 0, refundedFen: 0 },
      journal: null,
    });
  });

  test("it went back: what the payer gets and the merchant gives, as WeChat says or by the settlement's share", () => {
    const abnormal = aRefund({ status: "abnormal", failure: "abnormal_at_wechat", failureDetail: "card gone" });
    const told = { status: "succeeded" as const, payerFen: fen(290), settledFen: fen(250), succeededAt: later(1) };
    expect(judge(abnormal, told)).toEqual({
      from: "abnormal",
      refund: {
        ...{ ...abnormal, status: "succeeded", failure: null, failureDetail: null, providerRefundId: "5030001" },
        ...{ acceptedAt: now, payerFen: 290, settledFen: 250, succeededAt: later(1) },
      },
      attempt: { ...attempt, refundHeldFen: 0, refundedFen: 300 },
      resolution: null,
      journal: {
        cause: "refund:ref_1",
        lines: [
          { account: "refunds", debitFen: 300, creditFen: 0 },
          { account: "wechat_clearing", debitFen: 0, creditFen: 250 },
          { account: "vouchers", debitFen: 0, creditFen: 50 },
        ],
      },
    });
    // 1,200 of 1,800 came to the merchant, so 200 of 300 goes from it.
    expect(judge(refund, { status: "succeeded" }).refund).toMatchObject({ payerFen: null, settledFen: 200 });
    const known = aRefund({ payerFen: fen(280), settledFen: fen(240) });
    expect(judge(known, { status: "succeeded" }).refund).toMatchObject({ payerFen: 280, settledFen: 240 });
  });

  test("it went back at a time that cannot be: then now; one from before our row, of the payment's time, can", () => {
    const late = aRefund({ createdAt: later(60 * 60 * 24 * SECOND_MS * 3) });
    expect(judge(late, { status: "succeeded", succeededAt: later(1) }).refund.succeededAt).toEqual(later(1));
    const ancient = later(-3 * 86_400 * SECOND_MS);
    expect(judge(refund, { status: "succeeded", succeededAt: ancient }).refund.succeededAt).toEqual(now);
  });

  test("amount and trade that differ are both named", () => {
    const reported = {
      ...{ number: refund.number, refundId: "5030001", tradeNumber: "order-2", transactionId: "4200001" },
      ...{ amountFen: fen(1), status: "succeeded" as const, succeededAt: null },
    };
    expect(judgeRefund({ refund, attempt, reported, now })).toEqual({ kind: "differs", differing: "amount,trade" });
  });

  test("one that was given up and went back all the same is booked up to the last fen that is left", () => {
    const closed = aRefund({ status: "closed" });
    const left = (refundedFen: number) => aPaidAttempt({ refundedFen: fen(refundedFen) });
    expect(judge(closed, { status: "succeeded" }, left(1_500)).attempt).toMatchObject({ refundedFen: 1_800 });
    expect(() => judge(closed, { status: "succeeded" }, left(1_501))).toThrow("overdrawn");
  });
});

describe("money that settles nothing", () => {
  const late = aPaidAttempt({ verdict: "late", resolution: "open" });

  test("is being refunded while a refund holds it, open when that failed, refunded once all went back", () => {
    const held = holding(late, { amountFen: fen(300) });
    expect(held).toEqual({ ...late, refundHeldFen: 300, resolution: "refunding" });
    const refused = moveOfRefusal({
      ...{ refund: aRefund(), attempt: held, failure: "not_enough", detail: "no balance", now: later(9) },
    });
    expect(refused).toEqual({
      ...{ from: "requested", resolution: "open", journal: null },
      attempt: { ...late, refundHeldFen: 0, resolution: "open" },
      refund: aRefund({ status: "closed", failure: "not_enough", failureDetail: "no balance", closedAt: later(9) }),
    });
    const whole = aRefund({ amountFen: fen(1_800) });
    const back = judgeRefund({
      ...{ refund: whole, attempt: holding(late, whole), now: later(9) },
      reported: {
        ...{ number: "order-1-R1", refundId: "5030001", tradeNumber: "order-1", transactionId: "4200001" },
        ...{ amountFen: fen(1_800), status: "succeeded", succeededAt: null },
      },
    });
    expect(back).toMatchObject({
      move: {
        ...{ resolution: "refunded", attempt: { resolution: "refunded", refundHeldFen: 0, refundedFen: 1_800 } },
        journal: {
          lines: [
            { account: "owed_to_shoppers", debitFen: 1_800, creditFen: 0 },
            { account: "wechat_clearing", debitFen: 0, creditFen: 1_800 },
          ],
        },
      },
    });
  });

  test("money that settles its order has no resolution, however much of it is held", () => {
    const settling = aPaidAttempt();
    expect(holding(settling, { amountFen: fen(300) })).toEqual({ ...settling, refundHeldFen: 300 });
  });
});

test("a payment that was not judged yet has neither resolution nor books", () => {
  const attempt = aPaidAttempt({ verdict: null, refundHeldFen: fen(300) });
  const reported = {
    ...{ number: "order-1-R1", refundId: "5030001", tradeNumber: "order-1", transactionId: "4200001" },
    ...{ amountFen: fen(300), status: "succeeded" as const, succeededAt: null },
  };
  expect(judgeRefund({ refund: aRefund(), attempt, reported, now: MOMENT })).toMatchObject({
    kind: "moves",
    move: { resolution: null, journal: null, attempt: { ...attempt, refundHeldFen: 0, refundedFen: 300 } },
  });
});

describe("WeChat's minute", () => {
  const now = later(10 * MINUTE_MS);
  const minuteAfter = (ms: number) => later(ms + 61 * SECOND_MS);
  const at = (ms: number) => later(10 * MINUTE_MS + ms);

  test("is counted from the later of sent and accepted, of each refund that was made", () => {
    const others = [
      aRefund({ id: "ref_2", status: "processing", sentAt: at(-50_000), acceptedAt: at(-20_000) }),
      aRefund({ id: "ref_3", status: "succeeded", sentAt: at(-40_000), acceptedAt: null }),
    ];
    const expected = minuteAfter(10 * MINUTE_MS - 20_000);
    expect(plannedSendTime(others, now)).toEqual(expected);
    expect(earliestSendTime({ id: "ref_9" }, others, now)).toEqual(expected);
    expect(earliestSendTime({ id: "ref_2" }, others, now)).toEqual(minuteAfter(10 * MINUTE_MS - 40_000));
  });

  test("one that waits to be sent counts for who comes after it, not for its own turn", () => {
    const waiting = aRefund({ id: "ref_2", sendAt: at(30_000), sentAt: null });
    expect(plannedSendTime([waiting], now)).toEqual(minuteAfter(10 * MINUTE_MS + 30_000));
    expect(earliestSendTime({ id: "ref_9" }, [waiting], now)).toEqual(now);
    // Sent again later than planned: by when it was sent.
    expect(plannedSendTime([{ ...waiting, sendAt: at(-30_000), sentAt: at(-5_000) }], now)).toEqual(
      minuteAfter(10 * MINUTE_MS - 5_000),
    );
  });
});

describe("a refund as others see it", () => {
  test("is whole", () => {
    const whole = aRefund({
      ...{ status: "succeeded", payerFen: fen(290), settledFen: fen(250), reason: "cold", succeededAt: later(1_000) },
      items: [{ itemId: "itm_1", quantity: 2, amountFen: fen(300) }],
    });
    expect(refundView(whole)).toEqual({
      ...{ id: "ref_1", orderId: "ord_1", outRefundNo: "order-1-R1", amount: 300, amountPayer: 290 },
      ...{ amountSettled: 250, status: "succeeded", awaitingApproval: false, reason: "cold" },
      items: [{ itemId: "itm_1", quantity: 2, amount: 300 }],
      ...{ failureReason: null, failureDetail: null },
      ...{ createdAt: "2026-07-01T02:00:00.000Z", succeededAt: "2026-07-01T02:00:01.000Z" },
    });
    const failed = refundView(aRefund({ status: "closed", failure: "not_enough", failureDetail: "no balance" }));
    expect(failed).toMatchObject({ failureReason: "not_enough", failureDetail: "no balance", succeededAt: null });
  });

  test.each([
    ["awaiting_approval", "pending", true],
    ["requested", "pending", false],
    ["processing", "pending", false],
    ["succeeded", "succeeded", false],
    ["abnormal", "abnormal", false],
    ["closed", "closed", false],
  ] as const)("%s is %s", (status, shown, awaitingApproval) => {
    expect(refundView(aRefund({ status }))).toMatchObject({ status: shown, awaitingApproval });
  });
});
