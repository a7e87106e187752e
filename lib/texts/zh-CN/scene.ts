import type { Scene } from "#lib/contract/scene.ts";

export interface SceneText {
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

export const scene: SceneText = {
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
