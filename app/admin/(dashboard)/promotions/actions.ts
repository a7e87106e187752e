"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import { type ActionState, FRESH } from "#components/admin/action-state.ts";
import type { ShownPreview } from "#components/admin/promotions/preview-view.tsx";
import type { PromotionFormState } from "#components/admin/promotions/promotion-form.tsx";
import { type AppError, isAppError } from "#lib/base/app-error.ts";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import { promotionsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { done, failed, fieldsOf, runAdminAction } from "../../run-admin-action.ts";
import { type FormValues, PROMOTION_TYPES } from "./form-values.ts";
import { readSampleCart, shownPreview } from "./preview-words.ts";
import { isPromotionId } from "./promotion-id.ts";
import { labelOf, movedOnMessage } from "./promotion-words.ts";
import { type FormProblem, patchOf, readPromotionForm, type ValidPromotion } from "./read-form.ts";

const promotionId = z.string().refine(isPromotionId);
const type = z.enum(PROMOTION_TYPES);
const version = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);
const target = z.object({ promotionId });

/** Makes a promotion; its audit entry is written in the same commit, as with all changes below. */
export async function createPromotion(_before: PromotionFormState, form: FormData): Promise<PromotionFormState> {
  return submitted(form, (filled) =>
    runAdminAction({
      right: "promotions.write",
      form,
      schema: z.object({ type, intent: z.enum(["save", "save_paused", "preview"]) }),
      audit: null,
      async work(adminRequest, input) {
        const read = readPromotionForm(input.type, filled.values);
        if ("problems" in read) return filled.wrong(adminRequest, read.problems);
        if (input.intent === "preview") return tryOut(adminRequest, filled, read);
        const { promotions } = adminRequest.container.payments;
        const by = { by: adminRequest.session.user.email };
        const isPaused = input.intent === "save_paused";
        try {
          const { id } = await promotions.create(read.request, { ...by, isPaused });
          redirect(`/admin/promotions/${id}?done=${isPaused ? "paused" : "made"}`);
        } catch (cause) {
          return refusedChange(adminRequest, filled, cause);
        }
      },
    }),
  );
}

export async function changePromotion(_before: PromotionFormState, form: FormData): Promise<PromotionFormState> {
  return submitted(form, (filled) =>
    runAdminAction({
      right: "promotions.write",
      form,
      schema: z.object({ type, promotionId, version, intent: z.enum(["save", "preview"]) }),
      audit: null,
      async work(adminRequest, input) {
        const read = readPromotionForm(input.type, filled.values);
        if ("problems" in read) return filled.wrong(adminRequest, read.problems);
        if (input.intent === "preview") {
          return tryOut(adminRequest, filled, { ...read, rule: { ...read.rule, id: input.promotionId } });
        }
        const { promotions } = adminRequest.container.payments;
        const by = { by: adminRequest.session.user.email };
        try {
          await promotions.change(input.promotionId, patchOf(read.request, input.version), by);
          redirect(`/admin/promotions/${input.promotionId}?done=saved`);
        } catch (cause) {
          if (isMovedOn(cause)) {
            filled.newest = `/admin/promotions/${input.promotionId}/edit`;
            return failed(await movedOnMessage(adminRequest, input.promotionId));
          }
          return refusedChange(adminRequest, filled, cause);
        }
      },
    }),
  );
}

export async function pausePromotion(_before: ActionState, form: FormData): Promise<ActionState> {
  return change(form, "pause", "paused");
}

export async function resumePromotion(_before: ActionState, form: FormData): Promise<ActionState> {
  return change(form, "resume", "resumed");
}

export async function archivePromotion(_before: ActionState, form: FormData): Promise<ActionState> {
  return change(form, "archive", "archived");
}

/** The entry in the audit log is written in the commit of the change. */
async function change(
  form: FormData,
  verb: "pause" | "resume" | "archive",
  answer: "paused" | "resumed" | "archived",
): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: target,
    audit: null,
    async work({ container, session, language }, { promotionId: id }) {
      await container.payments.promotions[verb](id, { by: session.user.email });
      return done(promotionsText(language).actions[answer]);
    },
  });
}

/** A form on its way: what was typed, and what turned out wrong with it. */
class Filled {
  readonly values: FormValues;
  problems: Record<string, string> = {};
  newest: string | undefined;
  preview: ShownPreview | undefined;

  constructor(values: FormValues) {
    this.values = values;
  }

  wrong({ language }: AdminRequest, problems: readonly FormProblem[]): ActionState {
    const words = promotionsText(language);
    this.problems = Object.fromEntries(problems.map(({ field, problem }) => [field, words.problems[problem]]));
    const reasons = problems.map(({ field, problem }) => ({
      field: labelOf(field, words),
      text: words.problems[problem],
    }));
    return { ...failed(words.wrong), reasons };
  }
}

/** Shows what the promotion would do; nothing is saved. */
async function tryOut({ container, language, ...rest }: AdminRequest, filled: Filled, read: ValidPromotion) {
  const { items, problems } = readSampleCart(filled.values);
  if (problems.length > 0) return filled.wrong({ container, language, ...rest }, problems);
  const { request, rule } = read;
  const wish = { rule, budget: request.budget ?? null, limitTotal: request.limitTotal ?? null, items };
  const preview = await container.payments.promotionPreviews.preview(wish);
  filled.preview = shownPreview(preview, { items, rule, language });
  return FRESH;
}

async function submitted(form: FormData, run: (filled: Filled) => Promise<ActionState>): Promise<PromotionFormState> {
  const filled = new Filled(form instanceof FormData ? typedIn(form) : {});
  const state = await run(filled);
  const { values, problems, newest, preview } = filled;
  return { ...state, values, problems, newest, preview };
}

/** Fields that are empty are left out. Longer texts than any field takes are cut before they are looked at. */
const typedIn = (form: FormData): FormValues =>
  Object.fromEntries(
    Object.entries(fieldsOf(form))
      .filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[1].trim() !== "")
      .map(([name, value]) => [name, value.slice(0, TYPED_CHARS_MAX)]),
  );

const TYPED_CHARS_MAX = 40_000;

const isConflict = (cause: unknown): cause is AppError => isAppError(cause) && cause.code === "conflict";
const isMovedOn = (cause: unknown): boolean => isConflict(cause) && cause.errors.some(({ path }) => path === "version");

/** @throws any other cause */
function refusedChange(adminRequest: AdminRequest, filled: Filled, cause: unknown): ActionState {
  if (!isConflict(cause)) throw cause;
  const words = promotionsText(adminRequest.language);
  const below = cause.errors.find(({ path }) => path === "budget" || path === "limitTotal");
  if (below !== undefined) return filled.wrong(adminRequest, [{ field: below.path, problem: "belowTaken" }]);
  return failed(cause.errors.some(({ path }) => path === "status") ? words.endedAlready : tooMany(words.tooMany));
}

const tooMany = (message: string): string => fill(message, { max: PROMOTIONS_ACTIVE_MAX });
