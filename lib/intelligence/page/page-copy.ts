import type { Channel, Scene } from "../scene/index.ts";
import type { PageCopy, PageLanguage, PageSceneInput } from "./page-types.ts";

type Said = Readonly<Record<PageLanguage, string>>;
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
  other: say("订单付款", "訂單付款", "Payment"),
};

const ACTIONS: Readonly<Record<Channel, Said>> = {
  jsapi: say("微信支付", "微信支付", "Pay with WeChat"),
  miniprogram: say("微信支付", "微信支付", "Pay with WeChat"),
  h5: say("打开微信支付", "打開微信支付", "Open WeChat to pay"),
  native: say("", "", ""),
  codepay: say("", "", ""),
  guide: say("复制链接", "複製連結", "Copy the link"),
  none: say("", "", ""),
};
const DONATE = say("捐赠", "捐贈", "Donate");

const HINTS: Readonly<Record<Channel, Said>> = {
  jsapi: say("点按钮后输入密码即可", "按鈕後輸入密碼即可", "Tap the button and confirm in WeChat"),
  miniprogram: say("点按钮后输入密码即可", "按鈕後輸入密碼即可", "Tap the button and confirm in WeChat"),
  h5: say("将打开微信完成支付", "將打開微信完成支付", "WeChat will open to finish the payment"),
  native: say("请用微信扫一扫付款", "請用微信掃一掃付款", "Scan with WeChat to pay"),
  codepay: say("请出示微信付款码", "請出示微信付款碼", "Show your WeChat payment code"),
  guide: say(
    "这个应用里不能用微信支付，请在微信中打开",
    "此應用內不能使用微信支付，請在微信中打開",
    "This app cannot pay with WeChat. Open the page in WeChat",
  ),
  none: say("请在手机上打开本页付款", "請在手機上打開本頁付款", "Open this page on a phone to pay"),
};
const OWN_ADDRESS = say(
  "用微信扫码打开本页再付款",
  "用微信掃碼打開本頁再付款",
  "Scan with WeChat to open this page and pay there",
);

const STEPS: readonly Said[] = [
  say(
    "点“复制链接”，打开微信，发给“文件传输助手”后点开",
    "按「複製連結」，打開微信，傳給「檔案傳輸助手」後點開",
    "Tap “Copy the link”, open WeChat, send it to “File Transfer” and tap it there",
  ),
  say(
    "或长按二维码保存到相册，在微信“扫一扫”里从相册选取",
    "或長按二維碼儲存到相簿，在微信「掃一掃」裏從相簿選取",
    "Or save the QR code and pick it from the album in WeChat's Scan",
  ),
  say(
    "或请身边的人用微信扫这个二维码代付",
    "或請身邊的人用微信掃此二維碼代付",
    "Or let someone near you scan the QR code with WeChat",
  ),
];

export function writeCopy(scene: PageSceneInput, language: PageLanguage): PageCopy {
  const shown = scene.fallback ? "other" : scene.scene;
  const pays = scene.channel === "jsapi" || scene.channel === "miniprogram";
  const action = shown === "donation" && pays ? DONATE : ACTIONS[scene.channel];
  return {
    title: TITLES[shown][language],
    action: scene.ownAddressQr === true ? "" : action[language],
    hint: (scene.ownAddressQr === true ? OWN_ADDRESS : HINTS[scene.channel])[language],
    steps: scene.channel === "guide" ? STEPS.map((step) => step[language]) : [],
  };
}
