/** WeChat Pay's error codes that the sandbox uses, in v3 spelling. API v2 spells some differently. */
export type WeChatErrorCode =
  | "APPID_MCHID_NOT_MATCH"
  | "AUTH_CODE_INVALID"
  | "FREQUENCY_LIMITED"
  | "INVALID_REQUEST"
  | "MCH_NOT_EXISTS"
  | "NO_STATEMENT_EXIST"
  | "NOT_ENOUGH"
  | "OPENID_MISMATCH"
  | "ORDERPAID"
  | "ORDER_CLOSED"
  | "ORDER_EXPIRED"
  | "ORDER_NOT_EXIST"
  | "ORDER_REVERSED"
  | "OUT_TRADE_NO_USED"
  | "PARAM_ERROR"
  | "RESOURCE_NOT_EXISTS"
  | "REVERSE_EXPIRE"
  | "SIGN_ERROR"
  | "STATEMENT_CREATING"
  | "SYSTEM_ERROR"
  | "TRADE_ERROR"
  | "USERPAYING"
  | "USER_ACCOUNT_ABNORMAL";

/** A request that a rule of WeChat Pay forbids. Each version of the API shows it in its own form. */
export class WeChatError extends Error {
  readonly code: WeChatErrorCode;
  readonly detail: unknown;

  constructor(code: WeChatErrorCode, message: string, detail?: unknown) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.detail = detail;
  }
}
