// What the sandbox stores. Moments are milliseconds on the sandbox's own clock; amounts are fen.

/** Products that are ordered first and paid later; a payment code does both at once. */
export type OrderProduct = "native" | "jsapi" | "h5" | "app";
export type TradeProduct = OrderProduct | "codepay";
/** The last three are of payment codes only. */
export type StoredTradeState = "NOTPAY" | "SUCCESS" | "REFUND" | "CLOSED" | "USERPAYING" | "PAYERROR" | "REVOKED";
export type SignTypeV2 = "MD5" | "HMAC-SHA256";

/** One answer to an order call: what the phone needs to find the trade. */
export interface PrepayHandover {
  readonly prepayId: string;
  /** `pr` of the code_url; native only. */
  readonly code?: string;
  readonly createdAt: number;
}

export interface StoredTrade {
  readonly outTradeNo: string;
  readonly product: TradeProduct;
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  /** Empty for payment codes, which have no notice. */
  readonly notifyUrl: string;
  readonly total: number;
  readonly attach: string;
  /** Selects vouchers for such orders. */
  readonly goodsTag?: string;
  /** JSAPI: the only user who may pay. */
  readonly openid: string | null;
  /** All parameters that a repeated order call must repeat, as a text. */
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly expireAt: number;
  readonly handovers: readonly PrepayHandover[];
  readonly state: StoredTradeState;
  readonly payment: Payment | null;
  /** Ordered through API v2, and notified so. Absent: v3. */
  readonly v2?: { readonly signType: SignTypeV2; readonly deviceInfo: string };
  /** A paid payment code that was reversed: the money was refunded. */
  readonly reversal?: { readonly refundId: string; readonly at: number };
}

export interface Payment {
  readonly transactionId: string;
  readonly paidAt: number;
  readonly openid: string;
  readonly bankType: string;
  /** The payer's discount by WeChat Pay; the order's total stays. */
  readonly coupon: number;
  /** NOCASH (免充值): the merchant pays for it, so less is settled. Absent: CASH. */
  readonly couponType?: "CASH" | "NOCASH";
  /** The used voucher; absent for a discount without one (立减). */
  readonly voucher?: StoredVoucher;
}

export type StoredRefundStatus = "PROCESSING" | "SUCCESS" | "CLOSED" | "ABNORMAL";

/** A voucher's part in a refund. */
export interface RefundSplit {
  /** The voucher's share, and its part at the merchant's expense. */
  readonly coupon: number;
  readonly unsettled: number;
  readonly payerTotal: number;
  readonly settlementTotal: number;
}

export interface StoredRefund {
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly outTradeNo: string;
  readonly transactionId: string;
  readonly amount: number;
  /** Absent: no voucher has a share in it. */
  readonly split?: RefundSplit;
  readonly total: number;
  readonly reason: string;
  readonly notifyUrl: string;
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly status: StoredRefundStatus;
  /** While PROCESSING: when it becomes `settlesAs`. */
  readonly settleAt: number;
  readonly settlesAs: Exclude<StoredRefundStatus, "PROCESSING">;
  readonly successAt: number | null;
  /** Absent: the payer's balance. */
  readonly receivedAccount?: string;
}

export interface NoticeTry {
  readonly at: number;
  /** HTTP status, or why there was none. */
  readonly result: number | string;
  /** The faults of this try. */
  readonly faults: readonly string[];
  readonly ms: number;
}

export interface Notice {
  readonly id: string;
  readonly eventType: string;
  readonly summary: string;
  readonly about: "transaction" | "refund" | "security";
  readonly outTradeNo: string;
  readonly outRefundNo: string | null;
  readonly url: string;
  readonly createdAt: number;
  /** The encrypted part as it was at the event; every try has the same. */
  readonly content: Readonly<Record<string, unknown>>;
  /** What the tries after the first `after` ones carry instead. */
  readonly truth?: { readonly after: number; readonly content: Readonly<Record<string, unknown>> };
  readonly state: "pending" | "acknowledged" | "given_up" | "lost";
  readonly nextAt: number;
  readonly tries: readonly NoticeTry[];
  /** A notice of API v2 with this signature type. Absent: v3. */
  readonly v2?: SignTypeV2;
}

/** A single-use code of the OAuth redirect. */
export interface OauthCode {
  readonly code: string;
  readonly openid: string;
  readonly appid: string;
  readonly scope: string;
  readonly createdAt: number;
  readonly used: boolean;
}

/** A voucher of WeChat Pay (代金券) in a person's wallet. Amounts are fen. */
export interface StoredVoucher {
  readonly id: string;
  readonly openid: string;
  readonly name: string;
  readonly batch: string;
  readonly amount: number;
  /** The least order total. */
  readonly minimum: number;
  readonly type: "CASH" | "NOCASH";
  /** Only for orders with this tag; empty: any order. */
  readonly goodsTag: string;
  /** The merchant's part; WeChat Pay pays for the rest. */
  readonly byMerchant: number;
  /** out_trade_no of the trade that used it up. */
  readonly usedBy: string | null;
}

/** A person with a phone. */
export interface PhoneUser {
  readonly openid: string;
  readonly name: string;
}
