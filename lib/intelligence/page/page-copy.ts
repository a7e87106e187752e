import type { Language } from "#lib/texts/language.ts";
import type { AgentChannel, Scene } from "../scene/index.ts";
import type { PageCopy, PageSceneInput } from "./page-types.ts";

type Said = Readonly<Record<Language, string>>;
const say = (simplified: string, traditional: string, english: string): Said => ({
  "zh-CN": simplified,
  "zh-HK": traditional,
  en: english,
});

const TITLES: Readonly<Record<Scene, Said>> = {
  dining: say("餐费", "餐費", "Your meal"),
  takeaway: say("外卖订单", "外賣訂單", "Your delivery order"),
  retail: say("购物付款", "購物付款", "Your purchase"),
  ecommerce: say("商品订单", "商品訂單", "Your order"),
  parking: say("停车费", "停車費", "Parking"),
  transport: say("出行付款", "出行付款", "Your ride"),
  travel: say("票务预订", "票務預訂", "Tickets and booking"),
  utilities: say("生活缴费", "生活繳費", "Your bill"),
  education: say("教育缴费", "教育繳費", "Tuition"),
  healthcare: say("医疗缴费", "醫療繳費", "Medical payment"),
  membership: say("会员", "會員", "Membership"),
  topup: say("充值", "增值", "Top-up"),
  donation: say("爱心捐赠", "愛心捐贈", "Donation"),
  vending: say("自助购买", "自助購買", "Vending machine"),
  services: say("服务付款", "服務付款", "Service"),
  b2b: say("企业付款", "企業付款", "Business payment"),
  other: say("收银台", "收銀台", "Checkout"),
};

/** What stands over the items, where "order" is not the word for them. */
const ITEMS: Partial<Record<Scene, Said>> = {
  dining: say("菜品", "餐點", "Your dishes"),
  takeaway: say("餐品", "餐點", "Your dishes"),
  parking: say("费用明细", "費用明細", "Charges"),
  transport: say("费用明细", "費用明細", "Charges"),
  utilities: say("账单明细", "賬單明細", "Bill"),
  education: say("缴费明细", "繳費明細", "Fees"),
  healthcare: say("缴费明细", "繳費明細", "Fees"),
  donation: say("捐赠明细", "捐贈明細", "Your donation"),
};
const ANY_ITEMS = say("订单明细", "訂單明細", "Your order");

const ACTIONS: Readonly<Record<AgentChannel, Said>> = {
  jsapi: say("微信支付", "微信支付", "Pay with WeChat"),
  miniprogram: say("去支付", "去付款", "Continue to pay"),
  h5: say("打开微信支付", "打開微信支付", "Open WeChat to pay"),
  native: say("", "", ""),
  codepay: say("", "", ""),
  guide: say("复制付款链接", "複製付款連結", "Copy payment link"),
  none: say("", "", ""),
};
const DONATE = say("捐赠", "捐贈", "Donate");

const HINTS: Readonly<Record<AgentChannel, Said>> = {
  jsapi: say(
    "点下方按钮，在微信里确认付款",
    "按下方按鈕，在微信內確認付款",
    "Tap the button below and confirm in WeChat",
  ),
  miniprogram: say(
    "点下方按钮，回到小程序付款",
    "按下方按鈕，返回小程序付款",
    "Tap the button below to go back to the mini program",
  ),
  h5: say("点下方按钮，跳转到微信付款", "按下方按鈕，跳到微信付款", "Tap the button below to continue in WeChat"),
  native: say("付款后，此页会自动更新", "付款後，此頁會自動更新", "This page updates by itself once you have paid"),
  codepay: say("请出示微信付款码", "請出示微信付款碼", "Show your WeChat payment code"),
  guide: say("当前应用内无法使用微信支付", "目前的應用內無法使用微信支付", "WeChat Pay does not work inside this app"),
  none: say("请在手机上打开本页付款", "請在手機上打開本頁付款", "Open this page on a phone to pay"),
};
const OWN_ADDRESS = say(
  "用微信扫码打开本页再付款",
  "用微信掃碼打開本頁再付款",
  "Scan with WeChat to open this page and pay there",
);

const STEPS: readonly Said[] = [
  say(
    "复制链接，打开微信，发给「文件传输助手」后点开",
    "複製連結，打開微信，傳給「檔案傳輸助手」後點開",
    "Copy the link, open WeChat, send it to “File Transfer” and tap it there",
  ),
  say(
    "或把二维码保存到相册，在微信「扫一扫」里从相册选取",
    "或把二維碼儲存到相簿，在微信「掃一掃」裏從相簿選取",
    "Or save the QR code and pick it from your photos in WeChat’s Scan",
  ),
  say(
    "或点右上角 ···，选择「在浏览器打开」",
    "或按右上角 ···，選擇「在瀏覽器打開」",
    "Or tap ··· at the top right and choose “Open in browser”",
  ),
];

export function writeCopy(scene: PageSceneInput, language: Language): PageCopy {
  const shown = scene.fallback ? "other" : scene.scene;
  const pays = scene.channel === "jsapi" || scene.channel === "miniprogram";
  const action = shown === "donation" && pays ? DONATE : ACTIONS[scene.channel];
  return {
    title: TITLES[shown][language],
    itemsTitle: (ITEMS[shown] ?? ANY_ITEMS)[language],
    action: scene.ownAddressQr === true ? "" : action[language],
    hint: (scene.ownAddressQr === true ? OWN_ADDRESS : HINTS[scene.channel])[language],
    steps: scene.channel === "guide" ? STEPS.map((step) => step[language]) : [],
  };
}
