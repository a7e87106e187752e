import type { RejectionReason } from "#lib/contract/promotions.ts";
import { sharePaid } from "../words.ts";

/** The words that lib/texts/offers.ts puts together. Amounts are in yuan, without a sign. */
export interface OffersText {
  readonly everyOff: string;
  readonly flatOff: string;
  readonly off: string;
  readonly tier: string;
  readonly tierComma: string;
  readonly percent: string;
  readonly random: string;
  readonly nth: string;
  readonly buyGet: string;
  readonly bundle: string;
  readonly gift: string;
  readonly capped: string;
  readonly fromAmount: string;
  readonly fromQuantity: string;
  /** Between the two. */
  readonly space: string;
  /** What is left to pay, in basis points. */
  readonly share: (payBps: number) => string;
  readonly recommended: string;
  readonly rejections: Readonly<Record<RejectionReason, string>>;
  readonly named: string;
  readonly nudge: string;
  readonly donation: string;
  readonly unknownShopper: string;
  /** Of a promotion that is valid on some days or at some hours. */
  readonly notAtThisTime: string;
  readonly notDrawn: string;
}

export const offers: OffersText = {
  everyOff: "每满{amount}{quantity}减{off}",
  flatOff: "立减{off}元",
  off: "{from}减{off}",
  tier: "满{threshold}减{off}",
  tierComma: "，",
  percent: "{from}{share}",
  random: "{from}随机立减{min}–{max}元",
  nth: "{from}第{n}件{share}",
  buyGet: "买{buy}赠{get}",
  bundle: "任选{n}件{price}元",
  gift: "{from}赠{count}件赠品",
  capped: "{rule}（最多减{cap}元）",
  fromAmount: "满{amount}",
  fromQuantity: "满{quantity}件",
  space: "",
  share: (payBps) => sharePaid(payBps, "免费", "半价"),
  recommended: "本单为您推荐：{sentence}",
  rejections: {
    window: "不在活动时间内",
    audience: "不在活动适用人群或渠道内",
    code: "需要输入优惠码",
    user_limit: "已达到每人可用次数",
    budget: "活动名额已用完",
    threshold: "未达到使用门槛",
    scope: "本单没有可参加的商品",
    group: "与已选的同类优惠不能同时使用",
    exclusive: "不能与其他优惠同时使用",
    stack: "可叠加的优惠数量已达上限",
    worse: "已为您选择更省的组合",
  },
  named: "“{name}”{reason}",
  nudge: "再买 ¥{more} 可减 ¥{less}",
  donation: "捐赠不参加优惠",
  unknownShopper: "需要知道顾客是谁才能使用",
  notAtThisTime: "{reason}（{when}）",
  notDrawn: "下单时随机立减 ¥{min}–¥{max}",
};
