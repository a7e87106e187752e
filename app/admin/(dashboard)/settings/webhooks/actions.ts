"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { fullTime } from "#components/admin/moments.ts";
import { isAppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import { RETURN_URL_CHARS_MAX } from "#lib/base/limits.ts";
import { WEBHOOK_EVENTS } from "#lib/contract/webhook-endpoint.ts";
import { webhooksText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";
import { overlapSchema, overlapSeconds } from "../overlap.ts";
import { answerWords } from "./endpoint-look.tsx";

// Each is written down in the transaction that does it.

const endpointId = z.string().refine((text) => isId("webhookEndpoint", text));
const eventId = z.string().refine((text) => isId("event", text));
const url = z.string().trim().min(1).max(RETURN_URL_CHARS_MAX);
const events = z.array(z.enum(WEBHOOK_EVENTS)).max(WEBHOOK_EVENTS.length).default([]);
/** Of a `datetime-local` field: a time in Beijing. */
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/);

const bySession = ({ session }: AdminRequest) => ({ actor: session.user.email });
const secretShown = (words: ReturnType<typeof webhooksText>, secret: string) => [
  { label: words.secret, value: secret },
];

/** The address's own problem in the words of the check; anything else as every action tells it. */
function explainUrl(cause: unknown, words: ReturnType<typeof webhooksText>): ActionState {
  const problem = isAppError(cause) ? cause.errors.find(({ path }) => path === "url")?.message : undefined;
  if (problem === undefined) throw cause;
  return failed(fill(words.badUrl, { problem }));
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

export async function addEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: z.object({ url, "events[]": events }),
    audit: null,
    async work(adminRequest, { url: address, "events[]": chosen }) {
      const words = webhooksText(adminRequest.language);
      if (chosen.length === 0) return failed(words.noEvent);
      if (!isAddress(address)) return failed(fill(words.badUrl, { problem: "https://…" }));
      const by = { ...bySession(adminRequest), keep: true };
      try {
        const made = await adminRequest.container.webhookEndpoints.create({ url: address, events: chosen }, by);
        return done(words.added, secretShown(words, made.secret));
      } catch (cause) {
        return explainUrl(cause, words);
      }
    },
  });
}

export async function changeEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: z.object({ endpointId, url, "events[]": events }),
    audit: null,
    async work(adminRequest, { endpointId: id, url: address, "events[]": chosen }) {
      const words = webhooksText(adminRequest.language);
      if (chosen.length === 0) return failed(words.noEvent);
      if (!isAddress(address)) return failed(fill(words.badUrl, { problem: "https://…" }));
      try {
        const patch = { url: address, events: chosen };
        await adminRequest.container.webhookEndpoints.change(id, patch, bySession(adminRequest));
        return done(words.saved);
      } catch (cause) {
        return explainUrl(cause, words);
      }
    },
  });
}

export async function rotateEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    confirmed: true,
    form,
    schema: z.object({ endpointId, overlap: overlapSchema }),
    audit: null,
    async work(adminRequest, { endpointId: id, overlap }) {
      const words = webhooksText(adminRequest.language);
      const { webhookEndpoints } = adminRequest.container;
      const { secret } = await webhookEndpoints.rotateSecret(id, overlapSeconds(overlap), bySession(adminRequest));
      return done(words.rotatedDone, secretShown(words, secret));
    },
  });
}

export async function pauseEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({ endpointId, paused: z.enum(["yes", "no"]) }),
    audit: null,
    async work(adminRequest, { endpointId: id, paused }) {
      const words = webhooksText(adminRequest.language);
      await adminRequest.container.webhookEndpoints.change(id, { paused: paused === "yes" }, bySession(adminRequest));
      return done(paused === "yes" ? words.pausedDone : words.resumedDone);
    },
  });
}

export async function keepEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({ endpointId }),
    audit: null,
    async work(adminRequest, { endpointId: id }) {
      await adminRequest.container.webhookEndpoints.keep(id, bySession(adminRequest));
      return done(webhooksText(adminRequest.language).keptDone);
    },
  });
}

export async function removeEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({ endpointId }),
    audit: null,
    async work(adminRequest, { endpointId: id }) {
      await adminRequest.container.webhookEndpoints.remove(id, bySession(adminRequest));
      redirect("/admin/settings/webhooks?done=removed");
    },
  });
}

export async function testEndpoint(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({ endpointId }),
    audit: ({ endpointId: id }) => ({ action: "webhook.test", subject: id }),
    async work({ container, language }, { endpointId: id }) {
      const words = webhooksText(language);
      const { delivered, status, error, durationMs } = await container.deliverer.test(id);
      if (delivered) return done(fill(words.testSent, { status: status ?? "", ms: durationMs }));
      const problem = answerWords({ status, error }, language) ?? "";
      return failed(fill(words.testFailed, { problem, ms: durationMs }));
    },
  });
}

export async function resendRange(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({
      endpointId,
      from: moment,
      to: moment.or(z.literal("")).default(""),
      which: z.enum(["failed", "all"]),
      "events[]": events,
    }),
    audit: null,
    async work(adminRequest, { endpointId: id, from, to, which, "events[]": chosen }) {
      const { container, language, session } = adminRequest;
      const words = webhooksText(language);
      const start = new Date(`${from}+08:00`);
      const end = to === "" ? null : new Date(`${to}+08:00`);
      if (Number.isNaN(start.getTime()) || (end !== null && !(end > start))) return failed(words.badRange);
      const range = {
        createdFrom: start.toISOString(),
        ...(end === null ? {} : { createdTo: end.toISOString() }),
        ...(chosen.length === 0 ? {} : { types: chosen }),
        onlyFailed: which === "failed",
      };
      const { count, nextFrom } = await container.webhookLog.redeliverRange(id, range, session.user.email);
      if (nextFrom === null) return done(fill(words.againDone, { count }));
      return done(fill(words.againMore, { count, time: fullTime(nextFrom, language) }));
    },
  });
}

export async function resendEvent(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "keys.write",
    form,
    schema: z.object({ endpointId, eventId }),
    audit: null,
    async work({ container, language, session }, key) {
      await container.webhookLog.redeliver(key, session.user.email);
      return done(webhooksText(language).delivery.againDone);
    },
  });
}
