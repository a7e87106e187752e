import { isAppError } from "#lib/base/app-error.ts";
import { type PayRequest, payRequestSchema } from "#lib/contract/payment.ts";
import { classifyAgent } from "#lib/intelligence/index.ts";
import { PRIVATE_PAYER } from "#lib/payment/index.ts";
import { json } from "../answer.ts";
import type { Call } from "../call.ts";
import { param, payPage } from "../endpoint.ts";
import { openidOf } from "../openid-cookie.ts";
import { orderWatch } from "../order-watch.ts";
import { readJson } from "../read-json.ts";

type PageChannel = NonNullable<PayRequest["channel"]>;

/** `POST /api/orders/{orderId}/pay`: opens the trade, or hands out the open one. */
export const pay = payPage(async (call) => {
  const wish = await readJson(call, payRequestSchema);
  const orderId = param(call, "orderId");
  const openid = wish.openid ?? (await openidOf(call));
  const start = (channel: PageChannel) =>
    call.container.payments.startPayment({
      orderId,
      channel,
      openid,
      payerIp: call.client.address === "" ? null : call.client.address,
      offers: wish.offers,
    });
  const answer = await start(wish.channel ?? channelOfScene(call)).catch((cause: unknown) => {
    // Where we choose, a shopper whose address is hidden gets the code.
    if (wish.channel === undefined && isAppError(cause) && cause.reason === PRIVATE_PAYER) return start("native");
    throw cause;
  });
  orderWatch(call.container).noteSeen(orderId);
  return json(200, answer);
});

/** What works where the request comes from; a page that cannot pay by itself shows the code. */
export function channelOfScene({ headers }: Pick<Call, "headers">): PageChannel {
  const mobile = headers.get("sec-ch-ua-mobile");
  const platform = headers.get("sec-ch-ua-platform");
  const { channel } = classifyAgent(headers.get("user-agent") ?? "", {
    ...(mobile === null ? {} : { mobile: mobile === "?1" }),
    ...(platform === null ? {} : { platform: platform.replaceAll('"', "") }),
  });
  return channel === "jsapi" || channel === "miniprogram" || channel === "h5" ? channel : "native";
}
