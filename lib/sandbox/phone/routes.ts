import { readFile } from "node:fs/promises";
import { declineCodepay } from "../books/codepay.ts";
import type { SignTypeV2 } from "../books/records.ts";
import { shopperByOpenid, shoppersOf } from "../books/shoppers.ts";
import { findPayable, type Lookup, payTrade } from "../books/trades.ts";
import { WeChatError, type WeChatErrorCode } from "../books/wechat-error.ts";
import type { SandboxContext } from "../context.ts";
import { consumeFault, type Switch } from "../faults.ts";
import { type HttpAnswer, type HttpRoute, html, type Incoming, json, redirect } from "../http.ts";
import { signV2 } from "../protocol/v2/signing.ts";
import { merchantSigned } from "../protocol/v3/signing.ts";
import { browserPage, type PhoneStart, phonePage } from "./pages.ts";
import { codeRoutes } from "./payment-code.ts";
import { alignedHost, currentShopper, shopperCookie } from "./session.ts";

/** The pages for people: a phone with WeChat on it. */
export const phoneRoutes = (context: SandboxContext): HttpRoute[] => [
  { method: "GET", path: "/", run: () => redirect("/phone") },
  { method: "GET", path: "/phone", run: (incoming) => showPhone(context, incoming) },
  { method: "GET", path: "/phone/cashier", run: (incoming) => showCashier(context, incoming) },
  { method: "GET", path: "/phone/browser", run: (incoming) => showBrowser(incoming) },
  { method: "GET", path: "/phone/shopper", run: (incoming) => chooseShopper(context, incoming) },
  { method: "POST", path: "/phone/look", run: (incoming) => withErrors(() => lookUp(context, incoming)) },
  { method: "POST", path: "/phone/pay", run: (incoming) => withErrors(() => pay(context, incoming)) },
  { method: "POST", path: "/phone/decline", run: (incoming) => withErrors(() => decline(context, incoming)) },
  { method: "POST", path: "/phone/jsapi/verify", run: (incoming) => verifyJsapi(context, incoming) },
  { method: "GET", path: "/cgi-bin/mmpayweb-bin/checkmweb", run: (incoming) => h5Page(context, incoming) },
  ...codeRoutes(context),
  ...[
    ["bridge.js", "text/javascript"],
    ["phone.js", "text/javascript"],
    ["browser.js", "text/javascript"],
    ["code.js", "text/javascript"],
    ["code.css", "text/css"],
    ["phone.css", "text/css"],
    ["cashier.css", "text/css"],
  ].map(
    ([name = "", type = ""]): HttpRoute => ({ method: "GET", path: `/phone/${name}`, run: () => asset(name, type) }),
  ),
];

async function asset(name: string, type: string): Promise<HttpAnswer> {
  const body = await readFile(new URL(`./assets/${name}`, import.meta.url));
  return { status: 200, headers: { "Content-Type": `${type}; charset=utf-8`, "Cache-Control": "no-cache" }, body };
}

const PLAIN: PhoneStart = {
  mode: "phone",
  lookup: null,
  problem: null,
  redirectUrl: "",
  faults: { neverAnswer: false, answerDelayMs: 0 },
};

function showPhone(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const codeUrl = incoming.url.searchParams.get("code_url") ?? "";
  const lookup = codeUrl === "" ? null : { codeUrl };
  const home = { shoppers: shoppersOf(context), current: currentShopper(context, incoming), codeUrl };
  return html(200, phonePage({ ...PLAIN, lookup }, home));
}

/** The cashier over a page. The bridge opens it with the page's parameters, which are checked here. */
function showCashier(context: SandboxContext, { url }: Incoming): HttpAnswer {
  const params = Object.fromEntries(url.searchParams);
  const { prepayId, reason } = checkJsapi(context, params);
  const { phone } = context.faults;
  const start: PhoneStart = {
    ...PLAIN,
    mode: "sheet",
    lookup: prepayId === null ? null : { prepayId },
    problem: prepayId === null ? { title: "无法支付", message: reason } : null,
    faults: {
      neverAnswer: consumeFault(phone as { neverAnswer: Switch }, "neverAnswer"),
      answerDelayMs: phone.answerDelayMs,
    },
  };
  return html(200, phonePage(start, null));
}

