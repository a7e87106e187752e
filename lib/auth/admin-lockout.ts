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
import { PIN_LOCK_MS_MAX, PIN_TRIES_PER_CASHIER, PIN_TRIES_PER_TILL } from "#lib/base/till-limits.ts";
import { addMs, SECOND_MS } from "#lib/base/time.ts";
import { countTry, forgetTries, forgiveOneTry } from "#lib/storage/administration/sessions.ts";
import type { Database } from "#lib/storage/client.ts";

/** What wrong tries are counted for. */
export type Tried =
  | { readonly kind: "account"; readonly name: string }
  | { readonly kind: "code"; readonly name: string }
  /** One that signed in before. */
  | { readonly kind: "device"; readonly name: string }
  | { readonly kind: "address"; readonly name: string }
  /** PINs: of one cashier, and at one till. */
  | { readonly kind: "cashier"; readonly name: string }
  | { readonly kind: "till"; readonly name: string };

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

export function createLockout({ pool, clock }: { pool: Database["pool"]; clock: Clock }): Lockout {
  return {
    async countTry(tried) {
      const now = clock.now();
      const { counted, lockedUntil } = await countTry(pool, {
        key: keyOf(tried),
        now,
        since: addMs(now, -ADMIN_TRIES_KEPT_MS),
        firstPauseMs: ADMIN_LOCK_FIRST_MS,
        ...boundsOf(tried.kind),
      });
      if (!counted) throw locked(lockedUntil, now);
      return lockedUntil !== null;
    },
    async forgive(tried) {
      const key = keyOf(tried);
      // Who has one right secret may not wash away the guesses at others from this address, or at this till.
      if (tried.kind === "address" || tried.kind === "till") await forgiveOneTry(pool, key);
      else await forgetTries(pool, { key, since: addMs(clock.now(), -ADMIN_TRIES_KEPT_MS) });
    },
  };
}

function boundsOf(kind: Tried["kind"]): { readonly triesMax: number; readonly pauseMsMax: number } {
  switch (kind) {
    case "address":
      return { triesMax: ADMIN_TRIES_PER_ADDRESS, pauseMsMax: ADMIN_LOCK_ADDRESS_MS_MAX };
    case "cashier":
      return { triesMax: PIN_TRIES_PER_CASHIER, pauseMsMax: PIN_LOCK_MS_MAX };
    case "till":
      return { triesMax: PIN_TRIES_PER_TILL, pauseMsMax: PIN_LOCK_MS_MAX };
    default:
      return { triesMax: ADMIN_TRIES_PER_ACCOUNT, pauseMsMax: ADMIN_LOCK_ACCOUNT_MS_MAX };
  }
}

function locked(until: Date | null, now: Date): AppError {
  const retryAfterS = Math.max(1, Math.ceil(((until ?? now).getTime() - now.getTime()) / SECOND_MS));
  return new AppError("rate_limited", `too many wrong tries; try again in ${retryAfterS} s`, { retryAfterS });
}
