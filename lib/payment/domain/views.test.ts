import { describe, expect, test } from "vitest";
import { fen } from "#lib/base/fen.ts";
import { anAttempt, anOrder, aPaidAttempt, later, MOMENT } from "#lib/testing/domain-fixture.ts";
import { isRecoverable, itemFen, orderView, settlingAttempt, statusView } from "./views.ts";
import type { Voucher } from "./voucher.ts";

// Goal: what others see of an order follows from its rows alone.

const item = {
  ...{ id: "itm_1", name: "tea", sku: "T", category: null, unitFen: fen(900), quantity: 2, discountFen: fen(10) },
};
const view = (change: Parameters<typeof anOrder>[0] = {}, attempts: ReturnType<typeof anAttempt>[] = []) =>
  orderView({ order: anOrder(change), items: [item], attempts }, "https://pay.example/pay/ord_1");

test("an order that nobody has paid", () => {
  expect(view()).toEqual({
    ...{ id: "ord_1", outTradeNo: "order-1", status: "pending", currency: "CNY", description: "tea" },
    ...{ amountTotal: 1_800, amountDiscount: 0, amountDue: 1_800, amountPaid: 0, amountPayer: null },
    ...{ amountSettled: 0, amountRefunded: 0, discounts: [], vouchers: [], extraPayments: [] },
    items: [
      { id: "itm_1", name: "tea", sku: "T", category: null, unitAmount: 900, quantity: 2, amount: 1_800, discount: 10 },
    ],
    ...{ payUrl: "https://pay.example/pay/ord_1", returnUrl: null, channel: null, transactionId: null, goodsTag: null },
    ...{ storeCode: null, tillCode: null, cashier: null, scene: null, sceneDetail: null, metadata: {} },
    ...{ createdAt: "2026-07-01T02:00:00.000Z", expiresAt: "2026-07-01T02:30:00.000Z", paidAt: null, closedAt: null },
  });
  expect(itemFen(item)).toBe(1_800);
});

test("an order that was paid, given back in part and in whole", () => {
  const paid = { status: "paid" as const, paidAt: MOMENT, closedAt: later(1_000) };
  const shown = view(paid, [
    anAttempt({ id: "att_0", status: "closed" }),
    aPaidAttempt({ channel: "h5", payerFen: fen(1_700), settledFen: fen(1_750) }),
  ]);
  expect(shown).toMatchObject({
    ...{ status: "paid", amountPaid: 1_800, amountPayer: 1_700, amountSettled: 1_750, amountRefunded: 0 },
    ...{
      channel: "h5",
      transactionId: "4200001",
      paidAt: "2026-07-01T02:00:00.000Z",
      closedAt: "2026-07-01T02:00:01.000Z",
    },
  });
  expect(view(paid, [aPaidAttempt({ refundedFen: fen(1_799) })])).toMatchObject({
    status: "partially_refunded",
    amountRefunded: 1_799,
  });
  expect(view(paid, [aPaidAttempt({ refundedFen: fen(1_800) })])).toMatchObject({ status: "refunded" });
  expect(view(paid, []).status).toBe("paid");
  // What was given back of a payment that settles nothing is not this order's.
  expect(view({ status: "closed" }, [aPaidAttempt({ verdict: "late", refundedFen: fen(1_800) })]).status).toBe(
    "closed",
  );
  expect(view({ status: "closed" }, [aPaidAttempt({ refundedFen: fen(1_800) })]).status).toBe("closed");
});

test("while nothing settles it, the channel is that of the last trade", () => {
  const trades = [
    anAttempt({ channel: "h5" }),
    anAttempt({ id: "att_2", sequence: 2 }),
    anAttempt({ id: "att_3", sequence: 3, channel: "jsapi" }),
  ];
  expect(view({}, trades).channel).toBe("jsapi");
  expect(settlingAttempt(trades)).toBeUndefined();
  const settling = aPaidAttempt();
  expect(settlingAttempt([...trades, settling])).toBe(settling);
});

test("its place, what the shop gave, discounts and WeChat's vouchers", () => {
  const voucher: Voucher = {
    ...{ id: "v1", name: "ten off", batch: "b1", amountFen: fen(100), funding: "merchant" },
    ...{ wechatFen: fen(1), merchantFen: fen(2), otherFen: fen(3) },
  };
  const place = {
    store: { id: "sto_1", code: "w" },
    till: { id: "til_1", code: "1" },
    cashier: { id: "csh_1", name: "Fang" },
  };
  const discount = { id: "pro_1", name: "off", amountFen: fen(10), reason: "kept from before" };
  const scene = { reasons: [{ signal: "item", value: "tea", weight: 1, text: "as it was" }] };
  const shown = view(
    {
      place,
      goodsTag: "T",
      returnUrl: "https://shop.example/",
      discounts: [discount, { ...discount, code: "XMAS" }],
      sceneDetail: scene as never,
    },
    [aPaidAttempt({ vouchers: [voucher] })],
  );
  expect(shown).toMatchObject({
    ...{
      storeCode: "w",
      tillCode: "1",
      cashier: { id: "csh_1", name: "Fang" },
      goodsTag: "T",
      returnUrl: "https://shop.example/",
    },
    sceneDetail: scene,
    vouchers: [
      {
        id: "v1",
        name: "ten off",
        batch: "b1",
        amount: 100,
        funding: "merchant",
        byWechat: 1,
        byMerchant: 2,
        byOthers: 3,
      },
    ],
  });
  expect(shown.discounts).toStrictEqual([
    { id: "pro_1", name: "off", amount: 10, reason: "kept from before" },
    { id: "pro_1", name: "off", amount: 10, reason: "kept from before", code: "XMAS" },
  ]);
  expect(view({ place: { ...place, till: null, cashier: null } })).toMatchObject({
    storeCode: "w",
    tillCode: null,
    cashier: null,
  });
});

