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
  if (!codeHolds(promotion, context)) return "code";
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
 * over midnight, and belong to the day they began on: Friday from 22:00 to 02:00 ends on Saturday morning.
 */
export function windowHolds(window: PromotionInput["window"], nowMs: number): boolean {
  if (window === undefined) return true;
  if (window.start !== undefined && nowMs < momentMs(window.start)) return false;
  if (window.end !== undefined && nowMs >= momentMs(window.end)) return false;
  const now = new Date(nowMs);
  const today = weekday(now);
  const onDay = (day: number) => window.days === undefined || window.days.includes(day);
  if (window.hours === undefined) return onDay(today);
  const sinceMidnight = beijingMsOfDay(now);
  return window.hours.some(([first, last]) => {
    const [from, to] = [clockMs(first), clockMs(last)];
    if (from < to) return onDay(today) && sinceMidnight >= from && sinceMidnight < to;
    return (onDay(today) && sinceMidnight >= from) || (onDay(today === 1 ? 7 : today - 1) && sinceMidnight < to);
  });
}

/** Milliseconds since 1970 of a moment; a text without a zone is Beijing time, so that no machine's own zone can matter. */
export function momentMs(moment: Date | string | number): number {
  if (typeof moment === "number") return moment;
  if (typeof moment !== "string") return moment.getTime();
  if (DAY_ONLY.test(moment)) return beijingMidnight(moment).getTime();
  return Date.parse(HAS_ZONE.test(moment) ? moment : `${moment}+08:00`);
}

/** Monday is 1, Sunday is 7. */
const weekday = (moment: Date): number => beijingWeekday(moment) || 7;

const clockMs = (text: string): number => Number(text.slice(0, 2)) * HOUR_MS + Number(text.slice(3, 5)) * MINUTE_MS;

/** All that is given must hold; a list holds when any of it does. */
function audienceHolds(audience: PromotionInput["audience"], context: PromotionContext): boolean {
  if (audience === undefined) return true;
  const { newCustomer, segments, channels, scenes } = audience;
  if (scenes !== undefined && !scenes.some((scene) => scene === context.scene)) return false;
  if (newCustomer !== undefined && newCustomer !== (context.isNewCustomer ?? false)) return false;
  if (segments !== undefined && !segments.some((segment) => context.segments?.includes(segment))) return false;
  return channels === undefined || (context.channel != null && channels.includes(context.channel));
}

/** One that needs a code of its list comes with the code that opens it, or not at all. */
const codeHolds = ({ code, needsCode }: PromotionInput, context: PromotionContext): boolean =>
  code === undefined ? needsCode !== true : (context.codes?.includes(code) ?? false);

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
