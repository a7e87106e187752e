import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { TradeRefund } from "#lib/payment/index.ts";
import { findRefundMeaning } from "./error-table.ts";
import type { V2Http } from "./http.ts";
import { amountIn, momentIn, refundSplitIn, refundStatusOf, textIn, wordIn } from "./wire.ts";
import type { XmlTexts } from "./xml.ts";

/** Asks for a refund by its number, ours or one made in WeChat's console. Source: wechatpay.md §11. */
export async function findRefund(http: V2Http, number: string): Promise<Outcome<TradeRefund, "absent">> {
  const reply = await http.post({ path: "/pay/refundquery", fields: { out_refund_no: number } });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "answer") return refundIn(reply.fields, number);
  return findRefundMeaning(reply.code) === "absent" ? refused("absent", reply.detail) : unknown(reply.detail);
}

const NUMBERED = /^out_refund_no_([0-9]{1,3})$/;

/** The answer may tell of several refunds, each field with its number at the end; ours is the one that bears our number. */
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
