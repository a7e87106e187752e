import { X509Certificate } from "node:crypto";
import type { SignTypeV2 } from "../../books/records.ts";
import { WeChatError, type WeChatErrorCode } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import { consumeFault } from "../../faults.ts";
import type { HttpAnswer, HttpRoute, Incoming, RouteHandler } from "../../http.ts";
import { randomText } from "../../keys/key-ring.ts";
import { type ApiOperation, faultAfterWork, isFaulty } from "../api-faults.ts";
import { checkForm, type FieldRules } from "./checks.ts";
import { isSignType, signV2, spoilSignature } from "./signing.ts";
import { parseFlatXml, writeXml, type XmlFields, XmlProblem } from "./xml.ts";

// Every v2 call goes through here. The status is always 200; the result is in three places, from the outside in:
// return_code (unsigned when FAIL), result_code, and the state of the trade or refund.

export interface V2Request {
  readonly fields: ReadonlyMap<string, string>;
  readonly signType: SignTypeV2;
}

export interface V2Operation {
  readonly path: string;
  readonly operation: (fields: ReadonlyMap<string, string>) => ApiOperation;
  readonly form: FieldRules;
  /** Needs the merchant's client certificate. */
  readonly certificate?: boolean;
  readonly hmacOnly?: boolean;
  /** Bills: the answer is a file, and errors have their own form. */
  readonly bill?: boolean;
  /** More fields of a refused answer. */
  readonly whenRefused?: (code: string) => XmlFields;
  readonly work: (request: V2Request) => XmlFields | V2File;
}

