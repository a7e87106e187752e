import type { Role } from "#lib/auth/admin-roles.ts";
import { mayDo, type Right } from "#lib/auth/admin-roles.ts";
import { type CounterPerson, type CounterRight, mayAtCounter } from "#lib/auth/counter-rights.ts";
import { EDGE_ORIGIN } from "#lib/testing/edge-fixture.ts";

/** Somebody with a browser, as the server sees them. */
export interface VisitingBrowser {
  /** Whose session of the dashboard the browser holds. */
  readonly session?: Role | "awaits_code" | "must_change_password";
  /** The device is a till, and this cashier is signed in at it. */
  readonly till?: "locked" | "cashier" | "cashier_without_refunds";
  /** The page that calls is not ours. */
  readonly isElsewhere?: true;
}

export const CALLERS = {
  nobody: {},
  owner: { session: "owner" },
  finance: { session: "finance" },
  clerk: { session: "clerk" },
  viewer: { session: "viewer" },
  "who has not typed the code": { session: "awaits_code" },
  "who must change the password": { session: "must_change_password" },
  cashier: { till: "cashier" },
  "cashier who may not refund": { till: "cashier_without_refunds" },
  "nobody at a locked till": { till: "locked" },
  "owner at a locked till": { session: "owner", till: "locked" },
  "owner from a page of strangers": { session: "owner", isElsewhere: true },
  "cashier from a page of strangers": { till: "cashier", isElsewhere: true },
} as const satisfies Record<string, VisitingBrowser>;
export type CallerName = keyof typeof CALLERS;
export const CALLER_NAMES = Object.keys(CALLERS) as CallerName[];

/** Who may call: whoever has a right, in the dashboard or at the counter; everyone who is signed in to the dashboard; all. */
export type Allowed = Right | `counter: ${CounterRight}` | "a till or orders.read" | "signed in" | "anybody";

export const originOf = (name: CallerName): string =>
  (CALLERS[name] as VisitingBrowser).isElsewhere === true ? "https://evil.example" : EDGE_ORIGIN;

/** As the tables in lib/auth say. */
export function mayCall(name: CallerName, allowed: Allowed): boolean {
  const caller: VisitingBrowser = CALLERS[name];
  if (caller.isElsewhere) return false;
  if (allowed === "anybody") return true;
  const role = roleOf(caller);
  if (allowed === "a till or orders.read") return caller.till !== undefined || mayCall(name, "orders.read");
  if (allowed === "signed in") return role !== null;
  const atCounter = /^counter: (\w+)$/.exec(allowed)?.[1] as CounterRight | undefined;
  if (atCounter === undefined) return role !== null && mayDo(role, allowed as Right);
  const person = personOf(caller);
  return person !== null && mayAtCounter(person, atCounter);
}

const roleOf = ({ session }: VisitingBrowser): Role | null =>
  session === undefined || session === "awaits_code" || session === "must_change_password" ? null : session;

function personOf(caller: VisitingBrowser): CounterPerson | null {
  const { till } = caller;
  if (till === "locked") return null;
  if (till !== undefined) return { kind: "cashier", refundUpToFen: till === "cashier" ? 10_000 : null };
  const role = roleOf(caller);
  return role === null ? null : { kind: "user", role };
}
