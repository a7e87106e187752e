import { merchant } from "./endpoint.ts";
import {
  changeCollectionCode,
  createCollectionCode,
  getCollectionCode,
  listCollectionCodes,
  posterAsPdf,
  posterAsSvg,
  retireCollectionCode,
} from "./handlers/collection-codes.ts";
import { docs, docsFile, guide, guideInLanguage, llms, openapi } from "./handlers/docs.ts";
import { apiEpay, mapiEpay, returnEpay, submitEpay } from "./handlers/epay.ts";
import { notify } from "./handlers/notify.ts";
import { askOpenid, oauthCallback } from "./handlers/oauth.ts";
import { healthz, metrics, readyz } from "./handlers/operations.ts";
import {
  closeOrder,
  correctScene,
  createOrder,
  getOrder,
  listOrders,
  payByCode,
  recoverOrder,
} from "./handlers/orders.ts";
import { behaviour, checkOrder, orderEvents, orderStatus, pay, readQrSvg } from "./handlers/pay-page.ts";
import {
  addPromotionCodes,
  enterPromotionCode,
  listPromotionCodes,
  revokePromotionCode,
} from "./handlers/promotion-codes.ts";
import {
  archivePromotion,
  changePromotion,
  createPromotion,
  createQuote,
  getPromotion,
  listPromotions,
  pausePromotion,
  resumePromotion,
} from "./handlers/promotions.ts";
import { findRefunds, getRefund, listRefunds, refundOrder } from "./handlers/refunds.ts";
import { getDailyReport, listEvents } from "./handlers/reports.ts";
import { shopLogo } from "./handlers/shop-logo.ts";
import { eraseShopper, personalisation, readPersonalisation, readShopperExport } from "./handlers/shoppers.ts";
import { getWebhookDelivery, listWebhookDeliveries, redeliverEvent } from "./handlers/webhook-deliveries.ts";
import {
  changeEndpoint,
  createEndpoint,
  getEndpoint,
  listEndpoints,
  redeliverEvents,
  removeEndpoint,
  rotateEndpointSecret,
  testEndpoint,
} from "./handlers/webhook-endpoints.ts";
import { createMatch, type Route } from "./match.ts";

/** Tools for agents. The protocol's library is loaded by the first call, since most shops never make one. */
const mcp = merchant(null, async (call) => (await import("./mcp/answer.ts")).answerMcp(call));

/**
 * Every call that is not a page. Our own server answers all of them without Next; under plain `next start` they are answered
 * through `app/routes.ts`.
 */
