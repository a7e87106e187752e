"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { fullTime } from "#components/admin/moments.ts";
import type { MadeLink } from "#lib/auth/admin-invitations.ts";
import { ROLES } from "#lib/auth/admin-roles.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { peopleText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const userId = z.string().refine((text) => isId("adminUser", text));
const role = z.enum(ROLES);

// lib/auth records these itself, in the same transaction.

/** Also makes a new link in place of one that was lost: an address has one at a time. */
export async function invite(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "users.manage",
    confirmed: true,
    form,
    schema: z.object({ email: z.email().max(254), role }),
    audit: null,
    async work(adminRequest, input) {
      const { invite: words } = peopleText(adminRequest.language);
      const { user: by } = adminRequest.session;
      const made = await orConflict(() => adminRequest.admins.invitations.invite({ ...input, by }));
      return made === null ? failed(words.taken) : shown(adminRequest, made, words);
    },
  });
}

export async function revokeInvitation(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "users.manage",
    form,
    schema: z.object({ invitationId: z.string().refine((text) => isId("adminInvitation", text)) }),
    audit: null,
    async work({ admins, session, language }, { invitationId: id }) {
      await admins.invitations.revoke({ id, by: session.user });
      return done(peopleText(language).invite.revoked);
    },
  });
}

export async function resetUser(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "users.manage",
    confirmed: true,
    form,
    schema: z.object({ userId }),
    audit: null,
    async work(adminRequest, input) {
      const { reset, role: roleWords } = peopleText(adminRequest.language);
      const { user: by } = adminRequest.session;
      const made = await orConflict(() => adminRequest.admins.invitations.reset({ ...input, by }));
      return made === null ? failed(roleWords.lastOwner) : shown(adminRequest, made, reset);
    },
  });
}

export async function setRole(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "users.manage",
    confirmed: true,
    form,
    schema: z.object({ userId, role }),
    audit: null,
    async work({ admins, session, language }, input) {
      const { role: words } = peopleText(language);
      const kept = await orConflict(() => admins.users.setRole({ ...input, actor: session.user.email }));
      return kept === null ? failed(words.lastOwner) : done(words.saved);
    },
  });
}

export async function setDisabled(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "users.manage",
    confirmed: true,
    form,
    schema: z.object({ userId, disabled: z.enum(["yes", "no"]) }),
    audit: null,
    async work({ admins, session, language }, input) {
      const { disable, enable, role: roleWords } = peopleText(language);
      const disabled = input.disabled === "yes";
      const change = { userId: input.userId, disabled, actor: session.user.email };
      if ((await orConflict(() => admins.users.setDisabled(change))) === null) return failed(roleWords.lastOwner);
      return done(disabled ? disable.done : enable.done);
    },
  });
}

/** The link, once and never again. */
function shown(
  { language, container }: AdminRequest,
  { email, token, expiresAt }: MadeLink,
  words: { readonly made: string; readonly link: string },
): ActionState {
  const said = fill(words.made, { email, time: fullTime(expiresAt, language) });
  const value = `${container.settings.publicUrl}/admin/join/${token.reveal()}`;
  return done(said, [{ label: words.link, value, qr: peopleText(language).invite.scan }]);
}

/** @returns null on a conflict with the current state */
async function orConflict<Result>(work: () => Promise<Result>): Promise<{ [Key in keyof Result]: Result[Key] } | null> {
  try {
    return (await work()) ?? ({} as Result);
  } catch (cause) {
    if (isAppError(cause) && cause.code === "conflict") return null;
    throw cause;
  }
}
