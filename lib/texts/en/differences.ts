import type { DifferenceFacts, DifferencesText } from "../zh-CN/differences.ts";

const about = ({ trade, refund }: Pick<DifferenceFacts, "trade" | "refund">): string =>
  refund === "–" ? `order ${trade}` : `refund ${refund}`;

export const differences: DifferencesText = {
  states: {
    opening: "opening",
    waiting: "waiting",
    failed: "failed",
    requested: "requested",
    processing: "processing",
    succeeded: "succeeded",
    abnormal: "abnormal",
    closed: "closed",
  },
  head: [
    "day",
    "kind",
    "sentence",
    "order number",
    "refund number",
    "transaction",
    "bill (yuan)",
    "books (yuan)",
    "found (Beijing time)",
    "closed (Beijing time)",
    "closed by",
    "reason",
  ],
  sentences: {
    only_in_bill: ({ trade, theirs }) =>
      `WeChat's bill has a payment of ${theirs} (number ${trade}) that no order of yours knows: ask WeChat about it; if the order was lost here, recover it (then it can be refunded), otherwise find out who paid and close this with the reason.`,
    only_in_book: ({ trade, ours }) =>
      `Your books have a payment of ${ours} (number ${trade}) that WeChat's bill lacks: ask WeChat about this order.`,
    amount_differs: ({ trade, ours, theirs }) =>
      `Order ${trade} is ${ours} in your books and ${theirs} on WeChat's bill: ask WeChat, whose amount counts.`,
    status_differs: ({ trade, refund, ours, theirs }) =>
      `${refund === "–" ? `Order ${trade}` : `Refund ${refund}`} is "${ours}" in your books and "${theirs}" on WeChat's bill: ask WeChat how it stands.`,
    refund_only_in_bill: ({ trade, refund, theirs }) =>
      `WeChat's bill has a refund of ${theirs} (${refund}, order ${trade}) that your books lack, perhaps made in WeChat's own console: ask WeChat about this refund, and it is booked.`,
    refund_only_in_book: ({ refund, ours }) =>
      `Your books have a refund of ${ours} (${refund}) that WeChat's bill lacks: ask WeChat about this refund.`,
    refund_amount_differs: ({ refund, ours, theirs }) =>
      `Refund ${refund} is ${ours} in your books and ${theirs} on WeChat's bill: ask WeChat about this refund.`,
    fee_differs: ({ trade, ours, theirs }) =>
      `By its rate order ${trade} should cost a fee of ${ours} yuan, WeChat took ${theirs} yuan: have WeChat Pay explain it, then close this with the reason.`,
    fees_disagree: ({ trade, ours, theirs }) =>
      `The fees of ${trade === "–" ? "the day" : `order ${trade}`} are ${ours} yuan on WeChat's trade bill and ${theirs} yuan in its fund flow; the trade bill's are booked for now: check them in WeChat's console, then close this with the reason.`,
    duplicate: ({ trade, refund }) =>
      `WeChat's bill names ${refund === "–" ? trade : refund} more than once: check what arrived, then close this with the reason; your books count it once.`,
    unknown_merchant: ({ trade, ours, theirs }) =>
      `${trade} on WeChat's bill belongs to another merchant number, ${theirs} (yours is ${ours}): check it, then close this with the reason.`,
    unresolved_payment: ({ trade, theirs }) =>
      `A shopper paid ${theirs} for ${trade} too late, twice or otherwise than asked, and nobody has decided yet: refund it, or accept it.`,
    voucher_effect: (facts) =>
      `By its vouchers ${about(facts)} should be settled with ${facts.ours}, WeChat's bill settles ${facts.theirs}: check in WeChat's console who bears the voucher, then close this with the reason.`,
    voucher_differs: ({ trade, ours, theirs }) =>
      `WeChat's vouchers on order ${trade} are ${ours} in your books and ${theirs} on WeChat's bill; what is settled to you is the same: check it, then close this with the reason.`,
    summary_differs: ({ ours, theirs }) =>
      `WeChat's bill does not add up: its rows come to ${ours}, its summary says ${theirs}. Reconcile this day again later.`,
    unreadable_row: ({ theirs }) =>
      `A row of WeChat's bill cannot be read (${theirs}): reconcile this day again later, and ask for help if it stays so.`,
  },
};
