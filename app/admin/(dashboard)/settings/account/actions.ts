"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { passkeysText, peopleText } from "#lib/texts/admin.ts";
import { type AdminRequest, keepCookies } from "../../../admin-request.ts";
import { passwordProblem } from "../../../password/password-problem.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const codeForm = z.object({ code: z.string().max(16) });

export async function startTotp(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    confirmed: true,
    form,
    schema: codeForm,
    audit: null,
    work: (adminRequest, { code }) =>
      withCode(adminRequest, adminRequest.text.account.enabled, () =>
        adminRequest.admins.totp.confirm({ ...adminRequest, code }),
      ),
  });
}

export async function removeTotp(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: codeForm,
    audit: null,
    work: (adminRequest, { code }) =>
      withCode(adminRequest, adminRequest.text.account.removed, () =>
        adminRequest.admins.totp.remove({ ...adminRequest, code }),
      ),
  });
}

async function withCode({ text }: AdminRequest, message: string, work: () => Promise<void>): Promise<ActionState> {
  try {
    await work();
    return done(message);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "forbidden") return failed(text.signIn.codeWrong);
    throw cause;
  }
}

export async function changeName(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: z.object({ name: z.string().max(200) }),
    audit: null,
    async work({ admins, session, language }, { name }) {
      const words = peopleText(language);
      try {
        await admins.users.setName({ userId: session.user.id, name, actor: session.user.email });
      } catch (cause) {
        if (isAppError(cause) && cause.code === "invalid_request") return failed(words.join.badName);
        throw cause;
      }
      return done(words.own.nameSaved);
    },
  });
}

/** Of somebody who has signed in with a passkey alone until now: the passkey is asked for once more in place of the old one. */
export async function choosePassword(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    confirmed: true,
    form,
    schema: z.object({ next: z.string().max(1_000) }),
    audit: null,
    async work(adminRequest, { next }) {
      const { admins, session, visitor, text, language } = adminRequest;
      try {
        await keepCookies(adminRequest, await admins.changePassword({ session, visitor, current: "", next }));
      } catch (cause) {
        if (isAppError(cause)) return failed(passwordProblem(cause, text));
        throw cause;
      }
      return done(passkeysText(language).setPassword.done);
    },
  });
}
