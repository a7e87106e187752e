export type Plain = Record<string, string>;

export interface PlainTrade {
  readonly asked: Plain;
  state: "NOTPAY" | "SUCCESS" | "CLOSED" | "USERPAYING" | "PAYERROR" | "REVOKED";
  transactionId: string;
}

/** What a business error looks like before it is signed. */
export const failing = (err_code: string, err_code_des = "说明"): Plain => ({
  result_code: "FAIL",
  err_code,
  err_code_des,
});
