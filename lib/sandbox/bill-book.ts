import type { BillFaults, StrangeRow } from "./bill-faults.ts";
import { beijingDay } from "./clock.ts";
import { randomDigits } from "./keys.ts";
import type { Payment, Refund, Trade } from "./records.ts";
import { newRefundId } from "./refunds.ts";
import { newTransactionId } from "./trades.ts";
import { splitOf, unsettled } from "./vouchers.ts";
import { TRADE_TYPES } from "./words.ts";
import type { World } from "./world.ts";

// What a day's bill is about, before it is written down: first the truth, then what the faults make of it.

/** Per mille of the settled amount, so a fee is whole in units of 1/100000 yuan. */
const FEE_PER_MILLE = 6;
export const FEE_UNITS_PER_FEN = 1_000;
const OTHER_MERCHANT = "1999999999";

export interface BillRow {
  readonly kind: "payment" | "refund" | "reversal";
  readonly at: number;
  /** By which faults name it. */
  readonly number: string;
  readonly appid: string;
  readonly mchid: string;
  readonly deviceInfo: string;
  readonly transactionId: string;
  readonly outTradeNo: string;
  readonly openid: string;
  readonly tradeType: string;
  readonly tradeState: "SUCCESS" | "REFUND" | "REVOKED" | string;
  readonly bankType: string;
  /** Fen. Payments: what was paid; 0 in the others. */
  readonly total: number;
  readonly settled: number;
  readonly coupon: number;
  readonly description: string;
  readonly attach: string;
  /** In 1/100000 yuan; below 0 where it is given back. */
  readonly fee: number;
  readonly refund: BillRefund | null;
}

interface BillRefund {
  readonly refundId: string;
  readonly outRefundNo: string;
  /** Fen: asked for, and of these really settled, and the share of pre-funded coupons. */
  readonly asked: number;
  readonly settled: number;
  readonly coupon: number;
  readonly status: string;
  readonly successAt: number | null;
}

type PaidTrade = Trade & { readonly payment: Payment };
const isPaid = (trade: Trade): trade is PaidTrade => trade.payment !== null;

/** The rows of one Beijing day, in the order of their time. */
export function bookOf(world: World, day: string): BillRow[] {
  const onDay = (moment: number) => beijingDay(new Date(moment)) === day;
  const { store, faults } = world;
  const rows: BillRow[] = [];
  for (const trade of store.trades.values()) {
    if (!isPaid(trade)) continue;
    if (onDay(trade.payment.paidAt)) rows.push(paymentRow(trade));
    if (trade.reversal !== undefined && onDay(trade.reversal.at)) rows.push(reversalRow(trade, trade.reversal));
  }
  for (const refund of store.refunds.values()) if (onDay(refund.createdAt)) rows.push(refundRow(world, refund));
  const shown = falsify(rows, faults.bill);
  const strange = faults.bill.strange.map((row) => strangeRow(world, { row, at: noonOf(day) }));
  return [...shown, ...strange].sort((one, other) => one.at - other.at);
}

const noonOf = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);

const base = (trade: PaidTrade) => ({
  appid: trade.appid,
  mchid: trade.mchid,
  deviceInfo: trade.v2?.deviceInfo ?? "",
  transactionId: trade.payment.transactionId,
  outTradeNo: trade.outTradeNo,
  openid: trade.payment.openid,
  tradeType: TRADE_TYPES[trade.product],
  bankType: trade.payment.bankType,
  description: trade.description,
  attach: trade.attach,
});

function paymentRow(trade: PaidTrade): BillRow {
  const { total, payment } = trade;
  const settled = total - unsettled(payment);
  return {
    ...base(trade),
    kind: "payment",
    at: payment.paidAt,
    number: trade.outTradeNo,
    tradeState: "SUCCESS",
    total,
    settled,
    coupon: payment.coupon,
    fee: settled * FEE_PER_MILLE,
    refund: null,
  };
}

const backRow = (trade: PaidTrade, refund: BillRefund) => ({
  ...base(trade),
  number: refund.outRefundNo,
  total: 0,
  settled: 0,
  coupon: 0,
  fee: -refund.settled * FEE_PER_MILLE,
  refund,
});

