import { type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { NewRefund, RefundRefusal, TradeRefund } from "#lib/payment/index.ts";
import { reasonForWeChat } from "../outgoing-text.ts";
import { refundMeaning } from "./error-table.ts";
import { tradeRefundIn } from "./find-refund.ts";
import type { V3Http } from "./http.ts";

/** Source: wechatpay.md §6.5. The answer says that the refund was accepted; its `status` says how far it is. */
export async function openRefund(
  http: V3Http,
  account: { readonly notifyUrl: string },
  refund: NewRefund,
): Promise<Outcome<TradeRefund, RefundRefusal>> {
  const reason = reasonForWeChat(refund.reason);
  const body = {
    transaction_id: refund.transactionId,
    out_refund_no: refund.number,
    ...(reason === "" ? {} : { reason }),
    notify_url: account.notifyUrl,
    amount: { refund: refund.amountFen, total: refund.totalFen, currency: "CNY" },
  };
  const reply = await http.post("/v3/refund/domestic/refunds", body);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "refusal") {
    const meaning = refundMeaning(reply.status, reply.code);
    return meaning === "unknown" ? unknown(`HTTP ${reply.status} ${reply.code}`) : refused(meaning, reply.detail);
  }
  const answer = tradeRefundIn(reply.body, refund.number);
  const sameMoney =
    answer.kind !== "done" ||
    (answer.value.amountFen === refund.amountFen && answer.value.transactionId === refund.transactionId);
  return sameMoney ? answer : refused("number_used", "this number stands for another refund");
}
