import { readFile } from "node:fs/promises";
import { declineCodepay } from "../codepay.ts";
import { type Switch, strikes } from "../faults.ts";
import { merchantSigned } from "../protocol/auth.ts";
import { type Answer, html, type Incoming, json, type Route, redirect } from "../protocol/http.ts";
import { signV2 } from "../protocol/v2/sign.ts";
import type { SignType } from "../records.ts";
import { Refusal, type RefusalCode } from "../refusal.ts";
import { shopperByOpenid, shoppersOf } from "../shoppers.ts";
import { findPayable, type Lookup, payTrade } from "../trades.ts";
import type { World } from "../world.ts";
import { codeRoutes } from "./code.ts";
import { h5Page } from "./h5.ts";
import { alignedHost } from "./hosts.ts";
import { browserPage, type PhoneStart, phonePage } from "./pages.ts";
import { currentShopper, shopperCookie } from "./user.ts";

/** What people see of the sandbox: a phone with WeChat on it. */
export const phoneRoutes = (world: World): Route[] => [
  { method: "GET", path: "/", run: () => redirect("/phone") },
  { method: "GET", path: "/phone", run: (incoming) => showPhone(world, incoming) },
  { method: "GET", path: "/phone/cashier", run: (incoming) => showCashier(world, incoming) },
  { method: "GET", path: "/phone/browser", run: (incoming) => showBrowser(incoming) },
  { method: "GET", path: "/phone/shopper", run: (incoming) => chooseShopper(world, incoming) },
  { method: "POST", path: "/phone/look", run: (incoming) => telling(() => look(world, incoming)) },
  { method: "POST", path: "/phone/pay", run: (incoming) => telling(() => pay(world, incoming)) },
  { method: "POST", path: "/phone/decline", run: (incoming) => telling(() => decline(world, incoming)) },
  { method: "POST", path: "/phone/jsapi/verify", run: (incoming) => verifyJsapi(world, incoming) },
  { method: "GET", path: "/cgi-bin/mmpayweb-bin/checkmweb", run: (incoming) => h5Page(world, incoming) },
  ...codeRoutes(world),
  ...[
    ["bridge.js", "text/javascript"],
    ["phone.js", "text/javascript"],
    ["browser.js", "text/javascript"],
    ["code.js", "text/javascript"],
    ["code.css", "text/css"],
    ["phone.css", "text/css"],
    ["cashier.css", "text/css"],
  ].map(([name = "", type = ""]): Route => ({ method: "GET", path: `/phone/${name}`, run: () => asset(name, type) })),
];

async function asset(name: string, type: string): Promise<Answer> {
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

function showPhone(world: World, incoming: Incoming): Answer {
  const codeUrl = incoming.url.searchParams.get("code_url") ?? "";
  const lookup = codeUrl === "" ? null : { codeUrl };
  const home = { shoppers: shoppersOf(world), current: currentShopper(world, incoming), codeUrl };
  return html(200, phonePage({ ...PLAIN, lookup }, home));
}

/** The cashier over a page: opened by the bridge with the page's own parameters, which are checked here. */
function showCashier(world: World, { url }: Incoming): Answer {
  const params = Object.fromEntries(url.searchParams);
  const { prepayId, reason } = checkJsapi(world, params);
  const { phone } = world.faults;
  const start: PhoneStart = {
    ...PLAIN,
    mode: "sheet",
    lookup: prepayId === null ? null : { prepayId },
    problem: prepayId === null ? { title: "无法支付", message: reason } : null,
    faults: {
      neverAnswer: strikes(phone as { neverAnswer: Switch }, "neverAnswer"),
      answerDelayMs: phone.answerDelayMs,
    },
  };
  return html(200, phonePage(start, null));
}

function showBrowser(incoming: Incoming): Answer {
  const wanted = incoming.url.searchParams.get("url") ?? "";
  const url = URL.canParse(wanted) ? new URL(wanted) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return redirect("/phone");
  const elsewhere = alignedHost(incoming, url.href);
  if (elsewhere !== null) return redirect(elsewhere);
  // Inside a frame the browser keeps its own user agent, so the page is told where it is.
  url.searchParams.set("env", "wechat");
  return html(200, browserPage(url.href, url.host));
}

function chooseShopper(world: World, { url }: Incoming): Answer {
  const shopper = shopperByOpenid(world, url.searchParams.get("openid") ?? "");
  if (shopper === undefined) return json(400, { error: { code: "not_found", message: "unknown openid" } });
  return { status: 302, headers: { Location: "/phone", "Set-Cookie": shopperCookie(shopper) } };
}

const TITLES: Partial<Record<RefusalCode, string>> = {
  ORDERPAID: "订单已支付",
  ORDER_CLOSED: "订单已关闭",
  ORDER_EXPIRED: "已过期",
  ORDER_NOT_EXIST: "无法识别",
};

function telling(work: () => Answer): Answer {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    const { code, message } = cause;
    return json(200, { error: { code, message, title: TITLES[code] ?? "无法支付" } });
  }
}

