import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fen, fen, subtractFen } from "#lib/base/fen.ts";
import {
  type JournalEntry,
  journalOfAcceptance,
  journalOfOwedMoney,
  journalOfRefund,
  journalOfSettlement,
} from "./ledger.ts";
import type { Order } from "./order.ts";
import { settledShare, splitOf, sumOf, type Voucher, type VoucherFunding } from "./voucher.ts";

// Goal: payer + vouchers = total, for any funding; the books balance with vouchers as without, and once all of a payment
// has gone back nothing of it is left in any account but what was sold and given back.

const voucherOf = (amountFen: number, funding: VoucherFunding): Voucher => ({
  ...{ id: "1", name: null, batch: null, amountFen: fen(amountFen), funding },
  ...{ wechatFen: null, merchantFen: null, otherFen: null },
});

const fundings = fc.constantFrom<VoucherFunding>("prefunded", "merchant", "unknown");
const paidWithVouchers = fc
  .tuple(fc.integer({ min: 1, max: 1_000_000 }), fc.array(fc.tuple(fc.nat(400), fundings), { maxLength: 5 }))
  .map(([total, parts]) => {
    const vouchers: Voucher[] = [];
    for (const [part, funding] of parts) {
      const left = total - sumOf(vouchers);
      if (left > 0) vouchers.push(voucherOf(Math.min(left, part + 1), funding));
    }
    return { totalFen: fen(total), payerFen: subtractFen(fen(total), sumOf(vouchers)), vouchers };
  });

const orderOf = (dueFen: Fen, discountFen: Fen) =>
  ({ id: "ord_1", totalFen: fen(dueFen + discountFen), discountFen, dueFen }) as Order;
const balance = (entries: readonly JournalEntry[], account: string): number =>
  entries
    .flatMap(({ lines }) => lines)
    .filter((line) => line.account === account)
    .reduce((sum, { debitFen, creditFen }) => sum + debitFen - creditFen, 0);
const isBalanced = ({ lines }: JournalEntry): boolean =>
  lines.reduce((sum, { debitFen, creditFen }) => sum + debitFen - creditFen, 0) === 0 &&
  lines.every(({ debitFen, creditFen }) => debitFen >= 0 && creditFen >= 0);

describe("splitOf", () => {
  test("payer + vouchers = total; settlement = total − vouchers at the merchant's expense", () => {
    fc.assert(
      fc.property(paidWithVouchers, (trade) => {
        const { settledFen, payerFen, vouchers } = splitOf(trade);
        expect((payerFen ?? 0) + sumOf(vouchers)).toBe(trade.totalFen);
        const ours = sumOf(vouchers.filter(({ funding }) => funding === "merchant"));
        expect(settledFen + ours).toBe(trade.totalFen);
      }),
    );
  });

  test("a stated settlement counts; what cannot be is not believed", () => {
    const trade = { totalFen: fen(100), payerFen: fen(90), vouchers: [voucherOf(10, "unknown")] };
    expect(splitOf({ ...trade, settledFen: fen(90) }).settledFen).toBe(90);
    expect(splitOf({ ...trade, settledFen: fen(101) }).settledFen).toBe(100);
    expect(splitOf({ ...trade, payerFen: fen(101) }).payerFen).toBeNull();
    const tooMuch = splitOf({ ...trade, vouchers: [voucherOf(60, "merchant"), voucherOf(60, "merchant")] });
    expect([tooMuch.settledFen, tooMuch.vouchers]).toEqual([100, []]);
  });
});

test("a payment and all its refunds balance, and leave nothing in clearing, in vouchers or owed", () => {
  const shares = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(paidWithVouchers, fc.nat(500), shares, fc.boolean(), (trade, discount, cuts, settles) => {
      const { settledFen } = splitOf(trade);
      const paidFen = trade.totalFen;
      const payment = settles
        ? journalOfSettlement(orderOf(paidFen, fen(discount)), { id: "att_1" }, settledFen)
        : journalOfOwedMoney("att_1", { paidFen, settledFen });
      const entries = [payment];
      let refundedFen = fen(0);
      for (const [at, cut] of [...cuts, paidFen].entries()) {
        const amountFen = fen(Math.min(cut, paidFen - refundedFen));
        if (amountFen === 0) continue;
        const share = settledShare(amountFen, { paidFen, settledFen, refundedFen });
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(amountFen);
        const refund = { id: `ref_${at}`, amountFen, settledFen: share };
        entries.push(journalOfRefund(refund, settles ? "settles" : "late"));
        refundedFen = fen(refundedFen + amountFen);
      }
      expect(entries.every(isBalanced)).toBe(true);
      expect(balance(entries, "wechat_clearing")).toBe(0);
      expect(balance(entries, "vouchers")).toBe(0);
      expect(balance(entries, "owed_to_shoppers")).toBe(0);
      expect(balance(entries, "refunds")).toBe(settles ? paidFen : 0);
    }),
  );
});

