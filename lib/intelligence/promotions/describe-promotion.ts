import { fen, formatYuan } from "#lib/base/fen.ts";
import type { PromotionInput } from "#lib/contract/promotions.ts";

const TIERS_SHOWN = 3;

/** The rule in a few Chinese words, as a shop would write it on a card: `满30减5`, `第2件半价`. */
export function describePromotion(promotion: PromotionInput): string {
  const rule = ruleOf(promotion);
  const { cap } = promotion;
  return cap === undefined ? rule : `${rule}（最多减${yuan(cap)}元）`;
}

function ruleOf(promotion: PromotionInput): string {
  const from = startsAt(promotion.threshold);
  switch (promotion.type) {
    case "amount_off":
      if (promotion.every === true) return `每${from}减${yuan(promotion.off)}`;
      return from === "" ? `立减${yuan(promotion.off)}元` : `${from}减${yuan(promotion.off)}`;
    case "tiered_off":
      return promotion.tiers
        .toSorted((a, b) => a.threshold - b.threshold)
        .slice(-TIERS_SHOWN)
        .map(({ threshold, off }) => `满${yuan(threshold)}减${yuan(off)}`)
        .join("，");
    case "percent_off":
      return `${from}${payShare(promotion.payBps)}`;
    case "random_off":
      return `${from}随机立减${yuan(promotion.min)}–${yuan(promotion.max)}元`;
    case "nth_discount":
      return `${from}第${promotion.n}件${payShare(promotion.payBps)}`;
    case "buy_get":
      return `买${promotion.buy}赠${promotion.get}`;
    case "bundle_price":
      return `任选${promotion.n}件${yuan(promotion.price)}元`;
    case "gift":
      return `${from}赠${promotion.gift.qty}件赠品`;
  }
}

function startsAt(threshold: PromotionInput["threshold"]): string {
  const amount = threshold?.amount === undefined ? "" : `满${yuan(threshold.amount)}`;
  const pieces = threshold?.qty === undefined ? "" : `满${threshold.qty}件`;
  return amount + pieces;
}

/** 8500 → `85折`, 8000 → `8折`, 5000 → `半价`. */
function payShare(bps: number): string {
  if (bps === 0) return "免费";
  if (bps === 5_000) return "半价";
  // A tenth is one 折; 85折 is said for 8.5.
  const [tens, rest] = [Math.trunc(bps / 1_000), bps % 1_000];
  if (rest === 0) return `${tens}折`;
  return rest % 100 === 0 && tens > 0 ? `${tens}${rest / 100}折` : `${String(bps / 1_000)}折`;
}

/** `30`, `1.50`: no decimals where there are none. */
const yuan = (amount: number): string => formatYuan(fen(amount)).replace(/\.00$/, "");
