import {
  changeCollectionCode,
  createCollectionCode,
  getCollectionCode,
  listCollectionCodes,
  posterAsPdf,
  posterAsSvg,
  retireCollectionCode,
} from "./handlers/collection-codes.ts";
import { docs, openapi } from "./handlers/docs.ts";
import { notify } from "./handlers/notify.ts";
import { askOpenid, oauthCallback } from "./handlers/oauth.ts";
import { healthz, metrics, readyz } from "./handlers/operations.ts";
import { closeOrder, correctScene, createOrder, getOrder, listOrders, payByCode } from "./handlers/orders.ts";
import { behaviour, checkOrder, orderEvents, orderStatus, pay, readQrSvg } from "./handlers/pay-page.ts";
import {
  archivePromotion,
  changePromotion,
  createPromotion,
  createQuote,
  getPromotion,
  listPromotions,
} from "./handlers/promotions.ts";
import { getRefund, listRefunds, refundOrder } from "./handlers/refunds.ts";
import { eraseShopper, personalisation, readPersonalisation, readShopperExport } from "./handlers/shoppers.ts";
import { createEndpoint, getEndpoint, listEndpoints, removeEndpoint } from "./handlers/webhook-endpoints.ts";
import { createMatch, type Route } from "./match.ts";

/**
 * Every call that is not a page. Both doors answer from this table: our own server the hot ones, and Next, through
 * `app/routes.ts`, all of them. Only what needs React is not hot.
 */
export const ROUTES: readonly Route[] = [
  { method: "POST", path: "/api/v1/orders", hot: true, handle: createOrder },
  { method: "GET", path: "/api/v1/orders", hot: true, handle: listOrders },
  { method: "GET", path: "/api/v1/orders/{orderId}", hot: true, handle: getOrder },
  { method: "POST", path: "/api/v1/orders/{orderId}/close", hot: true, handle: closeOrder },
  { method: "POST", path: "/api/v1/orders/{orderId}/scene", hot: true, handle: correctScene },
  { method: "POST", path: "/api/v1/orders/{orderId}/pay", hot: true, handle: payByCode },
  { method: "POST", path: "/api/v1/orders/{orderId}/refunds", hot: true, handle: refundOrder },
  { method: "GET", path: "/api/v1/orders/{orderId}/refunds", hot: true, handle: listRefunds },
  { method: "GET", path: "/api/v1/refunds/{refundId}", hot: true, handle: getRefund },
  { method: "POST", path: "/api/v1/promotions", hot: true, handle: createPromotion },
  { method: "GET", path: "/api/v1/promotions", hot: true, handle: listPromotions },
  { method: "GET", path: "/api/v1/promotions/{promotionId}", hot: true, handle: getPromotion },
  { method: "PATCH", path: "/api/v1/promotions/{promotionId}", hot: true, handle: changePromotion },
  { method: "DELETE", path: "/api/v1/promotions/{promotionId}", hot: true, handle: archivePromotion },
  { method: "POST", path: "/api/v1/quotes", hot: true, handle: createQuote },
  { method: "POST", path: "/api/v1/collection-codes", hot: true, handle: createCollectionCode },
  { method: "GET", path: "/api/v1/collection-codes", hot: true, handle: listCollectionCodes },
  { method: "GET", path: "/api/v1/collection-codes/{codeId}", hot: true, handle: getCollectionCode },
  { method: "PATCH", path: "/api/v1/collection-codes/{codeId}", hot: true, handle: changeCollectionCode },
  { method: "DELETE", path: "/api/v1/collection-codes/{codeId}", hot: true, handle: retireCollectionCode },
  { method: "GET", path: "/api/v1/collection-codes/{codeId}/poster.svg", hot: true, handle: posterAsSvg },
  { method: "GET", path: "/api/v1/collection-codes/{codeId}/poster.pdf", hot: true, handle: posterAsPdf },
  { method: "POST", path: "/api/v1/webhook-endpoints", hot: true, handle: createEndpoint },
  { method: "GET", path: "/api/v1/webhook-endpoints", hot: true, handle: listEndpoints },
  { method: "GET", path: "/api/v1/webhook-endpoints/{endpointId}", hot: true, handle: getEndpoint },
  { method: "DELETE", path: "/api/v1/webhook-endpoints/{endpointId}", hot: true, handle: removeEndpoint },
  { method: "GET", path: "/api/v1/shoppers/{shopperId}", hot: true, handle: readShopperExport },
  { method: "DELETE", path: "/api/v1/shoppers/{shopperId}", hot: true, handle: eraseShopper },

  { method: "GET", path: "/api/orders/{orderId}/status", hot: true, handle: orderStatus },
  { method: "GET", path: "/api/orders/{orderId}/events", hot: true, handle: orderEvents },
  { method: "POST", path: "/api/orders/{orderId}/pay", hot: true, handle: pay },
  { method: "POST", path: "/api/orders/{orderId}/check", hot: true, handle: checkOrder },
  { method: "POST", path: "/api/orders/{orderId}/behaviour", hot: true, handle: behaviour },
  { method: "GET", path: "/api/orders/{orderId}/openid", hot: true, handle: askOpenid },
  { method: "GET", path: "/api/orders/{orderId}/qr.svg", hot: false, handle: readQrSvg },

  { method: "GET", path: "/api/personalisation", hot: true, handle: readPersonalisation },
  { method: "POST", path: "/api/personalisation", hot: true, handle: personalisation },

  { method: "POST", path: "/payment/notify", hot: true, handle: notify },
  { method: "GET", path: "/api/wechat/oauth/callback", hot: true, handle: oauthCallback },

  { method: "GET", path: "/healthz", hot: true, handle: healthz },
  { method: "GET", path: "/readyz", hot: true, handle: readyz },
  { method: "GET", path: "/metrics", hot: true, handle: metrics },
  { method: "GET", path: "/api/openapi.json", hot: true, handle: openapi },
  { method: "GET", path: "/docs", hot: true, handle: docs },
];

export const matchRoute = createMatch(ROUTES);