export const ROUTES: readonly Route[] = [
  { method: "POST", path: "/api/v1/orders", handle: createOrder },
  { method: "GET", path: "/api/v1/orders", handle: listOrders },
  { method: "GET", path: "/api/v1/orders/{orderId}", handle: getOrder },
  { method: "POST", path: "/api/v1/orders/{orderId}/close", handle: closeOrder },
  { method: "POST", path: "/api/v1/orders/{orderId}/recover", handle: recoverOrder },
  { method: "POST", path: "/api/v1/orders/{orderId}/scene", handle: correctScene },
  { method: "POST", path: "/api/v1/orders/{orderId}/pay", handle: payByCode },
  { method: "POST", path: "/api/v1/orders/{orderId}/refunds", handle: refundOrder },
  { method: "GET", path: "/api/v1/orders/{orderId}/refunds", handle: listRefunds },
  { method: "POST", path: "/api/v1/orders/{orderId}/promotion-codes", handle: enterPromotionCode },
  { method: "GET", path: "/api/v1/refunds", handle: findRefunds },
  { method: "GET", path: "/api/v1/refunds/{refundId}", handle: getRefund },
  { method: "POST", path: "/api/v1/promotions", handle: createPromotion },
  { method: "GET", path: "/api/v1/promotions", handle: listPromotions },
  { method: "GET", path: "/api/v1/promotions/{promotionId}", handle: getPromotion },
  { method: "PATCH", path: "/api/v1/promotions/{promotionId}", handle: changePromotion },
  { method: "DELETE", path: "/api/v1/promotions/{promotionId}", handle: archivePromotion },
  { method: "POST", path: "/api/v1/promotions/{promotionId}/pause", handle: pausePromotion },
  { method: "POST", path: "/api/v1/promotions/{promotionId}/resume", handle: resumePromotion },
  { method: "POST", path: "/api/v1/promotions/{promotionId}/codes", handle: addPromotionCodes },
  { method: "GET", path: "/api/v1/promotions/{promotionId}/codes", handle: listPromotionCodes },
  { method: "DELETE", path: "/api/v1/promotions/{promotionId}/codes/{codeId}", handle: revokePromotionCode },
  { method: "POST", path: "/api/v1/quotes", handle: createQuote },
  { method: "POST", path: "/api/v1/collection-codes", handle: createCollectionCode },
  { method: "GET", path: "/api/v1/collection-codes", handle: listCollectionCodes },
  { method: "GET", path: "/api/v1/collection-codes/{codeId}", handle: getCollectionCode },
  { method: "PATCH", path: "/api/v1/collection-codes/{codeId}", handle: changeCollectionCode },
  { method: "DELETE", path: "/api/v1/collection-codes/{codeId}", handle: retireCollectionCode },
  { method: "GET", path: "/api/v1/collection-codes/{codeId}/poster.svg", handle: posterAsSvg },
  { method: "GET", path: "/api/v1/collection-codes/{codeId}/poster.pdf", handle: posterAsPdf },
  { method: "POST", path: "/api/v1/webhook-endpoints", handle: createEndpoint },
  { method: "GET", path: "/api/v1/webhook-endpoints", handle: listEndpoints },
  { method: "GET", path: "/api/v1/webhook-endpoints/{endpointId}", handle: getEndpoint },
  { method: "PATCH", path: "/api/v1/webhook-endpoints/{endpointId}", handle: changeEndpoint },
  { method: "DELETE", path: "/api/v1/webhook-endpoints/{endpointId}", handle: removeEndpoint },
  { method: "POST", path: "/api/v1/webhook-endpoints/{endpointId}/rotate-secret", handle: rotateEndpointSecret },
  { method: "POST", path: "/api/v1/webhook-endpoints/{endpointId}/test", handle: testEndpoint },
  { method: "POST", path: "/api/v1/webhook-endpoints/{endpointId}/redeliver", handle: redeliverEvents },
  { method: "GET", path: "/api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}", handle: getWebhookDelivery },
  {
    method: "POST",
    path: "/api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/redeliver",
    handle: redeliverEvent,
  },
  { method: "GET", path: "/api/v1/webhook-deliveries", handle: listWebhookDeliveries },
  { method: "GET", path: "/api/v1/events", handle: listEvents },
  { method: "GET", path: "/api/v1/reports/daily", handle: getDailyReport },
  { method: "GET", path: "/api/v1/shoppers/{shopperId}", handle: readShopperExport },
  { method: "DELETE", path: "/api/v1/shoppers/{shopperId}", handle: eraseShopper },

  { method: "GET", path: "/api/orders/{orderId}/status", handle: orderStatus },
  { method: "GET", path: "/api/orders/{orderId}/events", handle: orderEvents },
  { method: "POST", path: "/api/orders/{orderId}/pay", handle: pay },
  { method: "POST", path: "/api/orders/{orderId}/check", handle: checkOrder },
  { method: "POST", path: "/api/orders/{orderId}/behaviour", handle: behaviour },
  { method: "GET", path: "/api/orders/{orderId}/openid", handle: askOpenid },
  { method: "GET", path: "/api/orders/{orderId}/qr.svg", handle: readQrSvg },

  { method: "GET", path: "/api/personalisation", handle: readPersonalisation },
  { method: "POST", path: "/api/personalisation", handle: personalisation },

  { method: "POST", path: "/mcp", handle: mcp },

  { method: "POST", path: "/payment/notify", handle: notify },
  { method: "GET", path: "/api/wechat/oauth/callback", handle: oauthCallback },

  { method: "GET", path: "/submit.php", handle: submitEpay },
  { method: "POST", path: "/submit.php", handle: submitEpay },
  { method: "GET", path: "/mapi.php", handle: mapiEpay },
  { method: "POST", path: "/mapi.php", handle: mapiEpay },
  { method: "GET", path: "/api.php", handle: apiEpay },
  { method: "POST", path: "/api.php", handle: apiEpay },
  { method: "GET", path: "/epay/return", handle: returnEpay },

  { method: "GET", path: "/api/shop-logo/{name}", handle: shopLogo },

  { method: "GET", path: "/healthz", handle: healthz },
  { method: "GET", path: "/readyz", handle: readyz },
  { method: "GET", path: "/metrics", handle: metrics },
  { method: "GET", path: "/api/openapi.json", handle: openapi },
  { method: "GET", path: "/llms.txt", handle: llms },
  { method: "GET", path: "/docs", handle: docs },
  { method: "GET", path: "/docs/{slug}", handle: guide },
  { method: "GET", path: "/docs/files/{name}", handle: docsFile },
  { method: "GET", path: "/docs/{language}/{slug}", handle: guideInLanguage },
];

export const matchRoute = createMatch(ROUTES);
