import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { ChargeRefusal, NewCharge, ReverseRefusal, Trade } from "#lib/payment/index.ts";
import { descriptionForWeChat, goodsTagForWeChat } from "../outgoing-text.ts";
import { chargeMeaning, reverseMeaning } from "../v3/codepay-errors.ts";
import type { V2Http, V2Reply } from "./http.ts";
import type { RefundingAccount } from "./refunds.ts";
import { queryTrade } from "./trades.ts";
import { paidTradeOf } from "./wire.ts";

/** A placeholder: the counter's own address is unknown. */
const NO_ADDRESS = "127.0.0.1";

/** Source: wechatpay.md §11. The password being typed is an error code here, not an answer. */
export async function chargeCode(http: V2Http, charge: NewCharge): Promise<Outcome<Trade, ChargeRefusal>> {
  const { number } = charge;
  const fields = {
    body: descriptionForWeChat(charge.description),
    out_trade_no: number,
    total_fee: String(charge.amountFen),
    goods_tag: goodsTagForWeChat(charge.goodsTag),
    spbill_create_ip: NO_ADDRESS,
    auth_code: charge.authCode.reveal(),
  };
  const reply = await http.post({ path: "/pay/micropay", fields });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unheard(http, number, reply);
  if (reply.kind === "answer") {
    const payment = paidTradeOf(reply.fields);
    if (payment === null) return unknown("a paid trade lacks what a payment must have");
    return payment.number === number
      ? done({ number, state: "paid", payment })
      : unknown("the answer is about another trade");
  }
  const meaning = chargeMeaning(reply.code);
  if (meaning === "asking") return done({ number, state: "not_paid", payment: null });
  if (meaning === "unknown") return unknown(reply.detail);
  if (reply.afterUnknownTry && meaning === "account_trouble")
    return unknown(`${reply.detail} after a try without an answer`);
  return refused(meaning, reply.detail);
}

/** Two unsigned failures: our keys or numbers are wrong, so the first call cannot have had an effect. */
async function unheard(
  http: V2Http,
  number: string,
  { detail, afterUnknownTry }: Extract<V2Reply, { kind: "unheard" }>,
): Promise<Outcome<Trade, ChargeRefusal>> {
  const asked = afterUnknownTry ? null : await queryTrade(http, number);
  return asked?.kind === "unheard" ? refused("account_trouble", detail) : unknown(`return_code FAIL ${detail}`);
}

/** Source: wechatpay.md §11. Like refunds it wants to see the merchant's certificate; `recall` says: call again. */
export async function reverseTrade(
  http: V2Http,
  { agent, isSecure }: Pick<RefundingAccount, "agent" | "isSecure">,
  number: string,
): Promise<Outcome<"reversed", ReverseRefusal>> {
  if (agent === null && isSecure) return unknown("API v2 reversals need the merchant certificate");
  const call = { path: "/secapi/pay/reverse", fields: { out_trade_no: number } };
  const reply = await http.post({ ...call, ...(agent === null ? {} : { agent }) });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "answer") return reply.fields.get("recall") === "Y" ? unknown("call again") : done("reversed");
  const meaning = reverseMeaning(reply.code);
  if (meaning === "unknown") return unknown(reply.detail);
  return meaning === "reversed" ? done("reversed") : refused(meaning, reply.detail);
}
