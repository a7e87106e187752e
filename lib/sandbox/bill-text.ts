import { beijingDay, beijingTimestamp } from "#lib/base/time.ts";
import type { Payment, Refund, Trade } from "./records.ts";
import type { World } from "./world.ts";

// A day's bill as WeChat Pay writes it (wechatpay.md §6.6): byte order mark, backticks, yuan.

const FEE_PER_MILLE = 6;
const MARK = "\uFEFF";

const REFUND_COLUMNS = ["微信退款单号", "商户退款单号", "退款金额", "充值券退款金额", "退款类型", "退款状态"];
const HEAD =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额";
const SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

const TYPES = { native: "NATIVE", jsapi: "JSAPI", h5: "MWEB", app: "APP" } as const;

type PaidTrade = Trade & { readonly payment: Payment };
const isPaid = (trade: Trade): trade is PaidTrade => trade.payment !== null;
const time = (moment: number): string => beijingTimestamp(new Date(moment)).slice(0, 19).replace("T", " ");
const yuan = (fen: number): string => (fen / 100).toFixed(2);
const row = (values: readonly string[]): string => values.map((value) => `\`${value}`).join(",");

/** Payments and refund requests of one Beijing day. */
function bookOf({ store, faults }: World, day: string): { trades: PaidTrade[]; refunds: Refund[] } {
  const onDay = (moment: number) => beijingDay(new Date(moment)) === day;
  const { omit, wrongAmount } = faults.bill;
  const trades = [...store.trades.values()]
    .filter(isPaid)
    .filter((trade) => onDay(trade.payment.paidAt) && !omit.includes(trade.outTradeNo))
    .map((trade) => ({ ...trade, total: wrongAmount[trade.outTradeNo] ?? trade.total }));
  const refunds = [...store.refunds.values()].filter(
    (refund) => onDay(refund.createdAt) && !omit.includes(refund.outRefundNo),
  );
  return { trades, refunds };
}

/** In units of 1/100000 yuan, so that the fee is whole. */
const feeOf = (fen: number): number => fen * FEE_PER_MILLE;
const feeText = (units: number): string => (units / 100_000).toFixed(5);

/** @param type ALL, SUCCESS (payments only) or REFUND (refunds only, with their two times) @returns null when the day had nothing */
export function tradeBill(world: World, day: string, type: string): string | null {
  const book = bookOf(world, day);
  const trades = type === "REFUND" ? [] : book.trades;
  const refunds = type === "SUCCESS" ? [] : book.refunds;
  if (trades.length + refunds.length === 0) return null;
  const times = type === "REFUND" ? ["退款申请时间", "退款成功时间"] : [];
  const middle = type === "SUCCESS" ? [] : [...times, ...REFUND_COLUMNS];
  const asked = type === "SUCCESS" ? [] : ["申请退款金额"];
  const head = [HEAD, ...middle, "商品名称,商户数据包,手续费,费率,订单金额", ...asked, "费率备注"].join(",");
  const lines = [
    ...trades.map((trade) => ({ at: trade.payment.paidAt, text: tradeRow(trade, type) })),
    ...refunds.map((refund) => ({ at: refund.createdAt, text: refundRow(world, refund, type) })),
  ].sort((one, other) => one.at - other.at);
  const paid = trades.reduce((sum, trade) => sum + trade.total, 0);
  const refunded = refunds.reduce((sum, refund) => sum + refund.amount, 0);
  const count = `${lines.length}.0`;
  const fee = feeText(feeOf(paid - refunded));
  const sums =
    type === "SUCCESS"
      ? [count, yuan(paid), fee, yuan(paid)]
      : [count, yuan(paid), yuan(refunded), "0.00", fee, yuan(paid), yuan(refunded)];
  const summary = type === "SUCCESS" ? "总交易单数,应结订单总金额,手续费总金额,订单总金额" : SUMMARY;
  return `${MARK}${[head, ...lines.map((line) => line.text), summary, row(sums)].join("\r\n")}\r\n`;
}

const parties = (trade: Trade): string[] => [
  trade.appid,
  trade.mchid,
  "0",
  "",
  trade.payment?.transactionId ?? "",
  trade.outTradeNo,
  trade.payment?.openid ?? "",
  TYPES[trade.product],
];

function tradeRow(trade: PaidTrade, type: string): string {
  const { payment, total, description, attach } = trade;
  const refunds = type === "SUCCESS" ? [] : ["0", "0", "0.00", "0.00", "", ""];
  return row([
    time(payment.paidAt),
    ...parties(trade),
    "SUCCESS",
    payment.bankType,
    "CNY",
    yuan(total),
    "0.00",
    ...refunds,
    description,
    attach,
    feeText(feeOf(total)),
    "0.60%",
    yuan(total),
    ...(type === "SUCCESS" ? [] : ["0.00"]),
    "",
  ]);
}

function refundRow({ store }: World, refund: Refund, type: string): string {
  const trade = store.trades.get(refund.outTradeNo);
  if (trade === undefined) throw new Error(`refund ${refund.outRefundNo} has no trade`);
  const success = refund.successAt === null ? "" : time(refund.successAt);
  return row([
    time(refund.createdAt),
    ...parties(trade),
    "REFUND",
    trade.payment?.bankType ?? "",
    "CNY",
    "0.00",
    "0.00",
    ...(type === "REFUND" ? [time(refund.createdAt), success] : []),
    refund.refundId,
    refund.outRefundNo,
    yuan(refund.amount),
    "0.00",
    "ORIGINAL",
    refund.status,
    trade.description,
    trade.attach,
    feeText(-feeOf(refund.amount)),
    "0.60%",
    "0.00",
    yuan(refund.amount),
    "",
  ]);
}

const FLOW_HEAD =
  "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";

/** @returns null when the day had nothing */
export function fundFlowBill(world: World, day: string): string | null {
  const { trades, refunds } = bookOf(world, day);
  const moves = [
    ...trades.map((trade) => ({
      at: trade.payment.paidAt,
      business: trade.payment.transactionId,
      kind: ["交易", "交易", "收入"],
      amount: trade.total,
      proof: trade.outTradeNo,
    })),
    ...refunds.map((refund) => ({
      at: refund.createdAt,
      business: refund.refundId,
      kind: ["退款", "退款", "支出"],
      amount: -refund.amount,
      proof: refund.outRefundNo,
    })),
  ].sort((one, other) => one.at - other.at);
  if (moves.length === 0) return null;
  let balance = 0;
  const lines = moves.map(({ at, business, kind, amount, proof }) => {
    balance += amount;
    const amounts = [yuan(Math.abs(amount)), yuan(balance)];
    return row([time(at), business, business, ...kind, ...amounts, world.keys.mchid, "", proof]);
  });
  const income = trades.reduce((sum, trade) => sum + trade.total, 0);
  const outgo = refunds.reduce((sum, refund) => sum + refund.amount, 0);
  const summary = [moves.length, trades.length, yuan(income), refunds.length, yuan(outgo)].map(String);
  const foot = ["资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额", row(summary)];
  return `${MARK}${[FLOW_HEAD, ...lines, ...foot].join("\r\n")}\r\n`;
}
