import type { SandboxContext } from "../context.ts";
import { randomDigits } from "../keys/key-ring.ts";
import type { Payment, PhoneUser, RefundSplit, SandboxRefund, SandboxTrade, SandboxVoucher } from "./records.ts";

/** Who can hold the phone from the start. Fixed openids, so that tests can name them without asking. */
export const DEFAULT_SHOPPERS: readonly [PhoneUser, PhoneUser] = [
  { openid: "oSandboxShopperXiaoMing00001", name: "小明" },
  { openid: "oSandboxShopperXiaoHong00002", name: "小红" },
];

export const shoppersOf = ({ store }: SandboxContext): PhoneUser[] => [...DEFAULT_SHOPPERS, ...store.shoppers.values()];

export const shopperByOpenid = (context: SandboxContext, openid: string | undefined): PhoneUser | undefined =>
  shoppersOf(context).find((shopper) => shopper.openid === openid);

// WeChat Pay's own vouchers (代金券, wechatpay.md §6.8): given to people, used up by paying, apart from any wire format.

export type VoucherGift = Omit<SandboxVoucher, "id" | "usedBy">;

export function giveVoucher(context: SandboxContext, gift: VoucherGift): SandboxVoucher {
  const voucher: SandboxVoucher = { ...gift, id: randomDigits(12), usedBy: null };
  return context.store.vouchers.put(voucher.id, voucher);
}

export const vouchersOf = (context: SandboxContext, openid: string | null): SandboxVoucher[] =>
  [...context.store.vouchers.values()].filter((voucher) => openid === null || voucher.openid === openid);

/** The one that takes the most off, as WeChat's cashier chooses. A voucher with a goods_tag is for orders with that tag alone. */
export function bestVoucher(context: SandboxContext, trade: SandboxTrade, openid: string): SandboxVoucher | undefined {
  return vouchersOf(context, openid)
    .filter(({ usedBy, goodsTag, minimum, amount }) => {
      const isMeant = goodsTag === "" || goodsTag === trade.goodsTag;
      return usedBy === null && isMeant && trade.total >= minimum && amount < trade.total;
    })
    .reduce<SandboxVoucher | undefined>(
      (best, one) => (best === undefined || one.amount > best.amount ? one : best),
      undefined,
    );
}

/** What of a payment came from a voucher at the merchant's expense, which is not settled. */
export const unsettled = ({ coupon, couponType }: Payment): number => (couponType === "NOCASH" ? coupon : 0);

/** The voucher's share of all that went back so far, rounded down: the last refund takes the rest. */
export function splitRefund(trade: SandboxTrade, amount: number, before: readonly SandboxRefund[]): RefundSplit {
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
export const splitOf = ({ split, total }: SandboxRefund): RefundSplit =>
  split ?? { coupon: 0, unsettled: 0, payerTotal: total, settlementTotal: total };