test("a voucher at the merchant's expense is booked as such, one that was funded beforehand is money", () => {
  const order = orderOf(fen(1000), fen(200));
  const { settledFen } = splitOf({
    ...{ totalFen: fen(1000), payerFen: fen(750) },
    vouchers: [voucherOf(100, "prefunded"), voucherOf(150, "merchant")],
  });
  const entry = journalOfSettlement(order, { id: "att_1" }, settledFen);
  expect(entry.lines.map(({ account, debitFen, creditFen }) => [account, debitFen - creditFen])).toEqual([
    ["wechat_clearing", 850],
    ["vouchers", 150],
    ["discounts", 200],
    ["sales", -1200],
  ]);
});

test("what cannot be of a payment is not believed, up to its last fen", () => {
  const split = (change: object) => splitOf({ totalFen: fen(100), payerFen: null, ...change });
  expect(split({})).toEqual({ settledFen: 100, payerFen: null, vouchers: [] });
  expect([split({ settledFen: fen(0) }).settledFen, split({ settledFen: fen(-1) }).settledFen]).toEqual([0, 100]);
  expect([split({ settledFen: fen(100) }).settledFen, split({ payerFen: fen(100) }).payerFen]).toEqual([100, 100]);
  expect([split({ payerFen: fen(0) }).payerFen, split({ payerFen: fen(-1) }).payerFen]).toEqual([0, null]);
  const whole = [voucherOf(60, "merchant"), voucherOf(40, "unknown")];
  expect(split({ vouchers: whole })).toEqual({ settledFen: 40, payerFen: null, vouchers: whole });
});

test("a refund takes its share of what was settled, and the last one what is left of it", () => {
  const attempt = { paidFen: fen(1_000), settledFen: fen(333), refundedFen: fen(0) };
  // A third of each: 33.3 of 100, 66.6 of 200; what is rounded off comes with a later one.
  expect(settledShare(fen(100), attempt)).toBe(33);
  expect(settledShare(fen(100), { ...attempt, refundedFen: fen(200) })).toBe(33);
  expect(settledShare(fen(700), { ...attempt, refundedFen: fen(300) })).toBe(333 - 99);
  expect(settledShare(fen(900), { ...attempt, refundedFen: fen(300) })).toBe(333 - 99);
  expect(settledShare(fen(400), { ...attempt, settledFen: fen(1_000) })).toBe(400);
  expect(settledShare(fen(1_200), { ...attempt, settledFen: fen(1_000) })).toBe(1_200);
});

test("a late payment that is kept turns from a debt into the sale", () => {
  const order = orderOf(fen(1_000), fen(200));
  expect(journalOfAcceptance(order, { id: "att_1" })).toEqual({
    cause: "acceptance:att_1",
    lines: [
      { account: "owed_to_shoppers", debitFen: 1_000, creditFen: 0 },
      { account: "discounts", debitFen: 200, creditFen: 0 },
      { account: "sales", debitFen: 0, creditFen: 1_200 },
    ],
  });
  const owed = journalOfOwedMoney("att_1", { paidFen: fen(1_000), settledFen: fen(900) });
  expect(owed).toEqual({
    cause: "payment:att_1",
    lines: [
      { account: "wechat_clearing", debitFen: 900, creditFen: 0 },
      { account: "vouchers", debitFen: 100, creditFen: 0 },
      { account: "owed_to_shoppers", debitFen: 0, creditFen: 1_000 },
    ],
  });
  expect(journalOfSettlement(order, { id: "att_1" }, fen(1_000)).cause).toBe("payment:att_1");
});
