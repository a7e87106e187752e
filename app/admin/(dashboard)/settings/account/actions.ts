"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import type { AdminRequest } from "../../../admin-request.ts";
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

export async function endSession(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: z.object({ sessionId: z.string().max(64) }),
    audit: ({ sessionId }) => ({ action: "session.end", subject: sessionId }),
    async work({ admins, session, text }, { sessionId }) {
      const ended = await admins.sessions.end({ id: sessionId, userId: session.user.id });
      return ended ? done(text.account.ended) : failed(text.errors.notFound);
    },
  });
}
