import { beijingTimestamp } from "#lib/base/beijing-time.ts";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { Handover, NewTrade, OpenRefusal } from "#lib/payment/index.ts";
import { descriptionForWeChat, goodsTagForWeChat } from "../outgoing-text.ts";
import { openMeaning } from "./error-table.ts";
import { findTrade } from "./find-trade.ts";
import type { V3Http, V3Refusal } from "./http.ts";
import { codeUrlSchema, h5UrlSchema, parseJson, prepaySchema } from "./wire.ts";

export interface V3OpeningAccount {
  readonly appId: string;
  readonly notifyUrl: string;
}

/** Source: wechatpay.md §6.1. The same number with the same values may be sent again and gets a fresh handover. */
export async function openTrade(
  http: V3Http,
  account: V3OpeningAccount,
  trade: NewTrade,
): Promise<Outcome<Handover, OpenRefusal>> {
  const payer = payerOf(trade);
  if (payer === null) return refused("invalid", `a ${trade.channel} trade needs to know who pays`);
  const goodsTag = goodsTagForWeChat(trade.goodsTag);
  const body = {
    appid: account.appId,
    mchid: http.merchantNumber,
    description: descriptionForWeChat(trade.description),
    out_trade_no: trade.number,
    notify_url: account.notifyUrl,
    time_expire: beijingTimestamp(trade.expiresAt),
    amount: { total: trade.amountFen, currency: "CNY" },
    ...(goodsTag === "" ? {} : { goods_tag: goodsTag }),
    ...payer,
  };
  const reply = await http.post(`/v3/pay/transactions/${PRODUCTS[trade.channel]}`, body);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "refusal") return refusalOf(http, trade.number, reply);
  const handover = reply.status === 200 ? handoverOf(trade.channel, reply.body) : null;
  return handover === null ? unknown(`HTTP ${reply.status} without a ${trade.channel} handover`) : done(handover);
}

const PRODUCTS = { native: "native", jsapi: "jsapi", miniprogram: "jsapi", h5: "h5" } as const;

/** @returns null when the channel needs a payer that nobody named */
function payerOf({ channel, openid, payerIp }: NewTrade): object | null {
  if (channel === "native") return {};
  if (channel === "h5") {
    return payerIp === null ? null : { scene_info: { payer_client_ip: payerIp, h5_info: { type: "Wap" } } };
  }
  return openid === null ? null : { payer: { openid } };
}

function handoverOf(channel: NewTrade["channel"], body: Buffer): Handover | null {
  if (channel === "native") {
    const answer = parseJson(body, codeUrlSchema);
    return answer && { kind: "code", codeUrl: answer.code_url };
  }
  if (channel === "h5") {
    const answer = parseJson(body, h5UrlSchema);
    return answer && { kind: "redirect", h5Url: answer.h5_url };
  }
  const answer = parseJson(body, prepaySchema);
  return answer && { kind: "prepay", prepayId: answer.prepay_id };
}

const NUMBER_KNOWN: ReadonlySet<string> = new Set<OpenRefusal>(["already_paid", "closed", "number_used"]);

async function refusalOf(http: V3Http, number: string, refusal: V3Refusal): Promise<Outcome<Handover, OpenRefusal>> {
  const meaning = openMeaning(refusal.status, refusal.code);
  if (meaning === "unknown") return unknown(`HTTP ${refusal.status} ${refusal.code}`);
  if (meaning === "ask") return askedRefusal(http, number, refusal);
  // The first try of this very call may have opened the trade; then "no trade was made" is only true of the second.
  if (refusal.afterDoubt && !NUMBER_KNOWN.has(meaning)) return unknown(`${refusal.code} after a try without an answer`);
  return refused(meaning, refusal.detail);
}

async function askedRefusal(http: V3Http, number: string, refusal: V3Refusal): Promise<Outcome<Handover, OpenRefusal>> {
  const found = await findTrade(http, number);
  if (found.kind === "unknown") return unknown(`${refusal.code}, then ${found.cause}`);
  return refused(found.kind === "refused" ? "invalid" : "number_used", refusal.detail);
}
