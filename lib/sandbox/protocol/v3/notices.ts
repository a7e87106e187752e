import { randomUUID } from "node:crypto";
import type { StoredRefund, StoredTrade } from "../../books/records.ts";
import { splitOf } from "../../books/shoppers.ts";
import { beijingTimestamp } from "../../clock.ts";
import type { SandboxContext } from "../../context.ts";
import { randomText } from "../../keys/key-ring.ts";
import type { NoticeDraft, NoticeMessage, NoticeWriting } from "../../notices/delivery.ts";
import { noticeSigner, seal, signatureHeaders, unknownSigner } from "./signing.ts";
import { paymentView } from "./views.ts";

// Notices as API v3 writes them.

export const draftPaid = (context: SandboxContext, trade: StoredTrade): NoticeDraft => ({
  id: randomUUID(),
  eventType: "TRANSACTION.SUCCESS",
  summary: "支付成功",
  about: "transaction",
  outTradeNo: trade.outTradeNo,
  outRefundNo: null,
  url: trade.notifyUrl,
  createdAt: context.clock.now(),
  content: trade.payment === null ? {} : paymentView(trade, trade.payment),
});

const REFUND_SUMMARY = {
  SUCCESS: "退款成功",
  CLOSED: "退款关闭",
  ABNORMAL: "退款异常",
  PROCESSING: "退款处理中",
} as const;

export const draftRefunded = (context: SandboxContext, refund: StoredRefund): NoticeDraft => ({
  id: randomUUID(),
  eventType: `REFUND.${refund.status}`,
  summary: REFUND_SUMMARY[refund.status],
  about: "refund",
  outTradeNo: refund.outTradeNo,
  outRefundNo: refund.outRefundNo,
  url: refund.notifyUrl,
  createdAt: context.clock.now(),
  content: {
    mchid: context.keys.mchid,
    out_trade_no: refund.outTradeNo,
    transaction_id: refund.transactionId,
    out_refund_no: refund.outRefundNo,
    refund_id: refund.refundId,
    refund_status: refund.status,
    ...(refund.successAt === null ? {} : { success_time: beijingTimestamp(new Date(refund.successAt)) }),
    user_received_account: "支付用户零钱",
    amount: refundedAmount(refund),
  },
});

/** It belongs to no trade, so it has no order number. */
export const draftEcho = (
  context: SandboxContext,
  { url, message }: { url: string; message: string },
): NoticeDraft => ({
  id: randomUUID(),
  eventType: "SECURITY_ECHO.SUCCESS",
  summary: "回调通知成功",
  about: "security",
  outTradeNo: "",
  outRefundNo: null,
  url,
  createdAt: context.clock.now(),
  content: { mchid: context.keys.mchid, echo_message: message },
});

/** Unlike answers, notices do not show settled amounts. */
function refundedAmount(refund: StoredRefund) {
  const { coupon, payerTotal } = splitOf(refund);
  const { total, amount } = refund;
  return { total, refund: amount, payer_total: payerTotal, payer_refund: amount - coupon };
}

type NoticeContent = Readonly<Record<string, unknown>>;

/** The content with a fault's `override` laid over it. */
export function overlay(content: NoticeContent, override: NoticeContent): NoticeContent {
  const laid = Object.entries(override).map(([name, value]) => {
    const before = content[name];
    const deeper = typeof value === "object" && value !== null && typeof before === "object" && before !== null;
    return [name, deeper ? overlay(before as NoticeContent, value as NoticeContent) : value];
  });
  return { ...content, ...Object.fromEntries(laid) };
}

const UNKNOWN_FIELDS = { future_field: { words: "新字段 🧧", list: [1, "2", null] } };

/** The message of one try: time, nonce, ciphertext and signature are new each time; id and content are not. */
export function writeNotice(context: SandboxContext, { notice, faults, count }: NoticeWriting): NoticeMessage {
  const extra = faults.has("unknownFields") ? UNKNOWN_FIELDS : {};
  const key = faults.has("badCiphertext") ? randomText(32) : context.keys.apiV3Key;
  const sealed = seal(key, { text: JSON.stringify({ ...notice.content, ...extra }), about: notice.about });
  const body = JSON.stringify({
    id: notice.id,
    create_time: beijingTimestamp(new Date(notice.createdAt)),
    resource_type: "encrypt-resource",
    event_type: notice.eventType,
    summary: notice.summary,
    resource: { original_type: notice.about, ...sealed, ...extra },
    ...extra,
  });
  const signer = faults.has("otherSerial") ? unknownSigner() : noticeSigner(context, count);
  return {
    body,
    headers: {
      "Content-Type": "application/json",
      Accept: "*/*",
      "User-Agent": "Mozilla/4.0",
      Pragma: "no-cache",
      "Request-ID": requestId(),
      ...signatureHeaders(context, {
        signer,
        body,
        faults: {
          badSignature: faults.has("badSignature"),
          probe: faults.has("probe"),
          oldTimestamp: faults.has("oldTimestamp"),
        },
      }),
    },
  };
}

/** Like WeChat's: upper-case hex digits, then decimal digits. */
export const requestId = (): string => `08${randomText(46, "0123456789ABCDEF")}-${randomText(9, "0123456789")}`;
