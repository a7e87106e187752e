import { randomBytes } from "node:crypto";
import { AppError } from "#lib/base/app-error.ts";
import { COLLECTION_CODES_ACTIVE_MAX, COLLECTION_FREE_FEN_MAX_DEFAULT } from "#lib/base/collection-limits.ts";
import { ID_RANDOM_BYTES, readableCode } from "#lib/base/ids.ts";
import {
  type CollectionCodeListQuery,
  type CollectionCodePatch,
  type CollectionCodeRequest,
  type CollectionCodeView,
  collectionCodeRequestSchema,
} from "#lib/contract/collection-code.ts";
import { fieldErrors } from "#lib/contract/field-errors.ts";
import { type CollectionDeps, codeUrl } from "./deps.ts";
import type { CodeTerms, StoredCode } from "./ports.ts";

/** The merchant's codes. `by` is who does it, for the records. */
export interface ManagedCodes {
  /** @throws AppError `invalid_request` for a place that is not in use; `conflict` when there are too many, or `id` is taken */
  create(
    request: CollectionCodeRequest,
    as: { readonly by: string; readonly id?: string },
  ): Promise<CollectionCodeView>;
  /** Newest first. */
  list(query: CollectionCodeListQuery): Promise<{ data: CollectionCodeView[]; nextCursor: string | null }>;
  /** @throws AppError `not_found` */
  get(id: string): Promise<CollectionCodeView>;
  /**
   * Changes the fields that are given; null removes one.
   * @throws AppError `not_found`, `invalid_request`; `conflict` for a retired one
   */
  change(id: string, patch: CollectionCodePatch, as: { readonly by: string }): Promise<CollectionCodeView>;
  /** No new payment starts from it. @throws AppError `not_found` */
  retire(id: string, as: { readonly by: string }): Promise<void>;
}

export function manageCodes(deps: CollectionDeps): ManagedCodes {
  const { store, clock } = deps;
  const doing = (by: string) => ({ by, at: clock.now() });
  return {
    create: (request, as) => create(deps, request, as),
    async list({ status, createdFrom, createdTo, q, cursor, limit }) {
      const found = await store.list({
        ...{ status, text: q, after: cursor, limit: limit + 1 },
        createdFrom: createdFrom === undefined ? undefined : new Date(createdFrom),
        createdTo: createdTo === undefined ? undefined : new Date(createdTo),
      });
      const page = found.slice(0, limit);
      return {
        data: page.map((code) => viewOf(deps, code)),
        nextCursor: found.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
    get: (id) => existing(deps, id),
    async change(id, patch, { by }) {
      const changed = await store.change(id, doing(by), (before) => termsOf(merged(before, patch)));
      if (changed === "absent") throw noSuch(id);
      if (changed === "retired") throw new AppError("conflict", "a retired collection code stays as it is");
      return existing(deps, id);
    },
    async retire(id, { by }) {
      if (!(await store.retire(id, doing(by)))) throw noSuch(id);
    },
  };
}

const CODE_CHARS = 12;
/** 60 random bits: short enough for a coarse print, and too many to guess. */
const makeCode = (): string => readableCode(randomBytes(ID_RANDOM_BYTES)).slice(0, CODE_CHARS).toLowerCase();

const noSuch = (id: string): AppError => new AppError("not_found", `there is no collection code ${id}`);

async function create(
  deps: CollectionDeps,
  request: CollectionCodeRequest,
  { by, id = deps.ids.make("collectionCode") }: { readonly by: string; readonly id?: string },
): Promise<CollectionCodeView> {
  const { store, clock } = deps;
  const made = await store.insert({ id, code: makeCode(), terms: termsOf(request) }, { by, at: clock.now() });
  if (made === "id_taken") throw new AppError("conflict", `the id ${id} is taken`);
  if (made === "too_many") {
    const detail = `there are ${COLLECTION_CODES_ACTIVE_MAX} active collection codes already; retire one first`;
    throw new AppError("conflict", detail);
  }
  return existing(deps, id);
}

async function existing(deps: CollectionDeps, id: string): Promise<CollectionCodeView> {
  const found = await deps.store.find(id);
  if (found === null) throw noSuch(id);
  return viewOf(deps, found);
}

function termsOf({ label, amount, amountMin, amountMax, ...more }: CollectionCodeRequest): CodeTerms {
  const { scene = null, itemName = null, category = null, storeCode = null, tillCode = null } = more;
  const what = { label, scene, itemName, category, storeCode, tillCode };
  if (amount != null) return { ...what, amount, amountMin: null, amountMax: null };
  return {
    ...what,
    amount: null,
    amountMin: amountMin ?? 1,
    amountMax: amountMax ?? COLLECTION_FREE_FEN_MAX_DEFAULT,
  };
}

/** RFC 7396, one level deep. @throws AppError `invalid_request` naming every wrong field */
function merged(before: CodeTerms, patch: CollectionCodePatch): CollectionCodeRequest {
  // A fixed amount removes the bounds, and bounds remove a fixed amount.
  const { amountMin, amountMax, ...fixed } = before;
  const start = patch.amount == null ? { ...fixed, amountMin, amountMax } : fixed;
  const parsed = collectionCodeRequestSchema.safeParse({ ...start, ...patch });
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", "the collection code would not be valid", {
    errors: fieldErrors(parsed.error),
  });
}

function viewOf(deps: CollectionDeps, { terms, ...kept }: StoredCode): CollectionCodeView {
  const { id, code, status, paidCount, paidAmount, createdBy, createdAt, updatedAt, retiredAt } = kept;
  return {
    id,
    code,
    url: codeUrl(deps, code),
    ...terms,
    status,
    paidCount,
    paidAmount,
    createdBy,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    retiredAt: retiredAt?.toISOString() ?? null,
  };
}
