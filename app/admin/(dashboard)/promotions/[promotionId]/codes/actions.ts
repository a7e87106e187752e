"use server";

import { z } from "zod";
import type { ActionState } from "#components/admin/action-state.ts";
import { isAppError } from "#lib/base/app-error.ts";
import {
  CODE_LABEL_CHARS_MAX,
  CODE_PREFIX_CHARS_MAX,
  CODES_IMPORTED_MAX,
  CODES_MADE_MAX,
  CODES_PER_PROMOTION_MAX,
  QUANTITY_MAX,
} from "#lib/base/limits.ts";
import { type NewCodes, newCodesSchema } from "#lib/contract/promotion-codes.ts";
import { type CodesText, codesText } from "#lib/texts/admin.ts";
import { fill } from "#lib/texts/words.ts";
import type { AdminRequest } from "../../../../admin-request.ts";
import { readWholeNumber } from "../../../../form-numbers.ts";
import { done, failed, runAdminAction } from "../../../../run-admin-action.ts";
import { isPromotionId } from "../../promotion-id.ts";
import { type ReadCodes, readFile, readTyped } from "./read-codes.ts";

const target = z.object({ promotionId: z.string().refine(isPromotionId) });
const adding = target.extend({ maxUses: z.string().max(9), label: z.string().max(CODE_LABEL_CHARS_MAX) });
const DUPLICATES_SHOWN = 20;

/** Makes codes; the audit entry is written in the same commit, as with all changes below. */
export async function makeCodes(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: adding.extend({ count: z.string().max(9), prefix: z.string().max(64) }),
    audit: null,
    work(adminRequest, { promotionId, count: counted, prefix, ...more }) {
      const words = codesText(adminRequest.language);
      const count = readWholeNumber(counted.trim());
      if (count === null || count < 1 || count > CODES_MADE_MAX) return wrongNumber(words, words.count, CODES_MADE_MAX);
      const asked = prefix.trim();
      if (!new RegExp(`^[0-9A-Za-z]{0,${CODE_PREFIX_CHARS_MAX}}$`).test(asked))
        return Promise.resolve(failed(words.badPrefix));
      return add(adminRequest, promotionId, { ...more, count, ...(asked === "" ? {} : { prefix: asked }) });
    },
  });
}

/** Takes in codes, from the field and from a file. */
export async function importCodes(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: adding.extend({ codes: z.string() }),
    audit: null,
    async work(adminRequest, { promotionId, codes: typed, ...more }) {
      const words = codesText(adminRequest.language);
      const file = form.get("file");
      const read = [readTyped(typed), ...(file instanceof File ? [readFile(await file.text())] : [])];
      const bad = read.find(
        (each): each is ReadCodes & { bad: NonNullable<ReadCodes["bad"]> } => each.bad !== null,
      )?.bad;
      if (bad !== undefined) return failed(fill(words.badCode, bad));
      const codes = read.flatMap((each) => each.codes);
      if (codes.length === 0) return failed(words.nothing);
      if (codes.length > CODES_IMPORTED_MAX) {
        return failed(fill(words.tooMany, { max: CODES_IMPORTED_MAX, count: codes.length }));
      }
      return add(adminRequest, promotionId, { ...more, codes });
    },
  });
}

export async function revokeCode(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: target.extend({ codeId: z.string().regex(/^\d{1,18}$/) }),
    audit: null,
    work: (adminRequest, { promotionId, codeId }) => revoke(adminRequest, promotionId, codeId),
  });
}

export async function revokeFreeCodes(_before: ActionState, form: FormData): Promise<ActionState> {
  return runAdminAction({
    right: "promotions.write",
    form,
    schema: target,
    audit: null,
    work: (adminRequest, { promotionId }) => revoke(adminRequest, promotionId, null),
  });
}

async function revoke({ container, session, language }: AdminRequest, promotionId: string, codeId: string | null) {
  const { promotionCodes } = container.payments;
  const count = await promotionCodes.revoke(promotionId, codeId, { by: session.user.email });
  return done(fill(codesText(language).revoked, { count }));
}

type TypedWish = Pick<Partial<NewCodes>, "count" | "codes" | "prefix"> & {
  readonly maxUses: string;
  readonly label: string;
};

async function add(
  { container, session, language }: AdminRequest,
  promotionId: string,
  { maxUses: uses, label, ...wish }: TypedWish,
): Promise<ActionState> {
  const words = codesText(language);
  const maxUses = uses.trim() === "" ? null : readWholeNumber(uses.trim());
  if (uses.trim() !== "" && (maxUses === null || maxUses < 1 || maxUses > QUANTITY_MAX)) {
    return wrongNumber(words, words.uses, QUANTITY_MAX);
  }
  const asked = newCodesSchema.parse({ ...wish, maxUses, ...(label.trim() === "" ? {} : { label: label.trim() }) });
  try {
    const { added, duplicates } = await container.payments.promotionCodes.add(promotionId, asked, {
      by: session.user.email,
    });
    return {
      ...done(fill(wish.codes === undefined ? words.made : words.taken, { count: added })),
      ...named(duplicates, words),
    };
  } catch (cause) {
    if (!isAppError(cause) || cause.code !== "conflict") throw cause;
    const isFull = cause.errors.some(({ path }) => path === "count");
    return failed(isFull ? fill(words.full, { max: CODES_PER_PROMOTION_MAX }) : words.notWanted);
  }
}

const wrongNumber = (words: CodesText, field: string, max: number): Promise<ActionState> =>
  Promise.resolve(failed(fill(words.badNumber, { field, max })));

/** Each duplicate by name, as far as anybody reads. */
function named(duplicates: readonly string[], words: CodesText): Pick<ActionState, "reasons"> {
  if (duplicates.length === 0) return {};
  const shown = duplicates.slice(0, DUPLICATES_SHOWN);
  const rest = duplicates.length - shown.length;
  return {
    reasons: [
      { field: "", text: fill(words.duplicates, { count: duplicates.length }) },
      ...shown.map((code) => ({ field: "", text: code })),
      ...(rest === 0 ? [] : [{ field: "", text: fill(words.more, { count: rest }) }]),
    ],
  };
}
