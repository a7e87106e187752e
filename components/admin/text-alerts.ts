import { insightAlertsEn, insightAlertsZh } from "./text-insights.ts";
import { billAlertsZh } from "./text-reconciliation.ts";
import { billAlertsEn } from "./text-reconciliation-en.ts";

// What the dashboard says of each kind of alert.

type AlertWords = Readonly<Record<string, readonly [title: string, hint: string]>>;

export const alertKindsZh: AlertWords = {
  amount_mismatch: [
    "付款与订单不符",
    "一条付款通知的金额或商户信息与订单不符，系统已向微信核实。若微信确认，钱会列在订单的多收款里，请核实后退给顾客。",
  ],
  notice_unconfirmed: [
    "付款通知没有得到微信确认",
    "一条签名正确的通知说订单已付，但微信说没有这笔付款，订单没有变化。可能有密钥泄露：请更换密钥，并在「设置 · 支付配置」作废旧账户。",
  ],
  payment_time_replaced: [
    "付款时间用的是本机时间",
    "微信没有给出可用的付款时间，这笔付款按收到时的时间入账。对账时若日期不一致，以微信的账单为准。",
  ],
  late_payment: ["订单关闭后收到付款", "顾客在订单关闭之后付了款。请打开订单，退给顾客，或接受这笔付款。"],
  extra_payment: ["重复付款", "同一订单收到了第二笔付款。请打开订单，把多收的钱退给顾客。"],
  unknown_order: ["收到不认识的付款", "微信通知了一笔付款，但这里没有对应的订单。请在微信商户平台核对这笔交易。"],
  paid_without_notice: [
    "付款通知没有收到",
    "订单已通过查询确认付款，钱没有问题。若经常出现，请检查支付配置里的通知地址。",
  ],
  refund_abnormal: ["退款异常", "钱退不回顾客的账户。请到微信商户平台的「退款异常」里处理。"],
  refund_failed: ["退款没有成功", "微信没有接受退款，钱还在你的账户里。请打开订单查看原因，再决定是否重新退款。"],
  refund_mismatch: ["退款信息不一致", "微信说的退款与我们记录的不同。请在微信商户平台核对这笔退款。"],
  refund_overdrawn: ["退款超出付款", "一笔已放弃的退款后来成功了。请在微信商户平台核对这笔订单的退款。"],
  refund_unanswered: [
    "退款一直没有回应",
    "微信没有给出明确答复，系统会继续用同一单号重试。若持续很久，请在商户平台查看。",
  ],
  reversal_unanswered: [
    "付款码收款无法撤销",
    "一笔付款码收款没有结果，微信一直没有确认撤销，系统会继续重试。请在微信商户平台查看这笔交易；API v2 请检查商户证书。",
  ],
  learner_stopped: [
    "智能优惠已自动停用",
    "对照组的收益明显更好，可选优惠已停止发放；确认后可用命令 learner on 重新启用。",
  ],
  configuration_refused: [
    "配置文件有误，没有启用",
    "服务器上的 payment_config.json 不能用，上一份有效的配置继续使用。请到「设置 · 支付配置」查看每一项原因。",
  ],
  webhook_disabled: [
    "Webhook 已停用",
    "对方的地址答复了 410，表示不再接收，之后的事件都不会送到。若仍然需要，请修好该地址，删除后重新登记。",
  ],
  database_recovered: [
    "数据库曾经不能写入",
    "磁盘写满或数据库只读期间，下单和入账都停了，现在已经恢复。请查看磁盘空间；没记上的付款会自动向微信查回来。",
  ],
  backup_restored: [
    "数据已从备份恢复",
    "所有人都要重新登录；备份之后停用的密钥和人员，只有记录在 ended-access.jsonl 里的会再次停用。请到「设置 · API 密钥」和「人员」逐一核对。",
  ],
  ...billAlertsZh,
  ...insightAlertsZh,
  foreign_refund: ["商户平台上发起的退款", "有人在微信商户平台直接退了款，系统会核实并记账。"],
};

export const alertKindsEn: AlertWords = {
  amount_mismatch: [
    "Payment differs from the order",
    "A notice's amount or merchant differs from the order, and WeChat was asked. Money that it confirms is listed as extra: refund it.",
  ],
  notice_unconfirmed: [
    "A payment notice was not confirmed",
    "A rightly signed notice told of a payment that WeChat does not know. A key may have leaked: replace it and revoke the old account.",
  ],
  payment_time_replaced: [
    "Our time stands for the payment",
    "WeChat gave no usable time of payment, so ours was booked. Where dates differ in reconciliation, WeChat's bill is right.",
  ],
  late_payment: [
    "Paid after closing",
    "The shopper paid after the order was closed. Open it to give the money back or accept it.",
  ],
  extra_payment: ["Paid twice", "A second payment came for one order. Open it and give the surplus back."],
  unknown_order: [
    "Unknown payment",
    "WeChat told of a payment for an order we do not know. Check it in the merchant platform.",
  ],
  paid_without_notice: [
    "No notice came",
    "The payment was found by asking; the money is fine. If it happens often, check the notify address.",
  ],
  refund_abnormal: [
    "Refund in trouble",
    "The money cannot reach the shopper. Handle it in WeChat’s merchant platform.",
  ],
  refund_failed: ["Refund failed", "WeChat refused it and the money is still yours. Open the order for the reason."],
  refund_mismatch: ["Refund differs", "WeChat’s refund is not the one we know. Check it in the merchant platform."],
  refund_overdrawn: [
    "More refunded than paid",
    "A refund given up has succeeded after all. Check it in the merchant platform.",
  ],
  refund_unanswered: ["Refund without an answer", "WeChat gives no clear answer; we keep trying under its number."],
  reversal_unanswered: ["Charge not taken back", "WeChat does not confirm it; we keep trying. Look there."],
  learner_stopped: [
    "The offers were stopped",
    "Shoppers without an optional offer earned you clearly more, so none is made any more. `learner on` starts again.",
  ],
  configuration_refused: [
    "The configuration file was refused",
    "payment_config.json on the server cannot be used; the last good one stays in force. Settings, Configuration says why.",
  ],
  webhook_disabled: [
    "Webhook endpoint ended",
    "The address answered 410, so it wants no more events and gets none. If it should, mend it, remove the endpoint, and register it anew.",
  ],
  database_recovered: [
    "The database could not be written",
    "While its disk was full or it was read-only, no order was taken and no payment booked. That is over. Look at the disk; payments that were missed are asked for at WeChat.",
  ],
  backup_restored: [
    "Restored from a backup",
    "Everybody has to sign in again. Keys revoked and people disabled after the backup stay so only where ended-access.jsonl lists them: check the API keys and the people.",
  ],
  ...billAlertsEn,
  ...insightAlertsEn,
  foreign_refund: ["Refund made at WeChat", "Somebody refunded in WeChat’s merchant platform; we verify and book it."],
};
