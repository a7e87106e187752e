/** One entry per failure our own API can name. `code` is public and stable; `status` is HTTP. */
export declare const ERROR_CATALOGUE: {
    readonly invalid_request: {
        readonly status: 400;
        readonly title: "The request is not valid";
        readonly retry: false;
    };
    readonly unauthenticated: {
        readonly status: 401;
        readonly title: "No valid credentials";
        readonly retry: false;
    };
    readonly forbidden: {
        readonly status: 403;
        readonly title: "These credentials may not do this";
        readonly retry: false;
    };
    readonly not_found: {
        readonly status: 404;
        readonly title: "No such thing";
        readonly retry: false;
    };
    readonly method_not_allowed: {
        readonly status: 405;
        readonly title: "This address does not take that method";
        readonly retry: false;
    };
    readonly conflict: {
        readonly status: 409;
        readonly title: "The request contradicts what is already there";
        readonly retry: false;
    };
    readonly idempotency_conflict: {
        readonly status: 409;
        readonly title: "The idempotency key was used with another body";
        readonly retry: false;
    };
    readonly order_not_payable: {
        readonly status: 409;
        readonly title: "The order cannot be paid any more";
        readonly retry: false;
    };
    readonly amount_exceeds_refundable: {
        readonly status: 409;
        readonly title: "More than what is left to refund";
        readonly retry: false;
    };
    readonly payment_declined: {
        readonly status: 402;
        readonly title: "The shopper's payment code was not charged";
        readonly retry: false;
    };
    readonly payload_too_large: {
        readonly status: 413;
        readonly title: "The body is too large";
        readonly retry: false;
    };
    readonly unsupported_media_type: {
        readonly status: 415;
        readonly title: "The body comes in a form that is not taken";
        readonly retry: false;
    };
    readonly rate_limited: {
        readonly status: 429;
        readonly title: "Too many requests";
        readonly retry: true;
    };
    readonly gateway_rejected: {
        readonly status: 502;
        readonly title: "WeChat Pay refused the request";
        readonly retry: false;
    };
    readonly gateway_unavailable: {
        readonly status: 503;
        readonly title: "WeChat Pay gave no certain answer";
        readonly retry: true;
    };
    readonly unavailable: {
        readonly status: 503;
        readonly title: "The service is not available right now";
        readonly retry: true;
    };
    readonly internal: {
        readonly status: 500;
        readonly title: "Something went wrong on our side";
        readonly retry: true;
    };
    readonly illegal_transition: {
        readonly status: 500;
        readonly title: "Something went wrong on our side";
        readonly retry: false;
    };
};
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
}
declare const BRAND: unique symbol;
/** A failure that our API explains to its caller. `detail` is read by people and must hold no secret. */
export declare class AppError extends Error {
    readonly [BRAND] = true;
    readonly code: ErrorCode;
    readonly detail: string;
    readonly errors: readonly FieldError[];
    readonly retryAfterS: number | undefined;
    readonly reason: string | undefined;
    constructor(code: ErrorCode, detail: string, options?: AppErrorOptions);
}
export declare const isAppError: (thing: unknown) => thing is AppError;
export {};
