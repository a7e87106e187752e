import type { Scene } from "#lib/contract/scene.ts";

/** What the plan of a pay page says (lib/intelligence/page): by kind of sale, and by the way in which it is paid. */
export interface PageText {
  readonly titles: Readonly<Record<Scene, string>>;
  /** What stands over the items; `anyItems` for other scenes. */
  readonly items: Readonly<Partial<Record<Scene, string>>>;
  readonly anyItems: string;
  /** The one main button; empty where there is nothing to press. */
  readonly actions: Readonly<Record<WayToPay, string>>;
  readonly donate: string;
  readonly hints: Readonly<Record<WayToPay, string>>;
  /** In place of the guide's hint, where the app is known. */
  readonly inApp: string;
  readonly apps: Readonly<Record<AppName, string>>;
  readonly ownAddress: string;
  /** How to get into WeChat. */
  readonly steps: readonly string[];
  readonly facts: Readonly<Record<FactName, string>>;
  readonly hours: string;
  readonly minutes: string;
  /** A merchant without a name. */
  readonly merchant: string;
}

type WayToPay = "jsapi" | "miniprogram" | "h5" | "native" | "codepay" | "guide" | "none";
/** Apps that cannot pay with WeChat and are told so by name. */
export type AppName =
  | "alipay"
  | "qq"
  | "wecom"
  | "dingtalk"
  | "feishu"
  | "douyin"
  | "weibo"
  | "taobao"
  | "baidu"
  | "meituan"
  | "jd"
  | "xiaohongshu"
  | "kuaishou"
  | "pinduoduo"
  | "bilibili"
  | "zhihu"
  | "toutiao"
  | "amap"
  | "unionpay";
export type FactName =
  | "table"
  | "guests"
  | "pickup"
  | "plate"
  | "parkedFor"
  | "entered"
  | "period"
  | "household"
  | "route"
  | "date"
  | "seat"
  | "school"
  | "level"
  | "validUntil"
  | "topupAccount"
  | "machine"
  | "project"
  | "invoice";

export const page: PageText = {
  titles: {
    dining: "餐费",
    takeaway: "外卖订单",
    retail: "购物付款",
    ecommerce: "商品订单",
    parking: "停车费",
    transport: "出行付款",
    travel: "票务预订",
    utilities: "生活缴费",
    education: "教育缴费",
    healthcare: "医疗缴费",
    membership: "会员",
    topup: "充值",
    donation: "爱心捐赠",
    vending: "自助购买",
    services: "服务付款",
    b2b: "企业付款",
    other: "收银台",
  },
  items: {
    dining: "菜品",
    takeaway: "餐品",
    parking: "费用明细",
    transport: "费用明细",
    utilities: "账单明细",
    education: "缴费明细",
    healthcare: "缴费明细",
    donation: "捐赠明细",
  },
  anyItems: "订单明细",
  actions: {
    jsapi: "微信支付",
    miniprogram: "去支付",
    h5: "打开微信支付",
    native: "",
    codepay: "",
    guide: "复制付款链接",
    none: "",
  },
  donate: "捐赠",
  hints: {
    jsapi: "点下方按钮，在微信里确认付款",
    miniprogram: "点下方按钮，回到小程序付款",
    h5: "点下方按钮，跳转到微信付款",
    native: "付款后，此页会自动更新",
    codepay: "请出示微信付款码",
    guide: "当前应用内无法使用微信支付",
    none: "请在手机上打开本页付款",
  },
  inApp: "你正在{app}中，这里打不开微信支付",
  apps: {
    alipay: "支付宝",
    qq: "QQ",
    wecom: "企业微信",
    dingtalk: "钉钉",
    feishu: "飞书",
    douyin: "抖音",
    weibo: "微博",
    taobao: "淘宝",
    baidu: "百度",
    meituan: "美团",
    jd: "京东",
    xiaohongshu: "小红书",
    kuaishou: "快手",
    pinduoduo: "拼多多",
    bilibili: "哔哩哔哩",
    zhihu: "知乎",
    toutiao: "今日头条",
    amap: "高德地图",
    unionpay: "云闪付",
  },
  ownAddress: "用微信扫码打开本页再付款",
  steps: [
    "复制链接，打开微信，发给「文件传输助手」后点开",
    "或把二维码保存到相册，在微信「扫一扫」里从相册选取",
    "或点右上角 ···，选择「在浏览器打开」",
  ],
  facts: {
    table: "桌号",
    guests: "人数",
    pickup: "取餐号",
    plate: "车牌",
    parkedFor: "停车时长",
    entered: "入场时间",
    period: "账期",
    household: "户号",
    route: "线路",
    date: "日期",
    seat: "座位",
    school: "学校",
    level: "会员等级",
    validUntil: "有效期至",
    topupAccount: "充值账号",
    machine: "机器号",
    project: "捐赠项目",
    invoice: "发票抬头",
  },
  hours: "{hours} 小时 {minutes} 分钟",
  minutes: "{minutes} 分钟",
  merchant: "商户",
};
