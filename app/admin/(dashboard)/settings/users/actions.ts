"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { ROLES } from "#lib/auth/admin-roles.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const userId = z.string().refine((text) => isId("adminUser", text));
const role = z.enum(ROLES);

// lib/auth records these itself, in the same transaction.

export async function createUser(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "users.manage",
    confirmed: true,
    form,
    schema: z.object({ email: z.email().max(254), role }),
    audit: null,
    async work({ admins, session, text }, input) {
      const made = await orConflict(() => admins.users.create({ ...input, actor: session.user.email }));
      if (made === null) return failed(text.users.taken);
      return done(text.users.made, [{ label: text.users.password, value: made.password.reveal() }]);
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
    async work({ admins, session, text }, input) {
      const kept = await orConflict(() => admins.users.setRole({ ...input, actor: session.user.email }));
      return kept === null ? failed(text.users.lastOwner) : done(text.users.roleChanged);
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
    async work({ admins, session, text }, input) {
      const disabled = input.disabled === "yes";
      const change = { userId: input.userId, disabled, actor: session.user.email };
      if ((await orConflict(() => admins.users.setDisabled(change))) === null) return failed(text.users.lastOwner);
      return done(disabled ? text.users.disabledDone : text.users.enabledDone);
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
    async work({ admins, session, text }, input) {
      const password = await admins.users.reset({ userId: input.userId, actor: session.user.email });
      return done(text.users.resetDone, [{ label: text.users.password, value: password.reveal() }]);
    },
  });
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
