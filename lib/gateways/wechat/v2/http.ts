import type { Log } from "#lib/base/log.ts";
import { v2Verify } from "../crypto/shared-key.ts";
import type { KeepCall } from "../messages/keep-message.ts";
import type { CallResult, SendOptions } from "../send-with-backup.ts";
import { foldCode } from "../v3/error-table.ts";
import { callV2, type V2Call, type V2Signer } from "./call.ts";
import { oneLine, textIn, wordIn } from "./wire.ts";
import { parseFields, type XmlTexts } from "./xml.ts";

/**
 * The result of a call. `answer` and `refusal` are signed by WeChat for this account. `unheard` is return_code FAIL, which is
 * never signed: it may end the opening of a trade and proves nothing about money. Everything else is `silence`.
 */
export type V2Reply =
  | { readonly kind: "answer"; readonly fields: XmlTexts }
  | V2Refusal
  | { readonly kind: "unheard"; readonly detail: string; readonly afterUnknownTry: boolean }
  | { readonly kind: "silence"; readonly cause: string };

interface V2Refusal {
  readonly kind: "refusal";
  /** Folded: upper case without underscores. */
  readonly code: string;
  /** For people. */
  readonly detail: string;
  readonly afterUnknownTry: boolean;
}

export interface V2Http {
  post(call: V2Call): Promise<V2Reply>;
}

export interface V2HttpOptions {
  readonly signer: V2Signer;
  readonly way: SendOptions;
  readonly log: Log;
  readonly keep: KeepCall;
}

export function createV2Http({ signer, way, log, keep }: V2HttpOptions): V2Http {
  return {
    async post(call) {
      const result = await callV2(signer, way, call);
      const reply = judge(result, signer);
      keep(result, saidBy(reply));
      if (reply.kind !== "answer") log.warn(`gateway.${reply.kind}`, logged(reply, call.path));
      return reply;
    },
  };
}

/** What came of the answer, and of its signature: nothing after FAIL, which is never signed, or what is no answer at all. */
function saidBy(reply: V2Reply): { result: string; signature: string | null } {
  if (reply.kind === "answer") return { result: "answer", signature: "valid" };
  if (reply.kind === "refusal") return { result: reply.detail, signature: "valid" };
  if (reply.kind === "unheard") return { result: `FAIL: ${reply.detail}`, signature: "missing_headers" };
  const isSigned = reply.cause === OTHER_ACCOUNT;
  return { result: reply.cause, signature: reply.cause === BAD_SIGNATURE ? BAD_SIGNATURE : isSigned ? "valid" : null };
}

/** Source: wechatpay.md §11: HTTP 200, return_code, sign, result_code, in this order. */
function judge(result: CallResult, signer: V2Signer): V2Reply {
  if (result.kind === "no_answer") return silence(result.cause);
  if (result.status !== 200) return silence(`HTTP ${result.status}`);
  const fields = parseFields(result.body);
  if (fields === null) return silence("the answer is not v2's XML");
  const { afterUnknownTry } = result;
  const returned = fields.get("return_code");
  if (returned === "FAIL") return { kind: "unheard", detail: oneLine(textIn(fields, "return_msg")), afterUnknownTry };
  if (returned !== "SUCCESS") return silence("the answer has no return_code");
  if (!v2Verify(fields, signer.apiKey, signer.signType)) return silence(BAD_SIGNATURE);
  // Accounts of one merchant share the key, so the signature does not tell which account is meant.
  if (![signer.merchantNumber, ""].includes(textIn(fields, "mch_id"))) return silence(OTHER_ACCOUNT);
  if (![signer.appId, ""].includes(textIn(fields, "appid"))) return silence(OTHER_ACCOUNT);
  if (fields.get("result_code") === "SUCCESS") return { kind: "answer", fields };
  const code = wordIn(fields, "err_code", 64);
  if (fields.get("result_code") !== "FAIL" || code === null)
    return silence("the answer has no result_code or err_code");
  const detail = oneLine(`${code}: ${textIn(fields, "err_code_des")}`);
  return { kind: "refusal", code: foldCode(code), detail, afterUnknownTry };
}

const BAD_SIGNATURE = "bad_signature";
const OTHER_ACCOUNT = "the answer is for another account";
const silence = (cause: string): V2Reply => ({ kind: "silence", cause });

/** Only names and numbers: fields may hold openids. */
function logged(reply: Exclude<V2Reply, { kind: "answer" }>, path: string) {
  if (reply.kind === "silence") return { call: `POST ${path}`, cause: reply.cause };
  return { call: `POST ${path}`, ...(reply.kind === "refusal" ? { code: reply.code } : { detail: reply.detail }) };
}
