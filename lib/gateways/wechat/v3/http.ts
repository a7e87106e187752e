import type { Clock } from "#lib/base/clock.ts";
import type { Log } from "#lib/base/log.ts";
import type { CallResult } from "../send-with-backup.ts";
import type { ExchangeLimits, RawAnswer } from "../transport.ts";
import type { Caller } from "./call.ts";
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
  post(path: string, body: unknown): Promise<V3Reply>;
  /** Downloads a file. Its answer is unsigned; the caller knows the file's hash from a signed one. */
  file(path: string, limits: ExchangeLimits): Promise<CallResult>;
}

export interface V3HttpOptions {
  readonly merchantNumber: string;
  readonly call: Caller;
  readonly keys: VerifierKeys;
  readonly clock: Clock;
  readonly log: Log;
}

export function createV3Http(options: V3HttpOptions): V3Http {
  const { merchantNumber, call, log } = options;
  const send = async (method: "GET" | "POST", path: string, body: string): Promise<V3Reply> => {
    const result = await call({ method, path, body, repeatable: true });
    const reply = await judge(result, options);
    if (reply.kind !== "answer") log.warn(`gateway.${reply.kind}`, logged(reply, result, `${method} ${path}`));
    return reply;
  };
  return {
    merchantNumber,
    get: (path) => send("GET", path, ""),
    post: (path, body) => send("POST", path, JSON.stringify(body)),
    // A slow download is not repeated at a second host.
    file: (path, limits) => call({ method: "GET", path, body: "", repeatable: false, limits }),
  };
}

async function judge(result: CallResult, options: V3HttpOptions): Promise<V3Reply> {
  if (result.kind === "no_answer") return silence(result.cause);
  const { status } = result;
  if (status >= 200 && status < 300) {
    const fault = await signatureFault(result, options, "findOrRefresh");
    return fault === null ? { kind: "answer", status, body: result.body } : silence(`HTTP ${status}, ${fault}`);
  }
  // 429 counts with 5xx: being slowed down says nothing about what became of the call.
  if (status < 400 || status >= 500 || status === 429) return silence(`HTTP ${status}`);
  return judgeRefusal(result, options);
}

/** A refusal may be unsigned. One with an invalid signature counts as no answer. */
async function judgeRefusal(
  result: RawAnswer & { afterUnknownTry: boolean },
  options: V3HttpOptions,
): Promise<V3Reply> {
  const { status, body, afterUnknownTry } = result;
  const fault = await signatureFault(result, options, "find");
  if (fault !== null && fault !== "missing_headers" && fault !== "unknown_key") {
    return silence(`HTTP ${status}, ${fault}`);
  }
  const error = parseJson(body, errorSchema);
  if (error === null) return silence(`HTTP ${status} without a code`);
  const detail = `${error.code}: ${error.message}`.slice(0, 200);
  return { kind: "refusal", status, code: foldCode(error.code), detail, afterUnknownTry };
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
