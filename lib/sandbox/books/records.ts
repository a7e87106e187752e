// What the sandbox remembers. Moments are milliseconds on the sandbox's own clock; amounts are fen.

/** Products that are ordered first and paid later; code-pay does both at once. */
export type OrderProduct = "native" | "jsapi" | "h5" | "app";
export type TradeProduct = OrderProduct | "codepay";
/** The last three come with code-pay only. */
export type SandboxTradeState = "NOTPAY" | "SUCCESS" | "REFUND" | "CLOSED" | "USERPAYING" | "PAYERROR" | "REVOKED";
export type V2SignType = "MD5" | "HMAC-SHA256";

/** One answer to an order call: what the phone needs to find the trade again. */
export interface PrepayHandover {
  readonly prepayId: string;
  /** `pr` of the code_url; native only. */
  readonly code?: string;
  readonly createdAt: number;
}

export interface SandboxTrade {
  readonly outTradeNo: string;
  readonly product: TradeProduct;
  readonly appid: string;
  readonly mchid: string;
  readonly description: string;
  /** Empty for code-pay: its merchant asks. */
  readonly notifyUrl: string;
  readonly total: number;
  readonly attach: string;
  /** By which vouchers are found that are meant for such orders. */
  readonly goodsTag?: string;
  /** JSAPI: the only user who may pay. */
  readonly openid: string | null;
  /** Text of every parameter that a repeated order call must repeat. */
  readonly fingerprint: string;
  readonly createdAt: number;
  readonly expireAt: number;
  readonly handovers: readonly PrepayHandover[];
  readonly state: SandboxTradeState;
  readonly payment: Payment | null;
  /** Ordered through API v2: its notices take that form. Absent: v3. */
  readonly v2?: { readonly signType: V2SignType; readonly deviceInfo: string };
  /** A paid code-pay trade that was reversed: the money went back. */
  readonly reversal?: { readonly refundId: string; readonly at: number };
}

export interface Payment {
  readonly transactionId: string;
  readonly paidAt: number;
  readonly openid: string;
  readonly bankType: string;
  /** What WeChat's own coupon took off for the payer; the order's total stays. */
  readonly coupon: number;
  /** NOCASH (免充值): the merchant bears it, so less is settled. Absent: CASH. */
  readonly couponType?: "CASH" | "NOCASH";
  /** The voucher that was used; absent where the reduction came from nowhere (立减). */
  readonly voucher?: SandboxVoucher;
}

export type SandboxRefundStatus = "PROCESSING" | "SUCCESS" | "CLOSED" | "ABNORMAL";

/** A voucher's part in a refund. */
export interface RefundSplit {
  /** The voucher's share, and what of it was at the merchant's expense. */
  readonly coupon: number;
  readonly unsettled: number;
  readonly payerTotal: number;
  readonly settlementTotal: number;
}

export interface SandboxRefund {
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
  readonly status: SandboxRefundStatus;
  /** While PROCESSING: when it becomes `settlesAs`. */
  readonly settleAt: number;
  readonly settlesAs: Exclude<SandboxRefundStatus, "PROCESSING">;
  readonly successAt: number | null;
}

export interface NoticeTry {
  readonly at: number;
  /** HTTP status, or why there was none. */
  readonly result: number | string;
  /** The faults that this try was given. */
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
  /** The secret part as it was when the thing happened; repeats say the same. */
  readonly content: Readonly<Record<string, unknown>>;
  readonly state: "pending" | "acknowledged" | "given_up" | "lost";
  readonly nextAt: number;
  readonly tries: readonly NoticeTry[];
  /** Written as API v2 writes it, signed so. Absent: v3. */
  readonly v2?: V2SignType;
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

/** WeChat's own (代金券), in somebody's wallet. Amounts are fen. */
export interface SandboxVoucher {
  readonly id: string;
  readonly openid: string;
  readonly name: string;
  readonly batch: string;
  readonly amount: number;
  /** Of orders from so much on. */
  readonly minimum: number;
  readonly type: "CASH" | "NOCASH";
  /** Of orders with this tag alone; empty: of any. */
  readonly goodsTag: string;
  /** What of it the merchant pays for; the rest is WeChat's. */
  readonly byMerchant: number;
  /** out_trade_no of the trade that used it up. */
  readonly usedBy: string | null;
}

/** A person with a phone. */
export interface PhoneUser {
  readonly openid: string;
  readonly name: string;
}
