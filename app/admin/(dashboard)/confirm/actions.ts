"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { ADMIN_PASSWORD_CHARS_MAX } from "#lib/base/limits.ts";
import { PASSKEY_RESPONSE_CHARS_MAX } from "#lib/base/people-limits.ts";
import { confirmationText, passkeysText } from "#lib/texts/admin.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";
import { confirmByOf, pathOf, requireRecentSecondFactor } from "../../second-factor.ts";

/** Takes the code or the password. From its own page it leads back to where the question came up. */
export async function confirmIdentity(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: z.object({
      secret: z.string().max(ADMIN_PASSWORD_CHARS_MAX),
      back: z.string().max(2_048).optional(),
    }),
    // lib/auth records it, and wrong tries as well.
    audit: null,
    async work(adminRequest, { secret, back }) {
      const { admins, session, visitor, language } = adminRequest;
      const words = confirmationText(language);
      if (!(await admins.confirm({ session, secret, visitor }))) {
        const by = confirmByOf(adminRequest);
        if (by === "passkey") return failed(passkeysText(language).cannotConfirm);
        return failed(by === "code" ? words.codeWrong : words.passwordWrong);
      }
      if (back !== undefined) redirect(pathOf(back));
      return done(words.done);
    },
  });
}

/** @returns what the browser is asked for, as `data` */
export async function beginPasskeyConfirmation(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: z.object({}),
    audit: null,
    work: async ({ admins, session }) => ({
      ...done(""),
      data: JSON.stringify(await admins.passkeys.begin("confirm", session)),
    }),
  });
}

/** The same with a passkey. */
export async function confirmByPasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: z.object({
      response: z.string().max(PASSKEY_RESPONSE_CHARS_MAX),
      back: z.string().max(2_048).optional(),
    }),
    // lib/auth records it, and wrong tries as well.
    audit: null,
    async work({ admins, session, visitor, language }, { response, back }) {
      if (!(await admins.confirmByPasskey({ session, response, visitor }))) return failed(passkeysText(language).wrong);
      if (back !== undefined) redirect(pathOf(back));
      return done(confirmationText(language).done);
    },
  });
}

/** Whether the question would come up now: what is no form (a download) asks this first. */
export async function askRecentSecondFactor(): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form: new FormData(),
    schema: z.object({}),
    audit: null,
    work: async (adminRequest) => (await requireRecentSecondFactor(adminRequest)) ?? done(""),
  });
}
