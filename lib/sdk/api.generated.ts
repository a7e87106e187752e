// Made from the OpenAPI document by openapi-typescript: `npm run sdk`. Do not edit.

export interface paths {
    "/api/v1/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List orders, newest first */
        get: operations["listOrders"];
        put?: never;
        /**
         * Create an order
         * @description Returns the order with the address of its pay page (`payUrl`). `price` is in yuan, `unitAmount` in fen. An `outTradeNo` that was sent before with the same content answers its order with 200; with other content it is a `conflict`.
         */
        post: operations["createOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get an order */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}/close": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close an order
         * @description WeChat is queried first. If the order turns out to be paid, the paid order is returned and nothing is closed.
         */
        post: operations["closeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a closed order again
         * @description For a shopper who comes back after the order has closed (`recoverable`): a fresh order with the same items, metadata and time to pay, at the price of now, under the old number with `-r2`, `-r3` … behind it. Of two calls at once one makes it (201), and every later call answers it (200), also once it is paid, until it has closed itself. Promotion codes are not taken over. An order that money came for after it closed is not made again, nor is one that software behind the epay door asked for, since that software is told of the number it gave alone: `conflict` with `reason: not_recoverable`.
         */
        post: operations["recoverOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}/promotion-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Apply a promotion code to an order
         * @description Prices a pending order with a code that its shopper has, as the pay page does. An open trade at the old price is closed first. A code that cannot be used (not known, used, ended, not for this order, no better than what the order has) is refused at `code` with the reason in Chinese, and nothing changes. Of two orders with the same single code at once, one gets it. Give codes that are known when the order is made as `promotionCodes`.
         */
        post: operations["enterPromotionCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}/scene": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct an order's scene
         * @description Overrides the scene that was recognised. It applies to this order at once and to later orders of the same items before any model; all corrections together adjust what is expected of your shop.
         */
        post: operations["correctOrderScene"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}/pay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Charge a shopper's payment code (付款码)
         * @description Charges the payment code (付款码) that a counter scanned off the shopper's phone. A code works once and for about a minute.
         *
         *     The call waits up to 15 seconds for the shopper's password, so give it a time-out of 30.
         *
         *     - **200** – paid: the order. Hand over the goods.
         *     - **202** – not decided yet. Tell the shopper to type the password, and send the same code again (under the same
         *       `Idempotency-Key` or a new one): that joins the same charge and never makes a second one. Or read the order, or wait for the
         *       `order.paid` webhook. 45 seconds after the charge, what is not paid is reversed at WeChat until WeChat confirms it.
         *       A 202 is not kept under the `Idempotency-Key`: the next call with it gets the newest answer.
         *     - **402** `payment_declined` – this code brought no money, for certain. `reason` is `code_invalid` (expired or used),
         *       `not_enough` (balance), `card_refused`, `declined` (cancelled by the shopper or refused by WeChat) or `timed_out`; `detail`
         *       is a sentence for the cashier. The order can be paid again at once, with a fresh code.
         *     - **409** `conflict` – another code is being charged for this order just now (`Retry-After`), or its money does not pay the
         *       order; `order_not_payable` – it is paid, closed or expired.
         *     - **502** `gateway_rejected` – this account cannot take payment codes; with `reason: no_certificate` an API v2 account lacks the
         *       merchant certificate, without which an unclear charge could not be taken back. Nothing was charged.
         *     - **503** `gateway_unavailable` – nothing was charged by this call: a payment that is open on the pay page could not be closed
         *       for certain. Send it again.
         *
         *     A trade that is open on the order's pay page is closed first; if that turns out paid, the order is paid and no code is charged.
         */
        post: operations["payByCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/orders/{orderId}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List an order's refunds, newest first */
        get: operations["listRefunds"];
        put?: never;
        /**
         * Create a refund
         * @description Refunds a part of an order or all of it. `amount` is in fen; `items` refunds exactly what was paid for those units; with
         *     neither, everything that is left is refunded. The refund is `pending` in this answer. Webhooks (`refund.succeeded`,
         *     `refund.failed`) report the outcome, and the refund can be read. While WeChat cannot be reached, and during the minute that
         *     WeChat requires between two refunds of one order, the refund waits and is sent automatically. If WeChat refuses it, the refund
         *     becomes `closed` with a reason, and its amount can be refunded again.
         */
        post: operations["refundOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List refunds of all orders, newest first */
        get: operations["findRefunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/refunds/{refundId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a refund */
        get: operations["getRefund"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/promotions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List promotions, newest first */
        get: operations["listPromotions"];
        put?: never;
        /**
         * Create a promotion
         * @description A new order gets the combination of active promotions with the largest discount. Budgets and limits are reserved when the order is created, used when it is paid, and released when it closes.
         */
        post: operations["createPromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/promotions/{promotionId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a promotion */
        get: operations["getPromotion"];
        put?: never;
        post?: never;
        /**
         * Archive a promotion
         * @description New orders no longer get it. Orders that have it keep it, and it can still be read.
         */
        delete: operations["archivePromotion"];
        options?: never;
        head?: never;
        /**
         * Update a promotion
         * @description Send only the fields that change; null removes a field. Creates a new version; orders keep the version they were priced with. With `version` the change is refused unless it is still the current version.
         */
        patch: operations["changePromotion"];
        trace?: never;
    };
    "/api/v1/promotions/{promotionId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a promotion
         * @description New orders do not get it until it is resumed; orders that have it keep it. Pausing again changes nothing.
         */
        post: operations["pausePromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/promotions/{promotionId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a promotion
         * @description An archived one stays archived.
         */
        post: operations["resumePromotion"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/promotions/{promotionId}/codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the codes of a promotion, newest first */
        get: operations["listPromotionCodes"];
        put?: never;
        /**
         * Add codes to a promotion
         * @description For a promotion with `needsCode`. Either so many codes are made (`count`), which nobody can guess and which are easy to read out, or your own are taken in (`codes`). Case, spaces, dashes and full width make no difference. Read them with `GET`.
         */
        post: operations["addPromotionCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/promotions/{promotionId}/codes/{codeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke a code
         * @description No order gets it any more. Orders that have it keep it.
         */
        delete: operations["revokePromotionCode"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quotes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Quote a cart
         * @description Returns the best allowed combination of promotions, why the others do not apply, and what a slightly larger cart would save. Nothing is stored. The body of an order request is accepted as it is.
         */
        post: operations["createQuote"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collection-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List collection codes, newest first */
        get: operations["listCollectionCodes"];
        put?: never;
        /**
         * Create a standing collection code
         * @description A QR code to print. Each shopper who scans it sees the fixed amount or enters one, and pays a new order. The order's metadata names the code (`collectionCode`, `collectionLabel`).
         */
        post: operations["createCollectionCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collection-codes/{codeId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a collection code */
        get: operations["getCollectionCode"];
        put?: never;
        post?: never;
        /**
         * Retire a collection code
         * @description No new payment can start from it, and its page says so. It can still be read and is never deleted.
         */
        delete: operations["retireCollectionCode"];
        options?: never;
        head?: never;
        /**
         * Update a collection code
         * @description Send only the fields that change; null removes a field. The printed address stays the same; a poster that shows a changed label or amount must be printed again.
         */
        patch: operations["changeCollectionCode"];
        trace?: never;
    };
    "/api/v1/collection-codes/{codeId}/poster.svg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the poster as SVG
         * @description One page of A6 or A4 to print: the shop's name, the label, the QR code, the fixed amount if there is one.
         */
        get: operations["getPosterSvg"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collection-codes/{codeId}/poster.pdf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Download the poster as PDF
         * @description One page of A6 or A4 to print: the shop's name, the label, the QR code, the fixed amount if there is one.
         */
        get: operations["getPosterPdf"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/shoppers/{shopperId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export a shopper's data
         * @description Everything that is stored about a shopper, by the pseudonym `shp_…` or by your own `shopperId`. Scope `shoppers:read`.
         */
        get: operations["exportShopper"];
        put?: never;
        post?: never;
        /**
         * Erase a shopper
         * @description A job does it within a minute and writes an audit entry. Orders and payments stay for the books, without the shopper. Scope `shoppers:write`.
         */
        delete: operations["eraseShopper"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-endpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List webhook endpoints */
        get: operations["listWebhookEndpoints"];
        put?: never;
        /**
         * Create a webhook endpoint
         * @description Deliveries follow Standard Webhooks. An event is sent until the endpoint answers 2xx: three more times within a minute, then with growing pauses for more than three days. Events of one order arrive in the order in which they happened; a later one waits for an earlier one. The key also needs the scope that reads what the events carry, and the endpoint ends with the key unless an owner keeps it.
         */
        post: operations["createWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-endpoints/{endpointId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get a webhook endpoint */
        get: operations["getWebhookEndpoint"];
        put?: never;
        post?: never;
        /** Delete a webhook endpoint */
        delete: operations["deleteWebhookEndpoint"];
        options?: never;
        head?: never;
        /**
         * Update, pause or resume a webhook endpoint
         * @description Send only the fields that change. What waits for a paused endpoint is kept for 180 days.
         */
        patch: operations["changeWebhookEndpoint"];
        trace?: never;
    };
    "/api/v1/webhook-endpoints/{endpointId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replace the secret of a webhook endpoint
         * @description During the overlap deliveries carry the signatures of both secrets, and a receiver that knows one of them accepts them. A second rotation ends the older secret. Only for the API key that made the endpoint.
         */
        post: operations["rotateWebhookSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-endpoints/{endpointId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description Sends `webhook.test` to this endpoint once, and answers with what came of it.
         */
        post: operations["testWebhookEndpoint"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-endpoints/{endpointId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a range of events again
         * @description Sends at most 10000 events, the oldest first and after what happens now, under their own `webhook-id` and with the payload of then.
         */
        post: operations["redeliverWebhooks"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a delivery with every try
         * @description Request and answer of each try. The key also needs the scope that reads what the event carries.
         */
        get: operations["getWebhookDelivery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Send an event again */
        post: operations["redeliverWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/webhook-deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhook deliveries, newest event first
         * @description Those whose events the API key may read. Deliveries are kept for 90 days.
         */
        get: operations["listWebhookDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what happened
         * @description The events of the last 30 days whose orders and refunds the key may read, with the very payloads that webhooks carry; no endpoint is needed. To poll, ask with `order=oldest` and the id of the last event that you have as `cursor`; ask again at once while `nextCursor` is not null, and after some seconds otherwise. Each event comes once, and those of an order in the order in which they happened.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/reports/daily": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get figures by day
         * @description Payments, refunds, what is left and WeChat Pay's fees of each day in Beijing time, by channel. The figures are those of the dashboard's trends and statements, exact to the fen; a payment counts on the day it was made, a refund on the day the money went back. While the worker has not added up some hours, the answer is `unavailable` rather than too little.
         */
        get: operations["getDailyReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface webhooks {
    "order.paid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive order.paid
         * @description The order is paid.
         */
        post: operations["on.order.paid"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.closed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive order.closed
         * @description The order is closed: it expired, or was closed by the shop.
         */
        post: operations["on.order.closed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "refund.succeeded": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive refund.succeeded
         * @description The money is on its way to the shopper.
         */
        post: operations["on.refund.succeeded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "refund.failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive refund.failed
         * @description The refund is closed; its amount can be refunded again.
         */
        post: operations["on.refund.failed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "order.amount_mismatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive order.amount_mismatch
         * @description A notice disagreed with the order, and WeChat was asked. Where WeChat confirms the payment, a second event carries it in `extraPayments`; where WeChat agrees with the order, `order.paid` follows.
         */
        post: operations["on.order.amount_mismatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payment.late": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive payment.late
         * @description Paid after the order was closed. The payment is in `extraPayments` until it is refunded or accepted.
         */
        post: operations["on.payment.late"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "payment.extra": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive payment.extra
         * @description Paid once more. The payment is in `extraPayments` until it is refunded.
         */
        post: operations["on.payment.extra"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "refund.abnormal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive refund.abnormal
         * @description The money cannot reach the shopper until a person acts in WeChat's merchant platform.
         */
        post: operations["on.refund.abnormal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "webhook.test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive webhook.test
         * @description Sent by hand, to try an endpoint out.
         */
        post: operations["on.webhook.test"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export interface components {
    schemas: {
        Order: {
            id: string;
            outTradeNo: string;
            /** @enum {string} */
            status: "pending" | "paid" | "partially_refunded" | "refunded" | "closed";
            /** @constant */
            currency: "CNY";
            description: string;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountTotal: number;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDiscount: number;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDue: number;
            /** @description What of the amount due is paid, WeChat's vouchers among it */
            amountPaid: number;
            /** @description What the shopper handed over: less by WeChat's vouchers; null: not told */
            amountPayer: number | null;
            /** @description What WeChat settles to you before its fee: less by vouchers at your expense */
            amountSettled: number;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountRefunded: number;
            items: {
                id: string;
                name: string;
                sku: string | null;
                category: string | null;
                /** @description Amount in fen (1 yuan = 100 fen) */
                unitAmount: number;
                quantity: number;
                /** @description Amount in fen (1 yuan = 100 fen) */
                amount: number;
                /** @description Amount in fen (1 yuan = 100 fen) */
                discount: number;
            }[];
            discounts: {
                id: string;
                name: string;
                /** @description Amount in fen (1 yuan = 100 fen) */
                amount: number;
                /** @description What the promotion promises, in Chinese */
                reason: string | null;
                /** @description The same as parameters, to word it in another language; absent on older orders */
                terms?: {
                    /** @enum {string} */
                    type: "amount_off" | "tiered_off" | "percent_off" | "random_off" | "nth_discount" | "buy_get" | "bundle_price" | "gift";
                    threshold?: {
                        amount?: number;
                        qty?: number;
                    };
                    cap?: number;
                    off?: number;
                    every?: boolean;
                    tiers?: {
                        threshold: number;
                        off: number;
                    }[];
                    payBps?: number;
                    min?: number;
                    max?: number;
                    n?: number;
                    buy?: number;
                    get?: number;
                    price?: number;
                    gift?: {
                        qty: number;
                    };
                };
                /** @description The promotion code it was had with; absent where none was needed */
                code?: string;
            }[];
            /** @description WeChat Pay's own; your discounts are `discounts` */
            vouchers: {
                id: string | null;
                name: string | null;
                /** @description The batch (stock) it was given out from */
                batch: string | null;
                /** @description Amount in fen (1 yuan = 100 fen) */
                amount: number;
                /**
                 * @description `prefunded`: you are settled in full; `merchant`: it lowers what you are settled (免充值)
                 * @enum {string}
                 */
                funding: "prefunded" | "merchant" | "unknown";
                byWechat: number | null;
                byMerchant: number | null;
                byOthers: number | null;
            }[];
            /** @description Money beyond the one payment that settles the order */
            extraPayments: {
                transactionId: string;
                /** @description Amount in fen (1 yuan = 100 fen) */
                amount: number;
                /**
                 * Format: date-time
                 * @description RFC 3339, UTC
                 */
                paidAt: string;
                /** @enum {string} */
                verdict: "late" | "extra" | "mismatch";
                /** @enum {string} */
                resolution: "open" | "refunding" | "refunded" | "accepted";
            }[];
            payUrl: string;
            returnUrl: string | null;
            channel: ("native" | "jsapi" | "h5" | "miniprogram" | "codepay") | null;
            transactionId: string | null;
            goodsTag: string | null;
            /** @description The store it was made in; null where nobody said */
            storeCode: string | null;
            /** @description The till of that store */
            tillCode: string | null;
            /** @description Who took the money at that till */
            cashier: {
                id: string;
                name: string;
            } | null;
            /** @description What is being paid for; `other` where we are not sure */
            scene: string | null;
            /** @description Why it has that scene */
            sceneDetail?: {
                /** @description Of the likeliest scene, 0 to 1 */
                confidence: number;
                /** @description Not sure enough: the scene is `other`, the page the generic one */
                fallback: boolean;
                reasons: {
                    signal: string;
                    value: string;
                    /** @description By how much it spoke for the scene, in log-odds */
                    weight: number;
                    /** @description The signal and its value in Chinese */
                    text: string;
                }[];
                version: string;
            } | null;
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            expiresAt: string;
            paidAt: string | null;
            closedAt: string | null;
            /**
             * @description Closed, no money came for it, and not of the epay door: `POST …/recover` makes a fresh order with the same items
             * @constant
             */
            recoverable?: true;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            /** @description Which of several kinds, where a call names them */
            reason?: string;
            /** @description In sandbox mode, for a signature that does not fit: the text that should have been signed */
            stringToSign?: string;
            errors?: {
                path: string;
                message: string;
            }[];
            requestId: string;
        };
        EnteredPromotionCode: {
            code: string;
        };
        CodePayPending: {
            orderId: string;
            outTradeNo: string;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDue: number;
            /**
             * @description `awaiting_password`: the shopper's phone asks for the password. `unclear`: WeChat gave no certain answer. `reversing`: it took too long and is taken back; what was paid goes back to the shopper.
             * @enum {string}
             */
            status: "awaiting_password" | "unclear" | "reversing";
            /**
             * Format: date-time
             * @description From this moment on an unpaid charge is taken back
             */
            decidedBy: string;
            /** @description What to do now, for whoever stands at the counter */
            next: string;
        };
        Refund: {
            id: string;
            orderId: string;
            outRefundNo: string;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amount: number;
            /** @description What the shopper gets back: less by the share of WeChat's vouchers */
            amountPayer: number | null;
            /** @description What it takes from your settlement; null until WeChat tells */
            amountSettled: number | null;
            /**
             * @description `abnormal` is not final: the amount stays held until a person acts in WeChat's console
             * @enum {string}
             */
            status: "pending" | "succeeded" | "abnormal" | "closed";
            /** @description `pending` because a second person has to approve it; it is sent to WeChat only then */
            awaitingApproval: boolean;
            reason: string | null;
            items: {
                itemId: string;
                quantity: number;
                /** @description Amount in fen (1 yuan = 100 fen) */
                amount: number;
            }[];
            /** @description Why it is closed or abnormal */
            failureReason: ("not_enough" | "payer_account_closed" | "not_permitted" | "number_used" | "invalid" | "trade_absent" | "closed_at_wechat" | "abnormal_at_wechat" | "approval_declined" | "approval_withdrawn" | "approval_expired") | null;
            /** @description WeChat's own words, for people */
            failureDetail: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            succeededAt: string | null;
        };
        PromotionRequest: {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            type: "amount_off";
            /** @enum {string} */
            phase: "item" | "order" | "channel";
            off: number;
            every?: boolean;
            maxTimes?: number;
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            type: "tiered_off";
            /** @enum {string} */
            phase: "item" | "order";
            tiers: {
                threshold: number;
                off: number;
            }[];
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            type: "percent_off";
            /** @enum {string} */
            phase: "item" | "order" | "channel";
            payBps: number;
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            type: "random_off";
            /** @constant */
            phase: "channel";
            min: number;
            max: number;
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            phase: "item";
            maxTimes?: number;
            /** @constant */
            type: "nth_discount";
            n: number;
            payBps: number;
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            phase: "item";
            maxTimes?: number;
            /** @constant */
            type: "buy_get";
            buy: number;
            get: number;
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            phase: "item";
            maxTimes?: number;
            /** @constant */
            type: "bundle_price";
            n: number;
            price: number;
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        } | {
            /** @description Your own id of the promotion; made for you when absent */
            id?: string;
            name?: string;
            /** @description 1 for a new one; when changing, the version you have seen */
            version?: number;
            /** @default 0 */
            priority: number;
            scope?: {
                skus?: string[];
                categories?: string[];
                excludeSkus?: string[];
                excludeCategories?: string[];
            };
            threshold?: {
                amount?: number;
                qty?: number;
            };
            /** @enum {string} */
            thresholdBase?: "running" | "original";
            cap?: number;
            group?: string;
            exclusive?: boolean;
            limitPerUser?: number | null;
            /** @description Instead of `budget`: fen it may give away from now on */
            budgetLeft?: number | null;
            window?: {
                /** Format: date-time */
                start?: string;
                /** Format: date-time */
                end?: string;
                days?: number[];
                hours?: [
                    string,
                    string
                ][];
            };
            audience?: {
                newCustomer?: boolean;
                segments?: string[];
                channels?: string[];
                scenes?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other")[];
            };
            code?: string;
            needsCode?: boolean;
            optional?: boolean;
            returnUse?: boolean;
            /** @constant */
            type: "gift";
            /** @constant */
            phase: "item";
            gift: {
                sku: string;
                qty: number;
            };
            /** @description Fen it may give away in all; null or absent: no limit */
            budget?: number | null;
            /** @description Orders that may use it in all */
            limitTotal?: number | null;
        };
        /** @description The rule as it was given, and what became of it */
        Promotion: {
            id: string;
            /** @description Grows by one with every change; orders keep the version they were priced with */
            version: number;
            /** @enum {string} */
            status: "active" | "paused" | "archived";
            name?: string;
            type: string;
            /** @enum {string} */
            phase: "item" | "order" | "channel";
            budget: number | null;
            budgetLeft: number | null;
            /** @description Fen held by orders that are not paid yet */
            reserved: number;
            /** @description Fen given away in paid orders */
            spent: number;
            limitTotal: number | null;
            /** @description Orders that use it, paid or still open */
            uses: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            updatedAt: string;
            archivedAt: string | null;
            /** @description Paused: no new order gets it until it is resumed */
            pausedAt: string | null;
        } & {
            [key: string]: unknown;
        };
        NewPromotionCodes: {
            /** @description So many codes are made; or give `codes` */
            count?: number;
            /** @description What made codes begin with */
            prefix?: string;
            /** @description Codes of your own */
            codes?: string[];
            /**
             * @description Orders that may use one code; null: any number
             * @default 1
             */
            maxUses: number | null;
            /** @description Where they are given out; finds them again */
            label?: string;
        };
        AddedPromotionCodes: {
            added: number;
            /** @description Codes that were there already, here or in another promotion, or twice in the list */
            duplicates: string[];
        };
        PromotionCode: {
            id: string;
            code: string;
            label: string | null;
            /**
             * @description `used`: as often as it may be, open orders among them
             * @enum {string}
             */
            state: "free" | "used" | "revoked";
            maxUses: number | null;
            uses: number;
            /** @description The newest order that has it */
            orderId: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            revokedAt: string | null;
        };
        Quote: {
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountTotal: number;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDiscount: number;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDue: number;
            applied: {
                id: string;
                version: number;
                name: string;
                /** @description Amount in fen (1 yuan = 100 fen) */
                discount: number;
                /** @description What it takes off each item, in the order of the items */
                lines: number[];
                sentence: string;
            }[];
            rejected: {
                id: string;
                name: string;
                /** @enum {string} */
                reason: "window" | "audience" | "code" | "user_limit" | "budget" | "threshold" | "scope" | "group" | "exclusive" | "stack" | "worse";
                /** @description Why, in Chinese */
                sentence: string;
            }[];
            nudge: {
                promotionId: string;
                /** @description What is missing */
                gap: number;
                /** @description How much larger the discount becomes */
                gain: number;
                sentence: string;
            } | null;
            /** @description In the order of the items */
            lineDiscounts: number[];
            /** @description False where there were too many combinations to weigh them all */
            optimal: boolean;
        };
        CollectionCodeRequest: {
            /** @description What the sign is called; the shopper reads it, too */
            label: string;
            /** @description Fixed amount in fen; without it the shopper enters one */
            amount?: number | null;
            /** @description Least a shopper may enter, in fen; 1 when absent */
            amountMin?: number | null;
            /** @description Most a shopper may enter, in fen; 5000000 when absent */
            amountMax?: number | null;
            /** @description What is paid for here */
            scene?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other") | null;
            /** @description Name of the order's one item; the label when absent */
            itemName?: string | null;
            /** @description Category of that item */
            category?: string | null;
            /** @description The store the sign hangs in; its orders carry it */
            storeCode?: string | null;
            /** @description The till of that store */
            tillCode?: string | null;
        };
        CollectionCode: {
            id: string;
            /** @description What `url` ends in */
            code: string;
            /** @description What the printed QR code leads to */
            url: string;
            label: string;
            amount: number | null;
            amountMin: number | null;
            amountMax: number | null;
            scene: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other") | null;
            itemName: string | null;
            category: string | null;
            storeCode: string | null;
            tillCode: string | null;
            /** @enum {string} */
            status: "active" | "retired";
            /** @description Orders paid by it */
            paidCount: number;
            /** @description What they came to in fen, refunds not taken off */
            paidAmount: number;
            createdBy: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            updatedAt: string;
            retiredAt: string | null;
        };
        ShopperExport: {
            shopperId: string;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            exportedAt: string;
            /** @description With their items */
            orders: {
                [key: string]: unknown;
            }[];
            /** @description What happened on the pay page, of the last 180 days */
            events: {
                [key: string]: unknown;
            }[];
            /** @description What was taken of promotions */
            promotions: {
                [key: string]: unknown;
            }[];
            /** @description Which optional offer was chosen, of what was known, and why */
            decisions: {
                [key: string]: unknown;
            }[];
        };
        ShopperErasure: {
            shopperId: string;
            /** @constant */
            status: "erasing";
        };
        NewWebhookEndpoint: {
            id: string;
            url: string;
            events: ("order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal")[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            /**
             * @description `failing`: the last tries failed and are repeated; `paused`: by hand, or after three days without a delivery; `disabled`: it answered 410, or its API key was revoked
             * @enum {string}
             */
            status: "active" | "failing" | "paused" | "disabled";
            failingSince: string | null;
            /** @description Exact to the minute */
            lastDeliveredAt: string | null;
            pausedAt: string | null;
            /** @description Null when it was paused because it had failed for three days */
            pausedBy: string | null;
            /** @description Until then the replaced secret signs as well */
            previousSecretUntil: string | null;
            disabledAt: string | null;
            disabledReason: string | null;
            /** @description The API key that made it, with which it ends; null where that was not yet recorded */
            apiKeyId: string | null;
            /** @description The owner who lets it outlive its API key */
            keptBy: string | null;
            /** @description Signs every delivery (Standard Webhooks); shown only here */
            secret: string;
        };
        WebhookEndpoint: {
            id: string;
            url: string;
            events: ("order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal")[];
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            createdAt: string;
            /**
             * @description `failing`: the last tries failed and are repeated; `paused`: by hand, or after three days without a delivery; `disabled`: it answered 410, or its API key was revoked
             * @enum {string}
             */
            status: "active" | "failing" | "paused" | "disabled";
            failingSince: string | null;
            /** @description Exact to the minute */
            lastDeliveredAt: string | null;
            pausedAt: string | null;
            /** @description Null when it was paused because it had failed for three days */
            pausedBy: string | null;
            /** @description Until then the replaced secret signs as well */
            previousSecretUntil: string | null;
            disabledAt: string | null;
            disabledReason: string | null;
            /** @description The API key that made it, with which it ends; null where that was not yet recorded */
            apiKeyId: string | null;
            /** @description The owner who lets it outlive its API key */
            keptBy: string | null;
        };
        WebhookTest: {
            eventId: string;
            delivered: boolean;
            status: number | null;
            error: string | null;
            durationMs: number;
        };
        Redelivered: {
            /** @description Events that are sent again; at most 10000 at a time, the oldest first */
            count: number;
            /** @description More events match: ask again from `nextFrom` */
            more: boolean;
            nextFrom: string | null;
        };
        WebhookDeliveryDetail: {
            /** @description `webhook-id` of the request; the same for every try */
            eventId: string;
            endpointId: string;
            /** @enum {string} */
            type: "order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal" | "webhook.test";
            orderId: string | null;
            /**
             * Format: date-time
             * @description When the event happened (RFC 3339, UTC)
             */
            createdAt: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "given_up";
            tries: number;
            /** @description The HTTP status of the last answer */
            lastStatus: number | null;
            lastError: string | null;
            /** @description Null when nothing more is tried by itself */
            nextTryAt: string | null;
            endedAt: string | null;
            /** @description The very text of the request's body */
            payload: string;
            /** @description Oldest first */
            attempts: components["schemas"]["WebhookTry"][];
        };
        WebhookTry: {
            number: number;
            /**
             * @description `event`: by itself; `again`: sent again or resumed; `test`: a test event
             * @enum {string}
             */
            cause: "event" | "again" | "test";
            /** @description Without its query */
            url: string;
            /** @description 2 while a replaced secret still signs */
            signatures: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            startedAt: string;
            durationMs: number;
            status: number | null;
            /** @description The beginning of the answer's text; what looks like a secret is masked */
            answer: string | null;
            error: string | null;
        };
        WebhookDelivery: {
            /** @description `webhook-id` of the request; the same for every try */
            eventId: string;
            endpointId: string;
            /** @enum {string} */
            type: "order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal" | "webhook.test";
            orderId: string | null;
            /**
             * Format: date-time
             * @description When the event happened (RFC 3339, UTC)
             */
            createdAt: string;
            /** @enum {string} */
            status: "pending" | "delivered" | "given_up";
            tries: number;
            /** @description The HTTP status of the last answer */
            lastStatus: number | null;
            lastError: string | null;
            /** @description Null when nothing more is tried by itself */
            nextTryAt: string | null;
            endedAt: string | null;
        };
        /** @description What happened, with the order or refund as it stood then: the body of a webhook and its id. Kept for 30 days */
        Event: {
            /** @constant */
            type: "order.paid";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Order"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "order.closed";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Order"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "refund.succeeded";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Refund"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "refund.failed";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Refund"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "order.amount_mismatch";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Order"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "payment.late";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Order"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "payment.extra";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Order"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        } | {
            /** @constant */
            type: "refund.abnormal";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            timestamp: string;
            data: components["schemas"]["Refund"];
            /** @description `webhook-id` of its deliveries */
            id: string;
        };
        DailyReport: {
            from: string;
            to: string;
            /** @constant */
            currency: "CNY";
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            generatedAt: string;
            /** @description One for each day, the first day first */
            data: components["schemas"]["ReportDay"][];
            nextCursor: null;
        };
        ReportDay: {
            /** @description In Beijing time, such as `2026-07-01` */
            day: string;
            /** @description false: the day is not over, and its figures grow */
            isOver: boolean;
            /** @description Orders made on that day */
            orders: number;
            /** @description Payments that settled their order, by when they were made */
            payments: number;
            /** @description What these come to, before refunds and fees */
            amountPaid: number;
            /** @description Refunds of such payments, by when the money went back */
            refunds: number;
            amountRefunded: number;
            /** @description `amountPaid` less `amountRefunded`; below zero where more went back than came */
            amountNet: number;
            /** @description What your promotions took off these payments */
            amountDiscount: number;
            /** @description Refunds of money that settled no order (late, extra), which is not in `amountPaid` */
            otherRefunds: number;
            amountOtherRefunded: number;
            /** @description WeChat Pay's fees, from its bill; null until the day is reconciled */
            amountFees: number | null;
            /** @description `amountNet` less `amountFees` */
            amountAfterFees: number | null;
            /** @description The same by channel; they add up to the day */
            channels: {
                /** @enum {string} */
                channel: "native" | "jsapi" | "h5" | "miniprogram" | "codepay";
                /** @description Payments that settled their order, by when they were made */
                payments: number;
                /** @description What these come to, before refunds and fees */
                amountPaid: number;
                /** @description Refunds of such payments, by when the money went back */
                refunds: number;
                amountRefunded: number;
                /** @description `amountPaid` less `amountRefunded`; below zero where more went back than came */
                amountNet: number;
            }[];
        };
        OrderStatus: {
            id: string;
            /** @enum {string} */
            status: "pending" | "paid" | "partially_refunded" | "refunded" | "closed";
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDue: number;
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountPaid: number;
            paidAt: string | null;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            expiresAt: string;
            version: number;
            /** @description Names the code, link or prepay that can be paid with right now (opaque). When it differs from the `handover` of the answer to `POST …/pay` that you show, what you show is dead: ask for a new one. null: nothing is open */
            handover: string | null;
        };
        PayAnswer: {
            /** @enum {string} */
            channel: "native" | "jsapi" | "h5" | "miniprogram";
            codeUrl?: string;
            h5Url?: string;
            jsapi?: {
                appId: string;
                timeStamp: string;
                nonceStr: string;
                package: string;
                signType: string;
                paySign: string;
            };
            /** @description Amount in fen (1 yuan = 100 fen) */
            amountDue: number;
            /**
             * Format: date-time
             * @description RFC 3339, UTC
             */
            expiresAt: string;
            /** @description As in the order's status, as long as this can be paid with */
            handover: string;
        };
        Personalisation: {
            /** @description May be remembered */
            consent: boolean;
            /** @description Asked for no personal offers */
            optOut: boolean;
        };
        NotifyReply: {
            /** @enum {string} */
            code: "SUCCESS" | "FAIL";
            message: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listOrders: {
        parameters: {
            query?: {
                status?: "pending" | "paid" | "partially_refunded" | "refunded" | "closed";
                createdFrom?: string;
                createdTo?: string;
                paidFrom?: string;
                paidTo?: string;
                updatedFrom?: string;
                updatedTo?: string;
                channel?: "native" | "jsapi" | "h5" | "miniprogram" | "codepay";
                q?: string;
                outTradeNo?: string;
                storeCode?: string;
                tillCode?: string;
                cashierId?: string;
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Order"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         {
                 *           "name": "商品名称",
                 *           "price": "100.00",
                 *           "quantity": 1
                 *         }
                 *       ],
                 *       "description": "商品名称"
                 *     }
                 */
                "application/json": {
                    items: {
                        name: string;
                        /** @description Price of one piece in yuan, at most two decimals; or give `unitAmount` */
                        price?: number | string;
                        /** @description Price of one piece in fen; or give `price` */
                        unitAmount?: number;
                        quantity: number;
                        sku?: string;
                        category?: string;
                    }[];
                    /** @description Your own number of the order; made for you when absent */
                    outTradeNo?: string;
                    /** @description What the shopper reads in WeChat's bill; WeChat gets its first 127 bytes of UTF-8, without emoji */
                    description?: string;
                    metadata?: {
                        [key: string]: string | number | boolean | null;
                    };
                    /**
                     * @description Seconds
                     * @default 7200
                     */
                    expiresIn?: number;
                    returnUrl?: string;
                    /** @description Your own id of the shopper; for limits per shopper */
                    shopperId?: string;
                    /** @description By which WeChat Pay finds its own vouchers for this order (订单优惠标记); at most 32 bytes of UTF-8, no emoji */
                    goodsTag?: string;
                    /** @description The store this order is made in (门店) */
                    storeCode?: string;
                    /** @description The till of that store (收银台); its payments count in that till's hand-over */
                    tillCode?: string;
                    /** @description Codes the shopper entered, in any case, with or without spaces and dashes. One that no promotion in use has, or that was used up, is refused by name: 400 at `promotionCodes.n`. One that this cart does not qualify for is told in a quote's `rejected` */
                    promotionCodes?: string[];
                };
            };
        };
        responses: {
            /** @description The order of this `outTradeNo`, made before */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The order */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    closeOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order, closed or paid */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    recoverOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The fresh order, made before */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The fresh order */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    enterPromotionCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "XMAS-37ACD-KMNPQ"
                 *     }
                 */
                "application/json": components["schemas"]["EnteredPromotionCode"];
            };
        };
        responses: {
            /** @description The order at its new price */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    correctOrderScene: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "scene": "dining"
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    scene: "dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other";
                    /** @description The items it is said of; without it, those that weigh most in the order */
                    itemIds?: string[];
                };
            };
        };
        responses: {
            /** @description The order with its scene */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
        };
    };
    payByCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "channel": "codepay",
                 *       "authCode": "134567890123456789"
                 *     }
                 */
                "application/json": {
                    /** @constant */
                    channel: "codepay";
                    authCode: string;
                };
            };
        };
        responses: {
            /** @description The order, paid */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description Not decided yet; send the same code again */
            202: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Seconds */
                    "Retry-After"?: number;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CodePayPending"];
                };
            };
        };
    };
    listRefunds: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All refunds of the order */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Refund"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    refundOrder: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                orderId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "amount": 500,
                 *       "reason": "少了一杯"
                 *     }
                 */
                "application/json": {
                    /** @description Amount in fen */
                    amount?: number;
                    /** @description Gives back exactly what was paid for these units */
                    items?: {
                        /** @description `items[].id` of the order */
                        itemId: string;
                        quantity: number;
                    }[];
                    /** @description The shopper reads it in WeChat, which gets its first 80 bytes of UTF-8, without emoji */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The refund */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
        };
    };
    findRefunds: {
        parameters: {
            query?: {
                status?: "pending" | "succeeded" | "abnormal" | "closed";
                createdFrom?: string;
                createdTo?: string;
                succeededFrom?: string;
                succeededTo?: string;
                q?: string;
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of refunds */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Refund"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                refundId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The refund */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Refund"];
                };
            };
        };
    };
    listPromotions: {
        parameters: {
            query?: {
                status?: "active" | "paused" | "archived";
                createdFrom?: string;
                createdTo?: string;
                q?: string;
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of promotions */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Promotion"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createPromotion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "满30减5",
                 *       "type": "amount_off",
                 *       "phase": "order",
                 *       "off": 500,
                 *       "threshold": {
                 *         "amount": 3000
                 *       },
                 *       "budget": 1000000
                 *     }
                 */
                "application/json": components["schemas"]["PromotionRequest"];
            };
        };
        responses: {
            /** @description The promotion */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
        };
    };
    getPromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The promotion */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
        };
    };
    archivePromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Archived */
            204: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changePromotion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "off": 600,
                 *       "budget": null
                 *     }
                 */
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The updated promotion */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
        };
    };
    pausePromotion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The promotion */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
        };
    };
    resumePromotion: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The promotion */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Promotion"];
                };
            };
        };
    };
    listPromotionCodes: {
        parameters: {
            query?: {
                q?: string;
                state?: "free" | "used" | "revoked";
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of codes */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["PromotionCode"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    addPromotionCodes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                promotionId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "count": 500,
                 *       "prefix": "XMAS",
                 *       "label": "圣诞传单"
                 *     }
                 */
                "application/json": components["schemas"]["NewPromotionCodes"];
            };
        };
        responses: {
            /** @description How many were added */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AddedPromotionCodes"];
                };
            };
        };
    };
    revokePromotionCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                promotionId: string;
                codeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    createQuote: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "items": [
                 *         {
                 *           "name": "拿铁",
                 *           "unitAmount": 1800,
                 *           "quantity": 2,
                 *           "category": "drink"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    items: {
                        name: string;
                        /** @description Price of one piece in yuan, at most two decimals; or give `unitAmount` */
                        price?: number | string;
                        /** @description Price of one piece in fen; or give `price` */
                        unitAmount?: number;
                        quantity: number;
                        sku?: string;
                        category?: string;
                    }[];
                    /** @description Your own number of the order; made for you when absent */
                    outTradeNo?: string;
                    /** @description What the shopper reads in WeChat's bill; WeChat gets its first 127 bytes of UTF-8, without emoji */
                    description?: string;
                    metadata?: {
                        [key: string]: string | number | boolean | null;
                    };
                    /**
                     * @description Seconds
                     * @default 7200
                     */
                    expiresIn?: number;
                    returnUrl?: string;
                    /** @description Your own id of the shopper; for limits per shopper */
                    shopperId?: string;
                    /** @description By which WeChat Pay finds its own vouchers for this order (订单优惠标记); at most 32 bytes of UTF-8, no emoji */
                    goodsTag?: string;
                    /** @description The store this order is made in (门店) */
                    storeCode?: string;
                    /** @description The till of that store (收银台); its payments count in that till's hand-over */
                    tillCode?: string;
                    /** @description Codes the shopper entered, in any case, with or without spaces and dashes. One that no promotion in use has, or that was used up, is refused by name: 400 at `promotionCodes.n`. One that this cart does not qualify for is told in a quote's `rejected` */
                    promotionCodes?: string[];
                    /** @enum {string} */
                    channel?: "native" | "jsapi" | "h5" | "miniprogram" | "codepay";
                };
            };
        };
        responses: {
            /** @description The quote */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Quote"];
                };
            };
        };
    };
    listCollectionCodes: {
        parameters: {
            query?: {
                status?: "active" | "retired";
                createdFrom?: string;
                createdTo?: string;
                q?: string;
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of codes */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["CollectionCode"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createCollectionCode: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "一号收银台",
                 *       "scene": "dining"
                 *     }
                 */
                "application/json": components["schemas"]["CollectionCodeRequest"];
            };
        };
        responses: {
            /** @description The code */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionCode"];
                };
            };
        };
    };
    getCollectionCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                codeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The code */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionCode"];
                };
            };
        };
    };
    retireCollectionCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                codeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Retired */
            204: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changeCollectionCode: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                codeId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "amount": 1500
                 *     }
                 */
                "application/json": {
                    /** @description What the sign is called; the shopper reads it, too */
                    label?: string;
                    /** @description Fixed amount in fen; without it the shopper enters one */
                    amount?: number | null;
                    /** @description Least a shopper may enter, in fen; 1 when absent */
                    amountMin?: number | null;
                    /** @description Most a shopper may enter, in fen; 5000000 when absent */
                    amountMax?: number | null;
                    /** @description What is paid for here */
                    scene?: ("dining" | "takeaway" | "retail" | "ecommerce" | "parking" | "transport" | "travel" | "utilities" | "education" | "healthcare" | "membership" | "topup" | "donation" | "vending" | "services" | "b2b" | "other") | null;
                    /** @description Name of the order's one item; the label when absent */
                    itemName?: string | null;
                    /** @description Category of that item */
                    category?: string | null;
                    /** @description The store the sign hangs in; its orders carry it */
                    storeCode?: string | null;
                    /** @description The till of that store */
                    tillCode?: string | null;
                };
            };
        };
        responses: {
            /** @description The updated code */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectionCode"];
                };
            };
        };
    };
    getPosterSvg: {
        parameters: {
            query?: {
                size?: "a6" | "a4";
                lang?: "zh-CN" | "en";
            };
            header?: never;
            path: {
                codeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The poster */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "image/svg+xml": unknown;
                };
            };
        };
    };
    getPosterPdf: {
        parameters: {
            query?: {
                size?: "a6" | "a4";
                lang?: "zh-CN" | "en";
            };
            header?: never;
            path: {
                codeId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The poster */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": unknown;
                };
            };
        };
    };
    exportShopper: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                shopperId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The export */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShopperExport"];
                };
            };
        };
    };
    eraseShopper: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                shopperId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted; a repeat changes nothing */
            202: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShopperErasure"];
                };
            };
        };
    };
    listWebhookEndpoints: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All endpoints */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookEndpoint"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://shop.example/hooks/lingfu",
                 *       "events": [
                 *         "order.paid"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** Format: uri */
                    url: string;
                    /**
                     * @description `order.*` and `payment.*` carry the Order, `refund.*` the Refund, as it stands then. `payment.late`: paid
                     *     after the order was closed; `payment.extra`: paid once more; both are in `extraPayments` and wait for a refund or, if late, for
                     *     being accepted. `order.amount_mismatch`: a notice disagreed with the order, and WeChat was asked; where WeChat confirms the
                     *     payment, a second one carries it in `extraPayments`, and where WeChat agrees with the order, `order.paid` follows.
                     *     `refund.abnormal`: the money cannot reach the shopper until a person acts in WeChat's merchant platform.
                     */
                    events: ("order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal")[];
                };
            };
        };
        responses: {
            /** @description The endpoint with its secret */
            201: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description Where to go on, or the address of what was made; not on a repeated answer */
                    Location?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookEndpoint"];
                };
            };
        };
    };
    getWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    deleteWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    changeWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "paused": false
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: uri
                     * @description Only by the API key that made the endpoint, while no owner keeps it
                     */
                    url?: string;
                    /**
                     * @description `order.*` and `payment.*` carry the Order, `refund.*` the Refund, as it stands then. `payment.late`: paid
                     *     after the order was closed; `payment.extra`: paid once more; both are in `extraPayments` and wait for a refund or, if late, for
                     *     being accepted. `order.amount_mismatch`: a notice disagreed with the order, and WeChat was asked; where WeChat confirms the
                     *     payment, a second one carries it in `extraPayments`, and where WeChat agrees with the order, `order.paid` follows.
                     *     `refund.abnormal`: the money cannot reach the shopper until a person acts in WeChat's merchant platform.
                     */
                    events?: ("order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal")[];
                    /** @description true: nothing is sent until it is resumed, and what happens meanwhile is kept. false: goes on from where it stopped; also starts an endpoint again that answered 410 */
                    paused?: boolean;
                };
            };
        };
        responses: {
            /** @description The endpoint */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookEndpoint"];
                };
            };
        };
    };
    rotateWebhookSecret: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "overlapS": 86400
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Seconds for which deliveries carry both signatures; 0: the old secret ends at once
                     * @default 86400
                     */
                    overlapS?: number;
                };
            };
        };
        responses: {
            /** @description The endpoint with its new secret */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewWebhookEndpoint"];
                };
            };
        };
    };
    testWebhookEndpoint: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description What came of it */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookTest"];
                };
            };
        };
    };
    redeliverWebhooks: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                endpointId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "createdFrom": "2026-07-01T00:00:00Z",
                 *       "createdTo": "2026-07-02T00:00:00Z",
                 *       "types": [
                 *         "order.paid"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /**
                     * Format: date-time
                     * @description Events that happened from here on
                     */
                    createdFrom: string;
                    /**
                     * Format: date-time
                     * @description Exclusive; now when absent
                     */
                    createdTo?: string;
                    /** @description All that the endpoint subscribes to when absent */
                    types?: ("order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal")[];
                    /**
                     * @description false: also what was delivered, and what happened before the endpoint subscribed to it
                     * @default true
                     */
                    onlyFailed?: boolean;
                };
            };
        };
        responses: {
            /** @description What will be sent */
            202: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Redelivered"];
                };
            };
        };
    };
    getWebhookDelivery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                endpointId: string;
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDeliveryDetail"];
                };
            };
        };
    };
    redeliverWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the first answer again, with `Idempotent-Replayed: true` */
                "Idempotency-Key"?: string;
            };
            path: {
                endpointId: string;
                eventId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": Record<string, never>;
            };
        };
        responses: {
            /** @description The delivery, on its way */
            202: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description `true` on a repeated answer */
                    "Idempotent-Replayed"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookDelivery"];
                };
            };
        };
    };
    listWebhookDeliveries: {
        parameters: {
            query?: {
                endpointId?: string;
                eventId?: string;
                orderId?: string;
                type?: "order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal" | "webhook.test";
                status?: "pending" | "delivered" | "given_up";
                createdFrom?: string;
                createdTo?: string;
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of deliveries */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["WebhookDelivery"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                type?: "order.paid" | "order.closed" | "refund.succeeded" | "refund.failed" | "order.amount_mismatch" | "payment.late" | "payment.extra" | "refund.abnormal";
                orderId?: string;
                createdFrom?: string;
                createdTo?: string;
                q?: string;
                order?: "newest" | "oldest";
                cursor?: string;
                limit?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Event"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getDailyReport: {
        parameters: {
            query?: {
                from?: string;
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The days */
            200: {
                headers: {
                    /** @description What the log knows this call by */
                    "X-Request-Id"?: string;
                    /** @description What is left of the key's calls, and the seconds until all are there again: `"key";r=119999;t=58` */
                    RateLimit?: string;
                    /** @description Calls of a key in so many seconds, per web process: `"key";q=120000;w=60` */
                    "RateLimit-Policy"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DailyReport"];
                };
            };
        };
    };
    "on.order.paid": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "order.paid";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Order"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.order.closed": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "order.closed";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Order"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.refund.succeeded": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "refund.succeeded";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Refund"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.refund.failed": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "refund.failed";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Refund"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.order.amount_mismatch": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "order.amount_mismatch";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Order"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.payment.late": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "payment.late";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Order"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.payment.extra": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "payment.extra";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Order"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.refund.abnormal": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "refund.abnormal";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: components["schemas"]["Refund"];
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    "on.webhook.test": {
        parameters: {
            query?: never;
            header: {
                /** @description The event's id; the same for every try */
                "webhook-id": string;
                /** @description Seconds since 1970; of this try */
                "webhook-timestamp": string;
                /** @description `v1,` and base64, one for each secret, separated by spaces (Standard Webhooks) */
                "webhook-signature": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @constant */
                    type: "webhook.test";
                    /**
                     * Format: date-time
                     * @description RFC 3339, UTC
                     */
                    timestamp: string;
                    data: {
                        endpointId: string;
                    };
                };
            };
        };
        responses: {
            /** @description The endpoint wants nothing more and is disabled */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Sent again after `Retry-After`, at most an hour; so is 503 */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Accepted; the event is not sent again */
            "2XX": {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Anything else, and no answer within 10 s: the event is sent again */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}
