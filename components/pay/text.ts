import type { Language } from "./language.ts";

export { chooseLanguage, LANGUAGES, type Language } from "./language.ts";

const zh = {
  title: "收银台",
  payTo: "付款给",
  amountDue: "应付金额",
  order: "订单明细",
  orderNumber: "订单号",
  total: "商品总价",
  discount: "优惠",
  due: "应付",
  quantity: "数量",
  moreItems: "展开其余 {count} 件",
  payBefore: "请在 {time} 前完成支付",
  secured: "由微信支付收款",
  language: "语言",

  scanTitle: "打开微信，扫一扫付款",
  scanHint: "付款后，此页会自动更新",
  qrTitle: "微信支付二维码，应付 {amount}",

  payInWechat: "微信支付",
  payInWechatHint: "点下方按钮，在微信里确认付款",
  needsScript: "在微信中付款需要启用 JavaScript。你也可以用另一台手机扫码支付。",
  goToWechat: "打开微信支付",
  goToWechatHint: "点下方按钮，跳转到微信付款",
  otherPhone: "用另一台手机扫码",
  thisPhone: "在这台手机上支付",
  insideWechat: "在微信里支付",

  returnedTitle: "付款完成了吗？",
  returnedHint: "在微信里付完款，点下方按钮即可",
  havePaid: "我已完成支付",
  payAgain: "还没付，重新支付",

  guideTitle: "请在微信或浏览器中打开",
  guideHint: "当前应用内无法使用微信支付",
  guideNoOpenid: "没能确认你的微信身份，请换一种方式打开",
  guideCopy: "复制付款链接",
  guideCopyStep: "复制下面的链接",
  guideOpenStep: "打开微信，发给「文件传输助手」后点开",
  guideBrowserStep: "或点右上角 ···，选择「在浏览器打开」",
  guideDirect: "直接跳转微信支付",
  linkLabel: "付款链接",

  miniTitle: "在小程序中完成支付",
  miniPay: "去支付",
  miniHint: "点下方按钮，回到小程序付款",
  miniFallback: "没有反应？请返回小程序的上一页，在订单里继续付款。",

  botTitle: "请在手机或电脑上打开此页付款",

  gatewayTitle: "微信支付暂时没有回应",
  gatewayHint: "没有扣款，稍等片刻再试一次即可",
  refusedTitle: "暂时无法发起支付",
  refusedHint: "商户的微信支付没有接受这笔请求，请联系商户",
  retry: "重试",

  missingTitle: "没有找到这个订单",
  missingHint: "链接可能不完整，请回到商户页面重新打开",
  missing: { title: "这里没有页面", hint: "地址可能写错了，或者页面已经移走" },
  unavailableTitle: "页面暂时打不开",
  unavailableHint: "订单和付款都不受影响，请稍后再试",

  sandbox: "沙箱 · 不是真的钱",
  sandboxPhone: "用沙箱手机付款",

  live: {
    waiting: "等待付款",
    remaining: "剩余时间",
    days: "{count} 天",
    overdueTitle: "已超过支付时间",
    overdueHint: "正在核对最后的付款结果…",
    confirmingTitle: "正在确认…",
    confirmingHint: "正在向微信核对付款结果，请稍候",
    notYet: "还没有收到付款。若你已付款，通常几秒内到账。",
    askFailed: "暂时无法向微信核对，我们会继续自动查询",
    cancelled: "已取消支付，可以重新发起",
    bridgeFailed: "没能打开微信支付，请再试一次",
    paidTitle: "支付成功",
    paidHint: "{time} 付款",
    lateTitle: "订单已关闭，款项已收到",
    lateHint: "这笔付款在订单关闭后到账，商户会退款或为你继续处理",
    lateRefunded: "这笔付款在订单关闭后到账，现已退回",
    closedTitle: "订单已关闭",
    closedHint: "没有扣款。需要的话，可以重新下单",
    refundedTitle: "已全额退款",
    partlyRefundedTitle: "已部分退款",
    refundedHint: "款项按原路退回，到账时间以微信支付通知为准",
    refundedAmount: "已退",
    back: "返回商家",
    orderAgain: "重新下单",
    close: "可以关闭此页面了",
    copied: "链接已复制，打开微信粘贴即可",
    offline: "网络已断开，恢复后自动更新",
    failing: "网络不太稳定，正在重试…",
  },

  shop: {
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
  },
};

type Words<Dictionary> = {
  readonly [Key in keyof Dictionary]: Dictionary[Key] extends string ? string : Words<Dictionary[Key]>;
};
export type Text = Words<typeof zh>;
/** What the browser needs itself; the rest is only ever rendered on the server. */
export type LiveText = Text["live"];

