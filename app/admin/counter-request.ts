import "server-only";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { AdminSession } from "#lib/auth/admin-sessions.ts";
import { type CounterPerson, type CounterRight, mayAtCounter, refundLimitFen } from "#lib/auth/counter-rights.ts";
import { cashierActor, createTillSignIn, type TillSignIn } from "#lib/auth/till-sign-in.ts";
import { AppError } from "#lib/base/app-error.ts";
import { beijingDay, beijingMidnight } from "#lib/base/beijing-time.ts";
import { earlier } from "#lib/base/time.ts";
import type { Container } from "#lib/http/container.ts";
import type { OrderPlace, RefundOrder } from "#lib/payment/index.ts";
import type { CashierSession } from "#lib/storage/tills/cashier-sessions.ts";
import { readOrderTill } from "#lib/storage/tills/find-place.ts";
import type { BoundTill } from "#lib/storage/tills/till-devices.ts";
import { adminPasswords, detourOf, type Guest, openGuest, sessionCookie } from "./admin-request.ts";

/** Someone at a device, before it is known whether they may take money there. */
export interface CounterGuest {
  readonly guest: Guest;
  readonly tills: TillSignIn;
  /** The till that this device is. */
  readonly at: BoundTill | null;
  /** The cashier who is signed in at it. */
  readonly cashierSession: CashierSession | null;
}

/** Who stands at the counter, where, and what they may do there. */
export interface CounterRequest extends Omit<Guest, "session"> {
  readonly tills: TillSignIn;
  /** As the audit log names them. */
  readonly actor: string;
  /** As people name them. */
  readonly name: string;
  readonly person: CounterPerson;
  /** Of a dashboard user; null for a cashier. */
  readonly userSession: AdminSession | null;
  /** Null for a dashboard user on a device that is no till. */
  readonly cashierSession: CashierSession | null;
  /** What an order made here carries; hand it to `createOrder` as `source.place`. */
  readonly place: OrderPlace | null;
  may(right: CounterRight): boolean;
  /** Fen that this person may give back of one order in all; 0: nothing. */
  readonly refundLimitFen: number;
  /** What a cashier's refund stays within; hand it to `refundOrder` as `bounds`. */
  readonly refundBounds: RefundOrder["bounds"];
  /** A cashier sees the orders of their own till from then on; null: all orders. */
  readonly historySince: Date | null;
}

/** Where cashiers sign in, and where a device becomes a till. */
export const COUNTER_SIGN_IN = "/admin/counter/sign-in";

export const tillCookie = (container: Pick<Container, "settings">): string => `${sessionCookie(container).name}_till`;
const cashierCookie = (container: Pick<Container, "settings">): string => `${sessionCookie(container).name}_cashier`;

/** Read once per request. */
export const openCounterGuest = cache(async (): Promise<CounterGuest> => {
  const guest = await openGuest();
  const { container } = guest;
  const { clock, cookieBox, database } = container;
  const tills = createTillSignIn({ pool: database.pool, clock, cookieBox, passwords: adminPasswords });
  const jar = await cookies();
  const at = await tills.deviceOf(jar.get(tillCookie(container))?.value);
  const cashierSession = at === null ? null : await tills.find(jar.get(cashierCookie(container))?.value, at);
  return { guest, tills, at, cashierSession };
});

/**
 * The page that must come first; null where money can be taken. On a device that is a till only a cashier's PIN opens the
 * counter: a dashboard user who stays signed in there does not stand in for a cashier who went away.
 */
export function counterDetour({ guest, at, cashierSession }: CounterGuest): string | null {
  if (at !== null) return cashierSession === null ? COUNTER_SIGN_IN : null;
  return detourOf(guest);
}

/** For pages of the counter: leads to the PIN, or to the dashboard's sign-in, where nobody is signed in. */
export async function openCounterRequest(): Promise<CounterRequest> {
  const counterGuest = await openCounterGuest();
  const detour = counterDetour(counterGuest);
  if (detour !== null) redirect(detour);
  return counterRequestOf(counterGuest);
}

/** @throws when nobody is signed in: ask {@link counterDetour} first */
export function counterRequestOf({ guest, tills, cashierSession }: CounterGuest): CounterRequest {
  const { session, ...rest } = guest;
  if (cashierSession !== null) {
    const { at, cashier } = cashierSession;
    const person = { kind: "cashier", refundUpToFen: cashier.refundUpToFen } as const;
    const place = {
      store: { id: at.store.id, code: at.store.code },
      till: { id: at.till.id, code: at.till.code },
      cashier: { id: cashier.id, name: cashier.name },
    };
    const historySince = historyStart(cashierSession, rest.container.clock.now());
    return {
      ...rest,
      ...{
        tills,
        actor: cashierActor(cashier),
        name: cashier.name,
        userSession: null,
        cashierSession,
        place,
        historySince,
      },
      ...rights(person),
      refundBounds: { tillId: at.till.id, paidSince: historySince, upToFen: refundLimitFen(person) },
    };
  }
  if (session === null) throw new Error("a request at the counter needs a session");
  const { email, role } = session.user;
  const person = { kind: "user", role } as const;
  return {
    ...rest,
    ...{
      tills,
      actor: email,
      name: email,
      userSession: session,
      cashierSession: null,
      place: null,
      historySince: null,
    },
    ...rights(person),
    refundBounds: undefined,
  };
}

/**
 * A cashier reads, charges, closes and prints the orders of their own till only; a dashboard user those of the whole shop.
 * @throws AppError `not_found`, as for an order that does not exist
 */
export async function requireOrderInReach(
  { cashierSession, container }: CounterRequest,
  orderId: string,
): Promise<void> {
  if (cashierSession === null) return;
  const tillId = await readOrderTill(container.database.pool, orderId);
  if (tillId !== cashierSession.at.till.id) throw new AppError("not_found", "this till has no such order");
}

/** The customer display that shows what is sold here: the till's, or on a device that is no till the dashboard user's own. */
export const screenOf = ({ place, actor }: Pick<CounterRequest, "place" | "actor">): string => place?.till?.id ?? actor;

/** Today, and the whole of a shift that began before midnight. */
function historyStart({ shift }: CashierSession, now: Date): Date {
  const today = beijingMidnight(beijingDay(now));
  return shift === null ? today : earlier(today, shift.openedAt);
}

const rights = (person: CounterPerson) => ({
  person,
  may: (right: CounterRight) => mayAtCounter(person, right),
  refundLimitFen: refundLimitFen(person),
});

/** For actions: this device is the till from now on, or keeps its cashier's session. */
export async function keepCounterCookie(
  { container }: Pick<Guest, "container">,
  kind: "till" | "cashier",
  { value, lifeS }: { readonly value: string; readonly lifeS: number },
): Promise<void> {
  const { options } = sessionCookie(container);
  const name = kind === "till" ? tillCookie(container) : cashierCookie(container);
  (await cookies()).set(name, value, { ...options, maxAge: lifeS });
}
