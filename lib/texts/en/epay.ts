import type { EpayText } from "../zh-CN/epay.ts";

export const epay: EpayText = {
  refusedTitle: "This order was not made",
  refusedHint: "Nothing was charged. Go back to the site and order again, or tell its support the sentence above.",
  done: "succ",
  refundDone: "the refund is accepted",
  troubles: {
    pid: "the merchant id (pid) does not exist or was ended",
    sign: "the signature does not fit: check the key, sort by name, leave out what is empty (MD5)",
    key: "the key does not fit",
    type: "only WeChat Pay is taken here: type must be wxpay",
    out_trade_no: "out_trade_no must be 1 to 64 letters, digits or signs",
    name: "name must not be empty and has at most 256 characters",
    money: "money must be more than 0 yuan with at most two decimals",
    notify_url: "notify_url must be an http or https address that can be reached from the internet",
    return_url: "return_url must be an http or https address",
    param: "param has at most 1024 characters",
    conflict: "this out_trade_no belongs to an order with other content",
    closed: "the order is closed; order again with another out_trade_no",
    not_found: "there is no such order",
    act: "this act is not known",
    refund_off: "refunds are not switched on for this pid",
    refund_state: "this order cannot be refunded now",
    refund_amount: "the refund is more than what can be given back",
    malformed: "the request is no form, or its fields are repeated, too many or too long",
    busy: "too many requests; try again in a moment",
  },
};
