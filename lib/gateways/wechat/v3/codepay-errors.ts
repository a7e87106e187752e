import type { ChargeRefusal, ReverseRefusal } from "#lib/payment/index.ts";

// What WeChat's error codes mean for payment codes, v3 and v2 alike: codes come folded (error-table.ts).
// Source: wechatpay.md §5, §6.4, §11; the full list of v3 is nowhere published (§15).

/** `asking`: the phone asks for the password. */
export type ChargeMeaning = ChargeRefusal | "asking" | "unknown";

const CHARGE_CODES = new Map<string, ChargeMeaning>([
  ["USERPAYING", "asking"],
  // WeChat knows the number: ask what became of it.
  ["ORDERPAID", "already_paid"],
  ["ORDERCLOSED", "closed"],
  ["ORDERREVERSED", "closed"],
  ["OUTTRADENOUSED", "number_used"],
  // The cashier asks for a fresh code, or for another way to pay.
  ["AUTHCODEINVALID", "code_invalid"],
  ["AUTHCODEEXPIRE", "code_invalid"],
  ["AUTHCODEERROR", "code_invalid"],
  ["NOTENOUGH", "not_enough"],
  ["NOTSUPORTCARD", "card_refused"],
  ["NOTSUPPORTCARD", "card_refused"],
  ["TRADEERROR", "declined"],
  ["RULELIMIT", "declined"],
  ["BUYERMISMATCH", "declined"],
  ["ACCOUNTERROR", "declined"],
  ["NOAUTH", "not_permitted"],
  // Keys, numbers or clock are wrong. The call was not looked at, so nothing came of it.
  ["SIGNERROR", "account_trouble"],
  ["APPIDMCHIDNOTMATCH", "account_trouble"],
  ["APPIDNOTEXIST", "account_trouble"],
  ["MCHIDNOTEXIST", "account_trouble"],
  ["MCHNOTEXISTS", "account_trouble"],
  ["INVALIDREQUEST", "invalid"],
  ["PARAMERROR", "invalid"],
  ["LACKPARAMS", "invalid"],
  ["XMLFORMATERROR", "invalid"],
  ["POSTDATAEMPTY", "invalid"],
  ["NOTUTF8", "invalid"],
  ["REQUIREPOSTMETHOD", "invalid"],
]);

/** An unlisted code may follow work that was done, so it is unknown. */
export const chargeMeaning = (code: string): ChargeMeaning => CHARGE_CODES.get(code) ?? "unknown";

const REVERSE_CODES = new Map<string, ReverseRefusal | "reversed">([
  ["ORDERREVERSED", "reversed"],
  ["ORDERCLOSED", "reversed"],
  ["ORDERNOTEXIST", "absent"],
  ["TRADEERROR", "not_reversible"],
  ["INVALIDREQUEST", "not_reversible"],
  ["INVALIDTRANSACTIONID", "not_reversible"],
  ["REVERSEEXPIRE", "not_reversible"],
]);

/** Reversing decides over money, so what is not listed is unknown. */
export const reverseMeaning = (code: string): ReverseRefusal | "reversed" | "unknown" =>
  REVERSE_CODES.get(code) ?? "unknown";
