import type { AdminUser } from "#lib/auth/admin-users.ts";
import type { PeopleText } from "#lib/texts/admin.ts";

/** Whether somebody can sign in, and what they wait for if not. */
export function personState(user: AdminUser): keyof PeopleText["states"] {
  if (user.disabledAt !== null) return "disabled";
  if (user.awaitsReset) return "waiting";
  return user.mustChangePassword ? "fresh" : "active";
}
