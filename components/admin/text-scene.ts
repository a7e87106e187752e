import type { Scene } from "#lib/contract/scene.ts";
import type { Language } from "../pay/text.ts";

interface SceneText {
  readonly title: string;
  readonly unknown: string;
  /** `{share}` is how sure, in per cent. */
  readonly sure: string;
  readonly fallback: string;
  readonly corrected: string;
  readonly correct: string;
  readonly hint: string;
  readonly label: string;
  readonly submit: string;
  readonly done: string;
  readonly names: Readonly<Record<Scene, string>>;
}

const zh: SceneText = {
  title: "场景",
  unknown: "没有判断",
  sure: "把握 {share}%",
  fallback: "把握不足，收银台显示通用页面",
  corrected: "由你指定",
  correct: "更正场景",
  hint: "这个订单和以后同样的商品立即按你说的场景处理，收银台也会随之改变。",
  label: "实际场景",
  submit: "保存更正",
  done: "已更正，同样的商品以后都按此处理",
  names: {
    dining: "堂食餐饮",
    takeaway: "外卖",
    retail: "零售",
    ecommerce: "网购",
    parking: "停车",
    transport: "交通出行",
    travel: "旅行票务",
    utilities: "生活缴费",
    education: "教育",
    healthcare: "医疗",
    membership: "会员",
    topup: "充值",
    donation: "捐赠",
    vending: "自助售货",
    services: "生活服务",
    b2b: "企业采购",
    other: "其他",
  },
};

const en: SceneText = {
  title: "Scene",
  unknown: "Not decided",
  sure: "{share}% sure",
  fallback: "Not sure enough: the checkout shows the general page",
  corrected: "As you said",
  correct: "Correct the scene",
  hint: "This order, and from now on every order of the same things, counts as what you say; the checkout follows.",
  label: "What it really was",
  submit: "Save",
  done: "Corrected. The same things count as this from now on",
  names: {
    dining: "Dining in",
    takeaway: "Takeaway",
    retail: "Retail",
    ecommerce: "Online shop",
    parking: "Parking",
    transport: "Transport",
    travel: "Travel and tickets",
    utilities: "Household bills",
    education: "Education",
    healthcare: "Healthcare",
    membership: "Membership",
    topup: "Top-up",
    donation: "Donation",
    vending: "Vending machine",
    services: "Services",
    b2b: "Business",
    other: "Other",
  },
};

const TEXTS: Readonly<Record<Language, SceneText>> = { "zh-CN": zh, en };

export const sceneTextOf = (language: Language): SceneText => TEXTS[language];