function showBrowser(incoming: Incoming): HttpAnswer {
  const wanted = incoming.url.searchParams.get("url") ?? "";
  const url = URL.canParse(wanted) ? new URL(wanted) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return redirect("/phone");
  const elsewhere = alignedHost(incoming, url.href);
  if (elsewhere !== null) return redirect(elsewhere);
  // Inside a frame the browser keeps its own user agent, so the page learns from the address that it is in WeChat.
  url.searchParams.set("env", "wechat");
  return html(200, browserPage(url.href, url.host));
}

function chooseShopper(context: SandboxContext, { url }: Incoming): HttpAnswer {
  const shopper = shopperByOpenid(context, url.searchParams.get("openid") ?? "");
  if (shopper === undefined) return json(400, { error: { code: "not_found", message: "unknown openid" } });
  return { status: 302, headers: { Location: "/phone", "Set-Cookie": shopperCookie(shopper) } };
}

const TITLES: Partial<Record<WeChatErrorCode, string>> = {
  ORDERPAID: "订单已支付",
  ORDER_CLOSED: "订单已关闭",
  ORDER_EXPIRED: "已过期",
  ORDER_NOT_EXIST: "无法识别",
};

function withErrors(work: () => HttpAnswer): HttpAnswer {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof WeChatError)) throw cause;
    const { code, message } = cause;
    return json(200, { error: { code, message, title: TITLES[code] ?? "无法支付" } });
  }
}

type PageParams = Readonly<Record<string, string | undefined>>;

function readParams({ body }: Incoming): PageParams {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    const pairs = Object.entries(typeof value === "object" && value !== null ? value : {});
    return Object.fromEntries(pairs.filter(([, text]) => typeof text === "string"));
  } catch {
    return {};
  }
}

/** The order number is enough for payment codes only: their password screen opens without a scan. */
const lookupOf = (context: SandboxContext, { codeUrl, prepayId, h5Url, outTradeNo }: PageParams): Lookup =>
  context.store.trades.get(outTradeNo ?? "")?.product === "codepay" ? { outTradeNo } : { codeUrl, prepayId, h5Url };

function lookUp(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const trade = findPayable(context, lookupOf(context, readParams(incoming)));
  if (trade.payment !== null) throw new WeChatError("ORDERPAID", "这笔订单已经支付过了，请勿重复支付");
  if (trade.state !== "NOTPAY" && trade.state !== "USERPAYING")
    throw new WeChatError("ORDER_CLOSED", "商家已关闭这笔订单，请返回商家重新下单");
  if (context.clock.now() > trade.expireAt)
    throw new WeChatError("ORDER_EXPIRED", "订单已超过支付时间，请返回商家重新下单");
  const shopper = shopperByOpenid(context, trade.openid ?? undefined) ?? currentShopper(context, incoming);
  const { total, description, outTradeNo } = trade;
  return json(200, { merchantName: context.merchantName, total, description, outTradeNo, shopper: shopper.name });
}

/** The one password that is refused; all other six digits are right. */
const WRONG_PASSWORD = "000000";

function pay(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const params = readParams(incoming);
  if (!/^[0-9]{6}$/.test(params.password ?? "") || params.password === WRONG_PASSWORD) {
    return json(200, { error: { code: "WRONG_PASSWORD", title: "支付密码错误", message: "支付密码错误，请重试" } });
  }
  const trade = findPayable(context, lookupOf(context, params));
  // A framed cashier may have no cookie, so the payer of a JSAPI order is the person whom the order names.
  const openid = trade.openid ?? currentShopper(context, incoming).openid;
  const { payment } = payTrade(context, { trade, openid });
  return json(200, { transactionId: payment?.transactionId });
}

/** The person leaves the password screen of a payment code: the payment fails. */
function decline(context: SandboxContext, incoming: Incoming): HttpAnswer {
  declineCodepay(context, findPayable(context, lookupOf(context, readParams(incoming))));
  return json(200, { declined: true });
}

