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
  readonly reasons: {
    readonly industry: string;
    readonly stated: string;
    readonly metadata: string;
    readonly metadataNames: Readonly<
      Record<"plate" | "table" | "school" | "patient" | "household" | "invoice" | "machine", string>
    >;
    readonly fulfilments: Readonly<Record<"delivery" | "in_store" | "machine", string>>;
    readonly item: string;
    readonly itemHidden: string;
    readonly merchant: string;
    readonly merchantHidden: string;
    readonly correction: string;
    readonly correctionHidden: string;
    readonly amount: string;
    readonly hour: string;
  };
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
  reasons: {
    industry: "商户行业“{name}”",
    stated: "订单注明场景“{value}”",
    metadata: "订单带有{name}",
    metadataNames: {
      plate: "车牌",
      table: "桌号",
      school: "学校",
      patient: "就诊",
      household: "户号",
      invoice: "发票抬头",
      machine: "机器号",
    },
    fulfilments: { delivery: "需要配送", in_store: "到店付款", machine: "自助机器付款" },
    item: "商品“{value}”",
    itemHidden: "商品名称相符",
    merchant: "店名“{value}”",
    merchantHidden: "店名相符",
    correction: "商户更正过“{value}”的场景",
    correctionHidden: "商户更正过此商品的场景",
    amount: "金额 ¥{value} 相符",
    hour: "{value} 时付款",
  },
};
