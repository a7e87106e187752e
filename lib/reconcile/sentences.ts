import { fen, formatYuan } from "#lib/base/fen.ts";
import type { Discrepancy, DiscrepancyKind } from "./discrepancy.ts";

/** What a sentence is made from. */
export type SentenceFacts = Omit<Discrepancy, "transactionId">;

export type Language = "zh" | "en";

/** What happened, and what to do about it, for somebody who keeps a shop. */
export function sentenceOf(facts: SentenceFacts, language: Language): string {
  return SENTENCES[facts.kind][language](shownFacts(facts, language));
}

type Shown = Readonly<Record<"trade" | "refund" | "ours" | "theirs", string>>;

const shownFacts = ({ tradeNumber, refundNumber, ours, theirs }: SentenceFacts, language: Language): Shown => ({
  trade: tradeNumber ?? "–",
  refund: refundNumber ?? "–",
  ours: shown(ours, language),
  theirs: shown(theirs, language),
});

const shown = (value: number | string | null, language: Language): string => {
  if (value === null) return "–";
  return typeof value === "number" ? `¥${formatYuan(fen(value))}` : statusText(value, language);
};

/** How our own states read in Chinese; WeChat's words stay as its bill has them. */
const STATES_ZH: Readonly<Record<string, string>> = {
  opening: "正在下单",
  waiting: "等待付款",
  failed: "下单失败",
  requested: "已申请",
  processing: "处理中",
  succeeded: "成功",
  abnormal: "异常",
  closed: "已关闭",
};

/** A side of a difference that is no amount, for the reader. */
export const statusText = (value: string, language: Language): string =>
  language === "zh" && Object.hasOwn(STATES_ZH, value) ? (STATES_ZH[value] ?? value) : value;

type Named = Pick<Shown, "trade" | "refund">;
const aboutZh = ({ trade, refund }: Named): string => (refund === "–" ? `订单 ${trade}` : `退款 ${refund}`);
const aboutEn = ({ trade, refund }: Named): string => (refund === "–" ? `order ${trade}` : `refund ${refund}`);