describe("payments that settle nothing", () => {
  const extra = (change: Parameters<typeof aPaidAttempt>[0]) => view({}, [aPaidAttempt(change)]).extraPayments;
  const shown = { transactionId: "4200001", amount: 1_800, paidAt: "2026-07-01T02:00:00.000Z" };

  test("are shown with what became of them", () => {
    expect(extra({ verdict: "late", resolution: "refunding" })).toEqual([
      { ...shown, verdict: "late", resolution: "refunding" },
    ]);
    expect(extra({ verdict: "extra", resolution: null })).toEqual([{ ...shown, verdict: "extra", resolution: "open" }]);
    expect(extra({ verdict: "settles", resolution: "accepted" })).toEqual([
      { ...shown, verdict: "late", resolution: "accepted" },
    ]);
  });

  test("are none where it settles, or nothing was paid", () => {
    expect(extra({})).toEqual([]);
    for (const change of [{ verdict: null }, { transactionId: null }, { paidAt: null }]) {
      expect(extra({ verdict: "late", ...change })).toEqual([]);
    }
  });
});

describe("what a watcher sees", () => {
  const live = anAttempt({ handover: { kind: "code", codeUrl: "weixin://x" }, handoverAt: MOMENT });
  const facts = (change: object = {}) =>
    statusView({ ...anOrder({ version: 7 }), settling: undefined, live, ...change } as never, MOMENT);

  test("is how it stands, and what it can be paid with", () => {
    expect(facts()).toEqual({
      ...{ id: "ord_1", status: "pending", amountDue: 1_800, amountPaid: 0, paidAt: null, version: 7 },
      ...{ expiresAt: "2026-07-01T02:30:00.000Z", handover: `native.1.${MOMENT.getTime().toString(36)}` },
    });
  });

  test("names nothing to pay with once it is not pending any more", () => {
    const settling = { paidFen: fen(1_800), refundedFen: fen(1) };
    expect(facts({ status: "paid", paidAt: MOMENT, settling })).toMatchObject({
      ...{ status: "partially_refunded", amountPaid: 1_800, paidAt: "2026-07-01T02:00:00.000Z", handover: null },
    });
  });
});

test("a closed order that nothing was paid for can be ordered again, and says so", () => {
  const closed = anOrder({ status: "closed" });
  expect(isRecoverable({ order: closed, attempts: [] })).toBe(true);
  expect(isRecoverable({ order: closed, attempts: [anAttempt({ status: "closed" })] })).toBe(true);
  const late = [anAttempt({ status: "closed" }), aPaidAttempt({ verdict: "late" })];
  expect(isRecoverable({ order: closed, attempts: late })).toBe(false);
  expect(isRecoverable({ order: anOrder(), attempts: [] })).toBe(false);
  expect(view({ status: "closed" })).toMatchObject({ recoverable: true });
  expect(view({ status: "closed" }, late)).not.toHaveProperty("recoverable");
});

test("a reason of the scene is a sentence, as it was kept or else in the shop's language", () => {
  const reasons = [
    { signal: "industry", value: "dining", weight: 2 },
    { signal: "item", value: "tea", weight: 1, text: "kept" },
  ];
  const shown = view({ sceneDetail: { confidence: 0.9, reasons } as never }).sceneDetail;
  expect(shown).toMatchObject({
    confidence: 0.9,
    reasons: [{ signal: "industry", value: "dining", weight: 2 }, reasons[1]],
  });
  expect(shown?.reasons[0]?.text).toMatch(/\p{Script=Han}/u);
  expect(view({ sceneDetail: null }).sceneDetail).toBeNull();
});

test("a discount with terms says them in a sentence of its own, and none where its name is that sentence", () => {
  const terms = { type: "amount_off" as const, off: 10 };
  const discount = { id: "pro_1", name: "off", amountFen: fen(10), reason: null, terms };
  const [named] = view({ discounts: [discount] }).discounts;
  expect(named).toMatchObject({ id: "pro_1", name: "off", amount: 10, terms, reason: expect.stringContaining("0.10") });
  const [same] = view({ discounts: [{ ...discount, name: named?.reason ?? "" }] }).discounts;
  expect(same?.reason).toBeNull();
});
