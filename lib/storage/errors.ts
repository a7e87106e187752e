import { AppError } from "#lib/base/app-error.ts";

// The only file that reads driver codes.
const UNIQUE_VIOLATION = "23505";
const CHECK_VIOLATION = "23514";
const RETRYABLE = new Set(["40001", "40P01"]);
/** Admin shutdown, crash recovery, starting up, too many connections, a time-out of ours, and the classes of broken connections. */
const AWAY = /^(57P0[123]|57014|25P0[34]|53300|08...)$/;
const AWAY_SYSTEM = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "ENOTFOUND", "ETIMEDOUT"]);
const AWAY_TEXT =
  /connection terminated|query read timeout|timeout exceeded when trying to connect|client has encountered a connection error/i;

interface DriverError {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly message?: unknown;
}

const driver = (cause: unknown): DriverError => (typeof cause === "object" && cause !== null ? cause : {});

/** The name of the unique law that was broken, or null. */
export function brokenUnique(cause: unknown): string | null {
  const { code, constraint } = driver(cause);
  return code === UNIQUE_VIOLATION && typeof constraint === "string" ? constraint : null;
}

/** The name of the check or trigger that refused, or null. */
export function brokenLaw(cause: unknown): string | null {
  const { code, constraint } = driver(cause);
  return code === CHECK_VIOLATION && typeof constraint === "string" ? constraint : null;
}

/** Whether the same transaction may succeed when it is run again. */
export const isRetryable = (cause: unknown): boolean => RETRYABLE.has(String(driver(cause).code));

/** Whether Postgres could not be reached, so that nothing can be said about the request itself. */
export function isAway(cause: unknown): boolean {
  const { code, message } = driver(cause);
  if (typeof code === "string" && (AWAY.test(code) || AWAY_SYSTEM.has(code))) return true;
  if (typeof message === "string" && AWAY_TEXT.test(message)) return true;
  return cause instanceof AggregateError && cause.errors.length > 0 && cause.errors.every(isAway);
}

/** What a failed statement means to the outside: a store that is away is `unavailable`, the rest stays as it is. */
export function translated(cause: unknown): unknown {
  if (!isAway(cause)) return cause;
  return new AppError("unavailable", "the database cannot be reached right now", { cause, retryAfterS: 2 });
}
