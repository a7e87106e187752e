"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { TILL_COOKIE_LIFE_MS } from "#lib/base/till-limits.ts";
import { SECOND_MS } from "#lib/base/time.ts";
import { tillsText } from "#lib/texts/admin.ts";
import { keepCounterCookie, openCounterGuest } from "../../../counter-request.ts";
import { cameFromUs, explain, failed, runAdminAction } from "../../../run-admin-action.ts";

// How a device becomes a till, and a cashier comes to stand at it.

/** Where a cashier begins. */
const COUNTER_HOME = "/admin/counter";
const cookieLifeS = TILL_COOKIE_LIFE_MS / SECOND_MS;

const pinForm = z.object({ cashierId: z.string().max(64), pin: z.string().max(64) });

export async function signInCashier(_before: ActionState, form: FormData): Promise<ActionState> {
  const { guest, tills, at } = await openCounterGuest();
  const { text, language } = guest;
  const words = tillsText(language).signIn;
  if (!(form instanceof FormData) || !(await cameFromUs(guest)) || at === null) return failed(text.errors.stale);
  const parsed = pinForm.safeParse({ cashierId: form.get("cashierId"), pin: form.get("pin") });
  if (!parsed.success) return failed(words.wrong);
  try {
    const token = await tills.signIn({ at, ...parsed.data });
    if (token === null) return failed(words.wrong);
    await keepCounterCookie(guest, "cashier", { value: token.reveal(), lifeS: cookieLifeS });
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    return failed(explain(cause, text));
  }
  redirect(COUNTER_HOME);
}

export async function bindTill(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "tills.bind",
    form,
    schema: z.object({
      tillId: z.string().refine((id) => isId("till", id)),
      signOut: z.literal("on").optional(),
    }),
    // lib/auth records it, in the same transaction.
    audit: null,
    async work({ session, admins, visitor, language }, { tillId, signOut }) {
      const { guest, tills } = await openCounterGuest();
      const bound = await tills
        .bind({ tillId, label: visitor.agent, by: session.user.email })
        .catch((cause: unknown) => (isAppError(cause) && cause.code === "not_found" ? null : Promise.reject(cause)));
      if (bound === null) return failed(tillsText(language).bind.gone);
      await keepCounterCookie(guest, "till", { value: bound.reveal(), lifeS: cookieLifeS });
      if (signOut !== undefined) await admins.signOut(session);
      redirect("/admin/counter/sign-in");
    },
  });
}

/** Locks the till; the next one signs in. The shift goes on. */
export async function lockTill(): Promise<void> {
  const counterGuest = await openCounterGuest();
  const { guest, tills, cashierSession } = counterGuest;
  if (!(await cameFromUs(guest))) return;
  if (cashierSession !== null) await tills.signOut(cashierSession);
  await keepCounterCookie(guest, "cashier", { value: "", lifeS: 0 });
  redirect("/admin/counter/sign-in");
}

/** The cashier did something on the page. @returns false when the session has ended */
export async function keepTillAwake(): Promise<boolean> {
  const { guest, tills, cashierSession } = await openCounterGuest();
  if (!(await cameFromUs(guest)) || cashierSession === null) return false;
  await tills.touch(cashierSession);
  return true;
}
