import type { ErrorsText } from "../zh-CN/errors.ts";

export const errors: ErrorsText = {
  title: "Errors",
  cause: "Cause",
  cure: "What to do",
  again: "may be repeated with the same `Idempotency-Key`",
  notAgain: "repeating it unchanged does not help",
  code: "Code",
  status: "Status",
  codes: {
    invalid_request: {
      cause:
        "The body, path or query is not what the call takes: a field is missing, of another type, out of range, or not known. Nothing was changed.",
      cure: "Read `errors`: each entry names a field in `path` (such as `items.0.price`) and says in `message` what it has to be. Correct it, then send again.",
    },
    unauthenticated: {
      cause:
        "There is no `Authorization`; the key does not exist, has expired or was revoked; or the signature does not fit. `reason` names the part of the signature that is wrong.",
      cure: "Use a key that `npm run -s cli -- keys list` shows as valid. For signed requests check the clock (300 seconds are allowed), use a new nonce for each request, and sign the bytes of the body as they are sent; the sandbox answers what should have been signed in `stringToSign`.",
    },
    forbidden: {
      cause:
        "The key is valid but may not do this: it lacks the call's scope, the caller's address is not in the key's list, or a refund is above what is allowed.",
      cure: "Look up the scope of the call in the API reference and use a key that has it (`keys create --scopes …`). If `reason` is `address`, add the address that your server calls from.",
    },
    not_found: {
      cause: "There is no such address, or no order, refund, promotion or endpoint of this id.",
      cure: "Check the address and the id with its prefix (`ord_`, `ref_`). By your own number, an order is found with `GET /api/v1/orders?outTradeNo=`.",
    },
    method_not_allowed: {
      cause: "The address exists, but not for this HTTP method.",
      cure: "Use a method that the `Allow` header of the answer lists.",
    },
    conflict: {
      cause:
        "The request is valid but does not fit the current state: the `outTradeNo` belongs to an order with other content, an order that is not paid is refunded, or the first call with this `Idempotency-Key` is not finished.",
      cure: "Get the current state, then decide. A new sale needs a new `outTradeNo`. If there is a `Retry-After`, wait and send the same request with the same `Idempotency-Key`.",
    },
    idempotency_conflict: {
      cause: "This `Idempotency-Key` was used for another request: the address or the body differs.",
      cure: "Use one key for one thing: a retry has the same body to the byte, and a new thing has a new key.",
    },
    order_not_payable: {
      cause: "The order is paid, closed or expired, so it cannot be paid now.",
      cure: "Get the order. `paid` means that it is done; where it is closed and `recoverable` is `true`, `POST /api/v1/orders/{orderId}/recover` makes a new order of the same items.",
    },
    amount_exceeds_refundable: {
      cause:
        "The amount or quantity is more than what can still be refunded. Refunds that are under way hold their amount.",
      cure: "What can be refunded is `amountPaid` less `amountRefunded` less the refunds that are under way. Leave out `amount` and `items` to refund all that is left.",
    },
    payment_declined: {
      cause:
        "The code on the shopper's phone was not charged: it has expired, there is not enough money, or the shopper cancelled.",
      cure: "Ask for a fresh code and call again with it. No money was taken.",
    },
    payload_too_large: {
      cause: "The body is longer than 1 MiB.",
      cure: "Send fewer items or less metadata; an order has at most 1,000 items.",
    },
    unsupported_media_type: {
      cause: "The body comes with a `Content-Encoding`: it is compressed.",
      cure: "Send the body as it is, without `Content-Encoding`.",
    },
    rate_limited: {
      cause: "Too many calls within a minute by this key or from this address.",
      cure: "Wait for `Retry-After` seconds. The `RateLimit` header tells earlier how many calls are left. To learn of changes often, use webhooks.",
    },
    gateway_rejected: {
      cause: "WeChat Pay refused the request, for example because the merchant account lacks this kind of payment.",
      cure: "`detail` has WeChat's reason. Run `npm run -s cli -- doctor`, which names the setting to change. Repeating the request does not help.",
    },
    gateway_unavailable: {
      cause:
        "WeChat Pay gave no certain answer: a timeout, a failed connection, or a fault of its own. The outcome is unknown, and never taken for a refusal.",
      cure: "Wait for `Retry-After` seconds and send the same request with the same `Idempotency-Key`: nothing is charged or refunded twice.",
    },
    unavailable: {
      cause: "The service cannot answer now: the database is out of reach, it is restarting, or it has no room.",
      cure: "Wait for `Retry-After` seconds and send the same request with the same `Idempotency-Key`. `/readyz` says what is missing.",
    },
    internal: {
      cause: "Something went wrong on our side.",
      cure: "Send the same request once more with the same `Idempotency-Key`. If it fails again, look for its `requestId` in the log.",
    },
  },
};
