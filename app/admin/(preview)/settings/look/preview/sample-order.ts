import type { OrderView } from "#lib/contract/order.ts";
import type { LookText } from "#lib/texts/zh-CN/look.ts";

/** An order that was never made, for the preview of the pay page alone. */
export function sampleOrder({ sample }: LookText, { now, isPaid }: { now: Date; isPaid: boolean }): OrderView {
  const item = (id: string, name: string, unitAmount: number) => ({
    ...{ id, name, sku: id, category: null, unitAmount, quantity: 1, amount: unitAmount, discount: 0 },
  });
  const due = 3_800;
  return {
    id: "ord_sample",
    outTradeNo: "LF0000000000000000",
    status: isPaid ? "paid" : "pending",
    currency: "CNY",
    description: sample.description,
    ...{ amountTotal: due, amountDiscount: 0, amountDue: due, amountPaid: isPaid ? due : 0, amountPayer: null },
    ...{ amountSettled: 0, amountRefunded: 0, discounts: [], vouchers: [], extraPayments: [], goodsTag: null },
    items: [item("itm_1", sample.item, 2_600), item("itm_2", sample.other, 1_200)],
    ...{ storeCode: null, tillCode: null, cashier: null, channel: null, transactionId: null, scene: "dining" },
    ...{ payUrl: "https://shop.example/", returnUrl: null, metadata: { table: "A12" } },
    createdAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 900_000).toISOString(),
    paidAt: isPaid ? now.toISOString() : null,
    closedAt: null,
  };
}
