import { AppError } from "#lib/base/app-error.ts";
import type { Clock } from "#lib/base/clock.ts";
import {
  ADMIN_LOCK_ACCOUNT_MS_MAX,
  ADMIN_LOCK_ADDRESS_MS_MAX,
  ADMIN_LOCK_FIRST_MS,
  ADMIN_TRIES_KEPT_MS,
  ADMIN_TRIES_PER_ACCOUNT,
  ADMIN_TRIES_PER_ADDRESS,
} from "#lib/base/limits.ts";
import { readAddress } from "#lib/base/networks.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import type { Database } from "#lib/storage/client.ts";

/** Whose wrong tries are counted. */
export type Tried =
  | { readonly kind: "account"; readonly name: string }
  | { readonly kind: "code"; readonly name: string }
  /** One that signed in before. */
  | { readonly kind: "device"; readonly name: string }
  | { readonly kind: "address"; readonly name: string };

export interface Lockout {
  /**
   * Counts a try before it is looked at, so that many at once do not slip through; a right one is forgiven afterwards.
   * @returns true when this try began a pause
   * @throws AppError `rate_limited` with the seconds to wait, the try then being none
   */
  countTry(tried: Tried): Promise<boolean>;
  forgive(tried: Tried): Promise<void>;
}

const keyOf = ({ kind, name }: Tried): string => `${kind}:${kind === "address" ? networkOf(name) : name.slice(0, 254)}`;

/** One customer's line has a whole /64 of IPv6: counted by address it would never be paused. */
function networkOf(address: string): string {
  const found = readAddress(address);
  return found?.family === 6 ? `${(found.bits >> 64n).toString(16)}/64` : address.slice(0, 254);
}

/** Counts one try. In a pause nothing is counted; in a row of wrong ones each begins a pause twice as long as the last. */
const COUNT = `
  insert into admin_lockouts as l (key, failures, last_at) values ($1, 1, $2)
  on conflict (key) do update set
    failures = case when l.last_at < $3 then 1 else l.failures + 1 end,
    last_at = $2,
    locked_until = case when l.last_at >= $3 and l.failures + 1 >= $4
      then $2::timestamptz + least($6, $5 * power(2, least(l.failures + 1 - $4, 20))) * interval '1 millisecond' end
    where l.locked_until is null or l.locked_until <= $2
  returning locked_until`;

export function createLockout({ pool, clock }: { pool: Database["pool"]; clock: Clock }): Lockout {
  return {
    async countTry(tried) {
      const now = clock.now();
      const byAddress = tried.kind === "address";
      const { rows } = await pool.query<{ locked_until: Date | null }>(COUNT, [
        keyOf(tried),
        now,
        addMs(now, -ADMIN_TRIES_KEPT_MS),
        byAddress ? ADMIN_TRIES_PER_ADDRESS : ADMIN_TRIES_PER_ACCOUNT,
        ADMIN_LOCK_FIRST_MS,
        byAddress ? ADMIN_LOCK_ADDRESS_MS_MAX : ADMIN_LOCK_ACCOUNT_MS_MAX,
      ]);
      const counted = rows[0];
      if (counted === undefined) throw locked(await lockedUntil(pool, tried), now);
      return counted.locked_until !== null;
    },
    async forgive(tried) {
      // Who has one right password may not wash away an address's guesses at others.
      if (tried.kind === "address") {
        await pool.query("update admin_lockouts set failures = failures - 1 where key = $1 and failures > 1", [
          keyOf(tried),
        ]);
        return;
      }
      await pool.query("delete from admin_lockouts where key = $1 or last_at < $2", [
        keyOf(tried),
        addMs(clock.now(), -ADMIN_TRIES_KEPT_MS),
      ]);
    },
  };
}

async function lockedUntil(pool: Database["pool"], tried: Tried): Promise<Date | null> {
  const { rows } = await pool.query<{ locked_until: Date | null }>(
    "select locked_until from admin_lockouts where key = $1",
    [keyOf(tried)],
  );
  return rows[0]?.locked_until ?? null;
}

function locked(until: Date | null, now: Date): AppError {
  const retryAfterS = Math.max(1, Math.ceil(((until ?? now).getTime() - now.getTime()) / SECOND_MS));
  return new AppError("rate_limited", `too many wrong tries; try again in ${retryAfterS} s`, { retryAfterS });
}
