import { type Answer, html, type Incoming } from "../protocol/http.ts";
import { Refusal } from "../refusal.ts";
import { findPayable } from "../trades.ts";
import type { World } from "../world.ts";
import { type PhoneStart, phonePage } from "./pages.ts";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Where `h5_url` leads: WeChat's checks of the page that sent the shopper, then the cashier (wechatpay.md §7). */
export function h5Page(world: World, incoming: Incoming): Answer {
  const redirectUrl = incoming.url.searchParams.get("redirect_url") ?? "";
  const prepayId = incoming.url.searchParams.get("prepay_id") ?? "";
  const problem = problemOf(world, incoming, prepayId);
  const sound = URL.canParse(redirectUrl) && /^https?:$/.test(new URL(redirectUrl).protocol);
  const start: PhoneStart = {
    mode: "h5",
    lookup: problem === null ? { prepayId } : null,
    problem,
    redirectUrl: sound ? redirectUrl : "",
    faults: { neverAnswer: false, answerDelayMs: 0 },
  };
  return html(200, phonePage(start, null));
}

function problemOf(world: World, { headers }: Incoming, prepayId: string): PhoneStart["problem"] {
  const title = "支付失败";
  if (/MicroMessenger/i.test(headers["user-agent"] ?? "")) return { title, message: "请在微信外打开订单，进行支付" };
  const referer = headers.referer ?? "";
  if (!URL.canParse(referer)) return { title, message: "商家参数格式有误，请联系商家解决" };
  const { hostname } = new URL(referer);
  // The domains that a merchant would have registered: this machine, and the one in its notify_url.
  if (!LOOPBACK.has(hostname) && hostname !== new URL(world.notifyUrlDefault).hostname) {
    return { title, message: "商家存在未配置的参数，请联系商家解决" };
  }
  try {
    const trade = findPayable(world, { prepayId });
    return trade.product === "h5" ? null : { title, message: "商家参数格式有误，请联系商家解决" };
  } catch (cause) {
    if (cause instanceof Refusal) return { title, message: cause.message };
    throw cause;
  }
}
