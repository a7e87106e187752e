// Guards of the product, each with the text that takes it away. A text that is gone is an error: then the guard has moved, and its
// entry has to follow it.

export interface BrokenCopy {
  readonly name: string;
  readonly file: string;
  readonly guard: string;
  readonly without: string;
}

export const BROKEN_COPIES: readonly BrokenCopy[] = [
  {
    name: "a notice's amount is not compared",
    file: "lib/payment/domain/settlement.ts",
    guard: 'if (trade.totalFen !== attempt.dueFen) differing.push("total");',
    without: "",
  },
  {
    name: "a signature is not verified",
    file: "lib/gateways/wechat/v3/verify-signature.ts",
    guard: "verifyRsa(signedBytes(claimed, body), claimed.signature, key);",
    without: "verifyRsa(signedBytes(claimed, body), claimed.signature, key) || true;",
  },
  {
    name: "a second payment of a paid order is ignored",
    file: "lib/payment/paying/conclude-payment.ts",
    guard: 'if (judgement.verdict !== "repeated") {',
    without: 'if (judgement.verdict !== "repeated" && judgement.verdict !== "extra") {',
  },
  {
    name: "nobody is told of money that settles nothing",
    file: "lib/payment/paying/conclude-payment.ts",
    guard: "if (alert !== null) await tx.raiseAlert(alert);",
    without: "",
  },
  {
    name: "a payment is booked without its webhook",
    file: "lib/payment/paying/settle-at-once.ts",
    guard: "announcement: await announcementOf(deps, { found, trade, judgement }, now),",
    without: "announcement: null,",
  },
  {
    name: "the sweep asks after no payment",
    file: "lib/payment/sweep.ts",
    guard: "const attempts = await deps.store.claimDueAttempts(now, SWEEP_BATCH);",
    without: "const attempts: { orderId: string }[] = [];",
  },
  {
    name: "a refund without an answer is taken as refused",
    file: "lib/payment/refunds/send-refund.ts",
    guard: 'return alertIfUnanswered(deps, refund, answer.kind === "unknown" ? answer.cause : answer.reason);',
    without: 'return concludeRefusal(deps, refund, { failure: "not_enough", detail: null });',
  },
  {
    name: "a refund is sent again under another number",
    file: "lib/payment/refunds/send-refund.ts",
    guard: "    number: refund.number,\n    tradeNumber",
    without: '    number: refund.number.concat("x", String(refund.checks)),\n    tradeNumber',
  },
  {
    name: "one key makes a refund each time",
    file: "lib/payment/refunds/refund-order.ts",
    guard: "if (held !== null) return held;",
    without: "",
  },
  {
    name: "an abnormal refund is taken as done",
    file: "lib/gateways/wechat/v3/wire.ts",
    guard: '["ABNORMAL", "abnormal"]',
    without: '["ABNORMAL", "succeeded"]',
  },
  {
    name: "more may go back than was paid",
    file: "lib/payment/domain/refund.ts",
    guard: 'if (amountFen > left) return { kind: "exceeds", leftFen: left };',
    without: "",
  },
  {
    name: "an unclear charge by code is not reversed",
    file: "lib/payment/counter/reverse-attempt.ts",
    guard: "  return reverse(deps, attempt);\n}",
    without: '  return concludeClosed(deps, attempt, "reversed");\n}',
  },
  {
    name: "an order is closed though WeChat says that it is paid",
    file: "lib/gateways/wechat/v3/error-table.ts",
    guard: '["ORDERPAID", "already_paid"],\n  // Seen',
    without: '["ORDERPAID", "closed"],\n  // Seen',
  },
  {
    name: "a webhook that was refused counts as delivered",
    file: "lib/webhooks/deliver.ts",
    guard: "status >= 200 && status < 300;",
    without: "status >= 200;",
  },
];