const SENTENCES: Readonly<Record<DiscrepancyKind, Readonly<Record<Language, (facts: Shown) => string>>>> = {
  only_in_bill: {
    zh: ({ trade, theirs }) =>
      `微信账单里有一笔 ${theirs} 的收款（单号 ${trade}），店里没有对应的订单：请向微信查询这笔收款；订单是本店丢失的就补记订单（之后可以退款），否则弄清是谁付的，再写明原因结案。`,
    en: ({ trade, theirs }) =>
      `WeChat's bill has a payment of ${theirs} (number ${trade}) that no order of yours knows: ask WeChat about it; if the order was lost here, recover it (then it can be refunded), otherwise find out who paid and close this with the reason.`,
  },
  only_in_book: {
    zh: ({ trade, ours }) => `店里记了一笔 ${ours} 的收款（单号 ${trade}），微信账单里却没有：请向微信查询这笔订单。`,
    en: ({ trade, ours }) =>
      `Your books have a payment of ${ours} (number ${trade}) that WeChat's bill lacks: ask WeChat about this order.`,
  },
  amount_differs: {
    zh: ({ trade, ours, theirs }) =>
      `订单 ${trade} 店里记的是 ${ours}，微信账单上是 ${theirs}：请向微信查询，以微信的金额为准。`,
    en: ({ trade, ours, theirs }) =>
      `Order ${trade} is ${ours} in your books and ${theirs} on WeChat's bill: ask WeChat, whose amount counts.`,
  },
  status_differs: {
    zh: ({ trade, refund, ours, theirs }) =>
      `${aboutZh({ trade, refund })} 店里的状态是“${ours}”，微信账单上是“${theirs}”：请向微信查询最新状态。`,
    en: ({ trade, refund, ours, theirs }) =>
      `${refund === "–" ? `Order ${trade}` : `Refund ${refund}`} is "${ours}" in your books and "${theirs}" on WeChat's bill: ask WeChat how it stands.`,
  },
  refund_only_in_bill: {
    zh: ({ trade, refund, theirs }) =>
      `微信账单里有一笔 ${theirs} 的退款（${refund}，订单 ${trade}），店里没有记录，可能是在微信商户平台退的：请向微信查询这笔退款，把它记到账上。`,
    en: ({ trade, refund, theirs }) =>
      `WeChat's bill has a refund of ${theirs} (${refund}, order ${trade}) that your books lack, perhaps made in WeChat's own console: ask WeChat about this refund, and it is booked.`,
  },
  refund_only_in_book: {
    zh: ({ refund, ours }) => `店里记了一笔 ${ours} 的退款（${refund}），微信账单里却没有：请向微信查询这笔退款。`,
    en: ({ refund, ours }) =>
      `Your books have a refund of ${ours} (${refund}) that WeChat's bill lacks: ask WeChat about this refund.`,
  },
  refund_amount_differs: {
    zh: ({ refund, ours, theirs }) =>
      `退款 ${refund} 店里记的是 ${ours}，微信账单上是 ${theirs}：请向微信查询这笔退款。`,
    en: ({ refund, ours, theirs }) =>
      `Refund ${refund} is ${ours} in your books and ${theirs} on WeChat's bill: ask WeChat about this refund.`,
  },
  fee_differs: {
    zh: ({ trade, ours, theirs }) =>
      `订单 ${trade} 的手续费按费率应为 ${ours} 元，微信收了 ${theirs} 元：请向微信支付核实后写明原因结案。`,
    en: ({ trade, ours, theirs }) =>
      `By its rate order ${trade} should cost a fee of ${ours} yuan, WeChat took ${theirs} yuan: have WeChat Pay explain it, then close this with the reason.`,
  },
  fees_disagree: {
    zh: ({ trade, ours, theirs }) =>
      `${trade === "–" ? "当天" : `订单 ${trade} `}的手续费，交易账单上是 ${ours} 元，资金账单上是 ${theirs} 元，暂按交易账单记账：请在微信商户平台核对后写明原因结案。`,
    en: ({ trade, ours, theirs }) =>
      `The fees of ${trade === "–" ? "the day" : `order ${trade}`} are ${ours} yuan on WeChat's trade bill and ${theirs} yuan in its fund flow; the trade bill's are booked for now: check them in WeChat's console, then close this with the reason.`,
  },
  duplicate: {
    zh: ({ trade, refund }) =>
      `微信账单里 ${refund === "–" ? trade : refund} 出现了不止一次：请核对到账金额后写明原因结案，店里只记一次。`,
    en: ({ trade, refund }) =>
      `WeChat's bill names ${refund === "–" ? trade : refund} more than once: check what arrived, then close this with the reason; your books count it once.`,
  },
  unknown_merchant: {
    zh: ({ trade, ours, theirs }) =>
      `微信账单里的 ${trade} 属于另一个商户号 ${theirs}（本店是 ${ours}）：请核对商户号后写明原因结案。`,
    en: ({ trade, ours, theirs }) =>
      `${trade} on WeChat's bill belongs to another merchant number, ${theirs} (yours is ${ours}): check it, then close this with the reason.`,
  },
  unresolved_payment: {
    zh: ({ trade, theirs }) => `顾客为 ${trade} 多付或迟付了 ${theirs}，还没有处理：请退款给顾客，或确认收下。`,
    en: ({ trade, theirs }) =>
      `A shopper paid ${theirs} for ${trade} too late, twice or otherwise than asked, and nobody has decided yet: refund it, or accept it.`,
  },
  voucher_effect: {
    zh: (facts) =>
      `${aboutZh(facts)} 按代金券应结算 ${facts.ours}，微信账单结算 ${facts.theirs}：请在微信商户平台核对代金券由谁承担，再写明原因结案。`,
    en: (facts) =>
      `By its vouchers ${aboutEn(facts)} should be settled with ${facts.ours}, WeChat's bill settles ${facts.theirs}: check in WeChat's console who bears the voucher, then close this with the reason.`,
  },
  voucher_differs: {
    zh: ({ trade, ours, theirs }) =>
      `订单 ${trade} 的代金券，店里记的是 ${ours}，微信账单上是 ${theirs}，应结金额不受影响：核对后写明原因结案。`,
    en: ({ trade, ours, theirs }) =>
      `WeChat's vouchers on order ${trade} are ${ours} in your books and ${theirs} on WeChat's bill; what is settled to you is the same: check it, then close this with the reason.`,
  },
  summary_differs: {
    zh: ({ ours, theirs }) =>
      `微信账单的汇总与明细对不上：明细合计 ${ours}，汇总写的是 ${theirs}。请稍后重新对账一次。`,
    en: ({ ours, theirs }) =>
      `WeChat's bill does not add up: its rows come to ${ours}, its summary says ${theirs}. Reconcile this day again later.`,
  },
  unreadable_row: {
    zh: ({ theirs }) => `微信账单有一行无法读懂（${theirs}）：请稍后重新对账，仍然如此请联系技术支持。`,
    en: ({ theirs }) =>
      `A row of WeChat's bill cannot be read (${theirs}): reconcile this day again later, and ask for help if it stays so.`,
  },
};
