"use server";

import { redirect } from "next/navigation";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { PASSKEY_RESPONSE_CHARS_MAX } from "#lib/base/people-limits.ts";
import { passkeysText } from "#lib/texts/admin.ts";
import { type Guest, keepCookies, openGuest, SIGN_IN } from "../admin-request.ts";
import { cameFromUs, done, explain, failed } from "../run-admin-action.ts";

// Signing in with a passkey: alone, or as the second step.

/** @returns what the browser is asked for, as `data` */
export async function beginPasskeySignIn(): Promise<ActionState> {
  return guarded(async ({ admins, container, visitor }) => {
    await container.limits.countPasskeyChallenge(visitor.address);
    return { ...done(""), data: JSON.stringify(await admins.passkeys.beginSignIn()) };
  });
}

export async function signInByPasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  const answer = await guarded(async (guest) => {
    const cookies = await guest.admins.signInByPasskey({ response: responseOf(form), visitor: guest.visitor });
    if (cookies === null) return failed(passkeysText(guest.language).wrong);
    await keepCookies(guest, cookies);
    return done("");
  });
  if (answer.kind === "done") redirect("/admin");
  return answer;
}

/** @returns as {@link beginPasskeySignIn} */
export async function beginPasskeyStep(): Promise<ActionState> {
  const { session } = await openGuest();
  if (session === null || !session.awaitsCode) redirect(SIGN_IN);
  return guarded(async ({ admins }) => ({
    ...done(""),
    data: JSON.stringify(await admins.passkeys.begin("second_factor", session)),
  }));
}

export async function enterPasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  const { session } = await openGuest();
  if (session === null || !session.awaitsCode) redirect(SIGN_IN);
  const answer = await guarded(async (guest) => {
    const { admins, visitor, language } = guest;
    const cookies = await admins.enterPasskey({ session, response: responseOf(form), visitor });
    if (cookies === null) return failed(passkeysText(language).wrong);
    await keepCookies(guest, cookies);
    return done("");
  });
  if (answer.kind === "done") redirect("/admin");
  return answer;
}

/** Server actions can be called directly, with any argument. */
const responseOf = (form: unknown): string =>
  form instanceof FormData ? String(form.get("response") ?? "").slice(0, PASSKEY_RESPONSE_CHARS_MAX + 1) : "";

async function guarded(work: (guest: Guest) => Promise<ActionState>): Promise<ActionState> {
  const guest = await openGuest();
  if (!(await cameFromUs(guest))) return failed(guest.text.errors.stale);
  try {
    return await work(guest);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return failed(explain(cause, guest.text));
  }
}
