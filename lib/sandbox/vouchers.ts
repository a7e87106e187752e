import { randomDigits } from "./keys.ts";
import type { Payment, Refund, RefundSplit, Trade, Voucher } from "./records.ts";
import type { World } from "./world.ts";

// WeChat Pay's own vouchers (代金券, wechatpay.md §6.8): given to people, used up by paying, apart from any wire format.

export type VoucherGift = Omit<Voucher, "id" | "usedBy">;

export function giveVoucher(world: World, gift: VoucherGift): Voucher {
  const voucher: Voucher = { ...gift, id: randomDigits(12), usedBy: null };
  return world.store.vouchers.put(voucher.id, voucher);
}

export const vouchersOf = (world: World, openid: string | null): Voucher[] =>
  [...world.store.vouchers.values()].filter((voucher) => openid === null || voucher.openid === openid);

/** The one that takes the most off, as WeChat's cashier chooses. A voucher with a goods_tag is for orders with that tag alone. */
export function bestVoucher(world: World, trade: Trade, openid: string): Voucher | undefined {
  return vouchersOf(world, openid)
    .filter(({ usedBy, goodsTag, minimum, amount }) => {
      const isMeant = goodsTag === "" || goodsTag === trade.goodsTag;
      return usedBy === null && isMeant && trade.total >= minimum && amount < trade.total;
    })
    .reduce<Voucher | undefined>(
      (best, one) => (best === undefined || one.amount > best.amount ? one : best),
      undefined,
    );
}

/** What of a payment came from a voucher at the merchant's expense, which is not settled. */
export const unsettled = ({ coupon, couponType }: Payment): number => (couponType === "NOCASH" ? coupon : 0);

/** The voucher's share of all that went back so far, rounded down: the last refund takes the rest. */
export function splitRefund(trade: Trade, amount: number, before: readonly Refund[]): RefundSplit {
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

/** Refunds from before there were vouchers had none. */
export const splitOf = ({ split, total }: Refund): RefundSplit =>
  split ?? { coupon: 0, unsettled: 0, payerTotal: total, settlementTotal: total };