export interface V2File {
  readonly bytes: Buffer;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const operationV2 = (context: SandboxContext, call: V2Operation): HttpRoute => ({
  method: "POST",
  path: call.path,
  run: handleCall(context, call),
});

const handleCall =
  (context: SandboxContext, call: V2Operation): RouteHandler =>
  async (incoming) => {
    if (call.path.startsWith("/secapi/") && incoming.clientCertificate === undefined) return noCertificate();
    let request: V2Request | null = null;
    try {
      request = readRequest(context, call, incoming);
      return await answerTo(context, call, request);
    } catch (cause) {
      if (cause instanceof XmlProblem) return failed("XML格式错误");
      if (!(cause instanceof WeChatError)) throw cause;
      return refused(context, { call, request, refusal: cause });
    }
  };

function readRequest({ keys }: SandboxContext, call: V2Operation, { body, clientCertificate }: Incoming): V2Request {
  const fields = parseFlatXml(body);
  const signType = fields.get("sign_type") || "MD5";
  const nonce = fields.get("nonce_str") ?? "";
  if (call.certificate === true && !isMerchants(keys, clientCertificate)) {
    throw new WeChatError("SIGN_ERROR", clientCertificate === undefined ? "请求需要商户证书" : "证书与商户号不匹配");
  }
  if (!isSignType(signType)) throw new WeChatError("PARAM_ERROR", "sign_type参数格式错误");
  if (call.hmacOnly === true && signType === "MD5") throw new WeChatError("PARAM_ERROR", "sign_type仅支持HMAC-SHA256");
  if (fields.get("mch_id") !== keys.mchid) throw new WeChatError("SIGN_ERROR", "mch_id不存在");
  if (nonce === "" || nonce.length > 32) throw new WeChatError("PARAM_ERROR", "nonce_str参数长度有误");
  if (fields.get("sign") !== signV2(fields, keys.apiV2Key, signType)) throw new WeChatError("SIGN_ERROR", "签名错误");
  return { fields, signType };
}

const isMerchants = ({ merchant }: SandboxContext["keys"], shown: X509Certificate | undefined): boolean =>
  shown?.fingerprint256 === new X509Certificate(merchant.certificate).fingerprint256;

async function answerTo(context: SandboxContext, call: V2Operation, request: V2Request): Promise<HttpAnswer> {
  const number = request.fields.get("out_trade_no") ?? "";
  const { api } = context.faultBook.ofCall(`${number} ${request.fields.get("out_refund_no") ?? ""}`);
  const faulty = await isFaulty(api, call.operation(request.fields), number);
  if (faulty && consumeFault(api, "silent")) return { status: 0, fate: "hang" };
  const named = (code: string) =>
    errorAnswer(context, { call, request, code: spellCode(code), message: "系统错误，请用原参数重新调用" });
  checkForm(request.fields, call.form);
  if (request.fields.get("appid") !== context.keys.appid) {
    throw new WeChatError("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配");
  }
  if (faulty && (Math.random() < api.errorRate || consumeFault(api, "refuse"))) return named(api.errorCode);
  const result = call.work(request);
  const spoiled = faulty ? faultAfterWork(api, () => named("SYSTEM_ERROR")) : null;
  if (spoiled !== null) return spoiled;
  if (isFile(result)) {
    return { status: 200, headers: { "Content-Type": result.type, ...result.headers }, body: result.bytes };
  }
  const fields = signed(context, request, { result_code: "SUCCESS", ...result });
  if (faulty && consumeFault(api, "unsigned")) return xmlAnswer({ ...fields, sign: "" });
  if (faulty && consumeFault(api, "badSignature"))
    return xmlAnswer({ ...fields, sign: spoilSignature(fields.sign ?? "") });
  return xmlAnswer(fields);
}

const isFile = (result: XmlFields | V2File): result is V2File => result.bytes instanceof Buffer;

function refused(
  context: SandboxContext,
  { call, request, refusal }: { call: V2Operation; request: V2Request | null; refusal: WeChatError },
): HttpAnswer {
  const isForm = refusal.code === "PARAM_ERROR" || refusal.code === "SIGN_ERROR";
  if (call.bill !== true && (request === null || isForm)) return failed(refusal.message);
  const { code, message } = refusal;
  return errorAnswer(context, { call, request, code: codeV2(code, call.path), message });
}

interface ErrorParts {
  readonly call: V2Operation;
  readonly request: V2Request | null;
  readonly code: string;
  readonly message: string;
}

function errorAnswer(context: SandboxContext, { call, request, code, message }: ErrorParts): HttpAnswer {
  if (call.bill === true || request === null) return xmlAnswer(billErrorFields(code, message));
  const more = call.whenRefused?.(code) ?? {};
  return xmlAnswer(signed(context, request, { result_code: "FAIL", err_code: code, err_code_des: message, ...more }));
}

function signed({ keys }: SandboxContext, { signType }: V2Request, fields: XmlFields): XmlFields {
  const all = {
    return_code: "SUCCESS",
    return_msg: "OK",
    appid: keys.appid,
    mch_id: keys.mchid,
    nonce_str: randomText(16),
    ...fields,
  };
  return { ...all, sign: signV2(Object.entries(all), keys.apiV2Key, signType) };
}

/** The answer of the nginx in front of `/secapi`. */
const noCertificate = (): HttpAnswer => ({
  status: 400,
  headers: { Server: "nginx", "Content-Type": "text/html" },
  body: [
    "<html>",
    "<head><title>400 No required SSL certificate was sent</title></head>",
    "<body>",
    "<center><h1>400 Bad Request</h1></center>",
    "<center>No required SSL certificate was sent</center>",
    "<hr><center>nginx</center>",
    "</body>",
    "</html>",
    "",
  ].join("\r\n"),
});

const failed = (message: string): HttpAnswer => xmlAnswer({ return_code: "FAIL", return_msg: message });

const xmlAnswer = (fields: XmlFields): HttpAnswer => ({
  status: 200,
  headers: { Server: "nginx", "Content-Type": "text/xml; charset=utf-8" },
  body: writeXml(fields.sign === "" ? withoutSign(fields) : fields),
});

function withoutSign({ sign: _, ...fields }: XmlFields): XmlFields {
  return fields;
}

/** Error codes that API v2 spells differently from v3. */
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

const spellCode = (code: string): string => SPELLINGS[code] ?? code;

function codeV2(code: WeChatErrorCode, path: string): string {
  if (code === "RESOURCE_NOT_EXISTS" && path === "/pay/refundquery") return "REFUNDNOTEXIST";
  return spellCode(code);
}

const BILL_MESSAGES: Readonly<Record<string, { readonly message: string; readonly number: string }>> = {
  NO_BILL_EXIST: { message: "No Bill Exist", number: "20002" },
  BILL_CREATING: { message: "Bill Creating", number: "20002" },
  SIGNERROR: { message: "SIGN ERROR", number: "20001" },
  SYSTEMERROR: { message: "system error", number: "20003" },
};

/** Errors about bills have a message and a number that several errors share, instead of a code. */
function billErrorFields(code: string, message: string): XmlFields {
  const known = BILL_MESSAGES[code] ?? { message, number: "20001" };
  return { return_code: "FAIL", return_msg: known.message, error_code: known.number };
}
