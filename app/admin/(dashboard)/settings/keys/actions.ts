"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { DASHBOARD_KEY_ID } from "#lib/auth/api-keys.ts";
import { COLLECTION_KEY_ID, isId } from "#lib/base/ids.ts";
import { API_KEY_NAME_CHARS_MAX } from "#lib/base/limits.ts";
import { SCOPES } from "#lib/contract/scope.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";

const keyForm = z.object({
  name: z
    .string()
    .trim()
    .min(1)
    .max(API_KEY_NAME_CHARS_MAX)
    .refine((text) => !/\p{Cc}/u.test(text)),
  requireSigning: z.literal("on").optional(),
  access: z.enum(["some", "all"]),
  "scopes[]": z.array(z.enum(SCOPES)).default([]),
});

export async function createKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: keyForm,
    // lib/auth records it with the key's id.
    audit: null,
    async work({ container, text, session }, { name, requireSigning, access, "scopes[]": chosen }) {
      // An empty list means everything, which nobody gets by forgetting to choose.
      if (access === "some" && chosen.length === 0) return failed(text.keys.noScope);
      const scopes = access === "all" ? [] : chosen;
      const actor = session.user.email;
      const key = { name, requireSigning: requireSigning === "on", scopes, actor };
      const { id, secret } = await container.keys.create(key);
      return done(text.keys.made, [
        { label: text.keys.id, value: id },
        { label: text.keys.secret, value: secret.reveal() },
      ]);
    },
  });
}

export async function revokeKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({
      keyId: z
        .string()
        .max(64)
        .refine((id) => id !== DASHBOARD_KEY_ID && id !== COLLECTION_KEY_ID),
    }),
    audit: null,
    async work({ container, text, session }, { keyId }) {
      const endpoints = await container.keys.revoke(keyId, session.user.email);
      return done(
        text.keys.revokedDone,
        endpoints.map((value) => ({ label: text.keys.endpointEnded, value })),
      );
    },
  });
}

const endpointForm = z.object({ endpointId: z.string().refine((text) => isId("webhookEndpoint", text)) });

// Recorded in the same transaction.

export async function keepEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: endpointForm,
    audit: null,
    async work({ container, language, session }, { endpointId }) {
      await container.webhookEndpoints.keep(endpointId, { actor: session.user.email });
      return done(webhooksText(language).keptDone);
    },
  });
}

export async function removeEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: endpointForm,
    audit: null,
    async work({ container, language, session }, { endpointId }) {
      await container.webhookEndpoints.remove(endpointId, { actor: session.user.email });
      return done(webhooksText(language).removed);
    },
  });
}
