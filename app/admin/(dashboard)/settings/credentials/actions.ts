"use server";

import { z } from "zod";
import type { ActionState, ShownReason } from "#components/admin/action-state.ts";
import { CREDENTIAL_BYTES_MAX, CREDENTIAL_SLOTS, type Recognised } from "#lib/config/recognise-credential.ts";
import { credentialsText } from "#lib/texts/admin.ts";
import type { Language } from "#lib/texts/language.ts";
import { wordSentence } from "#lib/texts/word-sentence.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../admin-request.ts";
import { done, failed, runAdminAction } from "../../../run-admin-action.ts";
import { reasonsIn } from "../reasons-in.ts";

/** Of one form: a package of certificates has four files. */
const FILES_MAX = 10;

const draftsOf = ({ container }: AdminRequest) => {
  if (container.credentials === undefined) throw new Error("this process keeps no credentials");
  return container.credentials;
};

/** What was dropped is read and said; none of it is repeated. */
export async function dropCredentials(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({
      "files[]": z.array(z.instanceof(File)).max(FILES_MAX).default([]),
      text: z.string().max(CREDENTIAL_BYTES_MAX).default(""),
    }),
    audit: () => ({ action: "config.draft", subject: null }),
    async work(adminRequest, { "files[]": files, text }) {
      const { language, session } = adminRequest;
      const words = credentialsText(language);
      // A field for files that nothing was put into sends one without a name.
      const given = files.filter(({ size, name }) => size > 0 || name !== "");
      const contents = await Promise.all(
        given.map(async (file) => new Uint8Array(await file.slice(0, CREDENTIAL_BYTES_MAX + 1).arrayBuffer())),
      );
      if (text.trim() !== "") contents.push(new TextEncoder().encode(text));
      if (contents.length === 0) return failed(words.nothing);
      const recognised = await draftsOf(adminRequest).drop(contents, session.user.email);
      const names = [...given.map(({ name }) => name.slice(0, 80)), words.pasted];
      const reasons = recognised.map((each, at) => lineOf(each, names[at] ?? words.pasted, language));
      const fit = recognised.filter(({ kind }) => kind !== "useless").length;
      const message = fill(words.recognised, { fit, count: recognised.length });
      return { ...(fit === 0 ? failed(message) : done(message)), reasons };
    },
  });
}

function lineOf(recognised: Recognised, field: string, language: Language): ShownReason {
  const words = credentialsText(language);
  const what = wordSentence(recognised.what, language);
  if (recognised.kind === "useless") {
    return { field, text: fill(words.useless, { what, next: wordSentence(recognised.next, language) }) };
  }
  return { field, text: recognised.kind === "ambiguous" ? `${what} · ${words.sayWhich}` : what };
}

export async function placeCredential(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({ slot: z.enum(CREDENTIAL_SLOTS) }),
    audit: ({ slot }) => ({ action: "config.draft", subject: slot }),
    async work(adminRequest, { slot }) {
      await draftsOf(adminRequest).place(slot, adminRequest.session.user.email);
      return done(credentialsText(adminRequest.language).placed);
    },
  });
}

export async function forgetDraft(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    form,
    schema: z.object({}),
    audit: () => ({ action: "config.draft_forgotten", subject: null }),
    async work(adminRequest) {
      await draftsOf(adminRequest).forget();
      return done(credentialsText(adminRequest.language).forgotten);
    },
  });
}

/** The import records itself; this says who tried. */
export async function activateDraft(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "config.write",
    confirmed: true,
    form,
    schema: z.object({}),
    audit: () => ({ action: "config.import", subject: null }),
    async work(adminRequest) {
      const { language, session, text } = adminRequest;
      const result = await draftsOf(adminRequest).activate(session.user.email);
      if (result.kind === "refused") {
        return { ...failed(text.payment.refused), reasons: reasonsIn(result.reasons, language) };
      }
      const words = credentialsText(language);
      return done(fill(words[result.kind], { merchantNumber: result.merchantNumber }));
    },
  });
}
