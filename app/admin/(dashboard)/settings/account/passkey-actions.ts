"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { PASSKEY_RESPONSE_CHARS_MAX } from "#lib/base/people-limits.ts";
import { passkeysText } from "#lib/texts/admin.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

// One's own passkeys and recovery codes. lib/auth records them itself, in the same transaction.

const passkeyId = z.string().refine((text) => isId("adminPasskey", text));
const name = z.string().max(200);

export async function beginPasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    confirmed: true,
    form,
    schema: z.object({}),
    audit: null,
    work: async ({ admins, session }) => ({
      ...done(""),
      data: JSON.stringify(await admins.passkeys.beginRegistration(session)),
    }),
  });
}

export async function addPasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    confirmed: true,
    form,
    schema: z.object({ name, response: z.string().max(PASSKEY_RESPONSE_CHARS_MAX) }),
    audit: null,
    work: (adminRequest, input) =>
      explained(adminRequest, async ({ admins, session }, words) => {
        await admins.passkeys.register({ session, ...input });
        return done(words.added);
      }),
  });
}

export async function renamePasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    form,
    schema: z.object({ passkeyId, name }),
    audit: null,
    work: (adminRequest, input) =>
      explained(adminRequest, async ({ admins, session }, words) => {
        await admins.passkeys.rename({ session, id: input.passkeyId, name: input.name });
        return done(words.renamed);
      }),
  });
}

export async function removePasskey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    confirmed: true,
    form,
    schema: z.object({ passkeyId }),
    audit: null,
    async work({ admins, session, language }, input) {
      const words = passkeysText(language);
      try {
        await admins.passkeys.remove({ session, id: input.passkeyId });
      } catch (cause) {
        if (isAppError(cause) && cause.code === "conflict") return failed(words.lastWay);
        throw cause;
      }
      return done(words.removed);
    },
  });
}

/** Not before the person was asked once more: the codes stand in for the second factor. */
export async function makeRecoveryCodes(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: null,
    confirmed: true,
    form,
    schema: z.object({}),
    audit: null,
    async work({ admins, session, language }) {
      const { recovery } = passkeysText(language);
      try {
        const codes = await admins.recovery.make(session);
        return done(
          recovery.made,
          codes.map((code) => ({ label: recovery.codes, value: code.reveal() })),
        );
      } catch (cause) {
        if (isAppError(cause) && cause.code === "conflict") return failed(recovery.needsFactor);
        throw cause;
      }
    },
  });
}

type PasskeyWords = ReturnType<typeof passkeysText>;

async function explained(
  adminRequest: AdminRequest,
  work: (adminRequest: AdminRequest, words: PasskeyWords) => Promise<ActionState>,
): Promise<ActionState> {
  const words = passkeysText(adminRequest.language);
  try {
    return await work(adminRequest, words);
  } catch (cause) {
    if (!isAppError(cause)) throw cause;
    if (cause.code === "conflict") return failed(words.conflict);
    const path = cause.errors[0]?.path;
    if (path === "name") return failed(words.badName);
    if (path === "passkey") return failed(words.wrong);
    throw cause;
  }
}
