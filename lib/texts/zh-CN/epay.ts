import type { EpayTrouble } from "#lib/contract/epay.ts";

/** The door for software that speaks 易支付: what it answers. */
export interface EpayText {
  readonly refusedTitle: string;
  /** What the shopper who sees it does next. */
  readonly refusedHint: string;
  readonly done: string;
  readonly refundDone: string;
  readonly troubles: Readonly<Record<EpayTrouble, string>>;
}

export const epay: EpayText = {
  refusedTitle: "这笔订单没有下成",
  refusedHint: "没有扣款。请返回原来的网站重新下单，或把上面这句话告诉网站的客服。",
  done: "succ",
  refundDone: "退款已受理",
  troubles: {
    pid: "商户 ID（pid）不存在或已停用",
    sign: "签名校验失败：请核对密钥，并按参数名排序、跳过空值后签名（MD5）",
    key: "密钥不正确",
    type: "这里只收微信支付，type 请用 wxpay",
    out_trade_no: "商户订单号（out_trade_no）要有 1 到 64 个字母、数字或符号",
    name: "商品名称（name）不能为空，最多 256 个字",
    money: "金额（money）要是大于 0 的元，最多两位小数",
    notify_url: "异步通知地址（notify_url）要是可以从公网访问的 http 或 https 地址",
    return_url: "跳转地址（return_url）要是 http 或 https 地址",
    param: "业务扩展参数（param）最多 1024 个字",
    conflict: "这个商户订单号已经用于另一笔内容不同的订单",
    closed: "这笔订单已关闭，请换一个商户订单号重新下单",
    not_found: "没有这笔订单",
    act: "不支持这个操作（act）",
    refund_off: "这个商户 ID 没有开通退款接口",
    refund_state: "这笔订单现在不能退款",
    refund_amount: "退款金额超过了可以退的金额",
    refund_number: "商户退款单号（out_refund_no）最多 64 个字母、数字或符号",
    malformed: "请求不是表单，或参数重复、过多、过长",
    busy: "请求太频繁，请稍后再试",
  },
};
