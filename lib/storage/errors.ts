import { AppError } from "#lib/base/app-error.ts";

// The only file that reads driver codes.
const UNIQUE_VIOLATION = "23505";
const CHECK_VIOLATION = "23514";
const CANCELLED = "57014";
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

/**
 * What Postgres or its connection said of a statement of Prisma's. Prisma's own errors forget the name of a broken check or
 * trigger; it hands on errors that bear no code, so that the same driver codes are read for both kinds of statement.
 */
export class StatementError extends Error {
  override readonly name = "StatementError";

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function driver(cause: unknown): DriverError {
  if (typeof cause !== "object" || cause === null) return {};
  // By its name: bundled and unbundled copies of this file live in one process.
  if (cause instanceof Error && cause.name === "StatementError") return driver(cause.cause);
  return cause;
}

/** The name of the unique constraint that was violated, or null. */
export function brokenUnique(cause: unknown): string | null {
  const { code, constraint } = driver(cause);
  return code === UNIQUE_VIOLATION && typeof constraint === "string" ? constraint : null;
}

/** The name of the check or trigger that refused, or null. */
export function violatedConstraint(cause: unknown): string | null {
  const { code, constraint } = driver(cause);
  return code === CHECK_VIOLATION && typeof constraint === "string" ? constraint : null;
}

/** Classes of errors that lie in what was asked: data, constraints, conflicts between transactions, names and exceptions of ours. */
const REFUSED = /^(2[0-9A-Z]|40|42|P0)[0-9A-Z]{3}$/;

/** Whether the server refused a statement, so that nothing of it was done. */
export function isRefused(cause: unknown): boolean {
  const { code } = driver(cause);
  return typeof code === "string" && REFUSED.test(code) && !isAway(cause) && unwritableWhy(cause) === null;
}

/** Looked at before they are written: broken only by what was committed meanwhile, which the next run sees. */
const UNIQUE_MEANWHILE = new Set(["payment_attempts_transaction_id_key"]);

/** A prepared statement that returns whole rows, after a migration has given them another column; nothing of it was done. */
export const isStalePlan = (cause: unknown): boolean =>
  driver(cause).code === "0A000" && /^cached plan must not change/.test(String(driver(cause).message));

/** Whether the same transaction may succeed when it is run again. */
export const isRetryable = (cause: unknown): boolean =>
  isStalePlan(cause) || RETRYABLE.has(String(driver(cause).code)) || UNIQUE_MEANWHILE.has(brokenUnique(cause) ?? "");

/** Whether a statement was ended because it took longer than was set for it. */
export function isOutOfTime(cause: unknown): boolean {
  if (cause instanceof AppError) return isOutOfTime(cause.cause);
  return driver(cause).code === CANCELLED;
}

/** Whether Postgres could not be reached, so that nothing can be said about the request itself. */
export function isAway(cause: unknown): boolean {
  const { code, message } = driver(cause);
  if (typeof code === "string" && (AWAY.test(code) || AWAY_SYSTEM.has(code))) return true;
  if (typeof message === "string" && AWAY_TEXT.test(message)) return true;
  if (cause instanceof StatementError) return isAway(cause.cause);
  return cause instanceof AggregateError && cause.errors.length > 0 && cause.errors.every(isAway);
}

/** There is a server, but no such database. */
export const isAbsentDatabase = (cause: unknown): boolean => driver(cause).code === "3D000";

/** No such prepared statement, or one that is there already: the session is not the one that it was prepared in. */
const UNTRACKED = new Set(["26000", "42P05"]);

export const isUntrackedStatement = (cause: unknown): boolean => UNTRACKED.has(String(driver(cause).code));

/** A connection pooler passes on some startup parameters only. */
export const isRefusedParameter = (cause: unknown): boolean =>
  /unsupported startup parameter/i.test(String(driver(cause).message));

/** A connection pooler that gives each statement a session of its own. */
export const isRefusedTransaction = (cause: unknown): boolean =>
  /statement pooling mode/i.test(String(driver(cause).message));

export const READ_ONLY = "the database is read-only";

/** Reached, and yet nothing can be kept: no room on its disk or in its memory, a disk that fails, a server that only reads. */
const UNWRITABLE: Readonly<Record<string, string>> = {
  "53100": "the database's disk is full",
  "53200": "the database is out of memory",
  "58030": "the database cannot write to its disk",
  "25006": READ_ONLY,
};

export interface Unwritable {
  /** In words for the operator. */
  readonly why: string;
  readonly since: Date;
}

// Bundled and unbundled copies of this file live in one process, and all of them are notified.
const NOTE = Symbol.for("lingfu.unwritable");
const shared = globalThis as { [NOTE]?: Unwritable | undefined };

/** Why nothing can be written, since a statement of this process first failed by it; null while all is well. */
export const unwritable = (): Unwritable | null => shared[NOTE] ?? null;

export function noteUnwritable(why: string): void {
  shared[NOTE] ??= { why, since: new Date() };
}

export function forgetUnwritable(): void {
  shared[NOTE] = undefined;
}

function unwritableWhy(cause: unknown): string | null {
  const { code } = driver(cause);
  return typeof code === "string" ? (UNWRITABLE[code] ?? null) : null;
}

const UNWRITABLE_RETRY_S = 5;

/** What a failed statement means to the outside: a store that is away is `unavailable`, the rest stays as it is. */
export function translated(cause: unknown): unknown {
  const why = unwritableWhy(cause);
  if (why !== null) {
    noteUnwritable(why);
    return new AppError("unavailable", "nothing can be stored right now", { cause, retryAfterS: UNWRITABLE_RETRY_S });
  }
  if (!isAway(cause)) return cause;
  return new AppError("unavailable", "the database cannot be reached right now", { cause, retryAfterS: 2 });
}
