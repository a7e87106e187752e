"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { ADMIN_PASSWORD_CHARS_MAX } from "#lib/base/limits.ts";
import { confirmationText } from "#lib/texts/admin.ts";
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
        return failed(confirmByOf(adminRequest) === "code" ? words.codeWrong : words.passwordWrong);
      }
      if (back !== undefined) redirect(pathOf(back));
      return done(words.done);
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
