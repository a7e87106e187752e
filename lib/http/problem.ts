import { AppError, ERROR_CATALOGUE, isAppError } from "#lib/base/app-error.ts";
import type { Problem } from "#lib/contract/problem.ts";
import { translated } from "#lib/storage/errors.ts";
import type { Answer, Call } from "./call.ts";

const CHALLENGE = 'Bearer realm="lingfu", PAY-HMAC-SHA256 realm="lingfu"';
const RETRY_AFTER_S_DEFAULT = 2;

/** Whatever was thrown, as RFC 9457 problem details. Failures of our own say a request id and no more. */
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
    detail: error.detail,
    ...(error.reason === undefined ? {} : { reason: error.reason }),
    ...(error.errors.length > 0 ? { errors: error.errors.map(({ path, message }) => ({ path, message })) } : {}),
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

export type ProblemSite = Pick<Call, "container" | "requestId" | "method" | "path">;

const internal = (requestId: string): AppError =>
  new AppError("internal", `something went wrong on our side; the log knows it as ${requestId}`);
