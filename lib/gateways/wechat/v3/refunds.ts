import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { AbnormalRefund, NewRefund, RefundRefusal, TradeRefund } from "#lib/payment/index.ts";
import { encryptField } from "../crypto/rsa.ts";
import { reasonForWeChat } from "../outgoing-text.ts";
import { findRefundMeaning, refundMeaning } from "./error-table.ts";
import type { V3Http } from "./http.ts";
import type { EncryptingKeys } from "./keys.ts";
import { parseJson, refundSchema, refundStatusOf, tradeRefundOf } from "./wire.ts";

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

/** Asks for a refund by its number, ours or one made in WeChat's console. Source: wechatpay.md §6.5. */
export async function findRefund(http: V3Http, number: string): Promise<Outcome<TradeRefund, "absent">> {
  const reply = await http.get(`/v3/refund/domestic/refunds/${encodeURIComponent(number)}`);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") return tradeRefundIn(reply.body, number);
  const meaning = findRefundMeaning(reply.status, reply.code);
  return meaning === "absent" ? refused("absent", reply.detail) : unknown(`HTTP ${reply.status} ${reply.code}`);
}

/** Source: wechatpay.md §6.5. The card and its owner's name leave encrypted for WeChat alone. */
export async function finishAbnormalRefund(
  http: V3Http,
  keys: Pick<EncryptingKeys, "forEncryption">,
  { number, refundId, destination }: AbnormalRefund,
): Promise<Outcome<TradeRefund, RefundRefusal>> {
  const path = `/v3/refund/domestic/refunds/${encodeURIComponent(refundId)}/apply-abnormal-refund`;
  const send = (fields: object, serial?: string) => http.post(path, { out_refund_no: number, ...fields }, serial);
  if (destination.way === "merchant_account") {
    return finished(await send({ type: "MERCHANT_BANK_CARD" }), number);
  }
  const key = await keys.forEncryption();
  // Nothing was sent, so nothing was done.
  if (key === null) return refused("account_trouble", "there is no key of WeChat Pay to encrypt the card with");
  const { bank, cardNumber, name } = destination;
  const card = {
    bank_type: bank,
    bank_account: encryptField(cardNumber.reveal(), key.key),
    real_name: encryptField(name.reveal(), key.key),
  };
  return finished(await send({ type: "USER_BANK_CARD", ...card }, key.serial), number);
}

function finished(reply: Awaited<ReturnType<V3Http["post"]>>, number: string): Outcome<TradeRefund, RefundRefusal> {
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") return tradeRefundIn(reply.body, number);
  const meaning = refundMeaning(reply.status, reply.code);
  return meaning === "unknown" ? unknown(`HTTP ${reply.status} ${reply.code}`) : refused(meaning, reply.detail);
}

/** An answer that was signed for another number says nothing about this one. */
function tradeRefundIn(body: Buffer, number: string): Outcome<TradeRefund, never> {
  const wire = parseJson(body, refundSchema);
  if (wire === null) return unknown("the answer is no refund");
  if (wire.out_refund_no !== number) return unknown("the answer is about another refund");
  const status = refundStatusOf(wire.status);
  return status === undefined ? unknown(`refund status ${wire.status}`) : done(tradeRefundOf(wire, status));
}
