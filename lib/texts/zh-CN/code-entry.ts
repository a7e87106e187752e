import type { Words } from "../words.ts";

export const codeEntry = {
  open: "有优惠码？",
  label: "优惠码",
  placeholder: "输入优惠码",
  use: "使用",
  working: "正在核对…",
  inUse: "已使用优惠码 {code}",
  applied: "优惠码已使用，价格已更新",
  already: "这个优惠码已经用在这笔订单上了",
  unknown: "没有这个优惠码，请检查有没有输错",
  ended: "这个优惠码已经失效",
  used: "这个优惠码已经被用过了",
  soon: "这个优惠码的活动还没有开始",
  hours: "这个优惠码只在{when}可用",
  threshold: "这个优惠码是“{rule}”，这笔订单还没有达到",
  notForOrder: "这笔订单用不了这个优惠码：{reason}",
  notBetter: "这笔订单已有的优惠更省，所以没有换成这个优惠码",
  tooMany: "试的次数太多了，请过几分钟再试",
  busy: "这笔订单正在付款，请稍后再试",
  failed: "暂时核对不了，请再试一次",
};

export type CodeEntryText = Words<typeof codeEntry>;
