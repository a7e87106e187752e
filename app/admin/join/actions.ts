"use server";

import { redirect } from "next/navigation";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { keepCookies, openGuest } from "../admin-request.ts";
import { passwordProblem } from "../password/password-problem.ts";
import { cameFromUs, failed } from "../run-admin-action.ts";

/** Not through `runAdminAction`: nobody is signed in yet, the link is the right. */
export async function join(_before: ActionState, form: FormData): Promise<ActionState> {
  const guest = await openGuest();
  const { admins, text, visitor, language } = guest;
  if (!(form instanceof FormData) || !(await cameFromUs(guest))) return failed(text.errors.stale);
  const words = peopleText(language).join;
  const [token, name, password] = ["token", "name", "password"].map((field) =>
    String(form.get(field) ?? "").slice(0, 1_000),
  ) as [string, string, string];
  try {
    const cookies = await admins.invitations.accept({ token, name, password, visitor });
    if (cookies === null) {
      const state = (await admins.invitations.find(token))?.state ?? "unknown";
      return failed(words.gone[state === "open" ? "unknown" : state].join("："));
    }
    await keepCookies(guest, cookies);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return failed(cause.errors[0]?.path === "name" ? words.badName : passwordProblem(cause, text));
  }
  redirect("/admin");
}
