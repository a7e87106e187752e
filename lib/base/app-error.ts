/** One entry per failure our own API can name. `code` is public and stable; `status` is HTTP. */
export const ERROR_CATALOGUE = {
  invalid_request: { status: 400, title: "The request is not valid", retry: false },
  unauthenticated: { status: 401, title: "Valid credentials are required", retry: false },
  forbidden: { status: 403, title: "These credentials may not do this", retry: false },
  not_found: { status: 404, title: "Not found", retry: false },
  method_not_allowed: { status: 405, title: "Method not allowed", retry: false },
  conflict: { status: 409, title: "The request conflicts with the current state", retry: false },
  idempotency_conflict: { status: 409, title: "The idempotency key was used with another body", retry: false },
  order_not_payable: { status: 409, title: "The order cannot be paid any more", retry: false },
  amount_exceeds_refundable: { status: 409, title: "The amount exceeds what can be refunded", retry: false },
  payment_declined: { status: 402, title: "The shopper's payment code was not charged", retry: false },
  payload_too_large: { status: 413, title: "The body is too large", retry: false },
  unsupported_media_type: { status: 415, title: "Unsupported media type", retry: false },
  rate_limited: { status: 429, title: "Too many requests", retry: true },
  gateway_rejected: { status: 502, title: "WeChat Pay refused the request", retry: false },
  gateway_unavailable: { status: 503, title: "WeChat Pay gave no certain answer", retry: true },
  unavailable: { status: 503, title: "The service is not available right now", retry: true },
  internal: { status: 500, title: "Something went wrong on our side", retry: true },
  illegal_transition: { status: 500, title: "Something went wrong on our side", retry: false },
} as const satisfies Record<string, { status: number; title: string; retry: boolean }>;

export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** A field that is wrong: `path` as in `items.0.price`, empty for the whole body. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

export interface AppErrorOptions {
  readonly cause?: unknown;
  readonly errors?: readonly FieldError[];
  /** Seconds after which a repeat may help; becomes `Retry-After`. */
  readonly retryAfterS?: number;
  /** Which of several kinds, for machines. */
  readonly reason?: string;
  /** Of a signed request, in sandbox mode alone: the text that should have been signed. */
  readonly stringToSign?: string;
}

// Bundled and unbundled copies of this file live in one process, so `instanceof` would miss half of the errors.
const BRAND = Symbol.for("lingfu.AppError");

/** A failure that our API explains to its caller. `detail` is read by people and must hold no secret. */
export class AppError extends Error {
  readonly [BRAND] = true;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfterS: number | undefined;
  readonly reason: string | undefined;
  readonly stringToSign: string | undefined;

  constructor(code: ErrorCode, detail: string, options: AppErrorOptions = {}) {
    super(`${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.detail = detail;
    this.errors = options.errors ?? [];
    this.retryAfterS = options.retryAfterS;
    this.reason = options.reason;
    this.stringToSign = options.stringToSign;
  }
}

export const isAppError = (thing: unknown): thing is AppError =>
  typeof thing === "object" && thing !== null && BRAND in thing;
