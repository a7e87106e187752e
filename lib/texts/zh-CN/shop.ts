import type { Words } from "../words.ts";

/** The demo shop of the sandbox. */
export const shop = {
  before: "原价",
  title: "灵付咖啡",
  tagline: "现烤现磨，到店即取",
  menu: "今日供应",
  less: "减少",
  more: "增加",
  count: "份",
  cart: "共 {count} 件",
  empty: "先挑一样喜欢的吧",
  pay: "去结算",
  trouble: "刚才没能下单，请再试一次",
  pickFirst: "请先选择商品",
  demo: "演示商店",
  demoHint: "这是沙箱里的演示商店，不会真的扣款。",
  admin: "商户后台",
  offers: "优惠",
  goods: {
    latte: { name: "燕麦拿铁", note: "双份浓缩，燕麦奶" },
    "pour-over": { name: "手冲耶加雪菲", note: "柑橘与茉莉香" },
    "cold-brew": { name: "十二小时冷萃", note: "清爽，微甜" },
    soda: { name: "青柠气泡水", note: "不含咖啡因" },
    croissant: { name: "黄油可颂", note: "每日现烤" },
    basque: { name: "巴斯克芝士", note: "焦香流心" },
  },
  /** The demo's promotions; their own names are Chinese. */
  promotions: {
    "demo-second-half": "咖啡第二件半价",
    "demo-bakery-30-5": "烘焙满30减5",
    "demo-100-20": "满100减20",
    "demo-till-3": "付款时可选立减3元",
  },
};

export type ShopText = Words<typeof shop>;