function refundRow({ store }: World, refund: Refund): BillRow {
  const trade = store.trades.get(refund.outTradeNo);
  if (trade === undefined || !isPaid(trade)) throw new Error(`refund ${refund.outRefundNo} has no paid trade`);
  const { coupon, unsettled: ours } = splitOf(refund);
  return {
    ...backRow(trade, {
      refundId: refund.refundId,
      outRefundNo: refund.outRefundNo,
      asked: refund.amount,
      settled: refund.amount - ours,
      coupon: coupon - ours,
      status: refund.status,
      successAt: refund.successAt,
    }),
    kind: "refund",
    at: refund.createdAt,
    tradeState: "REFUND",
  };
}

/** A reversal has no refund number of the merchant's: the order's own stands in its place. */
function reversalRow(trade: PaidTrade, { refundId, at }: NonNullable<Trade["reversal"]>): BillRow {
  const ours = unsettled(trade.payment);
  return {
    ...backRow(trade, {
      refundId,
      outRefundNo: trade.outTradeNo,
      asked: trade.total,
      settled: trade.total - ours,
      coupon: trade.payment.coupon - ours,
      status: "SUCCESS",
      successAt: at,
    }),
    kind: "reversal",
    at,
    tradeState: "REVOKED",
  };
}

function falsify(rows: readonly BillRow[], faults: BillFaults): BillRow[] {
  const omit = new Set(faults.omit);
  const twice = new Set(faults.duplicate);
  const others = new Set(faults.otherMerchant);
  const change = (row: BillRow): BillRow => ({
    ...withAmount(row, faults),
    ...(others.has(row.number) ? { mchid: OTHER_MERCHANT } : {}),
  });
  return rows
    .filter((row) => !omit.has(row.number))
    .map(change)
    .flatMap((row) => (twice.has(row.number) ? [row, row] : [row]));
}

function withAmount(row: BillRow, faults: BillFaults): BillRow {
  const { number, refund } = row;
  const status = own(faults.wrongStatus, number);
  const fee = own(faults.wrongFee, number);
  const changed: BillRow = fee === undefined ? row : { ...row, fee: Math.round(fee * FEE_UNITS_PER_FEN) };
  if (refund === null) {
    const total = own(faults.wrongAmount, number);
    const coupon = own(faults.wrongVoucher, number);
    const left = row.total - (coupon ?? 0);
    const borne = row.settled < row.total ? { settled: left, fee: left * FEE_PER_MILLE } : {};
    return {
      ...changed,
      ...(coupon === undefined ? {} : { coupon, ...borne }),
      ...(total === undefined ? {} : { total, settled: total }),
      ...(status === undefined ? {} : { tradeState: status }),
    };
  }
  const asked = own(faults.wrongRefundAmount, number);
  const amounts = asked === undefined ? {} : { asked, settled: asked };
  return { ...changed, refund: { ...refund, ...amounts, ...(status === undefined ? {} : { status }) } };
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function strangeRow({ keys }: World, { row, at }: { row: StrangeRow; at: number }): BillRow {
  const isRefund = row.outRefundNo !== undefined;
  const total = row.total ?? 100;
  const asked = row.refund ?? total;
  const outTradeNo = row.outTradeNo ?? `STRANGE${randomDigits(10)}`;
  return {
    kind: isRefund ? "refund" : "payment",
    at,
    number: row.outRefundNo ?? outTradeNo,
    appid: row.appid ?? keys.appid,
    mchid: row.mchid ?? keys.mchid,
    deviceInfo: "",
    transactionId: row.transactionId ?? newTransactionId(at),
    outTradeNo,
    openid: "oSandboxStranger000000000001",
    tradeType: "NATIVE",
    tradeState: isRefund ? "REFUND" : "SUCCESS",
    bankType: "OTHERS",
    total: isRefund ? 0 : total,
    settled: isRefund ? 0 : total,
    coupon: 0,
    description: "陌生的交易",
    attach: "",
    fee: (isRefund ? -asked : total) * FEE_PER_MILLE,
    refund: isRefund
      ? {
          refundId: newRefundId(),
          outRefundNo: row.outRefundNo ?? "",
          asked,
          settled: asked,
          coupon: 0,
          status: "SUCCESS",
          successAt: at,
        }
      : null,
  };
}
