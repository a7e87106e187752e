"use server";

import { redirect } from "next/navigation";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { PASSKEY_RESPONSE_CHARS_MAX } from "#lib/base/people-limits.ts";
import { type PeopleText, passkeysText, peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { deviceName } from "../(dashboard)/settings/device-name.ts";
import { type Guest, keepCookies, openGuest } from "../admin-request.ts";
import { passwordProblem } from "../password/password-problem.ts";
import { cameFromUs, done, explain, failed } from "../run-admin-action.ts";

/** @returns what the browser is asked for, as `data` */
export async function beginJoinByPasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  const guest = await openGuest();
  const { admins, text } = guest;
  if (!(form instanceof FormData) || !(await cameFromUs(guest))) return failed(text.errors.stale);
  try {
    const options = await admins.invitations.beginPasskey(String(form.get("token") ?? "").slice(0, 100));
    if (options === null) return failed(goneText(guest, "expired"));
    return { ...done(""), data: JSON.stringify(options) };
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return failed(explain(cause, text));
  }
}

/** Why the link leads nowhere any more. */
function goneText({ text, language }: Guest, state: keyof PeopleText["join"]["gone"]): string {
  const [name = "", value = ""] = peopleText(language).join.gone[state];
  return fill(text.named, { name, value });
}

/** Not through `runAdminAction`: nobody is signed in yet, the link is the right. */
export async function join(_before: ActionState, form: FormData): Promise<ActionState> {
  const guest = await openGuest();
  const { admins, text, visitor, language } = guest;
  if (!(form instanceof FormData) || !(await cameFromUs(guest))) return failed(text.errors.stale);
  const { join: words, devices } = peopleText(language);
  const field = (of: string, max = 1_000) => String(form.get(of) ?? "").slice(0, max);
  const [token, name] = [field("token"), field("name")];
  const way = form.has("response")
    ? { passkey: field("response", PASSKEY_RESPONSE_CHARS_MAX + 1), passkeyName: deviceName(visitor.agent, devices) }
    : { password: field("password") };
  try {
    const cookies = await admins.invitations.accept({ token, name, way, visitor });
    if (cookies === null) {
      const state = (await admins.invitations.find(token))?.state ?? "unknown";
      return failed(goneText(guest, state === "open" ? "unknown" : state));
    }
    await keepCookies(guest, cookies);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    const path = cause.errors[0]?.path;
    if (path === "passkey") return failed(passkeysText(language).wrong);
    return failed(path === "name" ? words.badName : passwordProblem(cause, text));
  }
  redirect("/admin");
}
