// Bills as WeChat writes them, for tests of the reader; made from the protocol, not from the reader.

export interface BillLine {
  readonly number: number;
  readonly totalFen: number;
  readonly name: string;
  readonly refundFen?: number;
}

export const HEAD =
  "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";

const yuan = (fen: number): string => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
const row = (cells: readonly string[]): string => cells.map((cell) => `\`${cell}`).join(",");

function lineText({ number, totalFen, name, refundFen }: BillLine): string {
  const id = String(number).padStart(10, "0");
  const back = refundFen !== undefined;
  const state = back ? "REFUND" : "SUCCESS";
  const head = ["2026-07-01 12:00:00", "wx00", "1900000001", "0", "", `42${id}`, `ORD${id}`, "o1", "NATIVE", state];
  const total = back ? 0 : totalFen;
  const refund = back
    ? [`50${id}`, `REF${id}`, yuan(refundFen), "0.00", "ORIGINAL", "SUCCESS"]
    : ["0", "0", "0.00", "0.00", "", ""];
  const tail = [name, "", feeText(back ? -refundFen : total), "0.60%", yuan(total), yuan(refundFen ?? 0), ""];
  return row([...head, "OTHERS", "CNY", yuan(total), "0.00", ...refund, ...tail]);
}

/** 0.6 % of a fen is six 1/100000 yuan. */
const feeText = (fen: number): string => {
  const units = String(Math.abs(fen) * 6).padStart(6, "0");
  return `${fen < 0 ? "-" : ""}${units.slice(0, -5)}.${units.slice(-5)}`;
};

export function billText(lines: readonly BillLine[], end = "\r\n"): string {
  const paid = lines.reduce((sum, { totalFen, refundFen }) => sum + (refundFen === undefined ? totalFen : 0), 0);
  const back = lines.reduce((sum, { refundFen = 0 }) => sum + refundFen, 0);
  const sums = [`${lines.length}.0`, yuan(paid), yuan(back), "0.00", feeText(paid - back), yuan(paid), yuan(back)];
  return `\uFEFF${[HEAD, ...lines.map(lineText), SUMMARY, row(sums)].join(end)}${end}`;
}
