import type { SandboxContext } from "../context.ts";
import { randomDigits } from "../keys/key-ring.ts";
import type { Payment, PhoneUser, RefundSplit, StoredRefund, StoredTrade, StoredVoucher } from "./records.ts";

/** The people who can hold the phone from the start. Fixed openids, so that tests can name them. */
export const DEFAULT_SHOPPERS: readonly [PhoneUser, PhoneUser] = [
  { openid: "oSandboxShopperXiaoMing00001", name: "小明" },
  { openid: "oSandboxShopperXiaoHong00002", name: "小红" },
];

export const shoppersOf = ({ store }: SandboxContext): PhoneUser[] => [...DEFAULT_SHOPPERS, ...store.shoppers.values()];

export const shopperByOpenid = (context: SandboxContext, openid: string | undefined): PhoneUser | undefined =>
  shoppersOf(context).find((shopper) => shopper.openid === openid);

// WeChat Pay's vouchers (代金券): given to people, used up by paying.

export type VoucherGift = Omit<StoredVoucher, "id" | "usedBy">;

export function giveVoucher(context: SandboxContext, gift: VoucherGift): StoredVoucher {
  const voucher: StoredVoucher = { ...gift, id: randomDigits(12), usedBy: null };
  return context.store.vouchers.put(voucher.id, voucher);
}

export const vouchersOf = (context: SandboxContext, openid: string | null): StoredVoucher[] =>
  [...context.store.vouchers.values()].filter((voucher) => openid === null || voucher.openid === openid);

/** The largest discount, as WeChat's cashier chooses. A voucher with a goods_tag is only for orders with that tag. */
export function bestVoucher(context: SandboxContext, trade: StoredTrade, openid: string): StoredVoucher | undefined {
  return vouchersOf(context, openid)
    .filter(({ usedBy, goodsTag, minimum, amount }) => {
      const isMeant = goodsTag === "" || goodsTag === trade.goodsTag;
      return usedBy === null && isMeant && trade.total >= minimum && amount < trade.total;
    })
    .reduce<StoredVoucher | undefined>(
      (best, one) => (best === undefined || one.amount > best.amount ? one : best),
      undefined,
    );
}

/** The part of a payment that is a voucher at the merchant's expense, and so is not settled. */
export const unsettled = ({ coupon, couponType }: Payment): number => (couponType === "NOCASH" ? coupon : 0);

/** The voucher's share, rounded down over all refunds so far: the last refund takes the rest. */
export function splitRefund(trade: StoredTrade, amount: number, before: readonly StoredRefund[]): RefundSplit {
  const { payment, total } = trade;
  if (payment === null) throw new Error(`trade ${trade.outTradeNo} is not paid`);
  const back = before.reduce((sum, refund) => sum + refund.amount, 0);
  const share = (upTo: number) => Math.floor((upTo * payment.coupon) / total);
  const coupon = share(back + amount) - share(back);
  return {
    coupon,
    unsettled: payment.couponType === "NOCASH" ? coupon : 0,
    payerTotal: total - payment.coupon,
    settlementTotal: total - unsettled(payment),
  };
}

/** Refunds of earlier versions have no split. */
export const splitOf = ({ split, total }: StoredRefund): RefundSplit =>
  split ?? { coupon: 0, unsettled: 0, payerTotal: total, settlementTotal: total };
