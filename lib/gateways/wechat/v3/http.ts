import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { KeepCall } from "../messages/keep-message.ts";
import type { CallResult } from "../send-with-backup.ts";
import type { ExchangeLimits, RawAnswer } from "../transport.ts";
import type { Caller, V3Call } from "./call.ts";
import { foldCode } from "./error-table.ts";
import type { VerifierKeys } from "./keys.ts";
import { failureName, readSignature, signatureHolds } from "./verify-signature.ts";
import { errorSchema, parseJson } from "./wire.ts";

/**
 * The result of a call. `answer` is a verified 2xx. `refusal` is a 4xx in WeChat's own form, possibly unsigned: it may end a
 * call but never books money. Everything else is `silence`, from a timeout to a page of HTML with status 200.
 */
type V3Reply =
  | { readonly kind: "answer"; readonly status: number; readonly body: Buffer }
  | V3Refusal
  | { readonly kind: "silence"; readonly cause: string };

export interface V3Refusal {
  readonly kind: "refusal";
  readonly status: number;
  /** Folded: upper case without underscores. */
  readonly code: string;
  /** For people. */
  readonly detail: string;
  readonly afterUnknownTry: boolean;
}

/** Every call is repeatable: each names the trade by our own number. */
export interface V3Http {
  readonly merchantNumber: string;
  get(path: string): Promise<V3Reply>;
  /** @param serial the key that fields of the body are encrypted with */
  post(path: string, body: unknown, serial?: string): Promise<V3Reply>;
  /** Downloads a file. Its answer is unsigned; the caller knows the file's hash from a signed one. */
  file(path: string, limits: ExchangeLimits): Promise<CallResult>;
}

export interface V3HttpOptions {
  readonly merchantNumber: string;
  readonly call: Caller;
  readonly keys: VerifierKeys;
  readonly clock: Clock;
  readonly log: Log;
  readonly keep: KeepCall;
}

/** A reply, and what came of verifying it; null: it was not looked at. */
interface JudgedReply {
  readonly reply: V3Reply;
  readonly signature: string | null;
}

export function createV3Http(options: V3HttpOptions): V3Http {
  const { merchantNumber, call, log, keep } = options;
  const send = async ({ method, path, ...rest }: Omit<V3Call, "repeatable">): Promise<V3Reply> => {
    const result = await call({ method, path, ...rest, repeatable: true });
    const { reply, signature } = await judge(result, options);
    keep(result, { result: saidBy(reply), signature });
    if (reply.kind !== "answer") log.warn(`gateway.${reply.kind}`, logged(reply, result, `${method} ${path}`));
    return reply;
  };
  return {
    merchantNumber,
    get: (path) => send({ method: "GET", path, body: "" }),
    post: (path, body, serial) =>
      send({ method: "POST", path, body: JSON.stringify(body), ...(serial === undefined ? {} : { serial }) }),
    // A slow download is not repeated at a second host.
    file: (path, limits) => call({ method: "GET", path, body: "", repeatable: false, limits }),
  };
}

const saidBy = (reply: V3Reply): string =>
  reply.kind === "answer" ? "answer" : reply.kind === "refusal" ? reply.detail : reply.cause;

async function judge(result: CallResult, options: V3HttpOptions): Promise<JudgedReply> {
  if (result.kind === "no_answer") return { reply: silence(result.cause), signature: null };
  const { status } = result;
  if (status >= 200 && status < 300) {
    const fault = await signatureFault(result, options, "findOrRefresh");
    const reply = fault === null ? ({ kind: "answer", status, body: result.body } as const) : null;
    return { reply: reply ?? silence(`HTTP ${status}, ${fault}`), signature: fault ?? "valid" };
  }
  // 429 counts with 5xx: being slowed down says nothing about what became of the call.
  if (status < 400 || status >= 500 || status === 429) return { reply: silence(`HTTP ${status}`), signature: null };
  return judgeRefusal(result, options);
}

/** A refusal may be unsigned. One with an invalid signature counts as no answer. */
async function judgeRefusal(
  result: RawAnswer & { afterUnknownTry: boolean },
  options: V3HttpOptions,
): Promise<JudgedReply> {
  const { status, body, afterUnknownTry } = result;
  const fault = await signatureFault(result, options, "find");
  const signature = fault ?? "valid";
  if (fault !== null && fault !== "missing_headers" && fault !== "unknown_key") {
    return { reply: silence(`HTTP ${status}, ${fault}`), signature };
  }
  const error = parseJson(body, errorSchema);
  if (error === null) return { reply: silence(`HTTP ${status} without a code`), signature };
  const detail = `${error.code}: ${error.message}`.slice(0, 200);
  return { reply: { kind: "refusal", status, code: foldCode(error.code), detail, afterUnknownTry }, signature };
}

/** @param lookup `find` never waits for a download */
async function signatureFault(
  { headers, body }: RawAnswer,
  { keys, clock }: V3HttpOptions,
  lookup: "find" | "findOrRefresh",
): Promise<string | null> {
  const claimed = readSignature(headers, clock.now());
  if (claimed.kind === "fault") return claimed.reason;
  const key = await keys[lookup](claimed.serial);
  if (key === null) return "unknown_key";
  if (!signatureHolds(claimed, body, key)) return failureName(claimed);
  keys.noteUse(claimed.serial, "answer");
  return null;
}

const silence = (cause: string): V3Reply => ({ kind: "silence", cause });

/** Only names and numbers: bodies may hold openids. */
function logged(reply: Exclude<V3Reply, { kind: "answer" }>, result: CallResult, call: string) {
  const requestId = result.kind === "answer" ? result.headers.get("request-id") : null;
  const seen = reply.kind === "silence" ? { cause: reply.cause } : { code: reply.code, status: reply.status };
  return { call, requestId, ...seen };
}
