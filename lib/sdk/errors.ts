import type { components } from "./api.generated.ts";

type Problem = components["schemas"]["Problem"];

/** The codes of the API, and `unexpected_answer` where something in between (a proxy) answered in its place. */
export type LingfuErrorCode =
  | "invalid_request"
  | "unauthenticated"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "idempotency_conflict"
  | "order_not_payable"
  | "amount_exceeds_refundable"
  | "payment_declined"
  | "payload_too_large"
  | "unsupported_media_type"
  | "rate_limited"
  | "gateway_rejected"
  | "gateway_unavailable"
  | "unavailable"
  | "internal"
  | "unexpected_answer";

export interface LingfuErrorDetails {
  readonly status: number;
  readonly code: LingfuErrorCode;
  readonly detail: string;
  readonly reason?: string | undefined;
  readonly stringToSign?: string | undefined;
  readonly errors?: readonly { readonly path: string; readonly message: string }[] | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterS?: number | undefined;
}

/** Lingfu refused the call. Nothing was changed, unless `code` is `internal`, `gateway_unavailable` or `unexpected_answer`. */
export class LingfuError extends Error {
  /** The HTTP status. */
  readonly status: number;
  readonly code: LingfuErrorCode;
  /** For people: what happened and what to do. */
  readonly detail: string;
  /** Which of several kinds, where a call names them. */
  readonly reason: string | undefined;
  /** In sandbox mode, for a signature that does not fit: the text that should have been signed. */
  readonly stringToSign: string | undefined;
  /** The fields that are wrong: `path` as in `items.0.price`. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];
  /** What the log of the server knows the call by. */
  readonly requestId: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(details: LingfuErrorDetails) {
    const fields = (details.errors ?? []).map(({ path, message }) => `; ${path || "body"}: ${message}`).join("");
    super(`${details.code}: ${details.detail}${fields}`);
    this.name = "LingfuError";
    this.status = details.status;
    this.code = details.code;
    this.detail = details.detail;
    this.reason = details.reason;
    this.stringToSign = details.stringToSign;
    this.errors = details.errors ?? [];
    this.requestId = details.requestId;
    this.retryAfterS = details.retryAfterS;
  }

  /** What is wrong with a field, such as `items.0.price`. */
  field(path: string): string | undefined {
    return this.errors.find((error) => error.path === path)?.message;
  }
}

/**
 * No answer came. The call may have been carried out: repeat it with the same `idempotencyKey`, or look the order up by its
 * `outTradeNo`.
 */
export class LingfuConnectionError extends Error {
  /** What the call was sent under; a repeat with it is carried out once. */
  readonly idempotencyKey: string | undefined;

  constructor(cause: unknown, idempotencyKey: string | undefined) {
    super(`no answer from Lingfu: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "LingfuConnectionError";
    this.idempotencyKey = idempotencyKey;
  }
}

const DETAIL_CHARS_MAX = 200;

/** The error that an answer from 300 on is. */
export function errorOf(response: { readonly status: number; readonly headers: Headers }, text: string): LingfuError {
  const { status, headers } = response;
  const problem = readProblem(text);
  const retryAfterS = readRetryAfter(headers.get("retry-after"));
  if (problem !== null) return new LingfuError({ ...problem, status, code: problem.code, retryAfterS });
  const detail = `HTTP ${status}: ${text.slice(0, DETAIL_CHARS_MAX)}`;
  const requestId = headers.get("x-request-id") ?? undefined;
  return new LingfuError({ status, code: "unexpected_answer", detail, requestId, retryAfterS });
}

type ReadProblem = Problem & { readonly code: LingfuErrorCode };

function readProblem(text: string): ReadProblem | null {
  try {
    const problem = JSON.parse(text) as Partial<ReadProblem> | null;
    return typeof problem?.code === "string" && typeof problem.detail === "string" ? (problem as ReadProblem) : null;
  } catch {
    return null;
  }
}

/** Seconds, or the date that HTTP also allows. */
function readRetryAfter(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1_000));
}
