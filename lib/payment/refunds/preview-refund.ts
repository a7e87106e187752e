import { fen } from "#lib/base/fen.ts";
import { isId } from "#lib/base/ids.ts";
import type { Deps } from "../deps.ts";
import { decideRefund, refundableFen } from "../domain/refund.ts";
import { settlingAttempt } from "../domain/views.ts";
import { orderNotFound } from "../orders/read-orders.ts";
import { notPaid, type RefundOrder, refusalOf } from "./refund-order.ts";

/** A refund as it would be made now, in fen. */
export interface RefundPreview {
  readonly amount: number;
  readonly items: readonly { readonly itemId: string; readonly quantity: number; readonly amount: number }[];
  /** What could still go back afterwards. */
  readonly leftAfter: number;
  /** In the future where WeChat's minute between refunds is not over. */
  readonly sendAt: Date;
}

/** The same decision as {@link refundOrder} takes, without the lock and without its effect. @throws AppError as it does */
export async function previewRefund(
  deps: Deps,
  { orderId, amount, items }: Pick<RefundOrder, "orderId" | "amount" | "items">,
): Promise<RefundPreview> {
  const file = isId("order", orderId) ? await deps.store.findOrder(orderId) : null;
  if (file === null) throw orderNotFound();
  const attempt = settlingAttempt(file.attempts);
  if (attempt === undefined) throw notPaid(file);
  const refunds = (await deps.store.refunds.ofOrder(orderId)).filter((refund) => refund.attemptId === attempt.id);
  const wish = { amountFen: amount === undefined ? null : fen(amount), items: items ?? null };
  const decision = decideRefund({ attempt, orderItems: file.items, refunds, wish, now: deps.clock.now() });
  if (decision.kind !== "allowed") throw refusalOf(decision);
  return {
    amount: decision.amountFen,
    items: decision.items.map(({ itemId, quantity, amountFen }) => ({ itemId, quantity, amount: amountFen })),
    leftAfter: refundableFen(attempt) - decision.amountFen,
    sendAt: decision.sendAt,
  };
}
