import { DAY_MS } from "#lib/base/time.ts";
import type { PromotionView } from "#lib/contract/promotion.ts";
import type { Promotion } from "#lib/contract/promotions.ts";

/** A promotion as the merchant manages it. Amounts in fen. */
export interface StoredPromotion {
  /** Its `budgetLeft` is not kept in it: `budget` and what was taken say it. */
  readonly rule: Promotion;
  readonly status: PromotionView["status"];
  readonly budget: number | null;
  readonly spent: number;
  readonly reserved: number;
  readonly limitTotal: number | null;
  readonly uses: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly archivedAt: Date | null;
  readonly pausedAt: Date | null;
}

export const STAGES = ["running", "scheduled", "paused", "ended"] as const;
export type PromotionStage = (typeof STAGES)[number];

export interface StageOf {
  readonly stage: PromotionStage;
  /** Why it has ended. */
  readonly because?: "archived" | "window" | "budget" | "limit";
}

/** What a promotion does now, as a shopkeeper would say it. One outside its hours is running: it comes back by itself. */
export function promotionStage(promotion: StoredPromotion, now: Date): StageOf {
  const { status, rule, budget, spent, reserved, limitTotal, uses } = promotion;
  const { start, end } = rule.window ?? {};
  if (status === "archived") return { stage: "ended", because: "archived" };
  if (end !== undefined && Date.parse(end) <= now.getTime()) return { stage: "ended", because: "window" };
  if (budget !== null && spent + reserved >= budget) return { stage: "ended", because: "budget" };
  if (limitTotal !== null && uses >= limitTotal) return { stage: "ended", because: "limit" };
  if (status === "paused") return { stage: "paused" };
  if (start !== undefined && Date.parse(start) > now.getTime()) return { stage: "scheduled" };
  return { stage: "running" };
}

export interface PromotionPace {
  /** Parts of the budget and of the time, 0 to 1; null without a budget, or without an end. */
  readonly budgetUsed: number | null;
  readonly timeUsed: number | null;
  /** When the budget ends at this pace; null while nothing is known of it, or when the end comes first. */
  readonly budgetEndsAt: Date | null;
  /** Fen that are left at the end at this pace; null when the budget ends first. */
  readonly leftAtEndFen: number | null;
}

/** Below this a pace says nothing. */
const PACE_FROM_MS = DAY_MS / 24;

/** How the budget goes beside the time: both began when the promotion did. */
export function paceOf({ rule, budget, spent, reserved, createdAt }: StoredPromotion, now: Date): PromotionPace {
  const { start, end } = rule.window ?? {};
  const from = Math.max(createdAt.getTime(), start === undefined ? 0 : Date.parse(start));
  const to = end === undefined ? null : Date.parse(end);
  const taken = spent + reserved;
  const elapsed = now.getTime() - from;
  const timeUsed = to === null || to <= from ? null : Math.min(1, Math.max(0, elapsed / (to - from)));
  const budgetUsed = budget === null ? null : budget === 0 ? 1 : taken / budget;
  if (budget === null || taken === 0 || taken >= budget || elapsed < PACE_FROM_MS) {
    return { budgetUsed, timeUsed, budgetEndsAt: null, leftAtEndFen: null };
  }
  const endsAt = now.getTime() + ((budget - taken) * elapsed) / taken;
  if (to !== null && endsAt >= to) {
    const left = Math.max(0, Math.round(budget - (taken * (to - from)) / elapsed));
    return { budgetUsed, timeUsed, budgetEndsAt: null, leftAtEndFen: left };
  }
  return { budgetUsed, timeUsed, budgetEndsAt: new Date(endsAt), leftAtEndFen: null };
}
