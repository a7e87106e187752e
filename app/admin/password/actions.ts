"use server";

import { redirect } from "next/navigation";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { keepCookies, openGuest } from "../admin-request.ts";
import { cameFromUs, done, failed } from "../run-admin-action.ts";
import { passwordProblem } from "./password-problem.ts";

/** Not through `runAdminAction`: someone who must change the password may do only this. */
export async function changePassword(_before: ActionState, form: FormData): Promise<ActionState> {
  const guest = await openGuest();
  const { text, session, admins, visitor } = guest;
  if (!(form instanceof FormData) || !(await cameFromUs(guest)) || session === null || session.awaitsCode)
    return failed(text.errors.stale);
  try {
    const changed = await admins.changePassword({
      session,
      visitor,
      current: String(form.get("current") ?? "").slice(0, 1_000),
      next: String(form.get("next") ?? "").slice(0, 1_000),
    });
    await keepCookies(guest, changed);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return failed(passwordProblem(cause, text));
  }
  if (session.user.mustChangePassword) redirect("/admin");
  return done(text.password.done);
}
