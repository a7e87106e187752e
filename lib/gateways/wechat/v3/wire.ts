import { z } from "zod";
import { type Fen, fen } from "#lib/base/fen.ts";
import { AMOUNT_FEN_MAX } from "#lib/base/limits.ts";
import type { PaidTrade, Trade, TradeRefund, Voucher } from "#lib/payment/index.ts";
import { keepVouchers } from "../vouchers.ts";

// WeChat Pay's JSON: tolerant of what we do not use, strict about what we do. Source: wechatpay.md §5, §6, §9.3.

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** @returns null when the bytes are no JSON of this form. Call it only on bytes that have been verified. */
export function parseJson<Output>(bytes: Uint8Array, schema: z.ZodType<Output>): Output | null {
  try {
    return schema.safeParse(JSON.parse(UTF8.decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

/** For people, and safe to store: PostgreSQL accepts no NUL. */
const oneLine = (text: string): string => text.replaceAll(/\p{Cc}+/gu, " ");

/** Text that can be stored, logged and compared: printable ASCII. */
const word = (charsMax: number) => z.string().regex(new RegExp(`^[\\x20-\\x7e]{1,${charsMax}}$`));
const amount = z.int().min(0);
/**
 * A moment, or null for one that is missing or cannot be read: a payment is not lost for its clock's sake, and whether a time is
 * plausible is decided where the order is known. Date takes "1" for a year, so the form is checked first.
 */
const moment = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:?[0-9]{2})$/i)
  // ISO 8601's basic form of the offset, +0800, is one that Date may refuse.
  .transform((text) => new Date(text.toUpperCase().replace(/([+-][0-9]{2})([0-9]{2})$/, "$1:$2")))
  .refine((date) => !Number.isNaN(date.getTime()))
  .nullish()
  .catch(null)
  .transform((date) => date ?? null);

export const errorSchema = z.object({ code: word(64), message: z.string().catch("").transform(oneLine) });

export const codeUrlSchema = z.object({ code_url: z.string().regex(/^weixin:\/\/[\x21-\x7e]{1,503}$/) });
export const h5UrlSchema = z.object({ h5_url: z.string().regex(/^https?:\/\/[\x21-\x7e]{1,504}$/) });
export const prepaySchema = z.object({ prepay_id: z.string().regex(/^[\x21-\x7e]{1,64}$/) });

/** Only path and query of the link are used: our signature goes to the host we were told to talk to, and to no other. */
export const billLinkSchema = z
  .object({
    hash_type: z.literal("SHA1"),
    hash_value: z.string().regex(/^[0-9a-fA-F]{40}$/),
    download_url: z.string().regex(/^https?:\/\/[^/?#]+\/v3\/billdownload\/[\x21-\x7e]{1,2000}$/),
  })
  .transform(({ hash_value, download_url }) => ({
    sha1: hash_value,
    path: download_url.replace(/^https?:\/\/[^/]+/, ""),
  }));

/** A trade in whatever state; most fields are there only once it is paid. */
export const tradeSchema = z.object({ out_trade_no: word(32), trade_state: word(32) });

const share = amount.max(AMOUNT_FEN_MAX).nullish().catch(null);

/** One that cannot be read is left out: the payment counts all the same, and the bill tells what it came to. */
const promotionSchema = z
  .object({
    coupon_id: word(64).nullish().catch(null),
    name: z.string().nullish().catch(null),
    type: z.string().nullish().catch(null),
    // More than any order can cost; so their sum stays exact, however many there are.
    amount: amount.min(1).max(AMOUNT_FEN_MAX),
    stock_id: word(64).nullish().catch(null),
    wechatpay_contribute: share,
    merchant_contribute: share,
    other_contribute: share,
  })
  .nullable()
  .catch(null);

export const paidTradeSchema = z.object({
  mchid: word(32),
  appid: word(32),
  out_trade_no: word(32),
  transaction_id: word(32),
  success_time: moment,
  amount: z.object({
    total: amount,
    payer_total: amount.nullish(),
    // Absent is not taken for CNY: a payment that does not name its currency is shown to a person.
    currency: word(16).nullish(),
  }),
  promotion_detail: z.array(promotionSchema).nullish().catch(null),
});

/** Whom a payment was made to. */
export const partySchema = z.object({ mchid: word(32), appid: word(32) });

export const refundNoticeSchema = z.object({
  mchid: word(32),
  out_trade_no: word(32),
  out_refund_no: word(64),
  refund_status: word(32),
});

/** What a notice about a refund tells of it; without all of it the notice is only a hint. */
export const refundToldSchema = z.object({
  refund_id: word(32),
  out_refund_no: word(64),
  out_trade_no: word(32),
  transaction_id: word(32),
  success_time: moment,
  amount: z.object({
    refund: amount.min(1),
    payer_refund: amount.nullish().catch(null),
    // Only answers tell it.
    settlement_refund: amount.nullish().catch(null),
  }),
});

/** A refund in an answer, which names its state otherwise than a notice does. */
export const refundSchema = refundToldSchema.extend({ status: word(32) });

export const envelopeSchema = z.object({
  id: word(64),
  event_type: word(64),
  resource: z.object({
    algorithm: z.string(),
    ciphertext: z.string(),
    nonce: z.string(),
    associated_data: z.string().nullish(),
  }),
});

export const certificatesSchema = z.object({
  data: z
    .array(
      z.object({
        serial_no: word(64),
        encrypt_certificate: envelopeSchema.shape.resource,
      }),
    )
    .max(16),
});

const TRADE_STATES = new Map<string, Trade["state"]>([
  ["SUCCESS", "paid"],
  // Paid, and something was given back since: for "did they pay" it is a yes.
  ["REFUND", "paid"],
  ["NOTPAY", "not_paid"],
  ["USERPAYING", "not_paid"],
  ["ACCEPT", "not_paid"],
  ["CLOSED", "closed"],
  ["REVOKED", "closed"],
  ["PAYERROR", "closed"],
]);

/** @returns undefined for a state we do not know, which is no reason to believe anything */
export const tradeStateOf = (state: string): Trade["state"] | undefined => TRADE_STATES.get(state);

const REFUND_STATUSES = new Map<string, TradeRefund["status"]>([
  ["SUCCESS", "succeeded"],
  ["CLOSED", "closed"],
  ["ABNORMAL", "abnormal"],
  ["PROCESSING", "processing"],
]);

/** In the words of our refund machine. */
export const refundStatusOf = (status: string): TradeRefund["status"] | undefined => REFUND_STATUSES.get(status);

export function paidTradeOf(wire: z.output<typeof paidTradeSchema>): PaidTrade {
  return {
    number: wire.out_trade_no,
    transactionId: wire.transaction_id,
    appId: wire.appid,
    merchantNumber: wire.mchid,
    currency: wire.amount.currency ?? "",
    totalFen: fen(wire.amount.total),
    payerFen: wire.amount.payer_total == null ? null : fen(wire.amount.payer_total),
    paidAt: wire.success_time,
    ...vouchersOf(wire.promotion_detail),
  };
}

const FUNDINGS = new Map<string, Voucher["funding"]>([
  ["CASH", "prefunded"],
  ["NOCASH", "merchant"],
]);

type WirePromotion = z.output<typeof promotionSchema>;
const told = (part: number | null | undefined): Fen | null => (part == null ? null : fen(part));

function vouchersOf(promotions: readonly WirePromotion[] | null | undefined): Pick<PaidTrade, "vouchers"> {
  const vouchers = (promotions ?? []).filter((one) => one !== null);
  if (vouchers.length === 0) return {};
  const named = vouchers.map(
    (one): Voucher => ({
      id: one.coupon_id ?? null,
      name: one.name == null ? null : oneLine(one.name).slice(0, 64),
      batch: one.stock_id ?? null,
      amountFen: fen(one.amount),
      funding: FUNDINGS.get(one.type ?? "") ?? "unknown",
      wechatFen: told(one.wechatpay_contribute),
      merchantFen: told(one.merchant_contribute),
      otherFen: told(one.other_contribute),
    }),
  );
  return { vouchers: keepVouchers(named) };
}

/** What cannot be a part of the refund is taken as not told. */
function splitOf({ refund, payer_refund, settlement_refund }: z.output<typeof refundToldSchema>["amount"]) {
  const isPart = (part: number | null | undefined): part is number => part != null && part <= refund;
  return {
    ...(isPart(payer_refund) ? { payerFen: fen(payer_refund) } : {}),
    ...(isPart(settlement_refund) ? { settledFen: fen(settlement_refund) } : {}),
  };
}

export const tradeRefundOf = (wire: z.output<typeof refundToldSchema>, status: TradeRefund["status"]): TradeRefund => ({
  number: wire.out_refund_no,
  refundId: wire.refund_id,
  tradeNumber: wire.out_trade_no,
  transactionId: wire.transaction_id,
  amountFen: fen(wire.amount.refund),
  ...splitOf(wire.amount),
  status,
  succeededAt: status === "succeeded" ? wire.success_time : null,
});
