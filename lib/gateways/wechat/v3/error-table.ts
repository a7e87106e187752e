import type { BillRefusal, CloseRefusal, OpenRefusal, RefundRefusal } from "#lib/payment/index.ts";

// What WeChat's error codes mean to us: the one place. Source: wechatpay.md §5, §6.
// Only 4xx answers in WeChat's form come here; 5xx, 429 and everything formless is unknown before (http.ts).

/** `ORDER_PAID`, `ORDERPAID` and `OrderPaid` are one code. */
export const foldCode = (code: string): string => code.toUpperCase().replaceAll("_", "");

/** `ask`: the code has two meanings, and only asking for the trade tells which. */
export type V3OpenMeaning = OpenRefusal | "ask" | "unknown";

const OPEN_CODES = new Map<string, V3OpenMeaning>([
  // WeChat knows the number: ask what became of it.
  ["ORDERPAID", "already_paid"],
  ["ORDERCLOSED", "closed"],
  ["OUTTRADENOUSED", "number_used"],
  // The same number with other values, or a rule that is not ours to know.
  ["INVALIDREQUEST", "ask"],
  // No trade was made.
  ["PARAMERROR", "invalid"],
  ["OPENIDMISMATCH", "payer_mismatch"],
  ["NOAUTH", "not_permitted"],
  ["RULELIMIT", "not_permitted"],
  ["TRADEERROR", "not_permitted"],
  ["NOTENOUGH", "not_permitted"],
  ["APPIDMCHIDNOTMATCH", "account_trouble"],
  ["MCHNOTEXISTS", "account_trouble"],
  ["ACCOUNTERROR", "account_trouble"],
  // Keys, serial or clock are wrong. The call was not looked at, so nothing came of it.
  ["SIGNERROR", "account_trouble"],
  // A fault on WeChat's side, with any status.
  ["SYSTEMERROR", "unknown"],
  ["BANKERROR", "unknown"],
  ["SERVICEUNAVAILABLE", "unknown"],
  ["FREQUENCYLIMITED", "unknown"],
  ["RATELIMITEXCEEDED", "unknown"],
  ["RATELIMITED", "unknown"],
]);

/** Undocumented codes: a 4xx means no trade, except for statuses that are about timing or another call. */
const OPEN_STATUSES = new Map<number, V3OpenMeaning>([
  [401, "account_trouble"],
  [403, "not_permitted"],
  [408, "unknown"],
  [409, "unknown"],
  [425, "unknown"],
]);

export const openMeaning = (status: number, code: string): V3OpenMeaning =>
  OPEN_CODES.get(code) ?? OPEN_STATUSES.get(status) ?? "invalid";

const CLOSE_CODES = new Map<string, CloseRefusal | "closed">([
  ["ORDERCLOSED", "closed"],
  ["ORDERPAID", "already_paid"],
  // Seen for paid orders; after `already_paid` the caller queries the trade before it books anything.
  ["INVALIDREQUEST", "already_paid"],
  ["ORDERNOTEXIST", "absent"],
]);

/** Closing decides over money that may be on its way, so what is not listed is unknown. */
export const closeMeaning = (code: string): CloseRefusal | "closed" | "unknown" => CLOSE_CODES.get(code) ?? "unknown";

/** Only the code that says so: any other 404 may be a proxy's or a wrong address. */
export const findMeaning = (status: number, code: string): "absent" | "unknown" =>
  status === 404 && code === "ORDERNOTEXIST" ? "absent" : "unknown";

const REFUND_CODES = new Map<string, RefundRefusal | "unknown">([
  ["NOTENOUGH", "not_enough"],
  ["USERACCOUNTABNORMAL", "payer_account_closed"],
  ["NOAUTH", "not_permitted"],
  ["RULELIMIT", "not_permitted"],
  ["TRADEERROR", "not_permitted"],
  ["PARAMERROR", "invalid"],
  ["INVALIDREQUEST", "invalid"],
  ["RESOURCENOTEXISTS", "trade_absent"],
  ["ORDERNOTEXIST", "trade_absent"],
  ["SIGNERROR", "account_trouble"],
  ["MCHNOTEXISTS", "account_trouble"],
  ["SYSTEMERROR", "unknown"],
  ["BANKERROR", "unknown"],
  ["SERVICEUNAVAILABLE", "unknown"],
  ["FREQUENCYLIMITED", "unknown"],
  ["RATELIMITEXCEEDED", "unknown"],
  ["RATELIMITED", "unknown"],
]);

/** Undocumented codes. A 404 without a known code may come from a proxy. */
const REFUND_STATUSES = new Map<number, RefundRefusal | "unknown">([
  [400, "invalid"],
  [401, "account_trouble"],
  [403, "not_permitted"],
]);

/** After a refusal the caller queries the refund before it releases the amount. */
export const refundMeaning = (status: number, code: string): RefundRefusal | "unknown" =>
  REFUND_CODES.get(code) ?? REFUND_STATUSES.get(status) ?? "unknown";

export const findRefundMeaning = (status: number, code: string): "absent" | "unknown" =>
  status === 404 && (code === "RESOURCENOTEXISTS" || code === "REFUNDNOTEXIST") ? "absent" : "unknown";

const BILL_CODES = new Map<string, BillRefusal>([
  ["NOSTATEMENTEXIST", "no_bill"],
  ["STATEMENTCREATING", "not_ready"],
  ["INVALIDREQUEST", "not_available"],
  ["PARAMERROR", "not_available"],
  ["NOAUTH", "not_permitted"],
]);

/** "No bill" means that nothing was sold, so only the code that says so is taken for it. */
export const billMeaning = (status: number, code: string): BillRefusal | "unknown" =>
  status < 500 ? (BILL_CODES.get(code) ?? "unknown") : "unknown";
