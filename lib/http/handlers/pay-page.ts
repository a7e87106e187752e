import { AppError, isAppError } from "#lib/base/app-error.ts";
import { BEHAVIOUR_BODY_BYTES_MAX } from "#lib/base/behaviour-limits.ts";
import { isId } from "#lib/base/ids.ts";
import { behaviourRequestSchema } from "#lib/contract/behaviour.ts";
import type { OrderStatusView } from "#lib/contract/order.ts";
import { emptyBodySchema, type PayRequest, payRequestSchema } from "#lib/contract/payment.ts";
import { classifyAgent, classifyVisitor } from "#lib/intelligence/index.ts";
import { PRIVATE_PAYER } from "#lib/payment/index.ts";
import { qrSvg } from "#lib/qr-code.ts";
import { keepPageEvents } from "#lib/storage/behaviour/behaviour-events.ts";
import { chooseLanguage } from "#lib/texts/language.ts";
import { payText } from "#lib/texts/pay.ts";
import { json, noContent } from "../answer.ts";
import type { Answer, Call } from "../call.ts";
import { openidOf, readPagePrefs } from "../cookies.ts";
import { bodyUpTo, param, payPage } from "../endpoint.ts";
import { isPrefetchOrHead } from "../fetch-metadata.ts";
import { EVENT_STREAM_HEADERS } from "../live-streams.ts";
import { openStream, orderWatch } from "../order-stream.ts";
import { checked, parseJson, readJson } from "../read-request.ts";
import { readShopper } from "../shopper.ts";

type PageChannel = NonNullable<PayRequest["channel"]>;

/** `POST /api/orders/{orderId}/pay`: opens the trade, or returns the open one. */
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
    // If the channel was our choice, a shopper with a private address gets the QR code.
    if (wish.channel === undefined && isAppError(cause) && cause.reason === PRIVATE_PAYER) return start("native");
    throw cause;
  });
  orderWatch(call.container).noteSeen(orderId);
  return json(200, answer);
});

/** The channel that fits the browser; a page that cannot pay itself shows the QR code. */
function channelOfScene({ headers }: Pick<Call, "headers">): PageChannel {
  const mobile = headers.get("sec-ch-ua-mobile");
  const platform = headers.get("sec-ch-ua-platform");
  const { channel } = classifyAgent(headers.get("user-agent") ?? "", {
    ...(mobile === null ? {} : { mobile: mobile === "?1" }),
    ...(platform === null ? {} : { platform: platform.replaceAll('"', "") }),
  });
  return channel === "jsapi" || channel === "miniprogram" || channel === "h5" ? channel : "native";
}

/** `POST /api/orders/{orderId}/check`: the shopper says "I have paid". WeChat is queried, at a limited rate. */
export const checkOrder = payPage(async (call) => {
  await readJson(call, emptyBodySchema);
  const { payments, limits } = call.container;
  const { read, noteSeen } = orderWatch(call.container);
  const orderId = param(call, "orderId");
  const status = await read(orderId);
  if (status === null) throw new AppError("not_found", "there is no such order");
  if (status.status !== "pending") return json(200, status);
  noteSeen(orderId);
  return json(200, (await limits.mayAskFor(orderId)) ? await payments.syncOrder(orderId) : status);
});

/**
 * `GET /api/orders/{orderId}/status`. Version and handover are the entity tag, so that polling is cheap. Not limited per
 * address: all phones in a shop may share one.
 */
export async function orderStatus(call: Call): Promise<Answer> {
  const { read, noteSeen } = orderWatch(call.container);
  const status = await read(param(call, "orderId"));
  if (status === null) throw new AppError("not_found", "there is no such order");
  if (status.status === "pending") noteSeen(status.id);
  const headers = { etag: statusTag(status), "cache-control": "private, no-cache" };
  if (isKnown(call, headers.etag)) return { status: 304, headers, body: null };
  return json(200, status, headers);
}

/** A code expires without a new version of the order. */
const statusTag = ({ version, handover }: OrderStatusView): string =>
  handover === null ? `"${version}"` : `"${version}-${handover}"`;

/** If-None-Match (RFC 9110 §13.1.2) compares weakly: a proxy that compresses makes our tag weak. */
function isKnown({ headers }: Call, etag: string): boolean {
  const known = headers.get("if-none-match");
  if (known === null) return false;
  return known.split(",").some((tag) => tag.trim() === "*" || tag.trim().replace(/^W\//, "") === etag);
}

/** `GET /api/orders/{orderId}/events`: the status at once and on each change, as server-sent events. */
export async function orderEvents(call: Call): Promise<Answer> {
  const status = await orderWatch(call.container).read(param(call, "orderId"));
  if (status === null) throw new AppError("not_found", "there is no such order");
  const headers = EVENT_STREAM_HEADERS;
  if (call.method === "HEAD") return { status: 200, headers, body: null };
  return { status: 200, headers, body: openStream(call, status) };
}

/** `GET /api/orders/{orderId}/qr.svg`: opens the native trade if there is none yet, and draws its code. */
export const readQrSvg = payPage(async (call: Call): Promise<Answer> => {
  const { payments } = call.container;
  if (classifyVisitor(call.headers.get("user-agent") ?? "").channel === "none")
    throw new AppError("forbidden", "no trade is opened for crawlers and link previews");
  if (call.method === "HEAD" || isPrefetchOrHead(call.headers))
    throw new AppError("forbidden", "no trade is opened for prefetches and previews");
  const orderId = param(call, "orderId");
  const { codeUrl } = await payments.startPayment({ orderId, channel: "native", openid: null, payerIp: null });
  if (codeUrl === undefined) throw new AppError("gateway_unavailable", "WeChat gave no code; please try again");
  orderWatch(call.container).noteSeen(orderId);
  const language = chooseLanguage(readPagePrefs(call.headers).language, call.headers.get("accept-language"));
  const headers = {
    "content-type": "image/svg+xml; charset=utf-8",
    "cache-control": "private, no-store",
    // Opened as a page it must run no scripts.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
  };
  return { status: 200, headers, body: qrSvg(codeUrl, payText(language).qr) };
});

/**
 * `POST /api/orders/{orderId}/behaviour`: what happened on the pay page, as `navigator.sendBeacon` sends it (text/plain, or
 * JSON). A repeat changes nothing. Only the kind of app, device and system is stored about the visitor.
 */
export async function behaviour(call: Call): Promise<Answer> {
  const { container, headers, client } = call;
  await container.limits.countBehaviourCall(client.address);
  const orderId = param(call, "orderId");
  const bytes = await bodyUpTo(call, BEHAVIOUR_BODY_BYTES_MAX);
  const request = checked(behaviourRequestSchema, parseJson(bytes), "the body is not valid");
  const visitor = visitorOf(headers);
  // Link previews are not visits.
  if (visitor.env === "bot") return noContent();
  const { shopperId } = readShopper(call);
  const kept =
    isId("order", orderId) &&
    (await keepPageEvents(container.database.pool, {
      ...{ orderId, request, visitor, shopperId },
      at: container.clock.now(),
    }));
  if (!kept) throw new AppError("not_found", "there is no such order");
  return noContent();
}

function visitorOf(headers: Call["headers"]) {
  const mobile = headers.get("sec-ch-ua-mobile");
  const platform = headers.get("sec-ch-ua-platform")?.replaceAll('"', "");
  const { env, form, os } = classifyVisitor(headers.get("user-agent") ?? "", {
    ...(mobile === null ? {} : { mobile: mobile === "?1" }),
    ...(platform ? { platform } : {}),
  });
  return { env, form, os };
}
