import "server-only";
import { isAppError } from "#lib/base/app-error.ts";
import { HOUR_MS } from "#lib/base/time.ts";
import type { ShiftAccount } from "#lib/tills/index.ts";
import type { CounterGuest } from "../counter-request.ts";

/** How long a till shows what was handed over there, to nobody in particular: to be looked at and printed. */
const SHOWN_MS = HOUR_MS;

/** The shift, if it was handed over at this till a short while ago. */
export async function shiftHandedOverHere({ guest, at }: CounterGuest, shiftId: string): Promise<ShiftAccount | null> {
  if (at === null) return null;
  const { clock, shifts } = guest.container;
  const shift = await shifts.get(shiftId).catch((cause: unknown) => {
    if (isAppError(cause) && cause.code === "not_found") return null;
    throw cause;
  });
  if (shift === null || shift.closedAt === null || shift.till.id !== at.till.id) return null;
  return clock.now().getTime() - shift.closedAt.getTime() > SHOWN_MS ? null : shift;
}
