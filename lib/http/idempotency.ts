import { createHash } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { IDEMPOTENCY_KEY_CHARS_MAX, IDEMPOTENCY_LEASE_MS } from "#lib/base/limits.ts";
import { addMs } from "#lib/base/time.ts";
import type { KeptAnswer, Once } from "#lib/payment/index.ts";
import { run, statement } from "#lib/storage/transaction.ts";
import { jsonText } from "./answer.ts";
import type { Answer, Handler, MerchantCall } from "./call.ts";

const KEY_FORM = new RegExp(`^[\\x20-\\x7e]{1,${IDEMPOTENCY_KEY_CHARS_MAX}}$`);

/** The caller's idempotency key with the request's digest, or null without the header. @throws AppError `invalid_request` for a malformed key */
export async function onceOf(call: MerchantCall): Promise<Once | null> {
  const key = call.headers.get("idempotency-key");
  if (key === null) return null;
  if (!KEY_FORM.test(key)) {
    const message = `must be 1 to ${IDEMPOTENCY_KEY_CHARS_MAX} printable ASCII characters`;
    throw new AppError("invalid_request", "the Idempotency-Key is not valid", {
      errors: [{ path: "Idempotency-Key", message }],
    });
  }
  const digest = createHash("sha256")
    .update(`${call.method}\n${call.path}\n`)
    .update(await call.readBody())
    .digest();
  return { apiKeyId: call.caller.id, key, digest };
}

/** Accepted but undecided: the next call with the key asks for the result. */
const NOT_YET = 202;

export const replayed = ({ status, body }: KeptAnswer): Answer =>
  jsonText(status, body, { "idempotent-replayed": "true" });

/**
 * Stores the first answer under the caller's key and repeats it. While the first call is running, its repeats are refused.
 * Answers from 400 on are not stored, and neither is 202.
 * @param options.secret the answer contains a secret, so it is stored sealed
 */
export function idempotent(handle: Handler<MerchantCall>, { secret = false } = {}): Handler<MerchantCall> {
  return async (call) => {
    const once = await onceOf(call);
    if (once === null) return handle(call);
    const lease = await claim(call, once);
    if ("kept" in lease) return replayed({ ...lease.kept, body: opened(call, once, lease.kept.body) });
    try {
      const answer = await handle(call);
      const body = typeof answer.body === "string" ? answer.body : "";
      if (answer.status >= 400 || answer.status === NOT_YET) await release(call, once, lease.endsAt);
      else await keep(call, once, { status: answer.status, body: secret ? sealed(call, once, body) : body });
      return answer;
    } catch (cause) {
      // A lease that cannot be released expires.
      await release(call, once, lease.endsAt).catch(() => {});
      throw cause;
    }
  };
}

const CLAIM = statement("claim_key")`
  insert into idempotency (api_key_id, key, digest, lease_ends, created_at) values ($1, $2, $3, $4, $5)
  on conflict do nothing`;
const LOOK = statement("kept_answer_or_lease")`
  select digest, status, body, lease_ends from idempotency where api_key_id = $1 and key = $2`;
const TAKE_OVER = statement("take_over_key")`
  update idempotency set lease_ends = $3
   where api_key_id = $1 and key = $2 and status is null and lease_ends <= $4`;
const KEEP = statement("keep_answer")`
  update idempotency set status = $3, body = $4, lease_ends = null
   where api_key_id = $1 and key = $2 and status is null`;
const RELEASE = statement("release_key")`
  delete from idempotency where api_key_id = $1 and key = $2 and status is null and lease_ends = $3`;

interface IdempotencyRow {
  digest: Buffer;
  status: number | null;
  body: string | null;
  lease_ends: Date | null;
}

async function claim(
  { container }: MerchantCall,
  { apiKeyId, key, digest }: Once,
): Promise<{ endsAt: Date } | { kept: KeptAnswer }> {
  const { pool } = container.database;
  const now = container.clock.now();
  const endsAt = addMs(now, IDEMPOTENCY_LEASE_MS);
  const claimed = await run(pool, CLAIM, [apiKeyId, key, digest, endsAt, now]);
  if (claimed.rowCount === 1) return { endsAt };
  const { rows } = await run<IdempotencyRow>(pool, LOOK, [apiKeyId, key]);
  const row = rows[0];
  if (row !== undefined && !row.digest.equals(digest)) {
    throw new AppError("idempotency_conflict", "this Idempotency-Key was used with another request");
  }
  if (row?.body != null && row.status !== null) return { kept: { status: row.status, body: row.body } };
  const taken = await run(pool, TAKE_OVER, [apiKeyId, key, endsAt, now]);
  if (taken.rowCount === 1) return { endsAt };
  throw new AppError("conflict", "the first request with this Idempotency-Key is still under way", { retryAfterS: 1 });
}

async function keep({ container }: MerchantCall, { apiKeyId, key }: Once, { status, body }: KeptAnswer): Promise<void> {
  await run(container.database.pool, KEEP, [apiKeyId, key, status, body]);
}

async function release({ container }: MerchantCall, { apiKeyId, key }: Once, endsAt: Date): Promise<void> {
  await run(container.database.pool, RELEASE, [apiKeyId, key, endsAt]);
}

// JSON never begins like this, so a sealed answer cannot be mistaken for a plain one.
const SEALED = "sealed:";
const placeOf = ({ apiKeyId, key }: Once) => ({ table: "idempotency", column: "body", row: `${apiKeyId}/${key}` });

const sealed = ({ container }: MerchantCall, once: Once, body: string): string =>
  SEALED + Buffer.from(container.box.seal(body, placeOf(once))).toString("base64");

function opened({ container }: MerchantCall, once: Once, body: string): string {
  if (!body.startsWith(SEALED)) return body;
  const bytes = Buffer.from(body.slice(SEALED.length), "base64");
  return Buffer.from(container.box.open(bytes, placeOf(once))).toString("utf8");
}
