export const zh = {
  payTo: "付款给",
  amountDue: "应付金额",
  orderNumber: "订单号",
  total: "商品总价",
  discount: "优惠",
  due: "应付",
  quantity: "数量",
  moreItems: "展开其余 {count} 件",
  payBefore: "请在 {time} 前完成支付",
  secured: "由微信支付收款",

  scanTitle: "打开微信，扫一扫付款",
  qrTitle: "微信支付二维码，应付 {amount}",

  needsScript: "在微信中付款需要启用 JavaScript。你也可以用另一台手机扫码支付。",
  otherPhone: "用另一台手机扫码",
  thisPhone: "在这台手机上支付",
  insideWechat: "在微信里支付",

  returnedTitle: "付款完成了吗？",
  returnedHint: "在微信里付完款，点下方按钮即可",
  havePaid: "我已完成支付",
  payAgain: "还没付，重新支付",

  guideTitle: "请在微信或浏览器中打开",
  guideNoOpenid: "没能确认你的微信身份，请换一种方式打开",
  guideDirect: "直接跳转微信支付",
  linkLabel: "付款链接",

  miniTitle: "在小程序中完成支付",
  miniFallback: "没有反应？请返回小程序的上一页，在订单里继续付款。",

  elderOn: "大字版",
  elderOff: "标准版",
  display: "显示设置",
  offers: "已享优惠",
  perLine: "已减 {amount}",
  moreWays: "其他付款方式",
  saveQr: "保存二维码",
  linkQr: "本页地址的二维码，用微信扫一扫打开",
  personalOff: "不使用个性化优惠",
  personalOn: "使用个性化优惠",
  personalIsOn: "优惠会参考你的历史订单",
  personalIsOff: "未使用个人信息推荐优惠",

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
