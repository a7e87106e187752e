"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isId } from "#lib/base/ids.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";

const userId = z.string().refine((text) => isId("adminUser", text));

/** One's own devices are everybody's own business; another person's are those of who manages people. */
const mayEndFor = ({ session, may }: AdminRequest, { userId: id }: { readonly userId: string }): boolean =>
  id === session.user.id || may("users.manage");

// The audit entry is written with the end of the session, in lib/auth.

export async function endSession(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: mayEndFor,
    form,
    schema: z.object({ userId, sessionId: z.string().refine((text) => isId("adminSession", text)) }),
    audit: null,
    async work({ admins, session, text, language }, input) {
      const { sessionId: id, userId: ofUser } = input;
      const ended = await admins.sessions.end({ id, userId: ofUser, actor: session.user.email });
      return ended ? done(peopleText(language).sessions.ended) : failed(text.errors.notFound);
    },
  });
}

/** All of another person's, or all of one's own but the one that asks. */
export async function endAllSessions(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    isAllowed: mayEndFor,
    form,
    schema: z.object({ userId }),
    audit: null,
    async work({ admins, session, language }, input) {
      const { email: actor } = session.user;
      const count = await admins.sessions.endAll({ userId: input.userId, except: session.id, actor });
      return done(fill(peopleText(language).sessions.endedMany, { count }));
    },
  });
}
