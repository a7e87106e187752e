import type { Switch } from "./switch.ts";

/** A row of something that never happened; what is not given is made up. */
export interface StrangeRow {
  readonly outTradeNo?: string;
  readonly transactionId?: string;
  readonly total?: number;
  /** Makes it a refund's row. */
  readonly outRefundNo?: string;
  readonly refund?: number;
  readonly mchid?: string;
  /** Another app under the same merchant number. */
  readonly appid?: string;
}

/** A movement of the account that the bill of trades does not know. */
export interface ExtraMove {
  readonly type: string;
  /** Fen; below 0 = 支出. */
  readonly amount: number;
  readonly business?: string;
}

/** The day's bills say something else than what happened. Numbers are out_trade_no or out_refund_no, amounts fen. */
export interface BillFaults {
  /** Rows left out: a payment, or a refund. */
  omit: string[];
  /** out_trade_no → amount. */
  wrongAmount: Record<string, number>;
  /** out_refund_no → amount. */
  wrongRefundAmount: Record<string, number>;
  /** out_trade_no → what the voucher took off. */
  wrongVoucher: Record<string, number>;
  /** Number → fee; fractions are shown to a thousandth. */
  wrongFee: Record<string, number>;
  /** out_trade_no → 交易状态; out_refund_no → 退款状态. */
  wrongStatus: Record<string, string>;
  /** Rows that stand there twice. */
  duplicate: string[];
  strange: StrangeRow[];
  /** Rows that bear another merchant number. */
  otherMerchant: string[];
  /** Summary column → text. Without it the summary fits the rows as they are shown. */
  wrongSummary: Record<string, string>;
  /** The fund flow shows no fees. */
  noFeeMoves: Switch;
  /** More movements in the fund flow. */
  extraMoves: ExtraMove[];
  /** v3: hash_value is of something else. */
  wrongHash: Switch;
  /** No waiting until ten o'clock of the next day: even today's bill can be had. */
  alwaysReady: Switch;
  /** STATEMENT_CREATING, whatever the hour. */
  stillCreating: Switch;
  /** The layout of old merchants: 总金额, 企业红包金额. */
  oldLayout: Switch;
  /** Lines end with \n alone. */
  bareLineEnds: Switch;
}

export const trueBill = (): BillFaults => ({
  omit: [],
  wrongAmount: {},
  wrongRefundAmount: {},
  wrongVoucher: {},
  wrongFee: {},
  wrongStatus: {},
  duplicate: [],
  strange: [],
  otherMerchant: [],
  wrongSummary: {},
  noFeeMoves: false,
  extraMoves: [],
  wrongHash: false,
  alwaysReady: false,
  stillCreating: false,
  oldLayout: false,
  bareLineEnds: false,
});
