import type { BillRefusal, CloseRefusal, OpenRefusal, RefundRefusal } from "#lib/payment/index.ts";

// What v2's err_code means to us: the one place. Codes come folded (v3/error-table.ts), so ORDER_PAID is ORDERPAID.
// Only signed answers come here: return_code FAIL, bad signatures and everything formless is dealt with before (http.ts).
// Source: wechatpay.md §5, §11.

/** `ask`: the code has several meanings, and only asking for the trade tells which. */
export type V2OpenMeaning = OpenRefusal | "ask" | "unknown";

const TRY_LATER = [
  "SYSTEMERROR",
  "BANKERROR",
  "BIZERRNEEDRETRY",
  "SERVICEUNAVAILABLE",
  "FREQUENCYLIMITED",
  "RATELIMITEXCEEDED",
  "RATELIMITED",
  "INVALIDREQTOOMUCH",
].map((code) => [code, "unknown"] as const);

/** Keys, numbers or certificate are wrong. */
const OUR_ACCOUNT = [
  "SIGNERROR",
  "CERTERROR",
  "APPIDNOTEXIST",
  "MCHIDNOTEXIST",
  "MCHNOTEXISTS",
  "APPIDMCHIDNOTMATCH",
  "ACCOUNTERROR",
].map((code) => [code, "account_trouble"] as const);

/** The request is malformed for v2. */
const OUR_FORM = [
  "PARAMERROR",
  "LACKPARAMS",
  "XMLFORMATERROR",
  "POSTDATAEMPTY",
  "NOTUTF8",
  "REQUIREPOSTMETHOD",
  "INVALIDAPPID",
].map((code) => [code, "invalid"] as const);

const OPEN_CODES = new Map<string, V2OpenMeaning>([
  ...TRY_LATER,
  ...OUR_ACCOUNT,
  ...OUR_FORM,
  ["ORDERPAID", "already_paid"],
  ["ORDERCLOSED", "closed"],
  ["OUTTRADENOUSED", "number_used"],
  ["OPENIDMISMATCH", "payer_mismatch"],
  ["NOAUTH", "not_permitted"],
  ["RULELIMIT", "not_permitted"],
  ["TRADEERROR", "not_permitted"],
  ["NOTENOUGH", "not_permitted"],
]);

/** What is not listed, INVALID_REQUEST among it, may well mean that the number is known with other values. */
export const openMeaning = (code: string): V2OpenMeaning => OPEN_CODES.get(code) ?? "ask";

const CLOSE_CODES = new Map<string, CloseRefusal | "closed">([
  ["ORDERCLOSED", "closed"],
  ["ORDERPAID", "already_paid"],
  ["ORDERNOTEXIST", "absent"],
]);

/**
 * Closing decides over money that may be on its way, so what is not listed is unknown. So is the refusal to close within five
 * minutes of ordering, whose code is not published: it is tried again later.
 */
export const closeMeaning = (code: string): CloseRefusal | "closed" | "unknown" => CLOSE_CODES.get(code) ?? "unknown";

export const findMeaning = (code: string): "absent" | "unknown" => (code === "ORDERNOTEXIST" ? "absent" : "unknown");

const REFUND_CODES = new Map<string, RefundRefusal | "unknown">([
  ...TRY_LATER,
  ...OUR_ACCOUNT,
  ...OUR_FORM,
  ["NOTENOUGH", "not_enough"],
  ["USERACCOUNTABNORMAL", "payer_account_closed"],
  ["NOAUTH", "not_permitted"],
  ["RULELIMIT", "not_permitted"],
  ["TRADEERROR", "not_permitted"],
  ["TRADEOVERDUE", "not_permitted"],
  ["TRADESTATEERROR", "not_permitted"],
  ["REFUNDFEEMISMATCH", "number_used"],
  ["REFUNDFEEINVALID", "invalid"],
  ["INVALIDREQUEST", "invalid"],
  // "A business error, see its description": the sum is too high, all went back already, and the like.
  ["ERROR", "invalid"],
  ["INVALIDTRANSACTIONID", "trade_absent"],
  ["ORDERNOTEXIST", "trade_absent"],
]);

/** After a refusal the caller queries the refund before it releases the amount. An unlisted code is sent again. */
export const refundMeaning = (code: string): RefundRefusal | "unknown" => REFUND_CODES.get(code) ?? "unknown";

export const findRefundMeaning = (code: string): "absent" | "unknown" =>
  code === "REFUNDNOTEXIST" ? "absent" : "unknown";

const BILL_WORDS: readonly (readonly [string, BillRefusal])[] = [
  ["NOBILLEXIST", "no_bill"],
  ["BILLCREATING", "not_ready"],
  ["INVALIDREQUEST", "not_available"],
  ["INVALIDBILLDATE", "not_available"],
  ["PARAMERROR", "not_available"],
  ["NOAUTH", "not_permitted"],
];

/** For bills v2 answers an unsigned text in place of a code (`No Bill Exist`). @param said the whole text */
export function billMeaning(said: string): BillRefusal | "unknown" {
  const folded = said.toUpperCase().replaceAll(/[^A-Z]/g, "");
  return BILL_WORDS.find(([word]) => folded.includes(word))?.[1] ?? "unknown";
}
