import { type DaySpan, weekSpans } from "#lib/base/week-hours.ts";
import type { Promotion } from "#lib/contract/promotions.ts";

/** Two promotions that one order may qualify for, but that do not both take something off the same thing. */
export interface PromotionConflict {
  readonly id: string;
  /**
   * `alone`: this one may only be applied alone; `other_alone`: the other one; `group`: one of a group; `item`: a piece takes one
   * of the promotions on items.
   */
  readonly kind: "alone" | "other_alone" | "group" | "item";
  /** Which of the two never takes off more than the other, and so is hardly ever applied. */
  readonly shadowed: "this" | "other" | null;
}

/** What stands in a promotion's way, and in whose way it stands, among others that may run at the same time. */
export function conflictsOf(rule: Promotion, others: readonly Promotion[]): PromotionConflict[] {
  return others.flatMap((other) => {
    if (other.id === rule.id || !canMeet(rule, other)) return [];
    const kind = kindOf(rule, other);
    if (kind === null) return [];
    const shadowed = neverWorse(other, rule) ? "this" : neverWorse(rule, other) ? "other" : null;
    return [{ id: other.id, kind, shadowed }];
  });
}

function kindOf(rule: Promotion, other: Promotion): PromotionConflict["kind"] | null {
  if (rule.exclusive === true) return "alone";
  if (other.exclusive === true) return "other_alone";
  if (rule.group !== undefined && rule.group === other.group) return "group";
  return rule.phase === "item" && other.phase === "item" && scopesMeet(rule.scope, other.scope) ? "item" : null;
}

/** Whether there is an order at a moment that both are for. */
function canMeet(rule: Promotion, other: Promotion): boolean {
  const [mine, theirs] = [rule.audience, other.audience];
  if (mine?.newCustomer !== undefined && theirs?.newCustomer === !mine.newCustomer) return false;
  return (
    listsMeet(mine?.channels, theirs?.channels) &&
    listsMeet(mine?.scenes, theirs?.scenes) &&
    datesMeet(rule.window, other.window) &&
    weeksMeet(rule.window, other.window)
  );
}

/** A list that is not given holds everything. */
const listsMeet = (mine: readonly string[] | undefined, theirs: readonly string[] | undefined): boolean =>
  mine === undefined || theirs === undefined || mine.some((each) => theirs.includes(each));

type Window = Promotion["window"];

const datesMeet = (mine: Window, theirs: Window): boolean =>
  startOf(mine) < endOf(theirs) && startOf(theirs) < endOf(mine);
const startOf = (window: Window): number => (window?.start === undefined ? -Infinity : Date.parse(window.start));
const endOf = (window: Window): number => (window?.end === undefined ? Infinity : Date.parse(window.end));

function weeksMeet(mine: Window, theirs: Window): boolean {
  const week = weekSpans(theirs ?? {});
  return weekSpans(mine ?? {}).some((spans, day) => spans.some((one) => week[day]?.some((two) => spansMeet(one, two))));
}

const spansMeet = (one: DaySpan, two: DaySpan): boolean => one.from < two.to && two.from < one.to;

/** Goods by number and goods by category may be the same goods. */
function scopesMeet(mine: Promotion["scope"], theirs: Promotion["scope"]): boolean {
  const listed = (scope: Promotion["scope"]) => scope?.skus !== undefined || scope?.categories !== undefined;
  if (!listed(mine) || !listed(theirs)) return true;
  const share = (name: "skus" | "categories") => mine?.[name]?.some((each) => theirs?.[name]?.includes(each)) ?? false;
  const isMixed = (one: Promotion["scope"], two: Promotion["scope"]) =>
    one?.skus !== undefined && two?.categories !== undefined;
  return share("skus") || share("categories") || isMixed(mine, theirs) || isMixed(theirs, mine);
}

/** Whether `one` is had by every order that `two` is had by, and takes off as much of it or more. */
function neverWorse(one: Promotion, two: Promotion): boolean {
  if (one.code !== undefined || one.needsCode === true || one.optional === true) return false;
  if (one.limitPerUser != null || one.phase !== two.phase) return false;
  const same = (name: "scope" | "thresholdBase") => JSON.stringify(one[name]) === JSON.stringify(two[name]);
  const isWider = (one.scope === undefined || same("scope")) && same("thresholdBase");
  const forAll = one.audience === undefined || JSON.stringify(one.audience) === JSON.stringify(two.audience);
  const always = one.window === undefined || JSON.stringify(one.window) === JSON.stringify(two.window);
  const isLower =
    (one.threshold?.amount ?? 0) <= (two.threshold?.amount ?? 0) &&
    (one.threshold?.qty ?? 0) <= (two.threshold?.qty ?? 0);
  const isCapped = one.cap !== undefined && (two.cap === undefined || two.cap > one.cap);
  return isWider && forAll && always && isLower && !isCapped && givesAsMuch(one, two);
}

function givesAsMuch(one: Promotion, two: Promotion): boolean {
  if (one.type === "amount_off" && two.type === "amount_off") {
    // Its threshold is not higher (neverWorse), so where both repeat it repeats at least as often.
    const isAsOften = two.every !== true || (one.every === true && one.maxTimes === two.maxTimes);
    return one.off >= two.off && isAsOften;
  }
  return one.type === "percent_off" && two.type === "percent_off" && one.payBps <= two.payBps;
}
