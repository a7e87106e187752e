import { beijingTimestamp } from "#lib/base/beijing-time.ts";
import { fen, formatYuan } from "#lib/base/fen.ts";
import type { Promotion } from "#lib/contract/promotions.ts";
import type { StoredPromotion } from "#lib/payment/index.ts";

export const PROMOTION_TYPES = [
  "amount_off",
  "percent_off",
  "nth_discount",
  "buy_get",
  "tiered_off",
  "bundle_price",
  "gift",
  "random_off",
] as const satisfies readonly Promotion["type"][];
export type PromotionType = Promotion["type"];

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
export const CHANNELS = ["jsapi", "native", "h5", "miniprogram", "codepay"] as const;
/** As many as the contract allows. */
export const TIER_ROWS_MAX = 20;

/** What stands in the fields of the form. */
export type FormValues = Readonly<Record<string, string>>;

/** A promotion as its form shows it. */
export function formValuesOf({ rule, budget, limitTotal }: Pick<StoredPromotion, "rule" | "budget" | "limitTotal">) {
  const { threshold, scope, window, audience } = rule;
  const customers = audience?.newCustomer;
  const values: Record<string, string | undefined> = {
    ...termValues(rule),
    name: rule.name,
    minAmount: yuan(threshold?.amount),
    minQty: text(threshold?.qty),
    base: rule.thresholdBase,
    phase: rule.phase,
    cap: yuan(rule.cap),
    group: rule.group,
    exclusive: on(rule.exclusive),
    limitPerUser: text(rule.limitPerUser),
    priority: rule.priority === 0 ? undefined : text(rule.priority),
    start: moment(window?.start),
    end: moment(window?.end),
    ...ticked("day", window?.days),
    hours: window?.hours?.map(([from, to]) => `${from}-${to}`).join(", "),
    skus: lines(scope?.skus),
    categories: lines(scope?.categories),
    excludeSkus: lines(scope?.excludeSkus),
    excludeCategories: lines(scope?.excludeCategories),
    customers: customers === undefined ? undefined : customers ? "new" : "old",
    ...ticked("channel_", audience?.channels),
    segments: lines(audience?.segments),
    code: rule.code,
    needsCode: on(rule.needsCode),
    ...ticked("scene_", audience?.scenes),
    optional: on(rule.optional),
    returnUse: on(rule.returnUse),
    budget: yuan(budget),
    limitTotal: text(limitTotal),
  };
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ) satisfies FormValues;
}

function termValues(rule: Promotion): Record<string, string | undefined> {
  switch (rule.type) {
    case "amount_off":
      return { off: yuan(rule.off), every: on(rule.every), maxTimes: text(rule.maxTimes) };
    case "tiered_off":
      return Object.fromEntries(
        rule.tiers.flatMap(({ threshold, off }, at) => [
          [`tierAmount${at + 1}`, yuan(threshold)],
          [`tierOff${at + 1}`, yuan(off)],
        ]),
      );
    case "percent_off":
      return { percent: yuan(rule.payBps) };
    case "random_off":
      return { min: yuan(rule.min), max: yuan(rule.max) };
    case "nth_discount":
      return { n: text(rule.n), percent: yuan(rule.payBps), maxTimes: text(rule.maxTimes) };
    case "buy_get":
      return { buy: text(rule.buy), get: text(rule.get), maxTimes: text(rule.maxTimes) };
    case "bundle_price":
      return { n: text(rule.n), price: yuan(rule.price), maxTimes: text(rule.maxTimes) };
    case "gift":
      return { giftSku: rule.gift.sku, giftQty: text(rule.gift.qty) };
  }
}

const text = (value: number | null | undefined): string | undefined => (value == null ? undefined : String(value));
const yuan = (value: number | null | undefined): string | undefined =>
  value == null ? undefined : formatYuan(fen(value)).replace(/\.00$/, "");
const on = (value: boolean | undefined): string | undefined => (value === true ? "on" : undefined);
const lines = (values: readonly string[] | undefined): string | undefined => values?.join("\n");
const moment = (value: string | undefined): string | undefined =>
  value === undefined ? undefined : beijingTimestamp(new Date(value)).slice(0, 16);
const ticked = (prefix: string, values: readonly (string | number)[] | undefined): Record<string, string> =>
  Object.fromEntries((values ?? []).map((value) => [`${prefix}${value}`, "on"]));
