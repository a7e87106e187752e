import { beijingCompact, DAY_MS, HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { SandboxContext } from "../context.ts";
import { randomDigits, randomText } from "../keys/key-ring.ts";
import type { OrderProduct, PrepayHandover, StoredTrade, StoredTradeState, TradeProduct } from "./records.ts";
import { bestVoucher } from "./shoppers.ts";
import { WeChatError } from "./wechat-error.ts";

// Names that both versions of the API and the bills share.

export const TRADE_TYPES: Readonly<Record<TradeProduct, string>> = {
  native: "NATIVE",
  jsapi: "JSAPI",
  h5: "MWEB",
  app: "APP",
  codepay: "MICROPAY",
};

export const TRADE_STATE_TEXTS: Readonly<Record<StoredTradeState, string>> = {
  SUCCESS: "支付成功",
  REFUND: "转入退款",
  NOTPAY: "订单未支付",
  CLOSED: "订单已关闭",
  USERPAYING: "需要用户输入支付密码",
  PAYERROR: "支付失败，请重新下单支付",
  REVOKED: "订单已撤销",
};

// WeChat Pay's rules for orders, for both versions of the API.

/** code_url and prepay_id; h5_url. */
const HANDOVER_LIFE_MS = 2 * HOUR_MS;
const H5_LIFE_MS = 5 * MINUTE_MS;
const PAYABLE_MIN_MS = MINUTE_MS;
const PAYABLE_MAX_MS = 90 * DAY_MS;
const PAYABLE_DEFAULT_MS = 7 * DAY_MS;
/** More than a caller retries; older ones have expired. */
const HANDOVERS_KEPT = 64;

export interface TradeRequest {
  readonly product: OrderProduct;
  readonly appid: string;
  readonly mchid: string;
  readonly outTradeNo: string;
  readonly description: string;
  readonly notifyUrl: string;
  readonly total: number;
  readonly attach: string;
  readonly goodsTag?: string;
  readonly openid: string | null;
  /** The requested last moment of payment; moved into the range that WeChat allows. */
  readonly expireAt: number | null;
  readonly fingerprint: string;
  readonly v2?: NonNullable<StoredTrade["v2"]>;
}

/** Opens a trade, or gives a new code for one with the same parameters. */
export function openTrade(
  context: SandboxContext,
  order: TradeRequest,
): { trade: StoredTrade; handover: PrepayHandover } {
  const before = context.store.trades.get(order.outTradeNo);
  if (before !== undefined) refuseReorder(before, order);
  const now = context.clock.now();
  const handover: PrepayHandover = {
    prepayId: `wx${beijingCompact(new Date(now))}${randomDigits(6)}${randomText(16, "0123456789abcdef")}0000`,
    createdAt: now,
    ...(order.product === "native" ? { code: `${randomText(9)}zz` } : {}),
  };
  const { expireAt, ...rest } = order;
  const trade: StoredTrade = before ?? {
    ...rest,
    createdAt: now,
    expireAt: clampExpiry(expireAt, now),
    handovers: [],
    state: "NOTPAY",
    payment: null,
  };
  const handovers = [...trade.handovers.slice(1 - HANDOVERS_KEPT), handover];
  return { trade: context.store.putTrade({ ...trade, handovers }), handover };
}

function refuseReorder(trade: StoredTrade, order: TradeRequest): void {
  if (trade.payment !== null) throw new WeChatError("ORDERPAID", "该订单已支付");
  if (trade.state === "CLOSED") throw new WeChatError("ORDER_CLOSED", "该订单已关闭，请更换商户订单号后重新下单");
  if (trade.product !== order.product) throw new WeChatError("OUT_TRADE_NO_USED", "商户订单号重复");
  if (trade.fingerprint !== order.fingerprint) {
    throw new WeChatError("INVALID_REQUEST", "订单重入时，请求参数与首次请求时不一致");
  }
}

const clampExpiry = (wanted: number | null, now: number): number =>
  Math.min(Math.max(wanted ?? now + PAYABLE_DEFAULT_MS, now + PAYABLE_MIN_MS), now + PAYABLE_MAX_MS);

/** Closing an unknown number is no error, as at WeChat Pay. */
export function closeTrade(context: SandboxContext, outTradeNo: string): void {
  const trade = context.store.trades.get(outTradeNo);
  if (trade === undefined || trade.state === "CLOSED") return;
  if (trade.payment !== null) throw new WeChatError("ORDERPAID", "该订单已支付，不能关闭");
  if (trade.product === "codepay") throw new WeChatError("INVALID_REQUEST", "付款码支付的订单请调用撤销接口");
  context.store.putTrade({ ...trade, state: "CLOSED" });
}

export interface PaymentRequest {
  readonly trade: StoredTrade;
  readonly openid: string;
  readonly bankType?: string;
  /** The discount by WeChat Pay in fen; absent: the best voucher in the wallet is used. */
  readonly coupon?: number;
  readonly couponType?: "CASH" | "NOCASH";
  /** Pays a closed or expired trade, to try a late payment. */
  readonly force?: boolean;
}

/** The person pays; the merchant will be notified. */
export function payTrade(
  context: SandboxContext,
  { trade, openid, bankType = "OTHERS", coupon, couponType = "CASH", force = false }: PaymentRequest,
): StoredTrade {
  const now = context.clock.now();
  if (trade.payment !== null) throw new WeChatError("ORDERPAID", "订单已支付，请勿重复支付");
  if (!force) refuseUnpayable(trade, { now, openid });
  const voucher = coupon === undefined ? bestVoucher(context, trade, openid) : undefined;
  if (voucher !== undefined) context.store.vouchers.put(voucher.id, { ...voucher, usedBy: trade.outTradeNo });
  const reduction =
    voucher === undefined
      ? { coupon: coupon ?? 0, couponType }
      : { coupon: voucher.amount, couponType: voucher.type, voucher };
  const paid = context.store.putTrade({
    ...trade,
    state: "SUCCESS",
    payment: { transactionId: newTransactionId(now), paidAt: now, openid, bankType, ...reduction },
  });
  if (paid.notifyUrl !== "") context.notifier.notifyPaid(paid);
  return paid;
}

export const newTransactionId = (now: number): string =>
  `4200${randomDigits(6)}${beijingCompact(new Date(now)).slice(0, 8)}${randomDigits(10)}`;

function refuseUnpayable(trade: StoredTrade, { now, openid }: { now: number; openid: string }): void {
  if (trade.state !== "NOTPAY" && trade.state !== "USERPAYING") throw new WeChatError("ORDER_CLOSED", "订单已关闭");
  if (now > trade.expireAt) throw new WeChatError("ORDER_EXPIRED", "订单已过期");
  if (trade.openid !== null && trade.openid !== openid)
    throw new WeChatError("OPENID_MISMATCH", "支付用户与下单用户不一致");
}

export interface Lookup {
  readonly codeUrl?: string | undefined;
  readonly prepayId?: string | undefined;
  readonly h5Url?: string | undefined;
  readonly outTradeNo?: string | undefined;
}

/** The trade of a code, link or number. @throws WeChatError if there is none, or the code has expired */
export function findPayable(context: SandboxContext, lookup: Lookup): StoredTrade {
  if (lookup.outTradeNo !== undefined) {
    const trade = context.store.trades.get(lookup.outTradeNo);
    if (trade === undefined) throw new WeChatError("ORDER_NOT_EXIST", "订单不存在");
    return trade;
  }
  const code = codeOf(lookup.codeUrl);
  const prepayId = lookup.prepayId ?? prepayIdOf(lookup.h5Url);
  const trade =
    context.store.tradeByHandover(`code:${code ?? ""}`) ?? context.store.tradeByHandover(`prepay:${prepayId ?? ""}`);
  const handover = trade?.handovers.find(
    (one) => one.prepayId === prepayId || (code !== undefined && one.code === code),
  );
  if (trade === undefined || handover === undefined) throw new WeChatError("ORDER_NOT_EXIST", "无法识别的支付码");
  const life = trade.product === "h5" ? H5_LIFE_MS : HANDOVER_LIFE_MS;
  if (trade.state === "NOTPAY" && context.clock.now() - handover.createdAt > life) {
    throw new WeChatError(
      "ORDER_EXPIRED",
      trade.product === "h5" ? "支付请求已失效，请重新发起支付" : "二维码已过期，请重新获取",
    );
  }
  return trade;
}

const codeOf = (codeUrl: string | undefined): string | undefined =>
  /^weixin:\/\/wxpay\/bizpayurl\?pr=([0-9A-Za-z]+)$/.exec(codeUrl?.trim() ?? "")?.[1];

function prepayIdOf(h5Url: string | undefined): string | undefined {
  if (h5Url === undefined || !URL.canParse(h5Url)) return undefined;
  return new URL(h5Url).searchParams.get("prepay_id") ?? undefined;
}
