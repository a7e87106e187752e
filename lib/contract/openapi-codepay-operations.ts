import { codePayPendingSchema, codePayRequestSchema } from "./code-pay.ts";
import type { Operations } from "./openapi-operation.ts";
import { orderSchema } from "./order.ts";

const DESCRIPTION = `Charges the payment code (付款码) that a counter scanned off the shopper's phone. A code works once and for about a minute.

The call waits up to 15 seconds for the shopper's password, so give it a time-out of 30.

- **200** – paid: the order. Hand over the goods.
- **202** – not decided yet. Tell the shopper to type the password, and send the same code again (under the same
  \`Idempotency-Key\` or a new one): that joins the same charge and never makes a second one. Or read the order, or wait for the
  \`order.paid\` webhook. 45 seconds after the charge, what is not paid is reversed at WeChat until WeChat confirms it.
  A 202 is not kept under the \`Idempotency-Key\`: the next call with it gets the newest answer.
- **402** \`payment_declined\` – this code brought no money, for certain. \`reason\` is \`code_invalid\` (expired or used),
  \`not_enough\` (balance), \`card_refused\`, \`declined\` (cancelled by the shopper or refused by WeChat) or \`timed_out\`; \`detail\`
  is a sentence for the cashier. The order can be paid again at once, with a fresh code.
- **409** \`conflict\` – another code is being charged for this order just now (\`Retry-After\`), or its money does not pay the
  order; \`order_not_payable\` – it is paid, closed or expired.
- **502** \`gateway_rejected\` – this account cannot take payment codes; with \`reason: no_certificate\` an API v2 account lacks the
  merchant certificate, without which an unclear charge could not be taken back. Nothing was charged.
- **503** \`gateway_unavailable\` – nothing was charged by this call: a payment that is open on the pay page could not be closed
  for certain. Send it again.

A trade that is open on the order's pay page is closed first; if that turns out paid, the order is paid and no code is charged.`;

export const codepayOperations: Operations = {
  "/api/v1/orders/{orderId}/pay": {
    post: {
      id: "payByCode",
      tag: "Orders",
      summary: "Charge a shopper's payment code (付款码)",
      description: DESCRIPTION,
      auth: "merchant",
      once: true,
      body: {
        schema: codePayRequestSchema,
        required: true,
        example: { channel: "codepay", authCode: "134567890123456789" },
      },
      answers: [
        { status: 200, description: "The order, paid", schema: orderSchema },
        { status: 202, description: "Not decided yet; send the same code again", schema: codePayPendingSchema },
      ],
      errors: [
        "invalid_request",
        "payment_declined",
        "not_found",
        "conflict",
        "order_not_payable",
        "idempotency_conflict",
        "payload_too_large",
        "gateway_rejected",
        "gateway_unavailable",
      ],
    },
  },
};
