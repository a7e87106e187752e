import { AppError } from "#lib/base/app-error.ts";
import { isId } from "#lib/base/ids.ts";
import type { RefundView } from "#lib/contract/refund.ts";
import type { Deps } from "../deps.ts";
import { orderNotFound } from "../domain/order.ts";
import { refundView } from "../domain/refund.ts";

/** @throws AppError `not_found` */
export async function readRefund(deps: Deps, refundId: string): Promise<RefundView> {
  const refund = isId("refund", refundId) ? await deps.store.refunds.find(refundId) : null;
  if (refund === null) throw new AppError("not_found", "there is no such refund");
  return refundView(refund);
}

/** All of an order, newest first. @throws AppError `not_found` when there is no such order */
export async function listRefunds(deps: Deps, orderId: string): Promise<RefundView[]> {
  const refunds = isId("order", orderId) ? await deps.store.refunds.ofOrder(orderId) : [];
  if (refunds.length === 0 && (await deps.store.findStatus(orderId, deps.clock.now())) === null) throw orderNotFound();
  return refunds.toReversed().map(refundView);
}
