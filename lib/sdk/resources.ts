import type { Calls } from "./call.ts";
import type { CallOptions } from "./send.ts";
import type { BodyOf, QueryOf } from "./types.ts";

// The calls by what they are about. `list` answers one page, `all` goes through every page.

export const ordersOf = ({ call, all }: Calls) => ({
  /** `price` is yuan, `unitAmount` fen. The same `outTradeNo` with the same content answers the order that is there. */
  create: (body: BodyOf<"createOrder">, options?: CallOptions) => call("createOrder", { ...options, body }),
  get: (orderId: string, options?: CallOptions) => call("getOrder", { ...options, in: { orderId } }),
  list: (query?: QueryOf<"listOrders">, options?: CallOptions) => call("listOrders", { ...options, query }),
  all: (query?: QueryOf<"listOrders">, options?: CallOptions) => all("listOrders", { ...options, query }),
  /** The order of your own number; undefined where there is none. */
  async find(outTradeNo: string, options?: CallOptions) {
    const { data } = await call("listOrders", { ...options, query: { outTradeNo } });
    return data.at(0);
  },
  /** WeChat is asked first: an order that turns out to be paid is answered as paid. */
  close: (orderId: string, options?: CallOptions) => call("closeOrder", { ...options, in: { orderId } }),
  /** A fresh order for what a closed one asked for (`recoverable`); the same one however often it is asked for. */
  recover: (orderId: string, options?: CallOptions) => call("recoverOrder", { ...options, in: { orderId } }),
  /** Without `amount` and `items` everything that is left goes back. */
  refund: (orderId: string, body?: BodyOf<"refundOrder">, options?: CallOptions) =>
    call("refundOrder", { ...options, in: { orderId }, body: body ?? {} }),
  refunds: (orderId: string, options?: CallOptions) => call("listRefunds", { ...options, in: { orderId } }),
  /** Charges the code on a shopper's phone. A pending answer (202) is asked about again with the same code. */
  payByCode: (orderId: string, body: BodyOf<"payByCode">, options?: CallOptions) =>
    call("payByCode", { ...options, in: { orderId }, body }),
  enterPromotionCode: (orderId: string, body: BodyOf<"enterPromotionCode">, options?: CallOptions) =>
    call("enterPromotionCode", { ...options, in: { orderId }, body }),
  correctScene: (orderId: string, body: BodyOf<"correctOrderScene">, options?: CallOptions) =>
    call("correctOrderScene", { ...options, in: { orderId }, body }),
});

export const refundsOf = ({ call, all }: Calls) => ({
  list: (query?: QueryOf<"findRefunds">, options?: CallOptions) => call("findRefunds", { ...options, query }),
  all: (query?: QueryOf<"findRefunds">, options?: CallOptions) => all("findRefunds", { ...options, query }),
  get: (refundId: string, options?: CallOptions) => call("getRefund", { ...options, in: { refundId } }),
});

export const promotionsOf = ({ call, all }: Calls) => ({
  create: (body: BodyOf<"createPromotion">, options?: CallOptions) => call("createPromotion", { ...options, body }),
  get: (promotionId: string, options?: CallOptions) => call("getPromotion", { ...options, in: { promotionId } }),
  list: (query?: QueryOf<"listPromotions">, options?: CallOptions) => call("listPromotions", { ...options, query }),
  all: (query?: QueryOf<"listPromotions">, options?: CallOptions) => all("listPromotions", { ...options, query }),
  update: (promotionId: string, body: BodyOf<"changePromotion">, options?: CallOptions) =>
    call("changePromotion", { ...options, in: { promotionId }, body }),
  archive: (promotionId: string, options?: CallOptions) =>
    call("archivePromotion", { ...options, in: { promotionId } }),
  pause: (promotionId: string, options?: CallOptions) => call("pausePromotion", { ...options, in: { promotionId } }),
  resume: (promotionId: string, options?: CallOptions) => call("resumePromotion", { ...options, in: { promotionId } }),
  addCodes: (promotionId: string, body: BodyOf<"addPromotionCodes">, options?: CallOptions) =>
    call("addPromotionCodes", { ...options, in: { promotionId }, body }),
  listCodes: (promotionId: string, query?: QueryOf<"listPromotionCodes">, options?: CallOptions) =>
    call("listPromotionCodes", { ...options, in: { promotionId }, query }),
  allCodes: (promotionId: string, query?: QueryOf<"listPromotionCodes">, options?: CallOptions) =>
    all("listPromotionCodes", { ...options, in: { promotionId }, query }),
  revokeCode: (promotionId: string, codeId: string, options?: CallOptions) =>
    call("revokePromotionCode", { ...options, in: { promotionId, codeId } }),
});

