import { fen, formatYuan } from "#lib/base/fen.ts";
import type { RejectionReason } from "#lib/contract/promotions.ts";
import type { Nudge } from "./nudge.ts";

export type SentenceLocale = "zh-CN" | "en";

const REJECTIONS: Record<RejectionReason, Record<SentenceLocale, string>> = {
  window: { "zh-CN": "不在活动时间内", en: "Not available at this time" },
  audience: { "zh-CN": "不在活动适用人群或渠道内", en: "Not for this shopper or way of paying" },
  code: { "zh-CN": "需要输入优惠码", en: "Needs a promotion code" },
  user_limit: { "zh-CN": "已达到每人可用次数", en: "Already used as often as one shopper may" },
  budget: { "zh-CN": "活动名额已用完", en: "The budget of this promotion is used up" },
  threshold: { "zh-CN": "未达到使用门槛", en: "The minimum is not reached" },
  scope: { "zh-CN": "本单没有可参加的商品", en: "Nothing in this order takes part" },
  group: { "zh-CN": "与已选的同类优惠不能同时使用", en: "Cannot be combined with another of its kind" },
  exclusive: { "zh-CN": "不能与其他优惠同时使用", en: "Cannot be combined with other promotions" },
  stack: { "zh-CN": "可叠加的优惠数量已达上限", en: "No more promotions can be combined" },
  worse: { "zh-CN": "已为您选择更省的组合", en: "Another combination saves you more" },
};

/** Why a promotion is not part of the price, for the shopper. */
export function rejectionSentence(
  rejected: { readonly reason: RejectionReason; readonly name?: string | undefined },
  locale: SentenceLocale = "zh-CN",
): string {
  const reason = REJECTIONS[rejected.reason][locale];
  if (rejected.name === undefined) return reason;
  return locale === "en" ? `${rejected.name}: ${reason}` : `“${rejected.name}”${reason}`;
}

/** `再买 ¥3.00 可减 ¥10.00`. */
export function nudgeSentence({ gap, gain }: Nudge, locale: SentenceLocale = "zh-CN"): string {
  const [more, less] = [formatYuan(fen(gap)), formatYuan(fen(gain))];
  return locale === "en" ? `Spend ¥${more} more and save ¥${less}` : `再买 ¥${more} 可减 ¥${less}`;
}
