import "server-only";
import { cookies } from "next/headers";
import type { CounterRight } from "#lib/auth/counter-rights.ts";
import { ERROR_CATALOGUE, isAppError } from "#lib/base/app-error.ts";
import { translated } from "#lib/storage/errors.ts";
import { adminRequestOf, detourOf, sessionCookie } from "./admin-request.ts";
import {
  type CounterGuest,
  type CounterRequest,
  counterDetour,
  counterRequestOf,
  openCounterGuest,
  tillCookie,
} from "./counter-request.ts";

const HEADERS = { "cache-control": "no-store" };
const empty = (status: number) => new Response(null, { status, headers: HEADERS });

/** Data for a page of the counter that stays open: 401 once nobody is signed in there, 403 without the right. */
export async function answerCounter<Data>(
  right: CounterRight,
  read: (counterRequest: CounterRequest) => Promise<Data>,
): Promise<Response> {
  const counterGuest = await openCounterGuest();
  if (counterDetour(counterGuest) !== null) return empty(401);
  const counterRequest = counterRequestOf(counterGuest);
  return counterRequest.may(right) ? answer(() => read(counterRequest)) : empty(403);
}

/**
 * The same for data that a device gets though nobody is signed in at it: a till goes on speaking, and its customer display goes
 * on showing, while it is locked.
 */
export async function answerDevice<Data>(read: (counterGuest: CounterGuest) => Promise<Data>): Promise<Response> {
  const counterGuest = await openCounterGuest();
  return mayWatch(counterGuest) ? answer(() => read(counterGuest)) : empty(401);
}

/** A till, or somebody who may look at orders in the dashboard. */
export function mayWatch({ guest, at }: CounterGuest): boolean {
  if (at !== null) return true;
  return detourOf(guest) === null && adminRequestOf(guest).may("orders.read");
}

/** {@link mayWatch} of what stays open: asks anew each time it is called, and does not count as use of the session. */
export async function watchGuard({ guest, tills, at }: CounterGuest): Promise<() => Promise<boolean>> {
  const jar = await cookies();
  const { name } = sessionCookie(guest.container);
  const [token, till] = [jar.get(name)?.value, jar.get(tillCookie(guest.container))?.value];
  if (at !== null) return async () => (await tills.deviceOf(till)) !== null;
  return async () => {
    const session = token === undefined ? null : await guest.admins.sessions.peek(token);
    return mayWatch({ guest: { ...guest, session }, tills, at, cashierSession: null });
  };
}

async function answer(read: () => Promise<unknown>): Promise<Response> {
  try {
    const data = await read();
    return data instanceof Response ? data : Response.json(data, { headers: HEADERS });
  } catch (thrown) {
    const cause = translated(thrown);
    if (!isAppError(cause)) throw cause;
    return empty(ERROR_CATALOGUE[cause.code].status);
  }
}
