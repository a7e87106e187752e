import type { Secret } from "#lib/base/secret.ts";
import type { NoticeRejection, NoticeRejectionReason, Notification } from "#lib/payment/index.ts";
import { md5Hex, openEcb, type V2SignType, v2Verify } from "../crypto/shared-key.ts";
import { tradeStateOf } from "../v3/wire.ts";
import { noticeIdOf, paidTradeOf, refundStatusOf, textIn, wordIn } from "./wire.ts";
import { parseFields, type XmlTexts } from "./xml.ts";

/** What an account brings to the reading of a v2 notice; accounts of v3 that hold a v2 key as well bring it too. */
export interface V2NoticeReader {
  readonly accountId: string;
  readonly appId: string;
  readonly merchantNumber: string;
  readonly apiKey: Secret<string>;
  readonly signType: V2SignType;
}

/**
 * Reads a v2 notice. The signature lies inside the XML, so the form is read before it holds; what a notice says about its
 * account counts only after the account's own key has verified it. Source: wechatpay.md §11.
 * @param readers every account that holds a v2 key, the active one first
 */
export function readV2Notification(
  body: Uint8Array,
  readers: readonly V2NoticeReader[],
): Notification | NoticeRejection {
  if (readers.length === 0) return rejected("not_configured");
  const fields = parseFields(body);
  if (fields === null) return rejected(seemsSigned(body) ? "malformed" : "missing_headers");
  const isSigned = textIn(fields, "sign") !== "";
  const sealed = textIn(fields, "req_info");
  if (!isSigned && sealed === "") return rejected("missing_headers");
  const trusting = isSigned ? readers.filter((reader, at) => verifies(reader, fields, readers.slice(0, at))) : readers;
  const reader = preferNamed(trusting, fields);
  if (reader === undefined || (isSigned && hidesFields(fields))) return rejected("bad_signature");
  const accountIds = trusting.map(({ accountId }) => accountId);
  const head = { protocol: "v2", accountId: reader.accountId, accountIds, noticeId: noticeIdOf(body) } as const;
  return sealed === "" ? readPayment(head, fields) : readRefund({ body, fields, sealed }, trusting);
}

const rejected = (reason: NoticeRejectionReason): NoticeRejection => ({ kind: "rejection", protocol: "v2", reason });

/** Tells a broken notice from something else; decides only the reason of the rejection. */
const seemsSigned = (body: Uint8Array): boolean => /<(sign|req_info)\b/.test(Buffer.from(body).toString("latin1"));

const READ_NAMES =
  "return_code|result_code|trade_state|appid|mch_id|out_trade_no|transaction_id|total_fee|fee_type|time_end";
const HIDDEN_FIELD = new RegExp(
  `&(${READ_NAMES}|cash_fee|cash_fee_type|settlement_total_fee|coupon_(fee|type|id)_[0-9]{1,3}|req_info)=`,
);

/**
 * v2 signs `a=1&b=2` whether that is two fields or one with the value `1&b=2`, so a signed notice could be rearranged until a
 * field that we read is gone. Nothing WeChat sends us has such a value.
 */
const hidesFields = (fields: XmlTexts): boolean => [...fields.values()].some((value) => HIDDEN_FIELD.test(value));

/**
 * An account accepts only its own signature type. A key that an account before it has moved to HMAC-SHA256 verifies no MD5
 * any more, though a retired account remembers it with MD5: else the message could choose the weaker one.
 */
function verifies(reader: V2NoticeReader, fields: XmlTexts, before: readonly V2NoticeReader[]): boolean {
  const key = reader.apiKey.reveal();
  const isWeaker =
    reader.signType === "MD5" &&
    before.some((other) => other.signType === "HMAC-SHA256" && other.apiKey.reveal() === key);
  return !isWeaker && v2Verify(fields, key, reader.signType);
}

/** Accounts of one merchant share the key: the one that the notice names is preferred over the first. */
const preferNamed = <Reader extends V2NoticeReader>(readers: readonly Reader[], fields: XmlTexts): Reader | undefined =>
  readers.find(
    ({ merchantNumber, appId }) => fields.get("mch_id") === merchantNumber && fields.get("appid") === appId,
  ) ?? readers[0];

type Head = Pick<Notification, "protocol" | "accountId" | "accountIds" | "noticeId">;

function readPayment(head: Head, fields: XmlTexts): Notification | NoticeRejection {
  const codes = ["return_code", "result_code"].map((name) => wordIn(fields, name, 32) ?? "-");
  // Notices have no trade_state. Answers do, are signed with the same key, and could be sent here by others.
  const state = textIn(fields, "trade_state");
  const isPaid = state === "" || tradeStateOf(state) === "paid";
  if (codes.some((code) => code !== "SUCCESS") || !isPaid) {
    return { ...head, kind: "other", type: ["payment", ...codes].join(" ") };
  }
  const trade = paidTradeOf(fields);
  return trade === null ? rejected("malformed") : { ...head, kind: "payment", trade };
}

interface SealedNotice {
  readonly body: Uint8Array;
  readonly fields: XmlTexts;
  readonly sealed: string;
}

/** Anyone with the key could have encrypted it, and blocks of other notices can be recombined, so it is only a hint. */
function readRefund({ body, fields, sealed }: SealedNotice, readers: readonly V2NoticeReader[]) {
  const opened = readers.flatMap((reader) => {
    const plain = openEcb(sealed, md5Hex(reader.apiKey.reveal()));
    const refund = plain && parseFields(plain, "root");
    return refund ? [{ ...reader, refund }] : [];
  });
  const named = preferNamed(opened, fields);
  if (named === undefined) return rejected("undecryptable");
  const { refund, merchantNumber } = named;
  const accountIds = opened.map(({ accountId }) => accountId);
  const head = { protocol: "v2", accountId: named.accountId, accountIds, noticeId: noticeIdOf(body) } as const;
  const refundNumber = wordIn(refund, "out_refund_no", 64);
  const tradeNumber = wordIn(refund, "out_trade_no", 32);
  if (refundNumber === null || tradeNumber === null) return rejected("malformed");
  const told = wordIn(refund, "refund_status", 32) ?? "-";
  const status = refundStatusOf(told);
  const isMine = [merchantNumber, ""].includes(textIn(fields, "mch_id"));
  if (status === undefined || !isMine || fields.get("return_code") !== "SUCCESS") {
    return { ...head, kind: "other", type: `refund ${told}` } as const;
  }
  return { ...head, kind: "refund", refundNumber, tradeNumber, status, refund: null } as const;
}
