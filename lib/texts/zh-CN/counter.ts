import type { DeclineReason } from "#lib/contract/code-pay.ts";

export interface CounterText {
  readonly take: string;
  readonly title: string;
  readonly due: string;
  readonly code: string;
  readonly codeHint: string;
  readonly badCode: string;
  readonly submit: string;
  readonly working: string;
  /** Not decided yet. */
  readonly password: string;
  readonly answer: string;
  readonly reversal: string;
  readonly declines: Readonly<Record<DeclineReason, string>>;
  readonly busy: string;
  readonly impossible: string;
  readonly noCertificate: string;
  readonly notPayable: string;
}

export const counter: CounterText = {
  take: "收付款码",
  title: "收银台",
  due: "应收",
  code: "付款码",
  codeHint: "用扫码枪扫顾客手机上的付款码，或输入 18 位数字。",
  badCode: "付款码是 10 至 15 开头的 18 位数字，请重新扫码",
  submit: "收款",
  working: "收款中，请稍候…",
  password: "请顾客在手机上输入支付密码，然后再点一次「收款」。不要换其他方式收款。",
  answer: "结果还不确定。请不要用其他方式收款，再点一次「收款」查看结果。",
  reversal: "超时未付，正在撤销，已付的钱会退回顾客。再点一次「收款」查看结果。",
  declines: {
    code_invalid: "付款码已过期或已使用，请顾客刷新后重新扫码",
    not_enough: "顾客余额不足，请换卡或换零钱后重新扫码",
    card_refused: "这张银行卡不能用于此交易，请顾客换卡后重新扫码",
    declined: "顾客取消了支付，或微信支付拒绝了这笔交易，请重新扫码",
    timed_out: "顾客没有在规定时间内完成支付，没有收款，请重新扫码",
  },
  busy: "这个订单正在用另一个付款码收款，一分钟内会有结果",
  impossible: "微信没有允许这个商户号使用付款码收款",
  noCertificate: "API v2 账户要配置商户证书（cert_path、key_path）才能收付款码：结果不明时要用它撤销",
  notPayable: "这个订单已经付款、关闭或过期，不能再收款",
};
