import type { Agent } from "node:https";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { NewRefund, RefundRefusal, TradeRefund } from "#lib/payment/index.ts";
import { reasonForWeChat } from "../outgoing-text.ts";
import { findRefundMeaning, refundMeaning } from "./error-table.ts";
import type { V2Http } from "./http.ts";
import { amountIn, momentIn, refundSplitIn, refundStatusOf, textIn, wordIn } from "./wire.ts";
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

/** Asks for a refund by its number, ours or one made in WeChat's console. Source: wechatpay.md §11. */
export async function findRefund(http: V2Http, number: string): Promise<Outcome<TradeRefund, "absent">> {
  const reply = await http.post({ path: "/pay/refundquery", fields: { out_refund_no: number } });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "answer") return refundIn(reply.fields, number);
  return findRefundMeaning(reply.code) === "absent" ? refused("absent", reply.detail) : unknown(reply.detail);
}

const NUMBERED = /^out_refund_no_([0-9]{1,3})$/;

/** The answer may list several refunds, each field with an index at the end; ours is the one with our number. */
function refundIn(fields: XmlTexts, number: string): Outcome<TradeRefund, never> {
  const mine = [...fields].filter(([name, value]) => NUMBERED.test(name) && value === number);
  const at = mine[0]?.[0].match(NUMBERED)?.[1];
  if (at === undefined || mine.length > 1) return unknown("the answer is not about this refund alone");
  const refundId = wordIn(fields, `refund_id_${at}`, 32);
  const amountFen = amountIn(fields, `refund_fee_${at}`);
  const status = refundStatusOf(textIn(fields, `refund_status_${at}`));
  const tradeNumber = wordIn(fields, "out_trade_no", 32);
  const transactionId = wordIn(fields, "transaction_id", 32);
  if (status === undefined) return unknown("the answer has no refund status that we know");
  if (refundId === null || amountFen === null || tradeNumber === null || transactionId === null) {
    return unknown("the answer lacks what a refund must have");
  }
  const succeededAt = status === "succeeded" ? momentIn(fields, `refund_success_time_${at}`) : null;
  const split = refundSplitIn(fields, amountFen, `_${at}`);
  return done({ number, refundId, tradeNumber, transactionId, amountFen, ...split, status, succeededAt });
}
