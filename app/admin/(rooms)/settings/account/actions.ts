"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { done, failed, perform } from "../../../perform.ts";
import type { Visit } from "../../../visit.ts";

const codeForm = z.object({ code: z.string().max(16) });

export async function startTotp(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: null,
    form,
    schema: codeForm,
    deed: null,
    work: (visit, { code }) =>
      withCode(visit, visit.text.account.enabled, () => visit.admins.totp.confirm({ ...visit, code })),
  });
}

export async function removeTotp(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: null,
    form,
    schema: codeForm,
    deed: null,
    work: (visit, { code }) =>
      withCode(visit, visit.text.account.removed, () => visit.admins.totp.remove({ ...visit, code })),
  });
}

async function withCode({ text }: Visit, message: string, work: () => Promise<void>): Promise<ActionState> {
  try {
    await work();
    return done(message);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "forbidden") return failed(text.signIn.codeWrong);
    throw cause;
  }
}

export async function endSession(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: null,
    form,
    schema: z.object({ sessionId: z.string().max(64) }),
    deed: ({ sessionId }) => ({ action: "session.end", subject: sessionId }),
    async work({ admins, session, text }, { sessionId }) {
      const ended = await admins.sessions.end({ id: sessionId, userId: session.user.id });
      return ended ? done(text.account.ended) : failed(text.errors.notFound);
    },
  });
}
