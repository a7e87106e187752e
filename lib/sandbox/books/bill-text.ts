import { beijingTime } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import { consumeFault } from "../faults.ts";
import { billRowsOf, FEE_UNITS_PER_FEN, type TradeBillRow } from "./bill-rows.ts";

// A day's bills as WeChat Pay writes them: byte order mark, backticks, yuan.

export type TradeBillType = "ALL" | "SUCCESS" | "REFUND";
type BillLayout = TradeBillType | "OLD";

const BYTE_ORDER_MARK = "\uFEFF";
const time = (moment: number): string => beijingTime(new Date(moment));
/** `12.34` of 1234 fen, by its digits: no floating point is involved. */
function yuan(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  return `${amount < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
const feeText = (units: number): string => (units / (100 * FEE_UNITS_PER_FEN)).toFixed(5);
const row = (values: readonly string[]): string => values.map((value) => `\`${value}`).join(",");

const CELLS: Readonly<Record<string, (row: TradeBillRow) => string>> = {
  交易时间: ({ at }) => time(at),
  公众账号ID: ({ appid }) => appid,
  商户号: ({ mchid }) => mchid,
  特约商户号: () => "0",
  子商户号: () => "0",
  设备号: ({ deviceInfo }) => deviceInfo,
  微信订单号: ({ transactionId }) => transactionId,
  商户订单号: ({ outTradeNo }) => outTradeNo,
  用户标识: ({ openid }) => openid,
  交易类型: ({ tradeType }) => tradeType,
  交易状态: ({ tradeState }) => tradeState,
  付款银行: ({ bankType }) => bankType,
  货币种类: () => "CNY",
  应结订单金额: ({ settled }) => yuan(settled),
  代金券金额: ({ coupon }) => yuan(coupon),
  总金额: ({ total }) => yuan(total),
  企业红包金额: () => "0.00",
  退款申请时间: ({ at }) => time(at),
  退款成功时间: ({ refund }) => (refund?.successAt == null ? "" : time(refund.successAt)),
  微信退款单号: ({ refund }) => refund?.refundId ?? "0",
  商户退款单号: ({ refund }) => refund?.outRefundNo ?? "0",
  退款金额: ({ refund }) => yuan(refund?.settled ?? 0),
  充值券退款金额: ({ refund }) => yuan(refund?.coupon ?? 0),
  企业红包退款金额: () => "0.00",
  退款类型: ({ refund }) => (refund === null ? "" : "ORIGINAL"),
  退款状态: ({ refund }) => refund?.status ?? "",
  商品名称: ({ description }) => description,
  商户数据包: ({ attach }) => attach,
  手续费: ({ fee }) => feeText(fee),
  费率: () => "0.60%",
  订单金额: ({ total }) => yuan(total),
  申请退款金额: ({ refund }) => yuan(refund?.asked ?? 0),
  费率备注: () => "",
};

const HEAD =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类";
const REFUND_HEAD = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态";
const COLUMNS: Readonly<Record<BillLayout, string>> = {
  ALL: `${HEAD},应结订单金额,代金券金额,${REFUND_HEAD},商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注`,
  SUCCESS: `${HEAD},应结订单金额,代金券金额,商品名称,商户数据包,手续费,费率,订单金额,费率备注`,
  REFUND: `${HEAD},应结订单金额,代金券金额,退款申请时间,退款成功时间,${REFUND_HEAD},商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注`,
  OLD: `${HEAD.replace("特约商户号", "子商户号")},总金额,企业红包金额,${REFUND_HEAD.replace("充值券", "企业红包")},商品名称,商户数据包,手续费,费率`,
};

const sum = (rows: readonly TradeBillRow[], value: (row: TradeBillRow) => number): number =>
  rows.reduce((total, one) => total + value(one), 0);
const refunded = (rows: readonly TradeBillRow[]): string => yuan(sum(rows, ({ refund }) => refund?.settled ?? 0));

const SUMS: Readonly<Record<string, (rows: readonly TradeBillRow[]) => string>> = {
  总交易单数: (rows) => `${rows.length}.0`,
  应结订单总金额: (rows) => yuan(sum(rows, ({ settled }) => settled)),
  总交易额: (rows) => yuan(sum(rows, ({ total }) => total)),
  退款总金额: refunded,
  总退款金额: refunded,
  充值券退款总金额: (rows) => yuan(sum(rows, ({ refund }) => refund?.coupon ?? 0)),
  总企业红包退款金额: () => "0.00",
  手续费总金额: (rows) => feeText(sum(rows, ({ fee }) => fee)),
  订单总金额: (rows) => yuan(sum(rows, ({ total }) => total)),
  申请退款总金额: (rows) => yuan(sum(rows, ({ refund }) => refund?.asked ?? 0)),
};
const SUMMARY_ALL = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
const SUMMARIES: Readonly<Record<BillLayout, string>> = {
  ALL: SUMMARY_ALL,
  REFUND: SUMMARY_ALL,
  SUCCESS: "总交易单数,应结订单总金额,手续费总金额,订单总金额",
  OLD: "总交易单数,总交易额,总退款金额,总企业红包退款金额,手续费总金额",
};

