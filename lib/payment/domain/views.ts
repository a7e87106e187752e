import { type Fen, timesFen, ZERO_FEN } from "#lib/base/fen.ts";
import type { OrderStatusView, OrderView } from "#lib/contract/order.ts";
import { HOME_LANGUAGE } from "#lib/texts/language.ts";
import { discountReason } from "#lib/texts/offers.ts";
import { sceneReasonText } from "#lib/texts/scene.ts";
import { type Attempt, type HandedOut, handoverName } from "./attempt.ts";
import type { Order, OrderDiscount, OrderItem } from "./order.ts";
import type { OrderFile } from "./order-file.ts";
import type { Voucher } from "./voucher.ts";

type PublicStatus = OrderView["status"];

/** The status that others see: refunds show in it, though the stored order stays `paid`. */
function publicStatus(
  order: Pick<Order, "status">,
  settling: Pick<Attempt, "paidFen" | "refundedFen"> | undefined,
): PublicStatus {
  if (order.status !== "paid" || settling === undefined || settling.refundedFen === 0) return order.status;
  return settling.refundedFen >= settling.paidFen ? "refunded" : "partially_refunded";
}

export const settlingAttempt = (attempts: readonly Attempt[]): Attempt | undefined =>
  attempts.find((attempt) => attempt.verdict === "settles");

const discountView = (discount: OrderDiscount): OrderView["discounts"][number] => ({
  id: discount.id,
  name: discount.name,
  amount: discount.amountFen,
  reason: discountReason(discount),
  ...(discount.terms && { terms: discount.terms }),
  ...(discount.code === undefined ? {} : { code: discount.code }),
});

function sceneDetailView(detail: Order["sceneDetail"]): OrderView["sceneDetail"] {
  if (detail === undefined || detail === null) return null;
  const reasons = detail.reasons.map((reason) => ({
    signal: reason.signal,
    value: reason.value,
    weight: reason.weight,
    text: reason.text ?? sceneReasonText(reason, HOME_LANGUAGE),
  }));
  return { ...detail, reasons };
}

/** Closed, no money came for it, and whoever asked for it would know of the fresh one: the same can be ordered again. */
export const isRecoverable = ({ order, attempts }: Pick<OrderFile, "order" | "attempts">): boolean =>
  order.status === "closed" && attempts.every(({ status }) => status !== "succeeded") && !isOfEpay(order);

/** Asked for by software behind the epay door, which is told of this one order by its own number, and of no other. */
export const isOfEpay = ({ metadata }: Pick<Order, "metadata">): boolean => "epayOrder" in metadata;

/** The order as the merchant API and the webhooks show it. */
export function orderView({ order, items, attempts }: OrderFile, payUrl: string): OrderView {
  const settling = settlingAttempt(attempts);
  const latest = attempts.at(-1);
  return {
    id: order.id,
    outTradeNo: order.outTradeNo,
    status: publicStatus(order, settling),
    currency: "CNY",
    description: order.description,
    amountTotal: order.totalFen,
    amountDiscount: order.discountFen,
    amountDue: order.dueFen,
    amountPaid: settling?.paidFen ?? ZERO_FEN,
    amountPayer: settling?.payerFen ?? null,
    amountSettled: settling?.settledFen ?? ZERO_FEN,
    amountRefunded: settling?.refundedFen ?? ZERO_FEN,
    items: items.map(itemView),
    discounts: order.discounts.map(discountView),
    vouchers: (settling?.vouchers ?? []).map(voucherView),
    extraPayments: attempts.flatMap(extraPaymentView),
    payUrl,
    returnUrl: order.returnUrl,
    channel: settling?.channel ?? latest?.channel ?? null,
    transactionId: settling?.transactionId ?? null,
    goodsTag: order.goodsTag,
    storeCode: order.place?.store.code ?? null,
    tillCode: order.place?.till?.code ?? null,
    cashier: order.place?.cashier ?? null,
    scene: order.scene,
    sceneDetail: sceneDetailView(order.sceneDetail),
    metadata: order.metadata,
    createdAt: order.createdAt.toISOString(),
    expiresAt: order.expiresAt.toISOString(),
    paidAt: order.paidAt?.toISOString() ?? null,
    closedAt: order.closedAt?.toISOString() ?? null,
    ...(isRecoverable({ order, attempts }) ? { recoverable: true } : {}),
  };
}

/** What of an order its watchers see. */
export interface StatusFacts extends Pick<Order, "id" | "status" | "dueFen" | "paidAt" | "expiresAt" | "version"> {
  readonly settling: Pick<Attempt, "paidFen" | "refundedFen"> | undefined;
  /** The trade that is open. */
  readonly live: HandedOut | undefined;
}

/** What a watcher of the pay page sees. */
export function statusView({ settling, live, ...order }: StatusFacts, now: Date): OrderStatusView {
  return {
    id: order.id,
    status: publicStatus(order, settling),
    amountDue: order.dueFen,
    amountPaid: settling?.paidFen ?? ZERO_FEN,
    paidAt: order.paidAt?.toISOString() ?? null,
    expiresAt: order.expiresAt.toISOString(),
    version: order.version,
    handover: order.status === "pending" ? handoverName(live, now) : null,
  };
}

export const itemFen = (item: Pick<OrderItem, "unitFen" | "quantity">): Fen => timesFen(item.unitFen, item.quantity);

function itemView(item: OrderItem): OrderView["items"][number] {
  return {
    id: item.id,
    name: item.name,
    sku: item.sku,
    category: item.category,
    unitAmount: item.unitFen,
    quantity: item.quantity,
    amount: itemFen(item),
    discount: item.discountFen,
  };
}

const voucherView = (voucher: Voucher): OrderView["vouchers"][number] => ({
  id: voucher.id,
  name: voucher.name,
  batch: voucher.batch,
  amount: voucher.amountFen,
  funding: voucher.funding,
  byWechat: voucher.wechatFen,
  byMerchant: voucher.merchantFen,
  byOthers: voucher.otherFen,
});

function extraPaymentView(attempt: Attempt): OrderView["extraPayments"] {
  const { transactionId, paidAt } = attempt;
  // An accepted payment settles its order now; that it came late stays visible.
  const verdict = attempt.resolution === "accepted" ? "late" : attempt.verdict;
  if (verdict === null || verdict === "settles" || transactionId === null || paidAt === null) return [];
  return [
    {
      transactionId,
      amount: attempt.paidFen,
      paidAt: paidAt.toISOString(),
      verdict,
      resolution: attempt.resolution ?? "open",
    },
  ];
}
