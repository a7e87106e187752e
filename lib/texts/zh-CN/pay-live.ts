import type { Words } from "../words.ts";

/** What the pay page says while one looks at it: its script has these words in one language, and no others. */
export const payLive = {
  /** A moment of another day than today; `day` is its ISO date. */
  dayAndTime: "{month}月{date}日 {time}",
  remaining: "剩余时间",
  days: "{count} 天",
  overdueTitle: "已超过支付时间",
  overdueHint: "正在核对最后的付款结果…",
  confirmingTitle: "正在确认…",
  confirmingHint: "正在向微信核对付款结果。若已付完款，也可点下方按钮再查一次",
  havePaid: "我已完成支付",
  payAgain: "还没付，重新支付",
  payAgainWarning: "如果刚才已经付过，请不要再付一次。确定没有扣款，再重新支付：",
  elsewhereTitle: "这笔订单正在别处付款",
  elsewhereHint: "这里显示的付款方式已失效。要在这里付款，请点下面的按钮",
  payHere: "在这里付款",
  notYet: "还没有收到付款。若你已付款，通常几秒内到账。",
  askFailed: "暂时无法向微信核对，我们会继续自动查询",
  cancelled: "已取消支付，可以重新发起",
  bridgeFailed: "没能打开微信支付，请再试一次",
  paidTitle: "支付成功",
  paidHint: "{time} 付款",
  closedTitle: "订单已关闭",
  closedHint: "没有扣款。需要的话，可以重新下单",
  refundedTitle: "已退款",
  back: "返回商家",
  viewReceipt: "查看收据",
  orderAgain: "重新下单",
  close: "可以关闭此页面了",
  offline: "网络已断开，恢复后自动更新",
  failing: "网络不太稳定，正在重试…",
};

export type PayLiveText = Words<typeof payLive>;
