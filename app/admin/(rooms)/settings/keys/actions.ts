"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { DASHBOARD_KEY_ID } from "#lib/auth/api-keys.ts";
import { SCOPES } from "#lib/auth/scopes.ts";
import { COLLECTION_KEY_ID } from "#lib/base/ids.ts";
import { API_KEY_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { done, perform } from "../../../perform.ts";

const keyForm = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(API_KEY_NAME_CHARS_MAX)
    .refine((text) => !/\p{Cc}/u.test(text)),
  requireSigning: z.literal("on").optional(),
  "scopes[]": z.array(z.enum(SCOPES)).default([]),
});

export async function createKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: "keys.write",
    form,
    schema: keyForm,
    deed: ({ name }) => ({ action: "key.create", subject: null, detail: { name } }),
    async work({ container, text }, { name, requireSigning, "scopes[]": scopes }) {
      const { id, secret } = await container.keys.create({ name, requireSigning: requireSigning === "on", scopes });
      return done(text.keys.made, [
        { label: text.keys.id, value: id },
        { label: text.keys.secret, value: secret.reveal() },
      ]);
    },
  });
}

export async function revokeKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return perform({
    right: "keys.write",
    form,
    schema: z.object({
      keyId: z
        .string()
        .max(64)
        .refine((id) => id !== DASHBOARD_KEY_ID && id !== COLLECTION_KEY_ID),
    }),
    deed: ({ keyId }) => ({ action: "key.revoke", subject: keyId }),
    async work({ container, text }, { keyId }) {
      await container.keys.revoke(keyId);
      return done(text.keys.revokedDone);
    },
  });
}
