"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { fenFromYuan } from "#lib/base/fen.ts";
import { type CollectionCodeRequest, collectionCodeRequestSchema } from "#lib/contract/collection-code.ts";
import { type CollectionText, collectionText } from "#lib/texts/admin.ts";
import { done, failed, runAdminAction } from "../../run-admin-action.ts";
import { isCodeId } from "./code-id.ts";

const codeId = z.string().refine(isCodeId);
const yuan = z.string().trim().max(20);
const text = z.string().trim().max(300);

const fields = {
  label: text,
  amount: yuan,
  amountMin: yuan,
  amountMax: yuan,
  scene: text,
  itemName: text,
  category: text,
  place: text.default(""),
};

export async function createCode(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "collection.write",
    form,
    schema: z.object(fields),
    // Recorded in the same transaction, as below.
    audit: null,
    async work({ container, session, text: words, language }, input) {
      const read = readTerms(input, collectionText(language));
      if ("problem" in read) return failed(read.problem ?? words.errors.codes.invalid_request ?? "");
      const made = await container.collection.create(read.terms, { by: session.user.email });
      redirect(`/admin/collection-codes/${made.id}?done=made`);
    },
  });
}

export async function changeCode(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "collection.write",
    form,
    schema: z.object({ ...fields, codeId }),
    audit: null,
    async work({ container, session, text: words, language }, { codeId: id, ...input }) {
      const own = collectionText(language);
      const read = readTerms(input, own);
      if ("problem" in read) return failed(read.problem ?? words.errors.codes.invalid_request ?? "");
      await container.collection.change(id, read.terms, { by: session.user.email });
      return done(own.saved);
    },
  });
}

export async function retireCode(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "collection.write",
    form,
    schema: z.object({ codeId }),
    audit: null,
    async work({ container, session, language }, input) {
      await container.collection.retire(input.codeId, { by: session.user.email });
      return done(collectionText(language).retiredDone);
    },
  });
}

/** `store/till` or `store`, as the form names places. */
function readPlace(place: string) {
  const [storeCode = "", tillCode = ""] = place.split("/", 2);
  return { storeCode: storeCode || null, tillCode: tillCode || null };
}

type ReadTerms = { readonly terms: CollectionCodeRequest } | { readonly problem: string | null };

/** The form by the rules of the API; null for values that the form itself cannot send. */
function readTerms(input: Readonly<Record<keyof typeof fields, string>>, words: CollectionText): ReadTerms {
  const amounts = [input.amount, input.amountMin, input.amountMax].map((typed) =>
    typed === "" ? null : (fenFromYuan(typed) ?? 0),
  );
  if (amounts.includes(0)) return { problem: words.wrongAmount };
  const [amount, amountMin, amountMax] = amounts;
  const parsed = collectionCodeRequestSchema.safeParse({
    label: input.label,
    amount,
    amountMin,
    amountMax,
    scene: input.scene || null,
    itemName: input.itemName || null,
    category: input.category || null,
    ...readPlace(input.place),
  });
  if (parsed.success) return { terms: parsed.data };
  const [path] = parsed.error.issues[0]?.path ?? [];
  const aboutBounds = parsed.error.issues.some(({ code }) => code === "custom") && String(path).startsWith("amountM");
  if (aboutBounds) return { problem: words.wrongBounds };
  return { problem: String(path).startsWith("amount") ? words.wrongAmount : null };
}
