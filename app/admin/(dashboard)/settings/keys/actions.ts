"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { DASHBOARD_KEY_ID } from "#lib/auth/api-keys.ts";
import { COLLECTION_KEY_ID, EPAY_KEY_ID } from "#lib/base/ids.ts";
import { API_KEY_NAME_CHARS_MAX, API_KEY_NETWORKS_MAX } from "#lib/base/limits.ts";
import { readNetwork } from "#lib/base/networks.ts";
import { addMs, DAY_MS } from "#lib/base/time.ts";
import { SCOPES } from "#lib/contract/scope.ts";
import type { AdminText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";
import { overlapSchema, overlapSeconds } from "../overlap.ts";

// lib/auth records each with the key's id.

const keyId = z
  .string()
  .max(64)
  .refine((id) => ![DASHBOARD_KEY_ID, COLLECTION_KEY_ID, EPAY_KEY_ID].includes(id));
const term = z.enum(["never", "30", "90", "365"]);
/** Addresses and networks, divided by lines, commas or spaces. */
const networks = z
  .string()
  .max(API_KEY_NETWORKS_MAX * 50)
  .default("")
  .transform((text) => [...new Set(text.split(/[\s,，;；]+/).filter((each) => each !== ""))]);

const access = { access: z.enum(["some", "all"]), "scopes[]": z.array(z.enum(SCOPES)).default([]) };

const keyForm = z.object({
  ...access,
  name: z
    .string()
    .trim()
    .min(1)
    .max(API_KEY_NAME_CHARS_MAX)
    .refine((text) => !/\p{Cc}/u.test(text)),
  requireSigning: z.literal("on").optional(),
  expires: term.default("never"),
  networks,
});

export async function createKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: keyForm,
    audit: null,
    async work({ container, text, session }, input) {
      const { name, requireSigning, access, "scopes[]": chosen, expires, networks: allowedNetworks } = input;
      // An empty list means everything, which nobody gets by forgetting to choose.
      if (access === "some" && chosen.length === 0) return failed(text.keys.noScope);
      const problem = networkProblem(allowedNetworks, text);
      if (problem !== null) return failed(problem);
      const limits = { allowedNetworks, expiresAt: endOf(expires, container.clock.now()) };
      const scopes = access === "all" ? [] : chosen;
      const key = { name, requireSigning: requireSigning === "on", scopes, actor: session.user.email, ...limits };
      const { id, secret } = await container.keys.create(key);
      return done(text.keys.made, [
        { label: text.keys.id, value: id },
        { label: text.keys.secret, value: secret.reveal() },
      ]);
    },
  });
}

/** A new secret for a key, with an overlap. */
export async function rotateKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: z.object({ keyId, overlap: overlapSchema }),
    audit: null,
    async work({ container, text, session }, { keyId: id, overlap }) {
      const { secret } = await container.keys.rotate(id, overlapSeconds(overlap), session.user.email);
      return done(text.keys.rotated, [{ label: text.keys.secret, value: secret.reveal() }]);
    },
  });
}

/** Until when a key works, and from where. */
export async function limitKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: z.object({ keyId, expires: term.or(z.literal("keep")), networks }),
    audit: null,
    async work({ container, text, session }, { keyId: id, expires, networks: allowedNetworks }) {
      const problem = networkProblem(allowedNetworks, text);
      if (problem !== null) return failed(problem);
      const current = (await container.keys.list()).find((key) => key.id === id);
      if (current === undefined) return failed(text.errors.stale);
      const expiresAt = expires === "keep" ? current.expiresAt : endOf(expires, container.clock.now());
      await container.keys.limit(id, { allowedNetworks, expiresAt }, session.user.email);
      return done(text.keys.limited);
    },
  });
}

/** What a key may do, from the next call on. */
export async function rescopeKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: z.object({ keyId, ...access }),
    audit: null,
    async work({ container, text, session }, { keyId: id, access: chosen, "scopes[]": scopes }) {
      if (chosen === "some" && scopes.length === 0) return failed(text.keys.noScope);
      const { narrowed, ended } = await container.keys.rescope(id, chosen === "all" ? [] : scopes, session.user.email);
      return done(text.keys.rescoped, [
        ...ended.map((value) => ({ label: text.keys.endpointEnded, value })),
        ...narrowed.map((value) => ({ label: text.keys.endpointNarrowed, value })),
      ]);
    },
  });
}

export async function revokeKey(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({ keyId }),
    audit: null,
    async work({ container, text, session }, { keyId: id }) {
      const endpoints = await container.keys.revoke(id, session.user.email);
      return done(
        text.keys.revokedDone,
        endpoints.map((value) => ({ label: text.keys.endpointEnded, value })),
      );
    },
  });
}

const endOf = (days: z.output<typeof term>, now: Date): Date | null =>
  days === "never" ? null : addMs(now, Number(days) * DAY_MS);

/** Names the first that is none. */
function networkProblem(given: readonly string[], { keys }: AdminText): string | null {
  if (given.length > API_KEY_NETWORKS_MAX) return fill(keys.tooManyNetworks, { count: API_KEY_NETWORKS_MAX });
  const wrong = given.find((network) => readNetwork(network) === null);
  return wrong === undefined ? null : fill(keys.badNetwork, { network: wrong.slice(0, 60) });
}
