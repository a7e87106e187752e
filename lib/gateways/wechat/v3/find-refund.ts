import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { TradeRefund } from "#lib/payment/index.ts";
import { findRefundMeaning } from "./error-table.ts";
import type { V3Http } from "./http.ts";
import { parseJson, refundSchema, refundStatusOf, tradeRefundOf } from "./wire.ts";

/** Asks for a refund by its number, ours or one made in WeChat's console. Source: wechatpay.md §6.5. */
export async function findRefund(http: V3Http, number: string): Promise<Outcome<TradeRefund, "absent">> {
  const reply = await http.get(`/v3/refund/domestic/refunds/${encodeURIComponent(number)}`);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") return tradeRefundIn(reply.body, number);
  const meaning = findRefundMeaning(reply.status, reply.code);
  return meaning === "absent" ? refused("absent", reply.detail) : unknown(`HTTP ${reply.status} ${reply.code}`);
}

/** An answer that was signed for another number says nothing about this one. */
export function tradeRefundIn(body: Buffer, number: string): Outcome<TradeRefund, never> {
  const wire = parseJson(body, refundSchema);
  if (wire === null) return unknown("the answer is no refund");
  if (wire.out_refund_no !== number) return unknown("the answer is about another refund");
  const status = refundStatusOf(wire.status);
  return status === undefined ? unknown(`refund status ${wire.status}`) : done(tradeRefundOf(wire, status));
}
