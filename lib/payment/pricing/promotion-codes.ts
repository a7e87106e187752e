import { AppError } from "#lib/base/app-error.ts";
import { CODES_PER_PROMOTION_MAX, CODES_PER_SLICE } from "#lib/base/limits.ts";
import { CODE_ALPHABET, CODE_RANDOM_CHARS, formatCode } from "#lib/base/promotion-code.ts";
import type {
  AddedCodes,
  CodeFigures,
  CodeListQuery,
  NewCodes,
  PromotionCodeView,
} from "#lib/contract/promotion-codes.ts";
import type { Deps } from "../deps.ts";
import type { AddingCodes } from "../ports/promotion-codes.ts";
import type { PromotionActor } from "../ports/promotions.ts";

/** Making codes anew for those that were taken, which happens about never. */
const ROUNDS_MAX = 3;

interface ListedCodes {
  readonly data: PromotionCodeView[];
  readonly nextCursor: string | null;
}

/** The codes of promotions that need one: made or taken in, listed, counted, revoked. */
export class PromotionCodes {
  readonly #deps: Pick<Deps, "store" | "clock" | "ids" | "pause">;

  constructor(deps: Pick<Deps, "store" | "clock" | "ids" | "pause">) {
    this.#deps = deps;
  }

  /** @throws AppError `not_found`; `conflict` when the promotion needs no codes, is archived, or has too many */
  async add(promotionId: string, wish: NewCodes, { by }: PromotionActor = {}): Promise<AddedCodes> {
    const { count, codes, maxUses, label = null, prefix = "" } = wish;
    const store = { promotionId, maxUses, label, at: this.#deps.clock.now(), by };
    if (codes !== undefined) {
      return this.#added({ ...store, slices: [codes.map((code) => code.trim())], size: codes.length });
    }
    let missing = count ?? 0;
    for (let round = 1; missing > 0 && round <= ROUNDS_MAX; round++) {
      const slices = this.#made(missing, prefix.toUpperCase());
      missing -= (await this.#added({ ...store, slices, size: missing })).added;
    }
    return { added: (count ?? 0) - missing, duplicates: [] };
  }

  /** Newest first. @throws AppError `not_found` */
  async list(promotionId: string, { cursor, limit, ...filter }: CodeListQuery): Promise<ListedCodes> {
    await this.#refuseUnknown(promotionId);
    const { promotionCodes } = this.#deps.store;
    const found = await promotionCodes.list({ promotionId, ...filter, after: cursor, limit: limit + 1 });
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? (data.at(-1)?.id ?? null) : null };
  }

  /** All of them, page by page, for a file. */
  async *pages(
    promotionId: string,
    query: Omit<CodeListQuery, "cursor">,
  ): AsyncGenerator<readonly PromotionCodeView[]> {
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await this.list(promotionId, { ...query, cursor });
      yield data;
      cursor = nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  figures(promotionId: string): Promise<CodeFigures> {
    return this.#deps.store.promotionCodes.figures(promotionId);
  }

  /**
   * Revokes one code, or with null all that are free. Orders that have one keep it.
   * @returns how many were revoked @throws AppError `not_found`
   */
  async revoke(promotionId: string, codeId: string | null, { by }: PromotionActor = {}): Promise<number> {
    await this.#refuseUnknown(promotionId);
    const { store, clock } = this.#deps;
    return store.promotionCodes.revoke({ promotionId, codeId, at: clock.now(), by });
  }

  async #refuseUnknown(promotionId: string): Promise<void> {
    if ((await this.#deps.store.promotions.find(promotionId)) === null) throw noPromotion(promotionId);
  }

  async #added(adding: AddingCodes): Promise<AddedCodes> {
    const result = await this.#deps.store.promotionCodes.add(adding);
    if (typeof result === "object") return { added: result.added, duplicates: result.taken };
    if (result === "no_promotion") throw noPromotion(adding.promotionId);
    const message =
      result === "not_wanted"
        ? "the promotion needs no code (needsCode), or is archived"
        : `a promotion has at most ${CODES_PER_PROMOTION_MAX} codes`;
    throw new AppError("conflict", message, {
      errors: [{ path: result === "too_many" ? "count" : "needsCode", message }],
    });
  }

  /** Payments are not kept waiting while many codes are made. */
  async *#made(count: number, prefix: string): AsyncGenerator<string[]> {
    const { ids, pause } = this.#deps;
    const pick = () => ids.pick(CODE_ALPHABET.length);
    for (let made = 0; made < count; made += CODES_PER_SLICE) {
      const size = Math.min(CODES_PER_SLICE, count - made);
      yield Array.from({ length: size }, () => formatCode(prefix, Array.from({ length: CODE_RANDOM_CHARS }, pick)));
      await pause?.(0);
    }
  }
}

const noPromotion = (id: string): AppError => new AppError("not_found", `there is no promotion ${id}`);
