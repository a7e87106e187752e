import type { PromotionInput } from "#lib/contract/promotions.ts";
import type { CartLine } from "../case.ts";

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
