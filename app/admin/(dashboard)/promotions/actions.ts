"use server";

import { redirect } from "next/navigation";
import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import type { PromotionFormState } from "#components/admin/promotions/promotion-form.tsx";
import { type AppError, isAppError } from "#lib/base/app-error.ts";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import { promotionsText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../admin-request.ts";
import { done, failed, fieldsOf, runAdminAction } from "../../run-admin-action.ts";
import { type FormValues, PROMOTION_TYPES } from "./form-values.ts";
import { isPromotionId } from "./promotion-id.ts";
import { labelOf, movedOnMessage } from "./promotion-words.ts";
import { type FormProblem, patchOf, readPromotionForm } from "./read-form.ts";

const promotionId = z.string().refine(isPromotionId);
const type = z.enum(PROMOTION_TYPES);
const target = z.object({ promotionId });

/** Makes a promotion; its audit entry is written in the same commit, as with all changes below. */
export async function createPromotion(_before: PromotionFormState, form: FormData): Promise<PromotionFormState> {
  return submitted(form, (filled) =>
    runAdminAction({
      right: "promotions.write",
      form,
      schema: z.object({ type, intent: z.enum(["save", "save_paused"]) }),
      audit: null,
      async work(adminRequest, input) {
        const read = readPromotionForm(input.type, filled.values);
        if ("problems" in read) return filled.wrong(adminRequest, read.problems);
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
      schema: z.object({
        type,
        promotionId,
        version: z
          .string()
          .regex(/^\d{1,9}$/)
          .transform(Number),
      }),
      audit: null,
      async work(adminRequest, input) {
        const read = readPromotionForm(input.type, filled.values);
        if ("problems" in read) return filled.wrong(adminRequest, read.problems);
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
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: target,
    audit: null,
    async work({ container, session, language }, { promotionId: id }) {
      await container.payments.promotions.pause(id, { by: session.user.email });
      return done(promotionsText(language).actions.paused);
    },
  });
}

export async function resumePromotion(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: target,
    audit: null,
    async work({ container, session, language }, { promotionId: id }) {
      await container.payments.promotions.resume(id, { by: session.user.email });
      return done(promotionsText(language).actions.resumed);
    },
  });
}

export async function archivePromotion(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: target,
    audit: null,
    async work({ container, session, language }, { promotionId: id }) {
      await container.payments.promotions.archive(id, { by: session.user.email });
      return done(promotionsText(language).actions.archived);
    },
  });
}

/** A form on its way: what was typed, and what turned out wrong with it. */
class Filled {
  readonly values: FormValues;
  problems: Record<string, string> = {};
  newest: string | undefined;

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

async function submitted(form: FormData, run: (filled: Filled) => Promise<ActionState>): Promise<PromotionFormState> {
  const filled = new Filled(form instanceof FormData ? typedIn(form) : {});
  const state = await run(filled);
  const { values, problems, newest } = filled;
  return { ...state, values, problems, newest };
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
