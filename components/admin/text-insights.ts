// What alarms about behaviour say: what was seen, and what is most likely behind it.

type AlertWords = Readonly<Record<string, readonly [title: string, hint: string]>>;

export const insightAlertsZh: AlertWords = {
  anomaly_conversion: [
    "付款成功率异常下降",
    "看到支付页的顾客里，付款的比平时同一时段少得多。可能是这个支付方式打不开或授权过期，请用手机试付一笔。",
  ],
  anomaly_wechat_error: [
    "微信支付返回错误增多",
    "微信拒绝了比平时多的付款请求。可能是微信支付故障，或商户配置、产品权限有变化，请看错误码。",
  ],
  anomaly_notices: [
    "付款通知迟到或丢失",
    "钱已收到，但微信的通知来得很晚或没有来。可能是通知地址打不开、证书过期或网络不通，请检查支付配置。",
  ],
  anomaly_refunds: ["退款异常增多", "退款比平时同一时段多得多。可能是某件商品、价格或门店出了问题，请看这一天的订单。"],
  anomaly_dead_end: [
    "很多顾客在不能付款的应用里打开",
    "支付页在企业微信、支付宝等应用里被打开的比平时多。可能是收款链接发到了别的应用，请检查链接发在哪里。",
  ],
  unfair_discounts: [
    "优惠可能不公平",
    "按金额和新老顾客算，这类设备或应用的顾客得到的优惠仍明显不同。请检查优惠的适用渠道和人群。",
  ],
};

export const insightAlertsEn: AlertWords = {
  anomaly_conversion: [
    "Fewer shoppers pay than usual",
    "Of those who saw the pay page, far fewer paid than at this time of the week. This way of paying may not open, or its authorisation has ended: try a payment on a phone.",
  ],
  anomaly_wechat_error: [
    "WeChat Pay refuses more than usual",
    "WeChat refused more payment requests than usual. It may have trouble, or the configuration or the product's permission changed: see the code.",
  ],
  anomaly_notices: [
    "Notices are late or missing",
    "The money is here, but WeChat's notices came late or not at all. The notify address may not answer, its certificate may have ended: check the configuration.",
  ],
  anomaly_refunds: [
    "More refunds than usual",
    "Far more was given back than at this time of the week. An article, a price or a shop may be the reason: see that day's orders.",
  ],
  anomaly_dead_end: [
    "Many open the page where it cannot pay",
    "More shoppers than usual opened the pay page inside WeCom, Alipay or another app. See where the link was shared.",
  ],
  unfair_discounts: [
    "Discounts may be unfair",
    "Amount and novelty do not explain why shoppers with this device or app get another discount. Check channels and audiences of your promotions.",
  ],
};
