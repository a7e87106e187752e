"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { ADMIN_PASSWORD_CHARS_MAX } from "#lib/base/limits.ts";
import { setPersonLanguage } from "#lib/storage/administration/people.ts";
import { passkeysText } from "#lib/texts/admin.ts";
import { FULL_LANGUAGES, HOME_LANGUAGE } from "#lib/texts/language.ts";
import {
  CHANGE_PASSWORD,
  detourOf,
  ENTER_CODE,
  type Guest,
  keepCookies,
  LANGUAGE_COOKIE,
  openGuest,
  SIGN_IN,
  sessionCookie,
} from "../admin-request.ts";
import { cameFromUs, explain, failed } from "../run-admin-action.ts";

// Signing in and signing out.

const credentials = z.object({ email: z.string().max(254), password: z.string().min(1).max(ADMIN_PASSWORD_CHARS_MAX) });
const YEAR_S = 31_536_000;

export async function signIn(_before: ActionState, form: FormData): Promise<ActionState> {
  const guest = await openGuest();
  const { admins, text, visitor } = guest;
  if (!(form instanceof FormData) || !(await cameFromUs(guest))) return failed(text.errors.stale);
  const parsed = credentials.safeParse({ email: form.get("email"), password: form.get("password") });
  if (!parsed.success) return failed(text.signIn.wrong);
  const opened = await unlessLocked(guest, () => admins.signIn(parsed.data, visitor));
  if ("refusal" in opened) return opened.refusal;
  if (opened.result === null) return failed(text.signIn.wrong);
  const { awaitsCode, mustChangePassword } = opened.result;
  await keepCookies(guest, opened.result);
  const rest = mustChangePassword ? CHANGE_PASSWORD : "/admin";
  redirect(awaitsCode ? ENTER_CODE : rest);
}

/** The second step: an authenticator's code, or a recovery code. */
export async function enterCode(_before: ActionState, form: FormData): Promise<ActionState> {
  const guest = await openGuest();
  const { admins, text, visitor, session, language } = guest;
  if (!(form instanceof FormData) || !(await cameFromUs(guest))) return failed(text.errors.stale);
  if (session === null || !session.awaitsCode) redirect(SIGN_IN);
  const isRecovery = form.has("recovery");
  const code = String(form.get(isRecovery ? "recovery" : "code") ?? "").slice(0, 64);
  const entered = await unlessLocked(guest, () =>
    isRecovery ? admins.enterRecoveryCode({ session, code, visitor }) : admins.enterCode({ session, code, visitor }),
  );
  if ("refusal" in entered) return entered.refusal;
  if (entered.result === null) {
    return failed(isRecovery ? passkeysText(language).recovery.wrong : text.signIn.codeWrong);
  }
  await keepCookies(guest, entered.result);
  redirect("/admin");
}

export async function signOut(): Promise<void> {
  const guest = await openGuest();
  if (!(await cameFromUs(guest))) return;
  if (guest.session !== null) await guest.admins.signOut(guest.session);
  const { name, options } = sessionCookie(guest.container);
  (await cookies()).set(name, "", { ...options, maxAge: 0 });
  redirect(SIGN_IN);
}

/** For this browser, and for the person where somebody is signed in. */
export async function changeLanguage(form: FormData): Promise<void> {
  if (!(form instanceof FormData)) return;
  const language = FULL_LANGUAGES.find((each) => each === form.get("language")) ?? HOME_LANGUAGE;
  const guest = await openGuest();
  if (!(await cameFromUs(guest))) return;
  // Whoever is signed in has it on their other devices, too.
  if (guest.session !== null && detourOf(guest) === null) {
    await setPersonLanguage(guest.container.database.pool, { id: guest.session.user.id, language });
  }
  (await cookies()).set(LANGUAGE_COOKIE, language, { maxAge: YEAR_S, path: "/admin", sameSite: "lax", httpOnly: true });
}

type WithinLimits<Result> = { readonly result: Result } | { readonly refusal: ActionState };

/** A lockout after too many tries becomes a message; it is not thrown. */
async function unlessLocked<Result>({ text }: Guest, work: () => Promise<Result>): Promise<WithinLimits<Result>> {
  try {
    return { result: await work() };
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return { refusal: failed(explain(cause, text)) };
  }
}