type Texts = Readonly<Record<string, string | undefined>>;

function readTexts({ body }: Incoming): Texts {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    const pairs = Object.entries(typeof value === "object" && value !== null ? value : {});
    return Object.fromEntries(pairs.filter(([, text]) => typeof text === "string"));
  } catch {
    return {};
  }
}

/** A number alone will do for the one product whose phone asks for a password without having scanned anything. */
const lookupOf = (world: World, { codeUrl, prepayId, h5Url, outTradeNo }: Texts): Lookup =>
  world.store.trades.get(outTradeNo ?? "")?.product === "codepay" ? { outTradeNo } : { codeUrl, prepayId, h5Url };

function look(world: World, incoming: Incoming): Answer {
  const trade = findPayable(world, lookupOf(world, readTexts(incoming)));
  if (trade.payment !== null) throw new Refusal("ORDERPAID", "这笔订单已经支付过了，请勿重复支付");
  if (trade.state !== "NOTPAY" && trade.state !== "USERPAYING")
    throw new Refusal("ORDER_CLOSED", "商家已关闭这笔订单，请返回商家重新下单");
  if (world.clock.now() > trade.expireAt) throw new Refusal("ORDER_EXPIRED", "订单已超过支付时间，请返回商家重新下单");
  const shopper = shopperByOpenid(world, trade.openid ?? undefined) ?? currentShopper(world, incoming);
  const { total, description, outTradeNo } = trade;
  return json(200, { merchantName: world.merchantName, total, description, outTradeNo, shopper: shopper.name });
}

/** The password that a person can type to see it refused; every other six digits are right. */
const WRONG_PASSWORD = "000000";

function pay(world: World, incoming: Incoming): Answer {
  const texts = readTexts(incoming);
  if (!/^[0-9]{6}$/.test(texts.password ?? "") || texts.password === WRONG_PASSWORD) {
    return json(200, { error: { code: "WRONG_PASSWORD", title: "支付密码错误", message: "支付密码错误，请重试" } });
  }
  const trade = findPayable(world, lookupOf(world, texts));
  // A framed cashier may have no cookie of ours, so the one who ordered by JSAPI is taken to hold the phone.
  const openid = trade.openid ?? currentShopper(world, incoming).openid;
  const { payment } = payTrade(world, { trade, openid });
  return json(200, { transactionId: payment?.transactionId });
}

/** The person leaves the password screen of a payment code: the counter will hear that it failed. */
function decline(world: World, incoming: Incoming): Answer {
  declineCodepay(world, findPayable(world, lookupOf(world, readTexts(incoming))));
  return json(200, { declined: true });
}

function verifyJsapi(world: World, incoming: Incoming): Answer {
  const { prepayId, reason } = checkJsapi(world, readTexts(incoming));
  return prepayId === null ? json(400, { ok: false, message: reason }) : json(200, { ok: true, prepayId });
}

/** Whether the page's parameters are signed by the merchant whose order they name (wechatpay.md §7). */
function checkJsapi(world: World, params: Texts): { prepayId: string | null; reason: string } {
  const { appId = "", timeStamp = "", nonceStr = "", signType = "", paySign = "" } = params;
  const refuse = (reason: string) => ({ prepayId: null, reason });
  const missing = ["appId", "timeStamp", "nonceStr", "package", "signType", "paySign"].find((name) => !params[name]);
  if (missing !== undefined) return refuse(`调用支付JSAPI缺少参数：${missing}`);
  if (appId !== world.keys.appid) return refuse("appId 与商户号不匹配");
  if (!/^[0-9]{1,12}$/.test(timeStamp) || nonceStr.length > 32) return refuse("timeStamp 或 nonceStr 格式错误");
  const prepayId = /^prepay_id=(\S+)$/.exec(params.package ?? "")?.[1] ?? "";
  const trade = world.store.tradeByHandover(`prepay:${prepayId}`);
  const expected = trade?.v2?.signType ?? "RSA";
  if (signType !== expected) return refuse(`signType 应为 ${expected}`);
  if (!isSignedForBridge(world, { ...params, paySign }, trade?.v2?.signType)) return refuse("支付验证签名失败");
  return trade?.product === "jsapi" ? { prepayId, reason: "" } : refuse("prepay_id 无效");
}

/** @param v2 how the order was signed, if it came through API v2: then the page's parameters are signed the same way */
function isSignedForBridge({ keys }: World, params: Texts, v2: SignType | undefined): boolean {
  const { appId = "", timeStamp = "", nonceStr = "", signType = "", paySign = "" } = params;
  const packed = params.package ?? "";
  if (v2 === undefined) {
    return merchantSigned(keys, Buffer.from(`${appId}\n${timeStamp}\n${nonceStr}\n${packed}\n`, "utf8"), paySign);
  }
  const fields = Object.entries({ appId, timeStamp, nonceStr, package: packed, signType });
  return signV2(fields, keys.apiV2Key, v2) === paySign;
}
