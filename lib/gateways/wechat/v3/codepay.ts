import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { ChargeRefusal, NewCharge, ReverseRefusal, Trade } from "#lib/payment/index.ts";
import { descriptionForWeChat, goodsTagForWeChat } from "../outgoing-text.ts";
import { chargeMeaning, reverseMeaning } from "./codepay-errors.ts";
import type { V3Http } from "./http.ts";
import { readTrade } from "./trades.ts";

/** Where the code was scanned. WeChat requires it; one deployment is one shop. */
const COUNTER = { device_id: "counter", device_ip: "127.0.0.1", store_info: { out_id: "1" } };

/** Source: wechatpay.md §6.4. The answer is the trade itself: paid, or waiting for the shopper's password. */
export async function chargeCode(
  http: V3Http,
  appId: string,
  charge: NewCharge,
): Promise<Outcome<Trade, ChargeRefusal>> {
  const goodsTag = goodsTagForWeChat(charge.goodsTag);
  const reply = await http.post("/v3/pay/transactions/codepay", {
    appid: appId,
    mchid: http.merchantNumber,
    description: descriptionForWeChat(charge.description),
    out_trade_no: charge.number,
    ...(goodsTag === "" ? {} : { goods_tag: goodsTag }),
    payer: { auth_code: charge.authCode.reveal() },
    amount: { total: charge.amountFen, currency: "CNY" },
    scene_info: COUNTER,
  });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") {
    const trade = reply.status === 200 ? readTrade(reply.body) : unknown(`HTTP ${reply.status}`);
    return trade.kind === "done" && trade.value.number !== charge.number
      ? unknown("the answer is about another trade")
      : trade;
  }
  const meaning = chargeMeaning(reply.code);
  if (meaning === "asking") return done({ number: charge.number, state: "not_paid", payment: null });
  if (meaning === "unknown") return unknown(`HTTP ${reply.status} ${reply.code}`);
  // The first try of this very call may have been carried out, though the second was not looked at.
  if (reply.afterUnknownTry && meaning === "account_trouble")
    return unknown(`${reply.code} after a try without an answer`);
  return refused(meaning, reply.detail);
}

/** Source: wechatpay.md §6.4. */
export async function reverseTrade(
  http: V3Http,
  appId: string,
  number: string,
): Promise<Outcome<"reversed", ReverseRefusal>> {
  const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(number)}/reverse`;
  const reply = await http.post(path, { appid: appId, mchid: http.merchantNumber });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") return reply.status === 200 ? done("reversed") : unknown(`HTTP ${reply.status}`);
  const meaning = reverseMeaning(reply.code);
  if (meaning === "unknown") return unknown(`HTTP ${reply.status} ${reply.code}`);
  return meaning === "reversed" ? done("reversed") : refused(meaning, reply.detail);
}
