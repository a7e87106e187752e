import { fen, formatYuan } from "#lib/base/fen.ts";
import type { OfferDecision, WeighedArm } from "./choose-offer.ts";
import { NONE } from "./offer-policy.ts";

/** Why this decision, in one Chinese sentence for the merchant. @param names what the offers are called; ids otherwise */
export function explain(decision: OfferDecision, names: Readonly<Record<string, string>> = {}): string {
  const none = decision.arms.find(({ id }) => id === NONE);
  const chosen = decision.arms.find(({ id }) => id === decision.arm);
  if (decision.arms.length <= 1 || none === undefined || chosen === undefined) {
    return "没有可用的可选优惠（成本须不超过毛利和剩余预算），因此未展示优惠。";
  }
  const chance = percent(decision.propensity);
  if (decision.arm === NONE) return `${whyNothing(decision.arms)}，未展示可选优惠（概率 ${chance}，含对照组）。`;
  const name = names[chosen.id] ?? chosen.id;
  const cost = formatYuan(fen(Math.round(chosen.costFen)));
  const effect =
    chosen.pays > none.pays
      ? `预计支付率从 ${percent(none.pays)} 升至 ${percent(chosen.pays)}`
      : "支付率预计不升，为了解其效果而少量尝试";
  return `选择“${name}”：${effect}，支付时成本约 ¥${cost}（概率 ${chance}）。`;
}

const whyNothing = (arms: readonly WeighedArm[]): string =>
  arms.every(({ id, probability }) => id === NONE || probability === 0)
    ? "各项可选优惠预计都得不偿失"
    : "随机抽中不发优惠，以便比较优惠是否真有效果";

const percent = (part: number): string => `${Math.round(part * 100)}%`;