const en: Text = {
  title: "Checkout",
  payTo: "Pay to",
  amountDue: "Amount due",
  order: "Your order",
  orderNumber: "Order no.",
  total: "Subtotal",
  discount: "Discount",
  due: "Total due",
  quantity: "Quantity",
  moreItems: "Show {count} more",
  payBefore: "Please pay before {time}",
  secured: "Paid through WeChat Pay",
  language: "Language",

  scanTitle: "Scan with WeChat to pay",
  scanHint: "This page updates by itself once you have paid",
  qrTitle: "WeChat Pay QR code for {amount}",

  payInWechat: "Pay with WeChat",
  payInWechatHint: "Tap the button below and confirm in WeChat",
  needsScript: "Paying inside WeChat needs JavaScript. You can also scan a code with another phone.",
  goToWechat: "Open WeChat Pay",
  goToWechatHint: "Tap the button below to continue in WeChat",
  otherPhone: "Scan with another phone",
  thisPhone: "Pay on this phone",
  insideWechat: "Pay inside WeChat",

  returnedTitle: "Have you paid?",
  returnedHint: "Once WeChat says it is done, tap the button below",
  havePaid: "I have paid",
  payAgain: "Not yet, pay again",

  guideTitle: "Open in WeChat or a browser",
  guideHint: "WeChat Pay does not work inside this app",
  guideNoOpenid: "We could not confirm who you are in WeChat. Please open this page another way",
  guideCopy: "Copy payment link",
  guideCopyStep: "Copy the link below",
  guideOpenStep: "Open WeChat, send it to “File Transfer” and tap it there",
  guideBrowserStep: "Or tap ··· at the top right and choose “Open in browser”",
  guideDirect: "Try WeChat Pay directly",
  linkLabel: "Payment link",

  miniTitle: "Pay in the mini program",
  miniPay: "Continue to pay",
  miniHint: "Tap the button below to go back to the mini program",
  miniFallback: "Nothing happens? Go back one page in the mini program and pay from your order there.",

  botTitle: "Open this page on a phone or computer to pay",

  gatewayTitle: "WeChat Pay is not answering",
  gatewayHint: "You have not been charged. Please try again in a moment",
  refusedTitle: "This payment cannot be started",
  refusedHint: "The merchant’s WeChat Pay did not accept the request. Please contact the merchant",
  retry: "Try again",

  missingTitle: "We cannot find this order",
  missingHint: "The link may be incomplete. Please open it again from the shop",
  missing: {
    title: "There is no page here",
    hint: "The address may be mistyped, or the page has moved",
  },
  unavailableTitle: "This page is unavailable right now",
  unavailableHint: "Your order and payment are safe. Please try again shortly",

  sandbox: "Sandbox · not real money",
  sandboxPhone: "Pay with the sandbox phone",

  live: {
    waiting: "Waiting for payment",
    remaining: "Time left",
    days: "{count} days",
    overdueTitle: "The time to pay is over",
    overdueHint: "Checking for a last-moment payment…",
    confirmingTitle: "Confirming…",
    confirmingHint: "Asking WeChat about your payment, one moment",
    notYet: "No payment received yet. If you have paid, it usually takes a few seconds.",
    askFailed: "WeChat cannot be asked right now. We keep checking by ourselves",
    cancelled: "Payment cancelled. You can start again",
    bridgeFailed: "WeChat Pay did not open. Please try again",
    paidTitle: "Payment successful",
    paidHint: "Paid at {time}",
    lateTitle: "Order closed, payment received",
    lateHint: "Your payment arrived after the order was closed. The merchant will refund it or complete your order",
    lateRefunded: "Your payment arrived after the order was closed and has been refunded",
    closedTitle: "Order closed",
    closedHint: "You have not been charged. You can order again",
    refundedTitle: "Refunded in full",
    partlyRefundedTitle: "Partially refunded",
    refundedHint: "The money goes back the way it came; WeChat Pay tells you when it arrives",
    refundedAmount: "Refunded",
    back: "Back to the shop",
    orderAgain: "Order again",
    close: "You can close this page now",
    copied: "Link copied. Paste it in WeChat",
    offline: "You are offline. This page updates once you are back",
    failing: "The network is unsteady, trying again…",
  },

  shop: {
    title: "Lingfu Coffee",
    tagline: "Freshly roasted, ready when you are",
    menu: "Today’s menu",
    less: "Less",
    more: "More",
    count: "pcs",
    cart: "{count} in your bag",
    empty: "Pick something you like",
    pay: "Check out",
    trouble: "That order did not go through. Please try again",
    pickFirst: "Please choose something first",
    demo: "Demo shop",
    demoHint: "A demo shop in the sandbox: nothing is really charged.",
    admin: "Merchant console",
  },
};

const TEXTS: Readonly<Record<Language, Text>> = { "zh-CN": zh, en };

export const textOf = (language: Language): Text => TEXTS[language];

/** `fill("共 {count} 件", { count: 3 })` */
export const fill = (template: string, values: Readonly<Record<string, string | number>>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
