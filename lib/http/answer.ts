import { AppError, ERROR_CATALOGUE, type FieldError, isAppError } from "#lib/base/app-error.ts";
import {
  FIELD_ERROR_CHARS_MAX,
  FIELD_ERRORS_BYTES_MAX,
  FIELD_ERRORS_MAX,
  PROBLEM_DETAIL_CHARS_MAX,
} from "#lib/base/web-limits.ts";
import type { Problem } from "#lib/contract/problem.ts";
import { translated } from "#lib/storage/errors.ts";
import type { Answer, Call } from "./call.ts";

type AnswerHeaders = Answer["headers"];

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

export const json = (status: number, value: unknown, headers: AnswerHeaders = {}): Answer =>
  jsonText(status, JSON.stringify(value), headers);

/** An answer of JSON that is already serialised. */
export const jsonText = (status: number, body: string, headers: AnswerHeaders = {}): Answer => ({
  status,
  headers: { ...JSON_HEADERS, ...headers },
  body,
});

export const noContent = (headers: AnswerHeaders = {}): Answer => ({
  status: 204,
  headers: { "cache-control": "no-store", ...headers },
  body: null,
});

export const text = (status: number, body: string, headers: AnswerHeaders = {}): Answer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  body,
});

/** 303: go there with GET, whatever the method of this call. */
export const redirect = (location: string, headers: AnswerHeaders = {}): Answer => ({
  status: 303,
  headers: { location, "cache-control": "no-store", ...headers },
  body: null,
});

const CHALLENGE = 'Bearer realm="lingfu", PAY-HMAC-SHA256 realm="lingfu"';
const RETRY_AFTER_S_DEFAULT = 2;

/** An error as RFC 9457 problem details. An internal error shows only the request id. */
export function problem(thrown: unknown, { container, requestId, method, path }: ProblemSite): Answer {
  const cause = translated(thrown);
  const known = isAppError(cause) ? cause : null;
  const error = known === null || ERROR_CATALOGUE[known.code].status === 500 ? internal(requestId) : known;
  const { status, title, retry } = ERROR_CATALOGUE[error.code];
  if (status >= 500) container.log[status === 500 ? "error" : "warn"]("http.failed", { method, path, status, cause });
  const body: Problem = {
    type: `/docs#${error.code}`,
    title,
    status,
    code: error.code,
    detail: shortened(error.detail, PROBLEM_DETAIL_CHARS_MAX),
    ...(error.reason === undefined ? {} : { reason: error.reason }),
    ...(error.stringToSign === undefined ? {} : { stringToSign: error.stringToSign }),
    ...(error.errors.length > 0 ? { errors: fewErrors(error.errors) } : {}),
    requestId,
  };
  const retryAfterS = error.retryAfterS ?? (retry && status !== 500 ? RETRY_AFTER_S_DEFAULT : undefined);
  return {
    status,
    headers: {
      "content-type": "application/problem+json; charset=utf-8",
      "cache-control": "no-store",
      ...(status === 401 ? { "www-authenticate": CHALLENGE } : {}),
      ...(retryAfterS === undefined ? {} : { "retry-after": String(retryAfterS) }),
    },
    body: JSON.stringify(body),
  };
}

/** The first problems, shortened so that the answer stays small. */
function fewErrors(errors: readonly FieldError[]): FieldError[] {
  const shown: FieldError[] = [];
  let bytes = 0;
  for (const { path, message } of errors.slice(0, FIELD_ERRORS_MAX)) {
    const each = {
      path: shortened(path, FIELD_ERROR_CHARS_MAX / 2),
      message: shortened(message, FIELD_ERROR_CHARS_MAX),
    };
    each.message = shortened(each.message, FIELD_ERROR_CHARS_MAX - each.path.length);
    bytes += Buffer.byteLength(JSON.stringify(each));
    if (bytes > FIELD_ERRORS_BYTES_MAX) break;
    shown.push(each);
  }
  return shown;
}

const shortened = (text: string, charsMax: number): string =>
  text.length <= charsMax
    ? text
    : `${text
        .slice(0, charsMax - 1)
        .toWellFormed()
        .replace(/\ufffd$/, "")}…`;

export type ProblemSite = Pick<Call, "container" | "requestId" | "method" | "path">;

const internal = (requestId: string): AppError =>
  new AppError("internal", `something went wrong on our side; the log has it under ${requestId}`);
