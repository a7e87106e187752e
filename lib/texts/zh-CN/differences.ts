/** What a sentence about a difference is put together from; `–` for what is not known. */
export type DifferenceFacts = Readonly<Record<"trade" | "refund" | "ours" | "theirs", string>>;

const about = ({ trade, refund }: Pick<DifferenceFacts, "trade" | "refund">): string =>
  refund === "–" ? `订单 ${trade}` : `退款 ${refund}`;

/** What happened and what to do about it, for a shopkeeper; by kind of difference. */
const sentences = {
  only_in_bill: ({ trade, theirs }) =>
    `微信账单里有一笔 ${theirs} 的收款（单号 ${trade}），店里没有对应的订单：请向微信查询这笔收款；订单是本店丢失的就补记订单（之后可以退款），否则弄清是谁付的，再写明原因结案。`,
  only_in_book: ({ trade, ours }) =>
    `店里记了一笔 ${ours} 的收款（单号 ${trade}），微信账单里却没有：请向微信查询这笔订单。`,
  amount_differs: ({ trade, ours, theirs }) =>
    `订单 ${trade} 店里记的是 ${ours}，微信账单上是 ${theirs}：请向微信查询，以微信的金额为准。`,
  status_differs: ({ trade, refund, ours, theirs }) =>
    `${about({ trade, refund })} 店里的状态是“${ours}”，微信账单上是“${theirs}”：请向微信查询最新状态。`,
  refund_only_in_bill: ({ trade, refund, theirs }) =>
    `微信账单里有一笔 ${theirs} 的退款（${refund}，订单 ${trade}），店里没有记录，可能是在微信商户平台退的：请向微信查询这笔退款，把它记到账上。`,
  refund_only_in_book: ({ refund, ours }) =>
    `店里记了一笔 ${ours} 的退款（${refund}），微信账单里却没有：请向微信查询这笔退款。`,
  refund_amount_differs: ({ refund, ours, theirs }) =>
    `退款 ${refund} 店里记的是 ${ours}，微信账单上是 ${theirs}：请向微信查询这笔退款。`,
  fee_differs: ({ trade, ours, theirs }) =>
    `订单 ${trade} 的手续费按费率应为 ${ours} 元，微信收了 ${theirs} 元：请向微信支付核实后写明原因结案。`,
  fees_disagree: ({ trade, ours, theirs }) =>
    `${trade === "–" ? "当天" : `订单 ${trade} `}的手续费，交易账单上是 ${ours} 元，资金账单上是 ${theirs} 元，暂按交易账单记账：请在微信商户平台核对后写明原因结案。`,
  duplicate: ({ trade, refund }) =>
    `微信账单里 ${refund === "–" ? trade : refund} 出现了不止一次：请核对到账金额后写明原因结案，店里只记一次。`,
  unknown_merchant: ({ trade, ours, theirs }) =>
    `微信账单里的 ${trade} 属于另一个商户号 ${theirs}（本店是 ${ours}）：请核对商户号后写明原因结案。`,
  unresolved_payment: ({ trade, theirs }) =>
    `顾客为 ${trade} 多付或迟付了 ${theirs}，还没有处理：请退款给顾客，或确认收下。`,
  voucher_effect: (facts) =>
    `${about(facts)} 按代金券应结算 ${facts.ours}，微信账单结算 ${facts.theirs}：请在微信商户平台核对代金券由谁承担，再写明原因结案。`,
  voucher_differs: ({ trade, ours, theirs }) =>
    `订单 ${trade} 的代金券，店里记的是 ${ours}，微信账单上是 ${theirs}，应结金额不受影响：核对后写明原因结案。`,
  summary_differs: ({ ours, theirs }) =>
    `微信账单的汇总与明细对不上：明细合计 ${ours}，汇总写的是 ${theirs}。请稍后重新对账一次。`,
  unreadable_row: ({ theirs }) => `微信账单有一行无法读懂（${theirs}）：请稍后重新对账，仍然如此请联系技术支持。`,
} satisfies Readonly<Record<string, (facts: DifferenceFacts) => string>>;

export const differences = {
  /** Our own states; WeChat's stay as its bill has them. */
  states: {
    opening: "正在下单",
    waiting: "等待付款",
    failed: "下单失败",
    requested: "已申请",
    processing: "处理中",
    succeeded: "成功",
    abnormal: "异常",
    closed: "已关闭",
  },
  /** The first line of the exported table. */
  head: [
    "日期",
    "差异",
    "说明",
    "商户订单号",
    "商户退款单号",
    "微信支付单号",
    "微信账单（元）",
    "店里记账（元）",
    "发现时间（北京时间）",
    "结案时间（北京时间）",
    "结案人",
    "结案原因",
  ],
  sentences,
};

export interface DifferencesText {
  readonly states: Readonly<Record<string, string>>;
  readonly head: readonly string[];
  readonly sentences: Readonly<Record<keyof typeof sentences, (facts: DifferenceFacts) => string>>;
}
