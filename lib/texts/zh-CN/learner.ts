import type { Words } from "../words.ts";

export const learner = {
  title: "智能优惠",
  intro:
    "系统只在您标记为“可选”的优惠中，按订单决定给哪一项或不给；成本绝不超过毛利，至少有一部分顾客不给，用来比较优惠是否真的有效。",
  state: "状态",
  on: "已启用",
  off: "已停用",
  stopped: "已自动停用：对照组的收益明显更好",
  turnOn: "重新启用",
  turnOff: "立即停用",
  turned: "已更改，几秒内全部生效",
  holdout: "对照组至少",
  holdoutHint: "这一部分顾客看不到可选优惠。拿他们和其他顾客比较，才知道优惠是不是真的带来了更多成交。",
  decided: "决定过的订单",
  offered: "其中给了优惠",
  learned: "已学习的结果",
  model: "模型版本",
  margins: "毛利率",
  marginsHint: "未填写毛利率的场景不会给出任何可选优惠。",
  none: "尚未填写",
  scene: "场景",
  all: "默认（所有场景）",
  percent: "毛利率（%）",
  save: "保存",
  saved: "已保存",
  /** Why an order got an offer, or none. */
  decision: {
    noOffers: "没有可用的可选优惠（成本须不超过毛利和剩余预算），因此未展示优惠。",
    nothing: "{why}，未展示可选优惠（概率 {chance}，含对照组）。",
    worthless: "各项可选优惠预计都得不偿失",
    drawn: "随机抽中不发优惠，以便比较优惠是否真有效果",
    chosen: "选择“{name}”：{effect}，支付时成本约 ¥{cost}（概率 {chance}）。",
    rises: "预计支付率从 {from} 升至 {to}",
    trial: "支付率预计不升，为了解其效果而少量尝试",
  },
};

export type LearnerText = Words<typeof learner>;
