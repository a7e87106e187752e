import { randomBytes } from "node:crypto";
import { beijingTimestamp } from "#lib/base/beijing-time.ts";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import type { CloseRefusal, Handover, NewTrade, OpenRefusal, Trade } from "#lib/payment/index.ts";
import { bridgeText } from "../crypto/canonical.ts";
import { signRsa } from "../crypto/rsa.ts";
import { descriptionForWeChat, goodsTagForWeChat } from "../outgoing-text.ts";
import type { Signer } from "./call.ts";
import { closeMeaning, findMeaning, openMeaning } from "./error-table.ts";
import type { V3Http, V3Refusal } from "./http.ts";
import {
  codeUrlSchema,
  h5UrlSchema,
  paidTradeOf,
  paidTradeSchema,
  parseJson,
  prepaySchema,
  tradeSchema,
  tradeStateOf,
} from "./wire.ts";

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

/** @returns null if the channel needs a payer and none is given */
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
  if (refusal.afterUnknownTry && !NUMBER_KNOWN.has(meaning))
    return unknown(`${refusal.code} after a try without an answer`);
  return refused(meaning, refusal.detail);
}

async function askedRefusal(http: V3Http, number: string, refusal: V3Refusal): Promise<Outcome<Handover, OpenRefusal>> {
  const found = await findTrade(http, number);
  if (found.kind === "unknown") return unknown(`${refusal.code}, then ${found.cause}`);
  return refused(found.kind === "refused" ? "invalid" : "number_used", refusal.detail);
}

/** Asks for a trade by our number. Source: wechatpay.md §6.2, §8. */
export async function findTrade(http: V3Http, number: string): Promise<Outcome<Trade, "absent">> {
  const found = await ask(http, `out-trade-no/${encodeURIComponent(number)}`);
  // An answer that was signed for another number says nothing about this one.
  return found.kind === "done" && found.value.number !== number ? unknown("the answer is about another trade") : found;
}

/** Asks for a trade by WeChat's number of its payment. */
export async function findTradeByTransaction(http: V3Http, transactionId: string): Promise<Outcome<Trade, "absent">> {
  const found = await ask(http, `id/${encodeURIComponent(transactionId)}`);
  if (found.kind !== "done") return found;
  const { payment } = found.value;
  return payment !== null && payment.transactionId !== transactionId
    ? unknown("the answer is about another payment")
    : found;
}

async function ask(http: V3Http, which: string): Promise<Outcome<Trade, "absent">> {
  const query = `mchid=${encodeURIComponent(http.merchantNumber)}`;
  const reply = await http.get(`/v3/pay/transactions/${which}?${query}`);
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "refusal") {
    const meaning = findMeaning(reply.status, reply.code);
    return meaning === "absent" ? refused("absent", reply.detail) : unknown(`HTTP ${reply.status} ${reply.code}`);
  }
  return readTrade(reply.body);
}

/** Reads a trade from a verified answer. */
export function readTrade(body: Buffer): Outcome<Trade, never> {
  const trade = parseJson(body, tradeSchema);
  if (trade === null) return unknown("the answer is no trade");
  const state = tradeStateOf(trade.trade_state);
  if (state === undefined) return unknown(`trade state ${trade.trade_state}`);
  if (state !== "paid") return done({ number: trade.out_trade_no, state, payment: null });
  const paid = parseJson(body, paidTradeSchema);
  if (paid === null) return unknown("a paid trade lacks what a payment must have");
  return done({ number: trade.out_trade_no, state, payment: paidTradeOf(paid) });
}

/** Source: wechatpay.md §6.3. WeChat also answers 204 for a number it never saw, so `done` proves nothing about the number. */
export async function closeTrade(http: V3Http, number: string): Promise<Outcome<"closed", CloseRefusal>> {
  const path = `/v3/pay/transactions/out-trade-no/${encodeURIComponent(number)}/close`;
  const reply = await http.post(path, { mchid: http.merchantNumber });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "answer") return reply.status === 204 ? done("closed") : unknown(`HTTP ${reply.status}`);
  const meaning = closeMeaning(reply.code);
  if (meaning === "unknown") return unknown(`HTTP ${reply.status} ${reply.code}`);
  return meaning === "closed" ? done("closed") : refused(meaning, reply.detail);
}

/** Parameters for `WeixinJSBridge` and `wx.requestPayment`. Source: wechatpay.md §7. */
export async function signForBridge(
  { privateKey, clock }: Pick<Signer, "privateKey" | "clock">,
  appId: string,
  prepayId: string,
): Promise<BridgeParameters> {
  const timeStamp = String(Math.floor(clock.now().getTime() / 1000));
  const nonceStr = randomBytes(16).toString("hex");
  const prepay = `prepay_id=${prepayId}`;
  const text = bridgeText({ appId, timestamp: timeStamp, nonce: nonceStr, package: prepay });
  return { appId, timeStamp, nonceStr, package: prepay, signType: "RSA", paySign: await signRsa(text, privateKey) };
}
