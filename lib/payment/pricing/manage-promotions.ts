import { AppError } from "#lib/base/app-error.ts";
import { PROMOTIONS_ACTIVE_MAX } from "#lib/base/limits.ts";
import { fieldErrors } from "#lib/contract/field-errors.ts";
import {
  type PromotionListQuery,
  type PromotionPatch,
  type PromotionRequest,
  type PromotionView,
  promotionRequestSchema,
} from "#lib/contract/promotion.ts";
import { promotionSchema } from "#lib/contract/promotions.ts";
import type { Deps } from "../deps.ts";
import type { StoredPromotion } from "../domain/promotion-stage.ts";
import type { PromotionActor, PromotionChange, PromotionFilter } from "../ports/promotions.ts";

type Parts = Pick<Deps, "store" | "clock" | "ids">;

interface CreatePromotion extends PromotionActor {
  /** It waits until somebody resumes it. */
  readonly isPaused?: boolean;
}

interface ListedPromotions {
  readonly data: PromotionView[];
  readonly nextCursor: string | null;
}

/** The merchant's promotions. */
export class Promotions {
  readonly #deps: Parts;

  constructor(deps: Parts) {
    this.#deps = deps;
  }

  /** @throws AppError `invalid_request`; `conflict` when the id is taken or there are too many */
  async create(request: PromotionRequest, { by, isPaused }: CreatePromotion = {}): Promise<PromotionView> {
    const { store, clock, ids } = this.#deps;
    if (request.version !== undefined && request.version !== 1) {
      throw invalid("version", "a new promotion is version 1");
    }
    const id = request.id ?? ids.make("promotion");
    const made = await store.promotions.insert({
      ...wished({ ...request, version: 1 }, id, clock.now()),
      by,
      isPaused,
    });
    if (made === "id_taken") {
      throw new AppError("conflict", `the id ${id} is taken`, {
        errors: [{ path: "id", message: "is taken by another promotion" }],
      });
    }
    if (made === "too_many") {
      const detail = `there are ${PROMOTIONS_ACTIVE_MAX} promotions in use already; archive one first`;
      throw new AppError("conflict", detail);
    }
    return this.get(id);
  }

  /** Newest first. */
  async list({ status, createdFrom, createdTo, q, cursor, limit }: PromotionListQuery): Promise<ListedPromotions> {
    const found = await this.#deps.store.promotions.list({
      statuses: status === undefined ? undefined : [status],
      createdFrom: createdFrom === undefined ? undefined : new Date(createdFrom),
      createdTo: createdTo === undefined ? undefined : new Date(createdTo),
      text: q,
      after: cursor,
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    return {
      data: page.map(promotionView),
      nextCursor: found.length > limit ? (page.at(-1)?.rule.id ?? null) : null,
    };
  }

  /** Promotions with their rules and counters, newest first. */
  stored(filter: PromotionFilter): Promise<StoredPromotion[]> {
    return this.#deps.store.promotions.list(filter);
  }

  /** @throws AppError `not_found` */
  find(id: string): Promise<StoredPromotion> {
    return this.#existing(id);
  }

  /** @throws AppError `not_found` */
  async get(id: string): Promise<PromotionView> {
    return promotionView(await this.#existing(id));
  }

  /**
   * Changes the given fields; null removes one. What was promised to orders stays as it was.
   * @throws AppError `not_found`, `invalid_request`; `conflict` for an archived one, another version, or less than was taken
   */
  async change(id: string, patch: PromotionPatch, { by }: PromotionActor = {}): Promise<PromotionView> {
    const { store, clock } = this.#deps;
    const before = await this.#existing(id);
    if (before.status === "archived") throw isArchived();
    const { version } = before.rule;
    if ("id" in patch && patch.id !== id) throw invalid("id", "cannot be changed");
    if ("version" in patch && patch.version !== version) {
      throw movedOn(`the promotion is at version ${version}`);
    }
    const changed = await store.promotions.change({ ...wished(merged(before, patch), id, clock.now()), by });
    if (changed === "moved_on") {
      throw movedOn("the promotion was changed in the meantime; read it again");
    }
    if (changed === "below_taken") throw belowTaken(before, patch);
    return promotionView(changed);
  }

  /** No new order gets it, for good; open orders keep it. @throws AppError `not_found` */
  async archive(id: string, actor: PromotionActor = {}): Promise<void> {
    await this.#setStatus(id, "archived", actor);
  }

  /** No new order gets it until it is resumed; open orders keep it. @throws AppError `not_found`, `conflict` when archived */
  pause(id: string, actor: PromotionActor = {}): Promise<PromotionView> {
    return this.#setStatus(id, "paused", actor);
  }

  /** @throws AppError `not_found`, `conflict` when archived */
  resume(id: string, actor: PromotionActor = {}): Promise<PromotionView> {
    return this.#setStatus(id, "active", actor);
  }

  async #setStatus(id: string, status: PromotionView["status"], { by }: PromotionActor): Promise<PromotionView> {
    const { store, clock } = this.#deps;
    const found = await store.promotions.setStatus({ id, status, at: clock.now(), by });
    if (found === null) throw noSuch(id);
    if (found.status !== status) throw isArchived();
    return promotionView(found);
  }

