import { randomBytes } from "node:crypto";
import { beijingCompact } from "#lib/base/beijing-time.ts";
import type { Clock } from "#lib/base/clock.ts";
import { V2_EXPIRY_MS_MIN } from "#lib/base/limits.ts";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { BridgeParameters } from "#lib/contract/payment.ts";
import type { CloseRefusal, Handover, NewTrade, OpenRefusal, Trade } from "#lib/payment/index.ts";
import { v2Sign } from "../crypto/shared-key.ts";
import { descriptionForWeChat, goodsTagForWeChat } from "../outgoing-text.ts";
import { tradeStateOf } from "../v3/wire.ts";
import type { V2Signer } from "./call.ts";
import { closeMeaning, findMeaning, openMeaning } from "./error-table.ts";
import type { V2Http, V2Reply } from "./http.ts";
import { paidTradeOf, textIn } from "./wire.ts";
import type { XmlTexts } from "./xml.ts";

export interface V2OpeningAccount {
  readonly notifyUrl: string;
  readonly clock: Clock;
}

/** Source: wechatpay.md §11. The same number with the same values may be sent again and gets a fresh handover. */
export async function openTrade(
  http: V2Http,
  account: V2OpeningAccount,
  trade: NewTrade,
): Promise<Outcome<Handover, OpenRefusal>> {
  const product = productOf(trade, account);
  if (product === null) return refused("invalid", `a ${trade.channel} trade needs to know who pays`);
  const fields = {
    body: descriptionForWeChat(trade.description),
    out_trade_no: trade.number,
    total_fee: String(trade.amountFen),
    notify_url: account.notifyUrl,
    time_expire: expiryOf(trade, account.clock),
    goods_tag: goodsTagForWeChat(trade.goodsTag),
    ...product,
  };
  const reply = await http.post({ path: "/pay/unifiedorder", fields });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind !== "answer") return refusalOf(http, trade.number, reply);
  const handover = handoverOf(trade.channel, reply.fields);
  return handover === null ? unknown(`an answer without a ${trade.channel} handover`) : done(handover);
}

/** A placeholder: the value must be the same on every repeat, and WeChat checks the address only for h5. */
const NO_ADDRESS = "127.0.0.1";

/** @returns null if the channel needs a payer and none is given */
function productOf({ channel, number, openid, payerIp }: NewTrade, { notifyUrl }: V2OpeningAccount) {
  if (channel === "native") return { trade_type: "NATIVE", product_id: number, spbill_create_ip: NO_ADDRESS };
  if (channel === "h5") {
    const { origin, hostname } = new URL(notifyUrl);
    const scene = { h5_info: { type: "Wap", wap_url: origin, wap_name: hostname.slice(0, 64) } };
    return payerIp && { trade_type: "MWEB", spbill_create_ip: payerIp, scene_info: JSON.stringify(scene) };
  }
  return openid && { trade_type: "JSAPI", openid, spbill_create_ip: NO_ADDRESS };
}

/** Where too little is left, WeChat's own two hours stand: the order is closed by us when its time is up. */
function expiryOf({ expiresAt }: NewTrade, clock: Clock): string {
  return expiresAt.getTime() - clock.now().getTime() < V2_EXPIRY_MS_MIN ? "" : beijingCompact(expiresAt);
}

function handoverOf(channel: NewTrade["channel"], fields: XmlTexts): Handover | null {
  if (channel === "native") {
    const codeUrl = match(fields, "code_url", /^weixin:\/\/[\x21-\x7e]{1,503}$/);
    return codeUrl === null ? null : { kind: "code", codeUrl };
  }
  if (channel === "h5") {
    const h5Url = match(fields, "mweb_url", /^https?:\/\/[\x21-\x7e]{1,504}$/);
    return h5Url === null ? null : { kind: "redirect", h5Url };
  }
  const prepayId = match(fields, "prepay_id", /^[\x21-\x7e]{1,64}$/);
  return prepayId === null ? null : { kind: "prepay", prepayId };
}

function match(fields: XmlTexts, name: string, form: RegExp): string | null {
  const value = textIn(fields, name);
  return form.test(value) ? value : null;
}