function verifyJsapi(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const { prepayId, reason } = checkJsapi(context, readParams(incoming));
  return prepayId === null ? json(400, { ok: false, message: reason }) : json(200, { ok: true, prepayId });
}

/** Whether the page's parameters are signed by the merchant of the order. */
function checkJsapi(context: SandboxContext, params: PageParams): { prepayId: string | null; reason: string } {
  const { appId = "", timeStamp = "", nonceStr = "", signType = "", paySign = "" } = params;
  const refuse = (reason: string) => ({ prepayId: null, reason });
  const missing = ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"].find((name) => !params[name]);
  if (missing !== undefined) return refuse(`调用支付JSAPI缺少参数：${missing}`);
  if (appId !== context.keys.appid) return refuse("appId 与商户号不匹配");
  if (!/^[0-9]{1,12}$/.test(timeStamp) || nonceStr.length > 32) return refuse("timeStamp 或 nonceStr 格式错误");
  const prepayId = /^prepay_id=(\S+)$/.exec(params.package ?? "")?.[1] ?? "";
  const trade = context.store.tradeByHandover(`prepay:${prepayId}`);
  const expected = trade?.v2?.signType ?? "RSA";
  if (signType !== expected) return refuse(`signType 应为 ${expected}`);
  if (!isSignedForBridge(context, { ...params, paySign }, trade?.v2?.signType)) return refuse("支付验证签名失败");
  return trade?.product === "jsapi" ? { prepayId, reason: "" } : refuse("prepay_id 无效");
}

/** @param v2 the signature type of an order of API v2: the page's parameters are signed in the same way */
function isSignedForBridge({ keys }: SandboxContext, params: PageParams, v2: SignTypeV2 | undefined): boolean {
  const { appId = "", timeStamp = "", nonceStr = "", signType = "", paySign = "" } = params;
  const packed = params.package ?? "";
  if (v2 === undefined) {
    return merchantSigned(keys, Buffer.from(`${appId}\n${timeStamp}\n${nonceStr}\n${packed}\n`, "utf8"), paySign);
  }
  const fields = Object.entries({ appId, timeStamp, nonceStr, package: packed, signType });
  return signV2(fields, keys.apiV2Key, v2) === paySign;
}

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** The page of an `h5_url`: WeChat's checks of the referring page, then the cashier. */
function h5Page(context: SandboxContext, incoming: Incoming): HttpAnswer {
  const redirectUrl = incoming.url.searchParams.get("redirect_url") ?? "";
  const prepayId = incoming.url.searchParams.get("prepay_id") ?? "";
  const problem = problemOf(context, incoming, prepayId);
  const isAllowed = URL.canParse(redirectUrl) && /^https?:$/.test(new URL(redirectUrl).protocol);
  const start: PhoneStart = {
    mode: "h5",
    lookup: problem === null ? { prepayId } : null,
    problem,
    redirectUrl: isAllowed ? redirectUrl : "",
    faults: { neverAnswer: false, answerDelayMs: 0 },
  };
  return html(200, phonePage(start, null));
}

function problemOf(context: SandboxContext, { headers }: Incoming, prepayId: string): PhoneStart["problem"] {
  const title = "支付失败";
  if (/MicroMessenger/i.test(headers["user-agent"] ?? "")) return { title, message: "请在微信外打开订单，进行支付" };
  const referer = headers.referer ?? "";
  if (!URL.canParse(referer)) return { title, message: "商家参数格式有误，请联系商家解决" };
  const { hostname } = new URL(referer);
  // The domains that a merchant would have registered: this machine and that of its notify_url.
  if (!LOOPBACK.has(hostname) && hostname !== new URL(context.notifyUrlDefault).hostname) {
    return { title, message: "商家存在未配置的参数，请联系商家解决" };
  }
  try {
    const trade = findPayable(context, { prepayId });
    return trade.product === "h5" ? null : { title, message: "商家参数格式有误，请联系商家解决" };
  } catch (cause) {
    if (cause instanceof WeChatError) return { title, message: cause.message };
    throw cause;
  }
}