  async #existing(id: string): Promise<StoredPromotion> {
    const found = await this.#deps.store.promotions.find(id);
    if (found === null) throw noSuch(id);
    return found;
  }
}

/** RFC 7396, one level deep. @throws AppError `invalid_request` naming every wrong field */
function merged({ rule, budget, limitTotal }: StoredPromotion, patch: PromotionPatch): PromotionRequest {
  // Setting one of the two removes the other.
  const { budget: _, ...withoutBudget } = { ...rule, budget, limitTotal };
  const start = "budgetLeft" in patch ? withoutBudget : { ...withoutBudget, budget };
  const fields = Object.entries({ ...start, ...patch }).filter(([, value]) => value !== null && value !== undefined);
  const parsed = promotionRequestSchema.safeParse(Object.fromEntries(fields));
  if (!parsed.success) {
    throw new AppError("invalid_request", "the promotion would not be valid", { errors: fieldErrors(parsed.error) });
  }
  return parsed.data;
}

/** @throws AppError `invalid_request` for what only two fields together can get wrong */
function wished(request: PromotionRequest, id: string, at: Date): PromotionChange {
  const { budget = null, budgetLeft = null, limitTotal = null, ...rule } = request;
  if (budget !== null && budgetLeft !== null) throw invalid("budgetLeft", "give budget or budgetLeft, not both");
  if (rule.needsCode === true && rule.code !== undefined) {
    throw invalid("needsCode", "give one code for everybody (code) or a list of them (needsCode), not both");
  }
  const parsed = promotionSchema.safeParse({ ...rule, id });
  if (!parsed.success) {
    throw new AppError("invalid_request", "the promotion is not valid", { errors: fieldErrors(parsed.error) });
  }
  return { rule: parsed.data, budget, budgetLeft, limitTotal, at };
}

function isArchived(): AppError {
  const message = "an archived promotion cannot be changed";
  return new AppError("conflict", message, { errors: [{ path: "status", message }] });
}
const movedOn = (message: string): AppError =>
  new AppError("conflict", message, { errors: [{ path: "version", message }] });

function belowTaken({ spent, reserved, uses }: StoredPromotion, { limitTotal }: PromotionPatch): AppError {
  const isLimit = typeof limitTotal === "number" && limitTotal < uses;
  const message = isLimit ? `${uses} orders use it already` : `orders have taken ${spent + reserved} fen already`;
  return new AppError("conflict", "orders have already used more than that", {
    errors: [{ path: isLimit ? "limitTotal" : "budget", message }],
  });
}

const noSuch = (id: string): AppError => new AppError("not_found", `there is no promotion ${id}`);
const invalid = (path: string, message: string): AppError =>
  new AppError("invalid_request", "the promotion is not valid", { errors: [{ path, message }] });

function promotionView({ rule, ...kept }: StoredPromotion): PromotionView {
  const { status, budget, spent, reserved, limitTotal, uses, createdAt, updatedAt, archivedAt, pausedAt } = kept;
  return {
    ...rule,
    status,
    budget,
    budgetLeft: budget === null ? null : budget - spent - reserved,
    reserved,
    spent,
    limitTotal,
    uses,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    archivedAt: archivedAt?.toISOString() ?? null,
    pausedAt: pausedAt?.toISOString() ?? null,
  };
}
