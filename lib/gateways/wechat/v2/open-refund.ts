import type { Agent } from "node:https";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { NewRefund, RefundRefusal, TradeRefund } from "#lib/payment/index.ts";
import { reasonForWeChat } from "../outgoing-text.ts";
import { refundMeaning } from "./error-table.ts";
import type { V2Http } from "./http.ts";
import { amountIn, refundSplitIn, textIn, wordIn } from "./wire.ts";
import type { XmlTexts } from "./xml.ts";

export interface RefundingAccount {
  readonly notifyUrl: string;
  /** Connections with the merchant's certificate, which WeChat wants to see for this one call; null: it is missing. */
  readonly agent: Agent | null;
  /** false: plain http to this very machine, over which no certificate can be shown and none is asked for. */
  readonly isSecure: boolean;
}

/** Source: wechatpay.md §6.5, §11. The answer says that the refund was accepted, and nothing of how far it is. */
export async function openRefund(
  http: V2Http,
  account: RefundingAccount,
  refund: NewRefund,
): Promise<Outcome<TradeRefund, RefundRefusal>> {
  const { agent, isSecure, notifyUrl } = account;
  if (agent === null && isSecure) return refused("account_trouble", "API v2 refunds need the merchant certificate");
  const fields = {
    transaction_id: refund.transactionId,
    out_refund_no: refund.number,
    total_fee: String(refund.totalFen),
    refund_fee: String(refund.amountFen),
    refund_desc: reasonForWeChat(refund.reason),
    notify_url: notifyUrl,
  };
  const reply = await http.post({ path: "/secapi/pay/refund", fields, ...(agent === null ? {} : { agent }) });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "refusal") {
    const meaning = refundMeaning(reply.code);
    return meaning === "unknown" ? unknown(reply.detail) : refused(meaning, reply.detail);
  }
  return acceptedRefund(reply.fields, refund);
}

function acceptedRefund(fields: XmlTexts, refund: NewRefund): Outcome<TradeRefund, RefundRefusal> {
  const { number, amountFen, transactionId, tradeNumber } = refund;
  if (fields.get("out_refund_no") !== number) return unknown("the answer is about another refund");
  const refundId = wordIn(fields, "refund_id", 32);
  const answeredFen = amountIn(fields, "refund_fee");
  if (refundId === null || answeredFen === null) return unknown("the answer is no refund");
  if (answeredFen !== amountFen || ![transactionId, ""].includes(textIn(fields, "transaction_id"))) {
    return refused("number_used", "this number stands for another refund");
  }
  const made = { number, refundId, tradeNumber, transactionId, amountFen, ...refundSplitIn(fields, amountFen) };
  return done({ ...made, status: "processing", succeededAt: null });
}