export const quotesOf = ({ call }: Calls) => ({
  /** The best combination of promotions for a cart; nothing is stored. */
  create: (body: BodyOf<"createQuote">, options?: CallOptions) => call("createQuote", { ...options, body }),
});

export const collectionCodesOf = ({ call, all, download }: Calls) => ({
  create: (body: BodyOf<"createCollectionCode">, options?: CallOptions) =>
    call("createCollectionCode", { ...options, body }),
  get: (codeId: string, options?: CallOptions) => call("getCollectionCode", { ...options, in: { codeId } }),
  list: (query?: QueryOf<"listCollectionCodes">, options?: CallOptions) =>
    call("listCollectionCodes", { ...options, query }),
  all: (query?: QueryOf<"listCollectionCodes">, options?: CallOptions) =>
    all("listCollectionCodes", { ...options, query }),
  update: (codeId: string, body: BodyOf<"changeCollectionCode">, options?: CallOptions) =>
    call("changeCollectionCode", { ...options, in: { codeId }, body }),
  retire: (codeId: string, options?: CallOptions) => call("retireCollectionCode", { ...options, in: { codeId } }),
  posterSvg: (codeId: string, query?: QueryOf<"getPosterSvg">, options?: CallOptions) =>
    download("getPosterSvg", { ...options, in: { codeId }, query }),
  posterPdf: (codeId: string, query?: QueryOf<"getPosterPdf">, options?: CallOptions) =>
    download("getPosterPdf", { ...options, in: { codeId }, query }),
});

export const webhookEndpointsOf = ({ call }: Calls) => ({
  /** The answer shows the endpoint's secret, this once. */
  create: (body: BodyOf<"createWebhookEndpoint">, options?: CallOptions) =>
    call("createWebhookEndpoint", { ...options, body }),
  get: (endpointId: string, options?: CallOptions) => call("getWebhookEndpoint", { ...options, in: { endpointId } }),
  list: (options?: CallOptions) => call("listWebhookEndpoints", { ...options }),
  update: (endpointId: string, body: BodyOf<"changeWebhookEndpoint">, options?: CallOptions) =>
    call("changeWebhookEndpoint", { ...options, in: { endpointId }, body }),
  remove: (endpointId: string, options?: CallOptions) =>
    call("deleteWebhookEndpoint", { ...options, in: { endpointId } }),
  /** During the overlap both secrets sign; `verifyWebhook` takes several. */
  rotateSecret: (endpointId: string, body?: BodyOf<"rotateWebhookSecret">, options?: CallOptions) =>
    call("rotateWebhookSecret", { ...options, in: { endpointId }, body }),
  test: (endpointId: string, options?: CallOptions) => call("testWebhookEndpoint", { ...options, in: { endpointId } }),
  redeliver: (endpointId: string, body: BodyOf<"redeliverWebhooks">, options?: CallOptions) =>
    call("redeliverWebhooks", { ...options, in: { endpointId }, body }),
});

export interface DeliveryKey {
  readonly endpointId: string;
  readonly eventId: string;
}

export const webhookDeliveriesOf = ({ call, all }: Calls) => ({
  list: (query?: QueryOf<"listWebhookDeliveries">, options?: CallOptions) =>
    call("listWebhookDeliveries", { ...options, query }),
  all: (query?: QueryOf<"listWebhookDeliveries">, options?: CallOptions) =>
    all("listWebhookDeliveries", { ...options, query }),
  get: ({ endpointId, eventId }: DeliveryKey, options?: CallOptions) =>
    call("getWebhookDelivery", { ...options, in: { endpointId, eventId } }),
  redeliver: ({ endpointId, eventId }: DeliveryKey, options?: CallOptions) =>
    call("redeliverWebhook", { ...options, in: { endpointId, eventId } }),
});

export const eventsOf = ({ call, all }: Calls) => ({
  /** To poll: `{ order: "oldest", cursor: lastEventId }`. */
  list: (query?: QueryOf<"listEvents">, options?: CallOptions) => call("listEvents", { ...options, query }),
  all: (query?: QueryOf<"listEvents">, options?: CallOptions) => all("listEvents", { ...options, query }),
});

export const reportsOf = ({ call }: Calls) => ({
  /** Days in Beijing time, both ends included. */
  daily: (query?: QueryOf<"getDailyReport">, options?: CallOptions) => call("getDailyReport", { ...options, query }),
});

export const shoppersOf = ({ call }: Calls) => ({
  /** Everything that is kept of a shopper, by your own `shopperId` or by `shp_…`. */
  export: (shopperId: string, options?: CallOptions) => call("exportShopper", { ...options, in: { shopperId } }),
  erase: (shopperId: string, options?: CallOptions) => call("eraseShopper", { ...options, in: { shopperId } }),
});
