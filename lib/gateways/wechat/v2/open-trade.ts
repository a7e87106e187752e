import { beijingCompact } from "#lib/base/beijing-time.ts";
import type { Clock } from "#lib/base/clock.ts";
import { V2_EXPIRY_MS_MIN } from "#lib/base/limits.ts";
import { done, type Outcome, refused, unknown } from "#lib/base/outcome.ts";
import type { Handover, NewTrade, OpenRefusal } from "#lib/payment/index.ts";
import { descriptionForWeChat, goodsTagForWeChat } from "../outgoing-text.ts";
import { openMeaning } from "./error-table.ts";
import { queryTrade, readTrade } from "./find-trade.ts";
import type { V2Http, V2Reply } from "./http.ts";
import { textIn } from "./wire.ts";
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

/** Nobody's address: whatever is sent here has to be the same on every repeat, and only h5 is checked against it. */
const NO_ADDRESS = "127.0.0.1";

/** @returns null when the channel needs a payer that nobody named */
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
  if (reply.afterDoubt && !NUMBER_KNOWN.has(meaning)) return unknown(`${reply.detail} after a try without an answer`);
  return refused(meaning, reply.detail);
}

async function askedRefusal(http: V2Http, number: string, reply: NotOpened): Promise<Outcome<Handover, OpenRefusal>> {
  const asked = await queryTrade(http, number);
  // Two calls that WeChat would not listen to: our keys or numbers are wrong, and nothing can have come of the first.
  const neverHeard = reply.kind === "unheard" && asked.kind === "unheard";
  if (neverHeard && !reply.afterDoubt) return refused("account_trouble", reply.detail);
  const found = readTrade(asked, number);
  if (found.kind === "done") return refused("number_used", reply.detail);
  if (found.kind === "unknown" || reply.afterDoubt) return unknown(`${reply.detail}, and asking did not tell`);
  return refused("invalid", reply.detail);
}
