import { createHash } from "node:crypto";
import { beijingCompact } from "#lib/base/beijing-time.ts";
import { type Fen, fen, subtractFen } from "#lib/base/fen.ts";
import type { PaidTrade, TradeRefund, Voucher } from "#lib/payment/index.ts";
import { keepVouchers } from "../vouchers.ts";
import type { XmlTexts } from "./xml.ts";

// Reads WeChat Pay v2's fields: tolerant of what we do not use, strict about what we do. Source: wechatpay.md §11.

/** Absent and empty are one: neither is signed. */
export const textIn = (fields: XmlTexts, name: string): string => fields.get(name) ?? "";

/** Text that can be stored, logged and compared: printable ASCII. */
export function wordIn(fields: XmlTexts, name: string, charsMax: number): string | null {
  const value = textIn(fields, name);
  return value.length <= charsMax && /^[\x20-\x7e]+$/.test(value) ? value : null;
}

/** Whole fen as WeChat writes them: no sign, no leading zero, no exponent. */
export function amountIn(fields: XmlTexts, name: string): Fen | null {
  const value = textIn(fields, name);
  return /^(0|[1-9][0-9]{0,11})$/.test(value) ? fen(Number(value)) : null;
}

/** `20260701100000` or `2026-07-01 10:00:00`, both in Beijing time. */
export function momentIn(fields: XmlTexts, name: string): Date | null {
  const digits = textIn(fields, name).replace(/(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)/, "$1$2$3$4$5$6");
  const moment = new Date(digits.replace(/(....)(..)(..)(..)(..)(..)/, "$1-$2-$3T$4:$5:$6+08:00"));
  // Written back it has to be what came: that refuses every other form, and the 31st of June, though some calendars count on.
  return !Number.isNaN(moment.getTime()) && beijingCompact(moment) === digits ? moment : null;
}

/** For people, and safe to store: PostgreSQL accepts no NUL. */
export const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ").slice(0, 200);

/** A payment, from a notice or an answer about a paid trade. @returns null if a compared field is missing */
export function paidTradeOf(fields: XmlTexts): PaidTrade | null {
  const number = wordIn(fields, "out_trade_no", 32);
  const transactionId = wordIn(fields, "transaction_id", 32);
  const appId = wordIn(fields, "appid", 32);
  const merchantNumber = wordIn(fields, "mch_id", 32);
  const totalFen = amountIn(fields, "total_fee");
  const paidAt = momentIn(fields, "time_end");
  if (number === null || transactionId === null || appId === null || merchantNumber === null) return null;
  if (totalFen === null) return null;
  // WeChat documents CNY as the default; any other value is kept.
  const currency = textIn(fields, "fee_type") === "" ? "CNY" : wordIn(fields, "fee_type", 16);
  if (currency === null) return null;
  const payerFen = ["", "CNY"].includes(textIn(fields, "cash_fee_type")) ? amountIn(fields, "cash_fee") : null;
  const settledFen = amountIn(fields, "settlement_total_fee");
  const paid = { number, transactionId, appId, merchantNumber, currency, totalFen, payerFen, paidAt };
  return { ...paid, ...(settledFen === null ? {} : { settledFen }), ...vouchersIn(fields) };
}

/** `NO_CASH` is v2's spelling. */
const FUNDINGS = new Map<string, Voucher["funding"]>([
  ["CASH", "prefunded"],
  ["NO_CASH", "merchant"],
  ["NOCASH", "merchant"],
]);
const VOUCHER_FEE = /^coupon_fee_([0-9]{1,3})$/;

/** Numbered from 0. An unreadable one is left out: the payment counts all the same, and the bill shows its amount. */
function vouchersIn(fields: XmlTexts): Pick<PaidTrade, "vouchers"> {
  const vouchers = [...fields.keys()].flatMap((name): Voucher[] => {
    const at = VOUCHER_FEE.exec(name)?.[1];
    const amountFen = at === undefined ? null : amountIn(fields, name);
    if (amountFen === null || amountFen === 0) return [];
    const funding = FUNDINGS.get(textIn(fields, `coupon_type_${at}`)) ?? "unknown";
    const id = wordIn(fields, `coupon_id_${at}`, 64);
    return [{ id, name: null, batch: null, amountFen, funding, wechatFen: null, merchantFen: null, otherFen: null }];
  });
  return vouchers.length === 0 ? {} : { vouchers: keepVouchers(vouchers) };
}

/** How a refund splits between shopper and merchant, if the answer says so. @param at index at the end of the names, if any */
export function refundSplitIn(fields: XmlTexts, refundFen: Fen, at = ""): Pick<TradeRefund, "payerFen" | "settledFen"> {
  const settledFen = amountIn(fields, `settlement_refund_fee${at}`);
  const couponFen = amountIn(fields, `coupon_refund_fee${at}`);
  const payerFen = couponFen === null ? null : subtractFen(refundFen, couponFen);
  return {
    ...(payerFen !== null && payerFen >= 0 ? { payerFen } : {}),
    ...(settledFen !== null && settledFen <= refundFen ? { settledFen } : {}),
  };
}

const REFUND_STATUSES = new Map<string, TradeRefund["status"]>([
  ["SUCCESS", "succeeded"],
  ["REFUNDCLOSE", "closed"],
  ["CHANGE", "abnormal"],
  ["PROCESSING", "processing"],
]);

/** @returns undefined for a status we do not know */
export const refundStatusOf = (status: string): TradeRefund["status"] | undefined => REFUND_STATUSES.get(status);

/** v2 notices carry no id, so the digest of what came stands for it: a repeat of the same bytes is the same notice. */
export const noticeIdOf = (body: Uint8Array): string => createHash("sha256").update(body).digest("hex");
