import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import { mayDo, type Role } from "./admin-roles.ts";

/** What is done at a counter: take money, see the till's history, give money back, hand over. */
export const COUNTER_RIGHTS = ["charge", "history", "refund", "hand_over"] as const;
export type CounterRight = (typeof COUNTER_RIGHTS)[number];

/** Who stands at the counter: a cashier at a till, or a dashboard user on a device that is no till. */
export type CounterPerson =
  | { readonly kind: "cashier"; readonly refundUpToFen: number | null }
  | { readonly kind: "user"; readonly role: Role };

export function mayAtCounter(person: CounterPerson, right: CounterRight): boolean {
  if (person.kind === "cashier") return right !== "refund" || person.refundUpToFen !== null;
  switch (right) {
    case "charge":
      return mayDo(person.role, "payments.charge");
    case "history":
      return mayDo(person.role, "orders.read");
    case "refund":
      return mayDo(person.role, "refunds.create");
    case "hand_over":
      // A shift is one of a till, and there is none here.
      return false;
  }
}

/** Fen that may go back of one order in all. */
export function refundLimitFen(person: CounterPerson): number {
  if (!mayAtCounter(person, "refund")) return 0;
  return person.kind === "cashier" ? (person.refundUpToFen ?? 0) : AMOUNT_FEN_MAX;
}