/** @returns null if the day had no such rows */
export function tradeBill(context: SandboxContext, day: string, type: TradeBillType): string | null {
  const rows = billRowsOf(context, day).filter(
    ({ kind }) => type === "ALL" || (kind === "payment") === (type === "SUCCESS"),
  );
  if (rows.length === 0) return null;
  const { bill } = context.faults;
  const layout = type === "ALL" && consumeFault(bill, "oldLayout") ? "OLD" : type;
  const cells = COLUMNS[layout].split(",").map((name) => cellOf(name));
  const lines = rows.map((one) => row(cells.map((cell) => cell(one))));
  const sums = SUMMARIES[layout].split(",").map((name) => bill.wrongSummary[name] ?? SUMS[name]?.(rows) ?? "");
  return document(context, [COLUMNS[layout], ...lines, SUMMARIES[layout], row(sums)]);
}

function cellOf(name: string): (row: TradeBillRow) => string {
  const cell = CELLS[name];
  if (cell === undefined) throw new Error(`no cell for ${name}`);
  return cell;
}

function document(context: SandboxContext, lines: readonly string[]): string {
  const end = consumeFault(context.faults.bill, "bareLineEnds") ? "\n" : "\r\n";
  return `${BYTE_ORDER_MARK}${lines.join(end)}${end}`;
}

const FLOW_HEAD =
  "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号";
const FLOW_SUMMARY = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额";

interface Move {
  readonly at: number;
  readonly business: string;
  readonly name: string;
  readonly type: string;
  /** Fen; below 0 = 支出. */
  readonly amount: number;
  readonly note: string;
  readonly proof: string;
}

/** The basic account: each payment and refund, and its fee if it is at least a fen. */
export function fundFlowBill(context: SandboxContext, day: string): string | null {
  const { bill } = context.faults;
  const hasFees = !consumeFault(bill, "noFeeMoves");
  const moves = [
    ...billRowsOf(context, day).flatMap((one) => movesOf(one).slice(0, hasFees ? 2 : 1)),
    ...bill.extraMoves.map(({ type, amount, business = `9${"0".repeat(27)}` }) => {
      return { at: Date.parse(`${day}T12:00:00+08:00`), business, name: type, type, amount, note: "", proof: business };
    }),
  ];
  if (moves.length === 0) return null;
  let balance = 0;
  const lines = moves.map(({ at, business, name, type, amount, note, proof }, index) => {
    balance += amount;
    const flow = `${business}${String(index).padStart(4, "0")}`.slice(-32);
    const kind = amount < 0 ? "支出" : "收入";
    return row([
      time(at),
      business,
      flow,
      name,
      type,
      kind,
      yuan(Math.abs(amount)),
      yuan(balance),
      "system",
      note,
      proof,
    ]);
  });
  const incomes = moves.filter(({ amount }) => amount >= 0);
  const outgoes = moves.filter(({ amount }) => amount < 0);
  const total = (some: readonly Move[]) => yuan(Math.abs(some.reduce((all, { amount }) => all + amount, 0)));
  const values: Readonly<Record<string, string>> = {
    资金流水总笔数: String(moves.length),
    收入笔数: String(incomes.length),
    收入金额: total(incomes),
    支出笔数: String(outgoes.length),
    支出金额: total(outgoes),
    ...context.faults.bill.wrongSummary,
  };
  const sums = FLOW_SUMMARY.split(",").map((name) => values[name] ?? "");
  return document(context, [FLOW_HEAD, ...lines, FLOW_SUMMARY, row(sums)]);
}

function movesOf({ at, transactionId, outTradeNo, settled, fee, refund }: TradeBillRow): Move[] {
  const feeFen = Math.round(Math.abs(fee) / FEE_UNITS_PER_FEN);
  const same = { at, business: refund?.refundId ?? transactionId, proof: refund?.outRefundNo ?? outTradeNo };
  const main =
    refund === null
      ? { ...same, name: "交易", type: "交易", amount: settled, note: "" }
      : { ...same, name: "退款", type: "退款", amount: -refund.settled, note: `退款总金额${yuan(refund.settled)}元` };
  if (feeFen === 0) return [main];
  const fees = { ...same, note: "结算费率0.60%" };
  return refund === null
    ? [main, { ...fees, name: "扣除交易手续费", type: "扣除交易手续费", amount: -feeFen }]
    : [main, { ...fees, name: "退还交易手续费", type: "退还交易手续费", amount: feeFen }];
}
