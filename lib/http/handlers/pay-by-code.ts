import { type CodePayPending, type CodePayState, codePayRequestSchema } from "#lib/contract/code-pay.ts";
import type { PaidByCode } from "#lib/payment/index.ts";
import { json } from "../answer.ts";
import { merchantPost, param } from "../endpoint.ts";

/** `POST /api/v1/orders/{orderId}/pay`: a counter has scanned the shopper's payment code. */
export const payByCode = merchantPost({
  scope: "orders:write",
  body: codePayRequestSchema,
  handle: async (call, { authCode }) => {
    const charged = await call.container.payments.payByCode({ orderId: param(call, "orderId"), authCode });
    if (charged.kind === "paid") return json(200, charged.order);
    return json(202, pendingView(charged), { "retry-after": "1" });
  },
});

const STATES = { password: "awaiting_password", answer: "unclear", reversal: "reversing" } as const;

const NEXT: Readonly<Record<CodePayState, string>> = {
  awaiting_password:
    "请顾客在手机上输入支付密码，然后用同一付款码重试 · let the shopper type the password, then send this code again",
  unclear:
    "结果未明，请勿改用其他方式收款；用同一付款码重试 · not certain yet: take no other money, send this code again",
  reversing: "超时未付，正在撤销，已付的钱会退回；用同一付款码重试 · too late, being taken back: send this code again",
};

function pendingView({ order, waitsFor, decidedBy }: Extract<PaidByCode, { kind: "pending" }>): CodePayPending {
  const status = STATES[waitsFor];
  return {
    orderId: order.id,
    outTradeNo: order.outTradeNo,
    amountDue: order.amountDue,
    status,
    decidedBy: decidedBy.toISOString(),
    next: NEXT[status],
  };
}