const NUMBER_KNOWN: ReadonlySet<string> = new Set<OpenRefusal>(["already_paid", "closed", "number_used"]);

type NotOpened = Extract<V2Reply, { kind: "refusal" | "unheard" }>;

async function refusalOf(http: V2Http, number: string, reply: NotOpened): Promise<Outcome<Handover, OpenRefusal>> {
  const meaning = reply.kind === "unheard" ? "ask" : openMeaning(reply.code);
  if (meaning === "unknown") return unknown(reply.detail);
  if (meaning === "ask") return askedRefusal(http, number, reply);
  // The first try of this very call may have opened the trade; then "no trade was made" is only true of the second.
  if (reply.afterUnknownTry && !NUMBER_KNOWN.has(meaning))
    return unknown(`${reply.detail} after a try without an answer`);
  return refused(meaning, reply.detail);
}

async function askedRefusal(http: V2Http, number: string, reply: NotOpened): Promise<Outcome<Handover, OpenRefusal>> {
  const asked = await queryTrade(http, number);
  // Two unsigned failures: our keys or numbers are wrong, so the first call cannot have had an effect.
  const neverHeard = reply.kind === "unheard" && asked.kind === "unheard";
  if (neverHeard && !reply.afterUnknownTry) return refused("account_trouble", reply.detail);
  const found = readTrade(asked, number);
  if (found.kind === "done") return refused("number_used", reply.detail);
  if (found.kind === "unknown" || reply.afterUnknownTry) return unknown(`${reply.detail}, and asking did not tell`);
  return refused("invalid", reply.detail);
}

/** Asks for a trade by our number. Source: wechatpay.md §8, §11. */
export const findTrade = async (http: V2Http, number: string): Promise<Outcome<Trade, "absent">> =>
  readTrade(await queryTrade(http, number), number);

export const queryTrade = (http: V2Http, number: string): Promise<V2Reply> =>
  http.post({ path: "/pay/orderquery", fields: { out_trade_no: number } });

function readTrade(reply: V2Reply, number: string): Outcome<Trade, "absent"> {
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "refusal") {
    return findMeaning(reply.code) === "absent" ? refused("absent", reply.detail) : unknown(reply.detail);
  }
  return tradeOf(reply.fields, number);
}

function tradeOf(fields: XmlTexts, number: string): Outcome<Trade, never> {
  // An answer that was signed for another number says nothing about this one.
  if (fields.get("out_trade_no") !== number) return unknown("the answer is about another trade");
  const state = tradeStateOf(textIn(fields, "trade_state"));
  if (state === undefined) return unknown("the answer has no trade state that we know");
  if (state !== "paid") return done({ number, state, payment: null });
  const payment = paidTradeOf(fields);
  return payment === null ? unknown("a paid trade lacks what a payment must have") : done({ number, state, payment });
}

/** Source: wechatpay.md §6.3, §11. WeChat may refuse this for five minutes after the trade was opened. */
export async function closeTrade(http: V2Http, number: string): Promise<Outcome<"closed", CloseRefusal>> {
  const reply = await http.post({ path: "/pay/closeorder", fields: { out_trade_no: number } });
  if (reply.kind === "silence") return unknown(reply.cause);
  if (reply.kind === "unheard") return unknown(`return_code FAIL ${reply.detail}`);
  if (reply.kind === "answer") return done("closed");
  const meaning = closeMeaning(reply.code);
  if (meaning === "unknown") return unknown(reply.detail);
  return meaning === "closed" ? done("closed") : refused(meaning, reply.detail);
}

/** Parameters for `WeixinJSBridge` and `wx.requestPayment`; all of them are signed. Source: wechatpay.md §7, §11. */
export function signForBridge({ appId, apiKey, signType }: V2Signer, clock: Clock, prepayId: string): BridgeParameters {
  const parameters = {
    appId,
    timeStamp: String(Math.floor(clock.now().getTime() / 1000)),
    nonceStr: randomBytes(16).toString("hex"),
    package: `prepay_id=${prepayId}`,
    signType,
  };
  return { ...parameters, paySign: v2Sign(new Map(Object.entries(parameters)), apiKey, signType) };
}
