import { WeChatError, type WeChatErrorCode } from "../../books/wechat-error.ts";
import type { SandboxContext } from "../../context.ts";
import { consumeFault } from "../../faults.ts";
import { type HttpAnswer, type Incoming, json, type RouteHandler } from "../../http.ts";
import { type ApiOperation, faultAfterWork, isFaulty } from "../api-faults.ts";
import { requestId } from "./notices.ts";
import { answerSigner, checkRequest, type SigningKey, signatureHeaders } from "./signing.ts";

// Every v3 call goes through here: checks, faults, the work, the signed answer.

const STATUSES: Readonly<Record<WeChatErrorCode, number>> = {
  APPID_MCHID_NOT_MATCH: 400,
  AUTH_CODE_INVALID: 400,
  FREQUENCY_LIMITED: 429,
  INVALID_REQUEST: 400,
  MCH_NOT_EXISTS: 400,
  NOT_ENOUGH: 403,
  NO_STATEMENT_EXIST: 400,
  OPENID_MISMATCH: 400,
  ORDERPAID: 400,
  ORDER_CLOSED: 400,
  ORDER_EXPIRED: 400,
  ORDER_NOT_EXIST: 404,
  ORDER_REVERSED: 400,
  OUT_TRADE_NO_USED: 403,
  PARAM_ERROR: 400,
  RESOURCE_NOT_EXISTS: 404,
  REVERSE_EXPIRE: 400,
  SIGN_ERROR: 401,
  STATEMENT_CREATING: 400,
  SYSTEM_ERROR: 500,
  TRADE_ERROR: 403,
  USERPAYING: 400,
  USER_ACCOUNT_ABNORMAL: 403,
};
/** Codes that only the fault `errorCode` gives. */
const OTHER_STATUSES: Readonly<Record<string, number>> = {
  ACCOUNT_ERROR: 403,
  BANK_ERROR: 500,
  NO_AUTH: 403,
  RATELIMIT_EXCEEDED: 429,
  RULE_LIMIT: 403,
  SERVICE_UNAVAILABLE: 503,
};

export interface V3Answer {
  readonly status: 200 | 204;
  /** Sent as JSON. A `file` is sent as it is and unsigned. */
  readonly value?: unknown;
  readonly file?: { readonly type: string; readonly bytes: Buffer };
}

/** Adds the checks, faults and signature that all operations share. */
export const operationV3 =
  (context: SandboxContext, operation: ApiOperation, work: (incoming: Incoming) => V3Answer): RouteHandler =>
  async (incoming) => {
    const request = incoming.target + incoming.body.toString("utf8");
    const { api } = context.faultBook.ofCall(request);
    const faulty = await isFaulty(api, operation, request);
    if (faulty && consumeFault(api, "silent")) return { status: 0, fate: "hang" };
    let signer: SigningKey | null = null;
    // Downloads are not signed, and neither are their errors.
    const refuse = (status: number, error: ErrorBody) =>
      errorAnswer(context, { status, error, signer: operation === "bill_file" ? null : signer });
    try {
      checkRequest(context, incoming);
      signer = answerSigner(context, textOf(incoming.headers["wechatpay-serial"]));
      if (signer === null) throw new WeChatError("PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误");
      if (faulty && (Math.random() < api.errorRate || consumeFault(api, "refuse")))
        return refuse(...errorNamed(api.errorCode));
      const result = work(incoming);
      const spoiled = faulty ? faultAfterWork(api, () => refuse(...errorNamed("SYSTEM_ERROR"))) : null;
      if (spoiled !== null) return spoiled;
      if (result.file !== undefined) return fileAnswer(result.status, result.file);
      const body = result.value === undefined ? "" : JSON.stringify(result.value);
      const isActive = (name: "badSignature" | "probe" | "oldTimestamp") => faulty && consumeFault(api, name);
      const faults = {
        badSignature: isActive("badSignature"),
        probe: isActive("probe"),
        oldTimestamp: isActive("oldTimestamp"),
      };
      const bare = faulty && consumeFault(api, "unsigned");
      const signature = bare ? {} : signatureHeaders(context, { signer, body, faults });
      const headers = { ...commonHeaders(), "Content-Type": "application/json; charset=utf-8", ...signature };
      return { status: result.status, headers, body };
    } catch (cause) {
      if (!(cause instanceof WeChatError)) throw cause;
      const { code, message, detail } = cause;
      return refuse(STATUSES[code], { code, message, ...(detail === undefined ? {} : { detail }) });
    }
  };

const commonHeaders = () => ({
  Server: "nginx",
  "Cache-Control": "no-cache, must-revalidate",
  "X-Content-Type-Options": "nosniff",
  "Request-ID": requestId(),
  "Content-Language": "zh-CN",
});

const fileAnswer = (status: number, { type, bytes }: { type: string; bytes: Buffer }): HttpAnswer => ({
  status,
  headers: { ...commonHeaders(), "Content-Type": type },
  body: bytes,
});

interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly detail?: unknown;
}

const NO_FAULTS = { badSignature: false, probe: false, oldTimestamp: false };

/** Signed if the caller is known. Errors about the request's signature or headers are not signed. */
function errorAnswer(
  context: SandboxContext,
  { status, error, signer }: { status: number; error: ErrorBody; signer: SigningKey | null },
): HttpAnswer {
  const body = JSON.stringify(error);
  const signature = signer === null ? {} : signatureHeaders(context, { signer, body, faults: NO_FAULTS });
  return json(status, error, { ...commonHeaders(), ...signature });
}

function errorNamed(code: string): [number, ErrorBody] {
  const status = (STATUSES as Readonly<Record<string, number>>)[code] ?? OTHER_STATUSES[code] ?? 500;
  return [status, { code, message: "系统错误，请使用原参数重新调用" }];
}

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header.join(",") : header;
