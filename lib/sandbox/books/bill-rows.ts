import { beijingDay } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import type { BillFaults, UnknownRow } from "../faults.ts";
import { randomDigits } from "../keys/key-ring.ts";
import type { Payment, StoredRefund, StoredTrade } from "./records.ts";
import { newRefundId } from "./refunds.ts";
import { splitOf, unsettled } from "./shoppers.ts";
import { newTransactionId, TRADE_TYPES } from "./trades.ts";

// The rows of a day's bill: first what happened, then what the faults change.

/** Per mille of the settled amount, so that fees are whole in units of 1/100000 yuan. */
const FEE_PER_MILLE = 6;
export const FEE_UNITS_PER_FEN = 1_000;
const OTHER_MERCHANT = "1999999999";

export interface TradeBillRow {
  readonly kind: "payment" | "refund" | "reversal";
  readonly at: number;
  /** By which faults name the row. */
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
  /** Fen; 0 for refunds and reversals. */
  readonly total: number;
  readonly settled: number;
  readonly coupon: number;
  readonly description: string;
  readonly attach: string;
  /** In 1/100000 yuan; below 0 if it is given back. */
  readonly fee: number;
  readonly refund: RefundColumns | null;
}

interface RefundColumns {
  readonly refundId: string;
  readonly outRefundNo: string;
  /** Fen: the refund, its settled part, and the share of prefunded coupons. */
  readonly asked: number;
  readonly settled: number;
  readonly coupon: number;
  readonly status: string;
  readonly successAt: number | null;
}

type TradeWithPayment = StoredTrade & { readonly payment: Payment };
const isPaid = (trade: StoredTrade): trade is TradeWithPayment => trade.payment !== null;

/** The rows of one Beijing day, by time. */
export function billRowsOf(context: SandboxContext, day: string): TradeBillRow[] {
  const onDay = (moment: number) => beijingDay(new Date(moment)) === day;
  const { store, faults } = context;
  const rows: TradeBillRow[] = [];
  for (const trade of store.trades.values()) {
    if (!isPaid(trade)) continue;
    if (onDay(trade.payment.paidAt)) rows.push(paymentRow(trade));
    if (trade.reversal !== undefined && onDay(trade.reversal.at)) rows.push(reversalRow(trade, trade.reversal));
  }
  for (const refund of store.refunds.values()) if (onDay(refund.createdAt)) rows.push(refundRow(context, refund));
  const shown = falsify(rows, faults.bill);
  const strange = faults.bill.strange.map((row) => unknownRow(context, { row, at: noonOf(day) }));
  return [...shown, ...strange].sort((one, other) => one.at - other.at);
}

const noonOf = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);

const base = (trade: TradeWithPayment) => ({
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

function paymentRow(trade: TradeWithPayment): TradeBillRow {
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

const moneyBackRow = (trade: TradeWithPayment, refund: RefundColumns) => ({
  ...base(trade),
  number: refund.outRefundNo,
  total: 0,
  settled: 0,
  coupon: 0,
  fee: -refund.settled * FEE_PER_MILLE,
  refund,
});

function refundRow({ store }: SandboxContext, refund: StoredRefund): TradeBillRow {
  const trade = store.trades.get(refund.outTradeNo);
  if (trade === undefined || !isPaid(trade)) throw new Error(`refund ${refund.outRefundNo} has no paid trade`);
  const { coupon, unsettled: ours } = splitOf(refund);
  return {
    ...moneyBackRow(trade, {
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

/** A reversal has no refund number of the merchant, so it shows the order number. */
function reversalRow(trade: TradeWithPayment, { refundId, at }: NonNullable<StoredTrade["reversal"]>): TradeBillRow {
  const ours = unsettled(trade.payment);
  return {
    ...moneyBackRow(trade, {
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

function falsify(rows: readonly TradeBillRow[], faults: BillFaults): TradeBillRow[] {
  const omit = new Set(faults.omit);
  const twice = new Set(faults.duplicate);
  const others = new Set(faults.otherMerchant);
  const change = (row: TradeBillRow): TradeBillRow => ({
    ...withWrongValues(row, faults),
    ...(others.has(row.number) ? { mchid: OTHER_MERCHANT } : {}),
  });
  return rows
    .filter((row) => !omit.has(row.number))
    .map(change)
    .flatMap((row) => (twice.has(row.number) ? [row, row] : [row]));
}

function withWrongValues(row: TradeBillRow, faults: BillFaults): TradeBillRow {
  const { number, refund } = row;
  const status = ownValue(faults.wrongStatus, number);
  const fee = ownValue(faults.wrongFee, number);
  const changed: TradeBillRow = fee === undefined ? row : { ...row, fee: Math.round(fee * FEE_UNITS_PER_FEN) };
  if (refund === null) {
    const total = ownValue(faults.wrongAmount, number);
    const coupon = ownValue(faults.wrongVoucher, number);
    const left = row.total - (coupon ?? 0);
    const borne = row.settled < row.total ? { settled: left, fee: left * FEE_PER_MILLE } : {};
    return {
      ...changed,
      ...(coupon === undefined ? {} : { coupon, ...borne }),
      ...(total === undefined ? {} : { total, settled: total }),
      ...(status === undefined ? {} : { tradeState: status }),
    };
  }
  const asked = ownValue(faults.wrongRefundAmount, number);
  const amounts = asked === undefined ? {} : { asked, settled: asked };
  return { ...changed, refund: { ...refund, ...amounts, ...(status === undefined ? {} : { status }) } };
}

const ownValue = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

function unknownRow({ keys }: SandboxContext, { row, at }: { row: UnknownRow; at: number }): TradeBillRow {
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
