import { beijingMidnight, beijingMsOfDay, beijingWeekday } from "#lib/base/beijing-time.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/base/time.ts";
import type { PromotionInput, RejectionReason } from "#lib/contract/promotions.ts";
import type { CartLine, PromotionContext } from "./case.ts";

// When a promotion applies: its window, audience, code and limits, the lines in its scope, its threshold.

/** The static filter of smart.md §3.2: what can be said without looking at the cart. Null when all holds. */
export function failedCondition(
  promotion: PromotionInput,
  context: PromotionContext,
  nowMs: number,
): RejectionReason | null {
  if (!windowHolds(promotion.window, nowMs)) return "window";
  if (!audienceHolds(promotion.audience, context)) return "audience";
  if (!codeHolds(promotion.code, context)) return "code";
  if (!userLimitHolds(promotion, context)) return "user_limit";
  // Its time comes with the order: of the published reasons this is the one that is true.
  if (!drawHolds(promotion, context)) return "window";
  if (promotion.budgetLeft != null && promotion.budgetLeft <= 0) return "budget";
  return null;
}

const HAS_ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/i;
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Start inclusive, end exclusive; days (Monday = 1) and hours by the clock in Shanghai. Hours that end before they begin run
 * over midnight; the day is that of the moment itself.
 */
export function windowHolds(window: PromotionInput["window"], nowMs: number): boolean {
  if (window === undefined) return true;
  if (window.start !== undefined && nowMs < momentMs(window.start)) return false;
  if (window.end !== undefined && nowMs >= momentMs(window.end)) return false;
  const now = new Date(nowMs);
  if (window.days !== undefined && !window.days.includes(weekday(now))) return false;
  const sinceMidnight = beijingMsOfDay(now);
  return (
    window.hours === undefined || window.hours.some(([from, to]) => within(sinceMidnight, clockMs(from), clockMs(to)))
  );
}

/** Milliseconds since 1970 of a moment; a text without a zone is Beijing time, so that no machine's own zone can matter. */
export function momentMs(moment: Date | string | number): number {
  if (typeof moment === "number") return moment;
  if (typeof moment !== "string") return moment.getTime();
  if (DAY_ONLY.test(moment)) return beijingMidnight(moment).getTime();
  return Date.parse(HAS_ZONE.test(moment) ? moment : `${moment}+08:00`);
}

const within = (moment: number, from: number, to: number): boolean =>
  from <= to ? moment >= from && moment < to : moment >= from || moment < to;

/** Monday is 1, Sunday is 7. */
const weekday = (moment: Date): number => beijingWeekday(moment) || 7;

const clockMs = (text: string): number => Number(text.slice(0, 2)) * HOUR_MS + Number(text.slice(3, 5)) * MINUTE_MS;

/** All that is given must hold; a list holds when any of it does. */
function audienceHolds(audience: PromotionInput["audience"], context: PromotionContext): boolean {
  if (audience === undefined) return true;
  const { newCustomer, segments, channels } = audience;
  if (newCustomer !== undefined && newCustomer !== (context.isNewCustomer ?? false)) return false;
  if (segments !== undefined && !segments.some((segment) => context.segments?.includes(segment))) return false;
  return channels === undefined || (context.channel != null && channels.includes(context.channel));
}

const codeHolds = (code: string | undefined, context: PromotionContext): boolean =>
  code === undefined || (context.codes?.includes(code) ?? false);

function userLimitHolds({ id, limitPerUser }: PromotionInput, context: PromotionContext): boolean {
  return limitPerUser == null || (context.usage?.[id] ?? 0) < limitPerUser;
}

/** A random reduction exists only once its amount was drawn, when the order is made. */
const drawHolds = ({ id, type }: PromotionInput, context: PromotionContext): boolean =>
  type !== "random_off" || context.draws?.[id] !== undefined;

/** In when not excluded and either no list is given or one of them names it. */
export function inScope(scope: PromotionInput["scope"], line: CartLine): boolean {
  if (line.noPromo === true) return false;
  if (scope === undefined) return true;
  const { skus, categories, excludeSkus, excludeCategories } = scope;
  if (excludeSkus?.includes(line.sku)) return false;
  if (excludeCategories !== undefined && anyOf(line.categories, excludeCategories)) return false;
  if (skus === undefined && categories === undefined) return true;
  return (skus?.includes(line.sku) ?? false) || (categories !== undefined && anyOf(line.categories, categories));
}

const anyOf = (mine: readonly string[], wanted: readonly string[]): boolean =>
  mine.some((each) => wanted.includes(each));

/** @param reached the amount and the pieces of the eligible lines */
export function thresholdHolds(
  threshold: PromotionInput["threshold"],
  reached: { readonly amount: number; readonly quantity: number },
): boolean {
  if (threshold === undefined) return true;
  if (threshold.amount !== undefined && reached.amount < threshold.amount) return false;
  return threshold.qty === undefined || reached.quantity >= threshold.qty;
}
