import { X509Certificate } from "node:crypto";
import { strikes } from "../../faults.ts";
import { randomText } from "../../keys.ts";
import type { SignType } from "../../records.ts";
import { Refusal } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { Answer, Handler, Incoming, Route } from "../http.ts";
import { meetsFaults, type Operation, spoiledAfterWork } from "../mishaps.ts";
import { billErrorFields, codeV2, foldCode } from "./codes.ts";
import { checkForm, type Form } from "./form.ts";
import { spoil } from "./notices.ts";
import { isSignType, signV2 } from "./sign.ts";
import { type Fields, parseFlatXml, writeXml, XmlProblem } from "./xml.ts";

// The one door through which every v2 call goes. It always answers 200; what happened is said in three places, from the
// outside in: return_code (unsigned when FAIL), result_code, and the state of the thing asked about.

export interface V2Request {
  readonly fields: ReadonlyMap<string, string>;
  readonly signType: SignType;
}

export interface V2Call {
  readonly path: string;
  readonly operation: (fields: ReadonlyMap<string, string>) => Operation;
  readonly form: Form;
  /** Needs the merchant's client certificate. */
  readonly certificate?: boolean;
  readonly hmacOnly?: boolean;
  /** Bills: the answer is a file, and errors have a shape of their own. */
  readonly bill?: boolean;
  /** Fields of a refused answer beside the error. */
  readonly whenRefused?: (code: string) => Fields;
  readonly work: (request: V2Request) => Fields | V2File;
}

export interface V2File {
  readonly bytes: Buffer;
  readonly type: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const v2 = (world: World, call: V2Call): Route => ({ method: "POST", path: call.path, run: enter(world, call) });

const enter =
  (world: World, call: V2Call): Handler =>
  async (incoming) => {
    if (call.path.startsWith("/secapi/") && incoming.clientCertificate === undefined) return noCertificate();
    let request: V2Request | null = null;
    try {
      request = readRequest(world, call, incoming);
      return await answerTo(world, call, request);
    } catch (cause) {
      if (cause instanceof XmlProblem) return failed("XML格式错误");
      if (!(cause instanceof Refusal)) throw cause;
      return refused(world, { call, request, refusal: cause });
    }
  };

function readRequest({ keys }: World, call: V2Call, { body, clientCertificate }: Incoming): V2Request {
  const fields = parseFlatXml(body);
  const signType = fields.get("sign_type") || "MD5";
  const nonce = fields.get("nonce_str") ?? "";
  if (call.certificate === true && !isMerchants(keys, clientCertificate)) {
    throw new Refusal("SIGN_ERROR", clientCertificate === undefined ? "请求需要商户证书" : "证书与商户号不匹配");
  }
  if (!isSignType(signType)) throw new Refusal("PARAM_ERROR", "sign_type参数格式错误");
  if (call.hmacOnly === true && signType === "MD5") throw new Refusal("PARAM_ERROR", "sign_type仅支持HMAC-SHA256");
  if (fields.get("mch_id") !== keys.mchid) throw new Refusal("SIGN_ERROR", "mch_id不存在");
  if (nonce === "" || nonce.length > 32) throw new Refusal("PARAM_ERROR", "nonce_str参数长度有误");
  if (fields.get("sign") !== signV2(fields, keys.apiV2Key, signType)) throw new Refusal("SIGN_ERROR", "签名错误");
  return { fields, signType };
}

const isMerchants = ({ merchant }: World["keys"], shown: X509Certificate | undefined): boolean =>
  shown?.fingerprint256 === new X509Certificate(merchant.certificate).fingerprint256;

async function answerTo(world: World, call: V2Call, request: V2Request): Promise<Answer> {
  const { api } = world.faults;
  const faulty = await meetsFaults(api, call.operation(request.fields), request.fields.get("out_trade_no") ?? "");
  if (faulty && strikes(api, "silent")) return { status: 0, fate: "hang" };
  const named = (code: string) =>
    errorAnswer(world, { call, request, code: foldCode(code), message: "系统错误，请用原参数重新调用" });
  checkForm(request.fields, call.form);
  if (request.fields.get("appid") !== world.keys.appid) {
    throw new Refusal("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配");
  }
  if (faulty && Math.random() < api.errorRate) return named(api.errorCode);
  const result = call.work(request);
  const spoiled = faulty ? spoiledAfterWork(api, () => named("SYSTEM_ERROR")) : null;
  if (spoiled !== null) return spoiled;
  if (isFile(result)) {
    return { status: 200, headers: { "Content-Type": result.type, ...result.headers }, body: result.bytes };
  }
  const fields = signed(world, request, { result_code: "SUCCESS", ...result });
  if (faulty && strikes(api, "unsigned")) return xmlAnswer({ ...fields, sign: "" });
  if (faulty && strikes(api, "badSignature")) return xmlAnswer({ ...fields, sign: spoil(fields.sign ?? "") });
  return xmlAnswer(fields);
}

const isFile = (result: Fields | V2File): result is V2File => result.bytes instanceof Buffer;

function refused(
  world: World,
  { call, request, refusal }: { call: V2Call; request: V2Request | null; refusal: Refusal },
): Answer {
  const isForm = refusal.code === "PARAM_ERROR" || refusal.code === "SIGN_ERROR";
  if (call.bill !== true && (request === null || isForm)) return failed(refusal.message);
  const { code, message } = refusal;
  return errorAnswer(world, { call, request, code: codeV2(code, call.path), message });
}

interface ErrorParts {
  readonly call: V2Call;
  readonly request: V2Request | null;
  readonly code: string;
  readonly message: string;
}

function errorAnswer(world: World, { call, request, code, message }: ErrorParts): Answer {
  if (call.bill === true || request === null) return xmlAnswer(billErrorFields(code, message));
  const more = call.whenRefused?.(code) ?? {};
  return xmlAnswer(signed(world, request, { result_code: "FAIL", err_code: code, err_code_des: message, ...more }));
}

function signed({ keys }: World, { signType }: V2Request, fields: Fields): Fields {
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

/** nginx stands before `/secapi`, and it answers in its own words. */
const noCertificate = (): Answer => ({
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

const failed = (message: string): Answer => xmlAnswer({ return_code: "FAIL", return_msg: message });

const xmlAnswer = (fields: Fields): Answer => ({
  status: 200,
  headers: { Server: "nginx", "Content-Type": "text/xml; charset=utf-8" },
  body: writeXml(fields.sign === "" ? withoutSign(fields) : fields),
});

function withoutSign({ sign: _, ...fields }: Fields): Fields {
  return fields;
}
