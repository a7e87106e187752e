import type { RefusalCode } from "../../refusal.ts";
import type { Fields } from "./xml.ts";

/** v2 wrote its codes before v3 settled on underscores. Those not here are the same. */
const SPELLINGS: Readonly<Record<string, string>> = {
  BANK_ERROR: "BANKERROR",
  MCH_NOT_EXISTS: "MCHID_NOT_EXIST",
  NOT_ENOUGH: "NOTENOUGH",
  NO_AUTH: "NOAUTH",
  NO_STATEMENT_EXIST: "NO_BILL_EXIST",
  OPENID_MISMATCH: "PARAM_ERROR",
  ORDER_CLOSED: "ORDERCLOSED",
  ORDER_EXPIRED: "ORDERCLOSED",
  ORDER_NOT_EXIST: "ORDERNOTEXIST",
  ORDER_PAID: "ORDERPAID",
  ORDER_REVERSED: "ORDERREVERSED",
  RATELIMIT_EXCEEDED: "FREQUENCY_LIMITED",
  RESOURCE_NOT_EXISTS: "ORDERNOTEXIST",
  SERVICE_UNAVAILABLE: "SYSTEMERROR",
  SIGN_ERROR: "SIGNERROR",
  STATEMENT_CREATING: "BILL_CREATING",
  SYSTEM_ERROR: "SYSTEMERROR",
};

/** For codes that tests name by hand. */
export const foldCode = (code: string): string => SPELLINGS[code] ?? code;

export function codeV2(code: RefusalCode, path: string): string {
  if (code === "RESOURCE_NOT_EXISTS" && path === "/pay/refundquery") return "REFUNDNOTEXIST";
  return foldCode(code);
}

const BILL_MESSAGES: Readonly<Record<string, { readonly message: string; readonly number: string }>> = {
  NO_BILL_EXIST: { message: "No Bill Exist", number: "20002" },
  BILL_CREATING: { message: "Bill Creating", number: "20002" },
  SIGNERROR: { message: "SIGN ERROR", number: "20001" },
  SYSTEMERROR: { message: "system error", number: "20003" },
};

/** Errors about bills say in words what others say in codes, under a number that several share. */
export function billErrorFields(code: string, message: string): Fields {
  const known = BILL_MESSAGES[code] ?? { message, number: "20001" };
  return { return_code: "FAIL", return_msg: known.message, error_code: known.number };
}
