import { AppError } from "#lib/base/app-error.ts";
import { classifyVisitor } from "#lib/intelligence/index.ts";
import { qrSvg } from "#lib/qr-code.ts";
import type { Answer, Call } from "../call.ts";
import { param, payPage } from "../endpoint.ts";
import { isOnlyLooking } from "../only-looking.ts";
import { orderWatch } from "../order-watch.ts";

/** `GET /api/orders/{orderId}/qr.svg`: opens the native trade where there is none yet, and draws its code. */
export const readQrSvg = payPage(async (call: Call): Promise<Answer> => {
  const { payments } = call.container;
  if (classifyVisitor(call.headers.get("user-agent") ?? "").channel === "none")
    throw new AppError("forbidden", "no trade is opened for crawlers and link previews");
  if (call.method === "HEAD" || isOnlyLooking(call.headers))
    throw new AppError("forbidden", "no trade is opened for whoever only looks");
  const orderId = param(call, "orderId");
  const { codeUrl } = await payments.startPayment({ orderId, channel: "native", openid: null, payerIp: null });
  if (codeUrl === undefined) throw new AppError("gateway_unavailable", "WeChat gave no code; please try again");
  orderWatch(call.container).noteSeen(orderId);
  const headers = {
    "content-type": "image/svg+xml; charset=utf-8",
    "cache-control": "private, no-store",
    // Opened as a page of its own it is still nothing but a picture.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  };
  return { status: 200, headers, body: qrSvg(codeUrl, "微信支付二维码") };
});
