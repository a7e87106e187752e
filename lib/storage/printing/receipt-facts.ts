import type pg from "pg";
import { viaPrisma } from "../transaction.ts";

/** What a receipt says of an order; amounts in fen. */
export interface ReceiptFacts {
  readonly orderId: string;
  readonly number: string;
  readonly scene: string | null;
  readonly shop: string;
  readonly store: { readonly name: string; readonly address: string | null; readonly phone: string | null } | null;
  readonly till: string | null;
  readonly cashier: string | null;
  readonly items: readonly {
    readonly name: string;
    readonly unitAmount: number;
    readonly quantity: number;
    readonly discount: number;
  }[];
  readonly amountTotal: number;
  readonly amountDiscount: number;
  readonly amountDue: number;
  /** What settled the order; null where nothing has. */
  readonly payment: {
    readonly channel: string;
    readonly amountPaid: number;
    /** After what WeChat took off on its own account. */
    readonly payerAmount: number;
    readonly transactionId: string | null;
    readonly paidAt: Date;
  } | null;
  readonly refunded: number;
  readonly sandbox: boolean;
}

export interface RefundReceiptFacts {
  readonly order: ReceiptFacts;
  readonly number: string;
  readonly amount: number;
  readonly reason: string | null;
  readonly at: Date;
}

/** @returns null for an order that is not there */
export const readReceiptFacts = (pool: pg.Pool, orderId: string): Promise<ReceiptFacts | null> =>
  viaPrisma(pool, async (prisma) => {
    const order = await prisma.order.findUnique({
      where: { id: orderId },
      include: {
        items: { orderBy: { position: "asc" } },
        attempts: { where: { status: "succeeded", verdict: "settles" } },
      },
    });
    if (order === null) return null;
    const [settled] = order.attempts;
    const { storeId, tillId, cashierId } = order;
    const [merchant, store, till, cashier, account] = await Promise.all([
      prisma.merchant.findFirst(),
      storeId === null ? null : prisma.store.findUnique({ where: { id: storeId } }),
      tillId === null ? null : prisma.till.findUnique({ where: { id: tillId } }),
      cashierId === null ? null : prisma.cashier.findUnique({ where: { id: cashierId } }),
      settled === undefined ? null : prisma.gatewayAccount.findUnique({ where: { id: settled.accountId } }),
    ]);
    return {
      orderId,
      number: order.outTradeNo,
      scene: order.scene,
      shop: merchant?.name ?? "",
      store: store === null ? null : { name: store.name, address: store.address, phone: store.phone },
      till: till?.name ?? null,
      cashier: cashier?.name ?? null,
      items: order.items.map(({ name, unitAmount, quantity, discount }) => ({ name, unitAmount, quantity, discount })),
      ...{ amountTotal: order.amountTotal, amountDiscount: order.amountDiscount, amountDue: order.amountDue },
      payment:
        settled === undefined
          ? null
          : {
              channel: settled.channel,
              amountPaid: settled.amountPaid,
              payerAmount: settled.payerAmount ?? settled.amountPaid,
              transactionId: settled.transactionId,
              paidAt: settled.paidAt ?? settled.endedAt ?? order.createdAt,
            },
      refunded: settled?.refunded ?? 0,
      sandbox: account?.sandbox ?? false,
    };
  });

/** @returns null for a refund that is not there, or not done */
export async function readRefundReceiptFacts(pool: pg.Pool, refundId: string): Promise<RefundReceiptFacts | null> {
  const refund = await viaPrisma(pool, (prisma) => prisma.refund.findUnique({ where: { id: refundId } }));
  if (refund === null || refund.succeededAt === null) return null;
  const order = await readReceiptFacts(pool, refund.orderId);
  const { number, amount, reason, succeededAt: at } = refund;
  return order === null ? null : { order, number, amount, reason, at };
}
