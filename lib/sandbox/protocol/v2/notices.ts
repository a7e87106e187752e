import { randomUUID } from "node:crypto";
import type { SignTypeV2, StoredRefund, StoredTrade } from "../../books/records.ts";
import { splitOf } from "../../books/shoppers.ts";
import type { SandboxContext } from "../../context.ts";
import { randomText } from "../../keys/key-ring.ts";
import type { NoticeDraft, NoticeMessage, NoticeWriting } from "../../notices/delivery.ts";
import { encryptRefund, signV2, spoilSignature } from "./signing.ts";
import { paidFields, plainTime, REFUND_STATES } from "./views.ts";
import { parseFlatXml, writeXml, type XmlFields, XmlProblem } from "./xml.ts";

// Notices as API v2 writes them.

type OrderedV2 = NonNullable<StoredTrade["v2"]>;

export const draftPaid = (context: SandboxContext, trade: StoredTrade, form: OrderedV2): NoticeDraft => ({
  id: randomUUID(),
  eventType: "TRANSACTION.SUCCESS",
  summary: "支付成功",
  about: "transaction",
  outTradeNo: trade.outTradeNo,
  outRefundNo: null,
  url: trade.notifyUrl,
  createdAt: context.clock.now(),
  content: {
    return_code: "SUCCESS",
    result_code: "SUCCESS",
    appid: trade.appid,
    mch_id: trade.mchid,
    ...(trade.payment === null ? {} : paidFields(trade, trade.payment)),
  },
  v2: form.signType,
});

/** The content is what `req_info` will encrypt. */
export const draftRefunded = (context: SandboxContext, refund: StoredRefund, form: OrderedV2): NoticeDraft => ({
  id: randomUUID(),
  eventType: `REFUND.${refund.status}`,
  summary: "退款结果",
  about: "refund",
  outTradeNo: refund.outTradeNo,
  outRefundNo: refund.outRefundNo,
  url: refund.notifyUrl,
  createdAt: context.clock.now(),
  content: {
    transaction_id: refund.transactionId,
    out_trade_no: refund.outTradeNo,
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    total_fee: String(refund.total),
    settlement_total_fee: String(splitOf(refund).settlementTotal),
    refund_fee: String(refund.amount),
    settlement_refund_fee: String(refund.amount - splitOf(refund).unsettled),
    refund_status: REFUND_STATES[refund.status],
    ...(refund.successAt === null ? {} : { success_time: plainTime(refund.successAt) }),
    refund_recv_accout: "支付用户零钱",
    refund_account: "REFUND_SOURCE_UNSETTLED_FUNDS",
    refund_request_source: "API",
  },
  v2: form.signType,
});

/** Names of v3, which a fault's `override` may use for both versions. */
const NAMES_V3: Readonly<Record<string, string>> = {
  mchid: "mch_id",
  "amount.total": "total_fee",
  "amount.refund": "refund_fee",
  "amount.currency": "fee_type",
  "payer.openid": "openid",
};

/** The content with a fault's `override` laid over it. */
export function overlay(content: XmlFields, override: Readonly<Record<string, unknown>>, path = ""): XmlFields {
  let laid = content;
  for (const [name, value] of Object.entries(override)) {
    const at = `${path}${name}`;
    if (typeof value === "object" && value !== null) laid = overlay(laid, value as Record<string, unknown>, `${at}.`);
    else laid = { ...laid, [NAMES_V3[at] ?? name]: String(value ?? "") };
  }
  return laid;
}

/** The message of one try: nonce and signature are new each time. */
export function writeNotice(context: SandboxContext, writing: NoticeWriting, signType: SignTypeV2): NoticeMessage {
  const fields =
    writing.notice.about === "refund" ? refundNotice(context, writing) : payNotice(context, writing, signType);
  return {
    body: writeXml(fields),
    headers: { "Content-Type": "text/xml", Accept: "*/*", "User-Agent": "Mozilla/4.0", Pragma: "no-cache" },
  };
}

const UNKNOWN_FIELDS = { future_field: "新字段 🧧 <a>&amp;", zz_future: "0" };

function payNotice(context: SandboxContext, { notice, faults }: NoticeWriting, ordered: SignTypeV2): XmlFields {
  const signType = faults.has("otherSignType") ? (ordered === "MD5" ? "HMAC-SHA256" : "MD5") : ordered;
  const fields: XmlFields = {
    ...(notice.content as XmlFields),
    ...(faults.has("unknownFields") ? UNKNOWN_FIELDS : {}),
    nonce_str: randomText(32),
    // Optional, as documented: MD5 is the default.
    ...(signType === "MD5" ? {} : { sign_type: signType }),
  };
  const key = faults.has("otherSerial") ? randomText(32) : context.keys.apiV2Key;
  const sign = signV2(Object.entries(fields), key, signType);
  return { ...fields, sign: faults.has("badSignature") ? spoilSignature(sign) : sign };
}

/** Not signed: the only proof is that the right key decrypts it. */
function refundNotice({ keys }: SandboxContext, { notice, faults }: NoticeWriting): XmlFields {
  const extra = faults.has("unknownFields") ? UNKNOWN_FIELDS : {};
  const wrongKey = ["badCiphertext", "otherSerial", "badSignature"].some((name) => faults.has(name as "badSignature"));
  return {
    return_code: "SUCCESS",
    appid: keys.appid,
    mch_id: keys.mchid,
    nonce_str: randomText(32),
    req_info: encryptRefund(
      writeXml({ ...(notice.content as XmlFields), ...extra }, "root"),
      wrongKey ? randomText(32) : keys.apiV2Key,
    ),
    ...extra,
  };
}

/** Only `return_code` of well-formed XML counts. Text, JSON and HTML are not accepted. */
export function interpretReply(result: number | string, body: string): number | string {
  if (result !== 200) return typeof result === "number" ? `HTTP ${result}` : result;
  try {
    return parseFlatXml(Buffer.from(body, "utf8")).get("return_code") === "SUCCESS" ? 200 : "HTTP 200, but no SUCCESS";
  } catch (cause) {
    if (cause instanceof XmlProblem) return "HTTP 200, but no XML";
    throw cause;
  }
}
